"""The course of a series in words: where it stands and how far it came."""

import pandas as pd

from swgdata.ui.text import compact


def course(trend: pd.DataFrame, column: str, *, noun: str) -> str:
    """Say where a series stands and how far it came since its first label.

    Args:
        trend: Oldest first: ``label`` and ``column``.
        column: What to tell of.
        noun: What is counted, e.g. ``active citizens``.
    """
    known = trend.dropna(subset=[column])
    if len(known) < 2:
        return "Not enough history for a trend"
    first, last = known.iloc[0], known.iloc[-1]
    change = float(last[column]) - float(first[column])
    way = "up" if change > 0 else "down" if change < 0 else "unchanged"
    size = f" {compact(abs(change))}" if change else ""
    return f"{compact(float(last[column]))} {noun}, {way}{size} since {first['label']}"
