"""Charts that are drawn once: the same for the same rows, and nobody can change another's."""

import json
from collections.abc import Iterator
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd
import pyarrow as pa
import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as some

from swgdata.ui import charts, theme
from swgdata.ui.components.chart_cache import cached_chart

if TYPE_CHECKING:
    from swgdata.ui.charts.scales import Drawing

ROUNDS: Final = 100
GUILDS: Final = pd.DataFrame(
    {
        "name": ["Krayt Riders", "Second", "Third"],
        "faction": pd.Series(["Rebel", None, "Imperial"], dtype="str"),
        "active": pd.Series([31, 5, 10], dtype="Int32"),
        "members": pd.Series([88, 20, 10], dtype="Int32"),
        "planets": [("Lok",), None, ["Rori", "Naboo"]],
    }
)
drawn: list[int] = []


def counted(frame: pd.DataFrame, *, value: str = "active") -> "Drawing":
    """A ranking that counts how often it is drawn."""
    drawn.append(len(frame))
    return charts.ranked_bar(frame, value=value, label="name")


def other(frame: pd.DataFrame, *, value: str = "active") -> "Drawing":
    """Another drawing of the same rows."""
    drawn.append(len(frame))
    return charts.ranked_bar(frame, value=value, label="name", top=1)


@pytest.fixture(autouse=True)
def _nothing_drawn() -> Iterator[None]:
    """Each test starts with nothing remembered."""
    streamlit.cache_data.clear()
    drawn.clear()
    yield
    streamlit.cache_data.clear()


def rows(spec: dict[str, Any]) -> list[pd.DataFrame]:
    """The data of a finished chart."""
    return [pa.ipc.open_stream(data).read_pandas() for data in spec["datasets"].values()]


def test_the_same_rows_are_drawn_once() -> None:
    """By content: whether it is the same object, and how its index runs, does not matter."""
    first = cached_chart(counted, GUILDS)
    again = GUILDS.iloc[[2, 0, 1]].sort_index().set_axis([7, 8, 9])
    assert cached_chart(counted, again) == first
    assert drawn == [3]


def test_other_rows_settings_and_drawings_are_other_charts() -> None:
    """Each of them is drawn, and drawn from its own rows."""
    specs = [
        cached_chart(draw, frame)
        for draw in (counted, partial(counted, value="members"), other)
        for frame in (GUILDS, GUILDS.tail(2), GUILDS.assign(name=["A", "B", "C"]))
    ]
    assert len(drawn) == len(specs) == 9
    assert len({json.dumps(spec, default=bytes.hex, sort_keys=True) for spec in specs}) == 9
    assert rows(specs[2])[0]["name"].tolist() == ["A", "C", "B"]


@given(
    some.lists(
        some.tuples(some.text(max_size=4), some.floats(allow_nan=False) | some.none()),
        min_size=1,
        max_size=4,
    ),
    some.data(),
)
def test_one_changed_cell_is_another_chart(cells: list[Any], data: some.DataObject) -> None:
    """A chart never stands in for that of other rows, however alike they are."""
    before = pd.DataFrame(cells, columns=["name", "active"]).astype({"active": "Float64"})
    place = data.draw(some.integers(0, len(cells) - 1))
    text = data.draw(some.text(max_size=4).filter(lambda text: text != cells[place][0]))
    after = before.copy()
    after.loc[place, "name"] = text
    first = cached_chart(partial(charts.ranked_bar, value="active", label="name", top=9), before)
    second = cached_chart(partial(charts.ranked_bar, value="active", label="name", top=9), after)
    shown = {name: rows(spec)[0]["name"].tolist() for name, spec in (("a", first), ("b", second))}
    assert shown["a"] == known(before)
    assert shown["b"] == known(after)


def known(frame: pd.DataFrame) -> list[str]:
    """Names in the order a ranking draws them."""
    ranked = frame.dropna(subset=["active"]).sort_values("active", ascending=False, kind="stable")
    return [str(name) for name in ranked["name"]]


def test_what_cannot_be_told_apart_is_drawn_every_time() -> None:
    """Functions made on the spot, bound ones, and settings that do not tell all of themselves."""
    for value in ("active", "members"):
        spec = cached_chart(lambda frame: counted(frame, value=value), GUILDS)  # noqa: B023 - at once
        assert value in json.dumps(spec["layer"])

    def nested(frame: pd.DataFrame) -> "Drawing":
        return counted(frame)

    class Painter:
        def paint(self, frame: pd.DataFrame) -> "Drawing":
            return counted(frame)

    sized = partial(with_frame, extra=GUILDS)
    for draw in (nested, nested, Painter().paint, Painter().paint, sized, sized):
        cached_chart(draw, GUILDS)
    assert len(drawn) == 2 + 6


def with_frame(frame: pd.DataFrame, *, extra: pd.DataFrame) -> "Drawing":
    """A drawing with a second frame set."""
    return counted(frame.head(len(extra)))


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ({"zone": ZoneInfo("Europe/Berlin")}, {"zone": UTC}),
        ({"zero": True}, {"zero": False}),
        ({"colours": {"a": "#1F9486"}}, {"colours": {"a": "#C07A1A"}}),
    ],
)
def test_every_setting_counts(one: dict[str, Any], another: dict[str, Any]) -> None:
    """Zones, switches and colours are part of what a chart is known by."""
    frame = pd.DataFrame(
        {
            "at": pd.to_datetime(["2026-08-16T10:00Z", "2026-08-16T11:00Z"]).as_unit("s"),
            "n": [1.0, 2.0],
            "who": ["a", "a"],
        }
    )
    draw = partial(charts.lines, x="at", y="n", by="who")
    assert cached_chart(partial(draw, **one), frame) != cached_chart(
        partial(draw, **another), frame
    )
    assert cached_chart(partial(draw, **one), frame) == cached_chart(partial(draw, **one), frame)


def test_a_visitor_cannot_change_what_another_sees() -> None:
    """A hundred visitors spoil what they were given and the rows they drew; all see the same."""
    first = cached_chart(counted, GUILDS)
    told = json.dumps(first, default=bytes.hex)
    for place in range(ROUNDS):
        mine = GUILDS.copy()
        spec = cached_chart(counted, mine)
        assert json.dumps(spec, default=bytes.hex) == told
        mine.loc[0, "active"] = place
        spec["layer"][0]["encoding"].clear()
        spec["datasets"].clear()
        spec["mark"] = "stolen"
    assert drawn == [3]


def test_a_finished_chart_is_what_altair_makes() -> None:
    """Nothing is lost on the way but Altair's own theme; the data are those of the chart."""
    draw = partial(
        charts.scatter,
        x="members",
        y="active",
        mark="faction",
        marks=theme.FACTION_MARKS,
        guides=[0.5],
    )
    spec = cached_chart(draw, GUILDS)
    with alt.theme.enable("none"):
        whole = draw(GUILDS).to_dict()
    assert sorted(map(len, rows(spec))) == sorted(map(len, whole["datasets"].values()))
    for one in (spec, whole):
        del one["datasets"]
        unnamed(one)
    assert spec == whole


def unnamed(spec: Any) -> None:
    """Take the names of data out of a specification."""
    if isinstance(spec, dict):
        spec.pop("data", None)
        for inner in spec.values():
            unnamed(inner)
    if isinstance(spec, list):
        for inner in spec:
            unnamed(inner)


def test_columns_of_mixed_kinds_are_drawn() -> None:
    """A feed's odd values are no reason for a chart to fail."""
    mixed = GUILDS.assign(note=pd.Series([1, "two", [3]], dtype="object"))
    assert len(rows(cached_chart(counted, mixed))[0]) == 3
