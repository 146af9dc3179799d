"""Ages from intervals, and what of all that is up may leave first."""

import pandas as pd
import pytest

from swgdata.analytics.spawn_lifetimes import ALL, despawned_at, family_of, leaving_soon, lifetimes
from swgdata.analytics.survival import families, fit
from tests.support.history_series import intervals, utc

NOW = utc("2026-08-20 12:00")


def test_ages_by_hand() -> None:
    """Watched from the age at our first look; gone in the middle of the gap, or given up."""
    told = lifetimes(
        intervals(
            {"entered": "2026-08-10 10:00", "first_seen": "2026-08-10 04:00",
             "last_seen": "2026-08-15 10:00", "first_missing": "2026-08-15 16:00"},
            {"entered": "2026-08-10 10:00", "first_seen": "2026-08-01 10:00",
             "last_seen": "2026-08-20 10:00"},
            {"entered": "2026-08-10 10:00", "first_seen": "2026-08-10 10:00",
             "last_seen": "2026-08-12 10:00", "first_missing": "2026-08-14 10:00"},
            {"entered": "2026-08-10 10:00", "first_seen": "2026-08-10 10:00",
             "last_seen": "2026-08-12 10:00", "first_missing": "2026-08-14 10:00:02"},
            {"entered": "2026-08-10 10:00", "first_seen": "2026-08-10 12:00",
             "last_seen": "2026-08-11 10:00"},
        )
    ).set_index("resource_id")  # fmt: skip
    assert told["entry"].tolist() == [6, 216, 0, 0, 0]
    assert told["exit"].tolist() == [129, 456, 72, 48, 24]
    assert told["despawned"].tolist() == [True, False, True, False, False]
    assert told["up"].tolist() == [False, True, False, False, True]


def test_what_cannot_be_aged_is_left_out() -> None:
    """No date of the site; one look only and no dated end. One look and a dated end is a life."""
    told = lifetimes(
        intervals(
            {"entered": "2026-08-10", "last_seen": "2026-08-12"},
            {"entered": "2026-08-10", "first_seen": "2026-08-09", "last_seen": "2026-08-10"},
            {"entered": "2026-08-10", "first_seen": "2026-08-09", "last_seen": "2026-08-10",
             "first_missing": "2026-08-11"},
        )
    )  # fmt: skip
    assert told["resource_id"].tolist() == [2]
    assert told[["entry", "exit"]].to_numpy().tolist() == [[24, 36]]


def test_one_that_came_back_had_not_despawned() -> None:
    """An import of the site failed: given up at the last look, then watched again at its age."""
    same = {"resource_id": 7, "first_seen": "2026-08-01"}
    told = lifetimes(
        intervals(
            {**same, "entered": "2026-08-01", "last_seen": "2026-08-03",
             "first_missing": "2026-08-03 12:00"},
            {**same, "entered": "2026-08-04", "last_seen": "2026-08-06",
             "first_missing": "2026-08-06 12:00"},
        )
    )  # fmt: skip
    rows = told[["entry", "exit", "despawned"]].to_numpy().tolist()
    assert rows == [[0, 48, False], [72, 126, True]]
    assert lifetimes(intervals()).empty
    assert despawned_at(intervals()).empty


def test_families_are_those_of_the_shifts_page() -> None:
    """Two steps below the common parent; no class, no family."""
    codes = pd.Series(["nestl", "unheard of", None], dtype="str")
    told = family_of(codes)
    assert told[1] == "unheard of"
    assert told.isna().tolist() == [False, False, True]
    assert told[0] == "min"


def test_ranking_by_what_is_left() -> None:
    """Shortest first; families with too few rest on all; the unknown last."""
    rows = [
        {"entered": "2026-07-01", "first_seen": "2026-07-01", "class_code": code,
         "last_seen": time, "first_missing": time}
        for code, hours in (("nestl", 240), ("mukpf", 480))
        for time in pd.date_range("2026-07-01", periods=41, freq=f"{hours // 40}h")[1:].astype(str)
    ]  # fmt: skip
    born = {"young": "2026-08-20 06:00", "old": "2026-08-13 12:00", "ancient": "2026-07-01"}
    up = [
        {"name": name, "entered": time, "first_seen": time, "last_seen": "2026-08-20 11:00",
         "class_code": "nestl"}
        for name, time in born.items()
    ]  # fmt: skip
    stranger = {**up[0], "name": "stranger", "class_code": "fowl"}
    lives = lifetimes(intervals(*rows, *up, stranger))
    past = lives.loc[~lives["up"]]
    told = leaving_soon(lives, curves=families(past), everything=fit(past), now=NOW)
    ranked = told.set_index("name")
    assert told["name"].tolist() == ["old", "young", "stranger", "ancient"]
    assert ranked["age"].to_dict() == {"young": 6, "old": 168, "ancient": 1212, "stranger": 6}
    # steel leaves one every six hours, up to 240: 39 older than six hours, the 20th of them at 126
    assert ranked.loc["young", "hours_left"] == 126 - 6 == 120
    assert ranked.loc["young", "n"] == 39
    assert ranked.loc["stranger", "basis"] == ALL
    assert ranked.loc["stranger", "n"] == 79
    assert ranked[["hours_left", "chance_24h"]].isna().loc["ancient"].all()
    assert ranked.loc["young", "chance_24h"] == pytest.approx(35 / 39)
    known = ranked.drop("ancient")
    assert (known["hours_low"] < known["hours_left"]).all()
    assert (known["hours_left"] < known["hours_high"]).all()
    assert ranked.loc["old", "basis"] == ALL  # of steel only twelve were that old
    empty = leaving_soon(past, curves={}, everything=fit(past), now=NOW)
    assert empty.empty
    assert list(empty) == list(told)
    assert empty["n"].dtype == "int64"
