"""Movers: who has changed most over a window."""

from typing import Final

import pandas as pd

MOST: Final = 15


def movers(changes: pd.DataFrame, *, most: int = MOST) -> pd.DataFrame:
    """Choose the largest changes.

    Args:
        changes: Rows of ``changes.change``, of cities, guilds or both one under the other, with
            whatever other columns tell them apart (a ``kind``).
        most: How many rows at most.

    Returns:
        The rows whose change is known and not 0, largest either way first, of equals the larger
        entity first, then by key; each with both its ends and their times.
    """
    moved = changes.loc[changes["change"].notna() & (changes["change"] != 0)]
    ends = moved[["value", "before"]].max(axis=1)
    ranked = moved.assign(_size=moved["change"].abs(), _ends=ends).sort_values(
        ["_size", "_ends", "key"], ascending=[False, False, True], kind="stable"
    )
    return ranked.drop(columns=["_size", "_ends"]).head(most).reset_index(drop=True)
