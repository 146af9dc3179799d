"""Words and drawings of what our own readings tell of cities and guilds."""

import csv
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from swgdata.tables import TABLES
from swgdata.ui.charts import MAX_MARKS, forecast
from swgdata.ui.cities import titles
from swgdata.ui.glance import changes_since
from swgdata.ui.trends import comparison, movers, own_history, sustained
from swgdata.ui.trends import forecast as forecasts
from tests.support import sample_frames
from tests.support.history_series import utc

BERLIN = ZoneInfo("Europe/Berlin")
LINES = ("Seen", "Expected", "Seasonal naive")


def rows(table: str, *given: Mapping[str, object]) -> pd.DataFrame:
    """Rows of a table in its types; times are text."""
    frame = pd.DataFrame(given, columns=list(TABLES[table].schema))
    schema = TABLES[table].schema
    clock = {
        name: pd.to_datetime(frame[name], utc=True)
        for name, dtype in schema.items()
        if str(dtype) == sample_frames.TIME
    }
    return frame.assign(**clock).astype(dict(schema))


def marks(chart: object) -> list[dict[str, object]]:
    """Every row that a chart is drawn of."""
    spec = chart.to_dict()  # type: ignore[attr-defined]
    return [row for data in spec["datasets"].values() for row in data]


MOVED = rows(
    "movers",
    {"kind": "cities", "name": "Ann", "planet": "Lok", "change": -9, "value": 1, "before": 10},
    {"kind": "cities", "name": "Bea", "planet": "Lok", "change": 5, "value": 9, "before": 4},
    {"kind": "cities", "name": "Bea", "planet": "Rori", "change": 2, "value": 9, "before": 7},
)


def test_movers_in_words() -> None:
    """Who gained most and who lost most."""
    title = movers.movers_title(MOVED, "cities", "7 d", "active")
    assert title == "In 7 d, Bea gained 5 and Ann lost 9 active citizens"
    losses = movers.movers_title(MOVED.head(1), "guilds", "24 h", "members")
    assert losses == "In 24 h, Ann lost 9 members"
    assert movers.movers_title(MOVED.head(0), "cities", "7 d", "active") == (
        "No movers among cities in 7 d"
    )


def test_movers_drawn() -> None:
    """Gains first, the largest loss last; namesakes with their planet; at most eight a side."""
    drawn = [row["_name"] for row in marks(movers.movers_chart(MOVED, kind="cities"))]
    assert list(dict.fromkeys(drawn)) == ["Bea · Lok", "Bea · Rori", "Ann"]
    given = [{"name": f"C{n}", "planet": "Lok", "change": n} for n in range(-20, 21) if n]
    many = rows("movers", *given)
    names = dict.fromkeys(row["_name"] for row in marks(movers.movers_chart(many, kind="cities")))
    assert list(names) == [f"C{n}" for n in (*range(20, 12, -1), *range(-13, -21, -1))]


DRIFTS = rows(
    "sustained_changes",
    {"name": "Odd", "reason": "3 days known, a trend takes 14", "days": 3},
    {"name": "Flat", "q": 0.6, "change": 4.0, "per_day": 0.1, "days": 30},
    {"name": "Up", "q": 0.02, "change": 3.0, "per_day": 0.1, "days": 30, "direction": "rising"},
    {"name": "Down", "q": 0.01, "change": -7.5, "days": 30, "direction": "falling"},
)


def test_drifts_in_words() -> None:
    """What is called comes first; with nothing called, or nothing tested, it is said so."""
    listed = sustained.listed(DRIFTS, "cities")
    assert listed["name"].tolist() == ["Down", "Up", "Flat", "Odd"]
    title = sustained.drift_title(listed, "cities")
    assert title == "1 of 3 cities growing, 1 fading; most: Down -8"
    assert sustained.drift_title(listed.iloc[2:], "cities") == (
        "No lasting change is proven among 1 city"
    )
    assert sustained.drift_title(listed.iloc[3:], "guilds").startswith("Too few days")


def test_drifts_drawn() -> None:
    """Only what is called."""
    drawn = marks(sustained.drift_chart(sustained.listed(DRIFTS, "cities"), kind="cities"))
    assert list(dict.fromkeys(row["_name"] for row in drawn)) == ["Up", "Down"]
    assert {"q", "days"} <= set(drawn[0])


COMPARED = rows(
    "compare",
    *(
        {"entity": name, "timestamp": f"2026-03-{day}T12:00", "value": value, "index": index}
        for name, day, value, index in (
            *(("Ann", "28", 10, 100.0), ("Ann", "29", 12, 120.0), ("Ann", "31", 13, 130.0)),
            *(("Bea", "28", 5, 100.0), ("Bea", "29", 4, 80.0), ("Bea", "31", None, None)),
        )
    ),
)


def test_comparison_in_words() -> None:
    """The last known index of each; one alone; none."""
    assert comparison.title(COMPARED) == "Ann did best: +30 %; Bea: -20 %"
    assert comparison.title(COMPARED.head(3)) == "Ann: +30 % in the time window"
    assert comparison.title(COMPARED.head(0)) == "Nothing to compare yet"


def test_names_with_commas_come_back() -> None:
    """As the table reads them."""
    names = ["A, the first", 'B "two"', "C"]
    assert next(csv.reader([comparison.written(names)])) == names


def test_comparison_drawn_with_its_gap() -> None:
    """Nobody looked on the 30th: an empty row in between breaks each line."""
    drawn = marks(own_history.indexed_lines(COMPARED, zone=BERLIN))
    assert len(drawn) == 8
    assert [row["index"] for row in drawn if row["entity"] == "Ann"] == [100, 120, None, 130]


def test_past_drawn_with_gaps_and_ranks() -> None:
    """A city with a rule at its new rank, a guild; broken where a day was missed."""
    days = [*range(1, 5), *range(8, 12)]
    given = [
        {"timestamp": f"2026-03-{day:02}", "citizens": 40, "active": day, "level": 1 + day // 9}
        for day in days
    ]
    city = rows("city_past", *given)
    drawn = marks(own_history.city_observed(city, zone=BERLIN))
    active = [row["people"] for row in drawn if row.get("who") == "active"]
    assert active == [1, 2, 3, 4, None, 8, 9, 10, 11]
    assert sum("change" in row for row in drawn) == 1
    guild = rows("guild_past", *({**row, "members": 40} for row in given))
    lines = marks(own_history.guild_observed(guild, zone=BERLIN))
    assert [row["value"] for row in lines if row["series"] == "active"] == active


def test_a_long_past_stays_light() -> None:
    """A look an hour for a year."""
    times = pd.date_range("2025-01-01", periods=8760, freq="h", tz="UTC", unit="s")
    past = pd.DataFrame({"timestamp": times, "active": 1, "citizens": 2, "level": 1, "members": 3})
    past = past.astype({"level": "Int64"})
    assert len(marks(own_history.city_observed(past))) <= MAX_MARKS
    assert len(marks(own_history.guild_observed(past))) <= MAX_MARKS


def test_past_in_words() -> None:
    """Where it stands and how far it came; too little is said so."""
    past = rows(
        "guild_past",
        {"timestamp": "2026-03-01", "active": 9},
        {"timestamp": "2026-03-02", "active": None},
        {"timestamp": "2026-03-03", "active": 12},
    )
    told = own_history.title("TAG", past, "active members")
    assert told == "TAG: 12 active members, up 3 since 01 Mar 2026"
    assert (
        own_history.title("TAG", past.iloc[[2]], "active") == "TAG: not enough readings of our own"
    )
    assert "unchanged since" in own_history.title("TAG", past.iloc[[0, 0]], "active members")


AHEAD = rows(
    "activity_forecast",
    {"day": "2026-03-28", "timestamp": "2026-03-27T23:00", "active": 90},
    *(
        {
            "day": f"2026-03-{29 + n}",
            "timestamp": f"2026-03-{28 + n}T23:00",
            "expected": 91.0 + n,
            "baseline": 88.0,
            **dict.fromkeys(("low80", "low95"), 80.0),
            **dict.fromkeys(("high80", "high95"), 101.0),
        }
        for n in range(2)
    ),
)


def test_forecast_in_words_and_drawn() -> None:
    """The last day with its interval; without one, without a forecast."""
    told = "Lok: about 92 active citizens on 2026-03-30"
    assert titles.forecast(AHEAD, "Lok") == f"{told}, 80 %: 80 to 101"
    assert titles.forecast(AHEAD.assign(low80=None), "Lok") == told
    assert titles.forecast(AHEAD.head(1), "Lok") == "Lok: no forecast yet"
    drawn = marks(forecast.forecast_fan(AHEAD, people="Active citizens", zone=BERLIN))
    assert [row["high80"] for row in drawn if "high80" in row] == [None, 101, 101]
    seen = {name: [row["people"] for row in drawn if row.get("line") == name] for name in LINES}
    assert list(seen.values()) == [[90, None, None], [None, 91, 92], [None, 88, 88]]


def test_errors_in_words() -> None:
    """Ours against the baseline, whichever is better."""
    scores = rows(
        "activity_forecast_errors",
        {"model": "ours", "mae": 2.0, "origins": 1, "n": 9},
        {"model": "naive", "mae": 3.0, "origins": 1, "n": 9},
    )
    assert forecasts.errors_title(scores).startswith("Past forecasts beat the baseline: 2.0")
    assert "did not beat" in forecasts.errors_title(scores.iloc[::-1])
    assert forecasts.errors_title(scores.head(0)) == "No past forecasts to judge by"


CHANGES = rows(
    "changes_since",
    {"subject": "war", "change": "count", "name": "Imperial", "difference": 12},
    {"subject": "war", "change": "count", "name": "Rebel", "difference": -3},
    {"subject": "city", "change": "new", "name": "Ann", "detail": "Lok"},
    {"subject": "city", "change": "active", "name": "Bea", "detail": "Mustafar", "difference": 2},
    {"subject": "guild", "change": "gone", "name": "Cut", "detail": "CUT"},
    {"subject": "spawn", "change": "in", "name": "R1"},
    {"subject": "spawn", "change": "out", "name": "R2"},
)


def test_changes_in_words() -> None:
    """How many of each; what could not be told is a dash, never 0."""
    assert changes_since.title(CHANGES, "your last visit") == (
        "1 spawn came, 1 left, 5 other changes since your last visit"
    )
    assert changes_since.title(CHANGES.head(0), "3 d") == "Nothing to tell since 3 d"
    told = {figure.label: figure.value for figure in changes_since.figures(CHANGES, "")}
    assert told == {
        "Spawns in / out": "1 / 1",
        "Cities new / gone": "1 / 0",
        "Guilds new / gone": "0 / 1",
        "War": "Imperial +12",
    }
    unknown = "spawns: nothing; cities: nothing; guilds: nothing; war: nothing"
    assert {figure.value for figure in changes_since.figures(CHANGES.head(0), unknown)} == {"—"}


@pytest.mark.parametrize(
    "text", ["2026-03-01T08:00Z", "2026-03-01 09:00+01:00", "2026-03-01T08:00"]
)
def test_the_link_carries_the_last_visit(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """In any ISO form, UTC where no zone is said; never in the future."""
    monkeypatch.setattr("swgdata.ui.components.filters.given", lambda _: [text])
    assert changes_since.last_visit(datetime(2026, 4, 1, tzinfo=UTC)) == utc("2026-03-01 08:00")
    early = utc("2026-02-01 00:00")
    assert changes_since.last_visit(early) == early
    assert changes_since.SPANS["24 h"] == timedelta(days=1)
