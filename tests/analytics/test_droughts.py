"""Droughts: how long no spawn of a class was good enough."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from swgdata.analytics.droughts import droughts
from tests.support.history_series import utc

NOW = utc("2026-08-20 12:00")


def spawns(*rows: tuple[str | None, float, bool, str | None]) -> tuple[pd.DataFrame, pd.Series]:
    """Class, quality, in spawn, first seen."""
    frame = pd.DataFrame(rows, columns=["class_code", "quality", "in_spawn", "first_seen"])
    types: dict[str, Any] = {"class_code": "category", "in_spawn": "bool", "quality": "float64"}
    times = pd.to_datetime(frame["first_seen"], utc=True, format="ISO8601").astype(
        "datetime64[s, UTC]"
    )
    names = pd.Series([f"R{at}" for at in range(len(frame))], dtype="str")
    full = frame.assign(first_seen=times, name=names).astype(types)
    return full, full["quality"]


def test_days_since_the_last_good_one() -> None:
    """None up first, of those the longest first, never last; then what is up."""
    rows, quality = spawns(
        ("stlcr", 950, False, "2026-08-10 13:00"), ("stlcr", 950, False, "2026-07-01"),
        ("stlcr", 899, True, "2026-08-19"), ("alag", 900, True, "2026-08-01 12:00"),
        ("fowl", 100, True, "2026-08-01"), ("fowl", np.nan, True, "2026-08-01"),
        ("cplk", 999, False, "2026-01-01"), (None, 999, True, "2026-08-19"),
    )  # fmt: skip
    told = droughts(rows, quality=quality, threshold=900, now=NOW)
    assert told["class_code"].tolist() == ["cplk", "stlcr", "fowl", "alag"]
    assert told["days"].fillna(-1).tolist() == [231, 9, -1, 19]
    assert told["last"].fillna("never").tolist() == ["R6", "R0", "never", "R3"]
    assert told["up"].tolist() == [0, 0, 0, 1]
    assert told["good"].tolist() == [1, 2, 0, 1]
    assert told["spawns"].tolist() == [1, 3, 2, 1]
    assert told["class_name"].notna().all()


@pytest.mark.parametrize(
    ("first", "days"), [(None, None), ("2026-08-21", 0), ("2026-08-19 12:00", 1)]
)
def test_a_date_may_be_unknown_or_ahead(first: str | None, days: int | None) -> None:
    """Unknown is not 0; a date of the site ahead of ours is today."""
    rows, quality = spawns(("stlcr", 900, True, first))
    told = droughts(rows, quality=quality, threshold=900, now=NOW)["days"]
    assert told.isna().all() if days is None else told.tolist() == [days]


def test_nothing_listed() -> None:
    """Columns without rows."""
    rows, quality = spawns()
    assert droughts(rows, quality=quality, threshold=900, now=NOW).empty


def test_only_some_rows_count() -> None:
    """A class of which no row counts is not listed; no rows at all are no error."""
    rows, quality = spawns(
        ("stlcr", 950, True, "2026-08-10"), ("stlcr", 950, False, "2026-08-01"),
        ("alag", 900, True, "2026-08-01"),
    )  # fmt: skip
    some = np.array([False, True, False])
    told = droughts(rows, quality=quality, threshold=900, now=NOW, among=some)
    assert told["class_code"].tolist() == ["stlcr"]
    assert told[["last", "up", "good", "spawns"]].iloc[0].tolist() == ["R1", 0, 1, 1]
    none = droughts(rows.head(0), quality=quality.head(0), threshold=900, now=NOW)
    assert none.empty
    assert none.dtypes.equals(told.dtypes)
