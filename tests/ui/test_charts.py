"""Charts: valid, inline, safe to hover, bounded, with colours that read on both backgrounds."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from swgdata.game import ACTIVITY_LEVELS, FACTIONS, PLANETS, RARITIES
from swgdata.ui import charts, theme
from swgdata.ui.charts import scales
from swgdata.ui.charts.diverging_bars import in_out_bars

EVIL = '<img src="https://evil.example/x.png">'
GUILDS = pd.DataFrame(
    {
        "name": ["Krayt Riders", EVIL, "Third"],
        "faction": pd.Series(["Rebel", None, "Hutt"], dtype="str"),
        "planet": ["Lok", "Tatooine", "Hoth"],
        "members": pd.Series([88, None, 10], dtype="Int32"),
        "active": pd.Series([31, 5, 10], dtype="Int32"),
        "x": [100.0, None, -8000.0],
        "y": [50.0, None, 8000.0],
    }
)
TIMES = pd.DataFrame(
    {
        "timestamp": pd.to_datetime(
            ["2026-08-16T10:00Z", "2026-08-16T10:10Z", "2026-08-16T14:00Z"]
        ).as_unit("s"),
        "online": pd.Series([100, 120, 90], dtype="Int32"),
        "side": ["imperial", "imperial", "imperial"],
    }
)
LABELS = pd.DataFrame({"label": ["Aug 1", "Jul 1"], "active": [3.0, None], "by": ["a", "a"]})
CHARTS = {
    "ranked_bar": charts.ranked_bar(GUILDS, value="active", label="name", details=["faction"]),
    "ranked_by_planet": charts.ranked_bar(GUILDS, value="active", label="name", colour="planet"),
    "stacked_bar": charts.stacked_bar(
        GUILDS, value="active", label="planet", part="faction", colours={"Rebel": "#C8502F"}
    ),
    "heat_grid": charts.heat_grid(GUILDS, x="planet", y="name", value="active"),
    "scatter": charts.scatter(
        GUILDS, x="members", y="active", mark="faction", details=["name"], guides=[0.25, 0.5]
    ),
    "sized": charts.scatter(GUILDS, x="members", y="active", size="active"),
    "map": charts.galaxy_map(GUILDS, details=["name"]),
    "line": charts.lines(TIMES, x="timestamp", y="online", zone=ZoneInfo("Europe/Berlin")),
    "lines": charts.lines(LABELS, x="label", y="active", by="by"),
    "in_out": in_out_bars(
        GUILDS.dropna(subset=["members"]), label="name", came="members", went="active"
    ),
    "area": charts.stacked_area(LABELS, x="label", y="active", by="by", colours={"a": "#1F9486"}),
}


def nodes(spec: Any, *, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every key of a specification with its value, the data left out."""
    yield key, spec
    if isinstance(spec, dict):
        for name, inner in spec.items():
            if name != "datasets":
                yield from nodes(inner, key=name)
    if isinstance(spec, list):
        for inner in spec:
            yield from nodes(inner, key=key)


@pytest.mark.parametrize("name", CHARTS)
def test_chart_is_valid_and_loads_nothing(name: str) -> None:
    """No links, addresses or pictures; texts of a feed appear as data only."""
    spec = CHARTS[name].to_dict()
    for key, value in nodes(spec):
        assert key not in {"href", "url", "image"}
        assert value not in ("href", "url", "image")
        if isinstance(value, dict) and "field" in value:
            assert value["field"] not in {"href", "url", "image"}
    without_data = {key: value for key, value in spec.items() if key != "datasets"}
    titles = [value for key, value in nodes(without_data) if key == "title"]
    assert EVIL not in json.dumps(titles)


@pytest.mark.parametrize("name", CHARTS)
def test_chart_draws_an_empty_frame(name: str) -> None:
    """A frame without rows is a chart without marks, not an error."""
    drawn = {
        "ranked_bar": lambda: charts.ranked_bar(GUILDS.head(0), value="active", label="name"),
        "heat_grid": lambda: charts.heat_grid(GUILDS.head(0), x="planet", y="name", value="active"),
        "scatter": lambda: charts.scatter(
            GUILDS.head(0), x="members", y="active", mark="faction", guides=[0.5]
        ),
        "map": lambda: charts.galaxy_map(GUILDS.head(0)),
        "in_out": lambda: in_out_bars(GUILDS.head(0), label="name", came="members", went="active"),
        "line": lambda: charts.lines(TIMES.head(0), x="timestamp", y="online"),
    }
    if name in drawn:
        assert drawn[name]().to_dict()


def data_of(name: str) -> list[dict[str, Any]]:
    """The rows of a chart's own data, guide lines left out."""
    return max(CHARTS[name].to_dict()["datasets"].values(), key=lambda rows: len(rows[0]))


def test_unknown_values_are_left_out_or_kept_apart() -> None:
    """A missing number is no point; an unknown or absent faction shares one named look."""
    points = data_of("scatter")
    assert {row["name"] for row in points} == {"Krayt Riders", "Third"}
    assert {row["_mark"] for row in points} == {"Rebel", theme.NO_FACTION.label}
    assert [row["x"] for row in data_of("map")] == [100.0, -8000.0]


def test_time_axis_reads_as_the_chosen_clock() -> None:
    """10:00 UTC is 12:00 in Berlin in August, on the axis and on hover."""
    first = data_of("line")[0]
    assert first["_at"].startswith("2026-08-16T12:00")
    assert first["timestamp"] == "2026-08-16 12:00"


def test_labels_keep_their_order() -> None:
    """Undated labels are neither sorted nor read as dates."""
    spec = CHARTS["lines"].to_dict()
    assert spec["encoding"]["x"]["type"] == "ordinal"
    assert spec["encoding"]["x"]["sort"] is None
    assert [row["label"] for row in data_of("lines")] == ["Aug 1", "Jul 1"]


def test_open_gaps_breaks_the_line_only_where_readings_are_missing() -> None:
    """One empty row inside the gap of almost four hours, none in ten minutes."""
    opened = charts.open_gaps(TIMES, time="timestamp", every=timedelta(minutes=30))
    assert opened["online"].isna().tolist() == [False, False, True, False]
    assert opened["timestamp"].is_monotonic_increasing
    assert charts.open_gaps(TIMES, time="timestamp", every=timedelta(days=1)) is TIMES
    by = charts.open_gaps(TIMES, time="timestamp", every=timedelta(minutes=30), by="side")
    assert by["side"].notna().all()
    assert len(TIMES) == 3


def test_charts_stay_within_the_marks_a_browser_draws() -> None:
    """90,000 rows become at most 5,000 marks; a series keeps both ends."""
    many = pd.DataFrame({"n": range(90_000), "v": range(90_000), "name": "x"})
    points = charts.scatter(many, x="n", y="v").to_dict()
    assert sum(map(len, points["datasets"].values())) <= charts.MAX_MARKS
    line = charts.lines(many, x="n", y="v").to_dict()
    rows = next(iter(line["datasets"].values()))
    assert len(rows) <= charts.MAX_MARKS
    assert (rows[0]["v"], rows[-1]["v"]) == (0, 89_999)


def test_charts_do_not_touch_the_frame_they_draw() -> None:
    """Frames are shared by all visitors."""
    before = GUILDS.copy(deep=True)
    charts.scatter(GUILDS, x="members", y="active", mark="faction").to_dict()
    charts.galaxy_map(GUILDS).to_dict()
    pd.testing.assert_frame_equal(GUILDS, before)


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


MARKS = {**theme.FACTION_MARKS, **theme.RARITY_MARKS, **theme.ACTIVITY_MARKS}


@pytest.mark.parametrize(
    "colour",
    [mark.colour for mark in MARKS.values()]
    + [*theme.PLANET_COLOURS.values(), theme.TEAL, theme.AMBER, theme.UNKNOWN],
)
def test_colours_read_on_both_backgrounds(colour: str) -> None:
    """At least 3 to 1 by day and by night, as graphics need."""
    assert min(contrast(colour, ground) for ground in theme.BACKGROUNDS) >= 3


def test_cells_of_the_heat_grid_carry_black_text() -> None:
    """At least 4.5 to 1 on every step."""
    assert min(contrast(colour, "#14181D") for colour in theme.HEAT) >= 4.5


@pytest.mark.parametrize(
    ("marks", "values"),
    [
        (theme.FACTION_MARKS, FACTIONS),
        (theme.RARITY_MARKS, RARITIES),
        (theme.ACTIVITY_MARKS, ACTIVITY_LEVELS),
    ],
)
def test_each_value_has_its_own_colour_symbol_and_shape(
    marks: dict[str, theme.Mark], values: tuple[str, ...]
) -> None:
    """Colour is never the only signal."""
    assert tuple(marks) == values
    for trait in ("colour", "symbol", "shape", "label"):
        assert len({getattr(mark, trait) for mark in marks.values()}) == len(values)


def test_every_planet_has_its_own_colour() -> None:
    """Twelve planets, twelve colours; any other world is grey."""
    assert tuple(theme.PLANET_COLOURS) == PLANETS
    assert len(set(theme.PLANET_COLOURS.values())) == len(PLANETS)
    assert scales.planets(["Hoth", "Lok"]) == {
        "Lok": theme.PLANET_COLOURS["Lok"],
        "Hoth": theme.UNKNOWN,
    }
    assert theme.named(theme.RARITY_MARKS, "very_rare") == "◆ Very rare"
    assert theme.named(theme.FACTION_MARKS, None) == "—"
