"""exports/resources.json: the resources ever seen, streamed into Arrow columns.

Read as a stream into compact columns: the document never stands whole in memory, and fields
that are not wanted are never built.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from swgdata.feeds.coerce import TEXT_LIMIT, text
from swgdata.feeds.json_stream import pieces
from swgdata.feeds.model import ImportIssues, OnRows, Reading, Rejection
from swgdata.feeds.records import TIME
from swgdata.feeds.swgtracker.resource_rows import SMALL, Row, RowReader, planet_flags, small_values
from swgdata.game import STATS

_ROOM: Final = 1 << 14  # rows to begin with where no count was announced
_MOST: Final = 1 << 22  # rows an announced count is believed; beyond it the arrays grow
_NAT: Final = np.iinfo(np.int64).min
_DEAREST: Final = 1e30  # credits a unit; what lies beyond is no price
_KINDS: Final[dict[str, Any]] = {
    "id": np.int32,
    "class_code": np.int32,
    "class_name": np.int32,
    "score": np.int16,
    "cpu": np.float32,
    "in_spawn": np.bool_,
    "first_seen": np.int64,
    "despawned": np.int64,
    "planets": np.int16,
}


class Columns:
    """Fills with rows, then becomes a table."""

    def __init__(self, count: int | None) -> None:
        room = max(1, min(count or _ROOM, _MOST))
        self._rows = 0
        self._small = np.empty((len(SMALL), room), np.int16)
        self._single = {name: np.empty(room, kind) for name, kind in _KINDS.items()}
        self._names: list[pa.Array] = []
        self._codes, self._classes, self._planets = _Labels(), _Labels(), _Planets()

    @property
    def ids(self) -> NDArray[np.int32]:
        """The ids so far."""
        return self._single["id"][: self._rows]

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        start, stop = self._rows, self._rows + len(rows)
        self._make_room(stop)
        small = chain.from_iterable(map(small_values, rows))
        values = np.fromiter(small, np.int16, len(rows) * len(SMALL))
        self._small[:, start:stop] = values.reshape(len(rows), len(SMALL)).T
        for name, column in self._lists(rows).items():
            self._single[name][start:stop] = column
        self._names.append(pa.array(_shown([row.name for row in rows]), pa.large_string()))
        self._rows = stop

    def _lists(self, rows: Sequence[Row]) -> dict[str, list[Any]]:
        codes, classes, planets = self._codes, self._classes, self._planets
        return {
            "id": [row.id for row in rows],
            "class_code": [codes[row.type_code] for row in rows],
            "class_name": [classes[row.type_name] for row in rows],
            "score": [-1 if (score := row.shown_score()) is None else score for row in rows],
            "cpu": [price if 0 < (price := row.cpu or 0) < _DEAREST else np.nan for row in rows],
            "in_spawn": [row.status == 1 for row in rows],
            "first_seen": [row.timestamp or _NAT for row in rows],
            "despawned": [row.inactive_at or _NAT for row in rows],
            "planets": [planets[flags] for flags in map(planet_flags, rows)],
        }

    def _make_room(self, rows: int) -> None:
        room = self._small.shape[1]
        if rows <= room:
            return
        room = max(rows, room + room // 2)
        self._small = _grown(self._small, room, self._rows)
        for name in self._single:
            self._single[name] = _grown(self._single[name], room, self._rows)

    def table(self) -> pa.Table:
        """One row per row added, in order; the memory is shared, so nothing may be added after."""
        single = {name: values[: self._rows] for name, values in self._single.items()}
        small = {name: pa.array(self._small[i, : self._rows]) for i, name in enumerate(SMALL)}
        top_count = small.pop("topcount")
        return pa.table(
            {
                "id": pa.array(single["id"]),
                "name": pa.chunked_array(self._names, pa.large_string()).combine_chunks(),
                "class_code": self._codes.column(single["class_code"]),
                "class_name": self._classes.column(single["class_name"]),
                **small,
                "score": pa.array(single["score"], mask=single["score"] < 0),
                "top_count": top_count,
                "cpu": pa.array(single["cpu"]),
                "in_spawn": pa.array(single["in_spawn"]),
                "first_seen": _times(single["first_seen"]),
                "despawned": _times(single["despawned"]),
                "planets": pa.array(single["planets"]),
            }
        )


class _Planets(dict[tuple[bool, ...], int]):
    """Flags -> bit mask, each combination worked out once."""

    def __missing__(self, flags: tuple[bool, ...]) -> int:
        mask = sum(1 << index for index, there in enumerate(flags) if there)
        self[flags] = mask
        return mask


class _Labels(dict[str | None, int]):
    """Text as it came -> place of the text as it is shown among all of them; -1 for none."""

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[str, int] = {}

    def __missing__(self, raw: str | None) -> int:
        label = text(raw)
        index = -1 if label is None else self._places.setdefault(label, len(self._places))
        self[raw] = index
        return index

    def column(self, places: NDArray[np.int32]) -> pa.Array:
        """The labels of these places, dictionary-encoded."""
        kind = np.int16 if len(self._places) <= np.iinfo(np.int16).max else np.int32
        codes = pa.array(places.astype(kind), mask=places < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(list(self._places), pa.string()))


def _grown(values: NDArray[Any], room: int, used: int) -> NDArray[Any]:
    larger = np.empty((*values.shape[:-1], room), values.dtype)
    larger[..., :used] = values[..., :used]
    return larger


def _shown(names: list[str | None]) -> list[str | None]:
    """Names fit to be shown; a test of all at once spares nearly all of them a closer look."""
    try:
        clean = "".join(names).isprintable()  # type: ignore[arg-type] # None raises, as it should
        if clean and all(name.strip() and len(name) <= TEXT_LIMIT for name in names if name):
            return [name or None for name in names]
    except TypeError:
        pass
    return [text(name) for name in names]


def _times(seconds: NDArray[np.int64]) -> pa.Array:
    return pa.array(seconds.view("datetime64[s]"), type=pa.timestamp("s", tz="UTC"))


DTYPES: Final[Mapping[str, str]] = {
    "id": "int32",
    "name": "str",
    "class_code": "category",
    "class_name": "category",
    **dict.fromkeys(STATS, "int16"),
    **{f"{stat}_max": "int16" for stat in STATS},
    "rating": "int16",
    "score": "Int16",
    "top_count": "int16",
    "cpu": "float32",
    "in_spawn": "bool",
    "first_seen": TIME,
    "despawned": TIME,
    "planets": "int16",
}


def read_resources(
    blocks: Iterable[bytes], *, count: int | None = None, on_rows: OnRows | None = None
) -> Reading:
    """Read the export; see `Reader`.

    One row per id: a later one replaces an earlier one, as in the site's own client. A stat of 0
    is one that the class lacks; ``cpu`` is NaN where nobody voted; ``planets`` is a bitmask.
    """
    reader, columns = RowReader(), Columns(count)
    keys = ("results", "resources")
    for rows in pieces(blocks, feed="resources", keys=keys, decode=reader.decode):
        columns.add(rows)
        if on_rows is not None:
            on_rows(reader.records)
    table = _last_of_each_id(columns, reader)
    return Reading(
        tables={"resources": table},
        records=reader.records,
        issues=ImportIssues(
            rejected=tuple(sorted(reader.rejected, key=lambda rejection: rejection.row)),
            rejected_count=reader.rejected.total,
            flagged=tuple(reader.flagged),
            flagged_count=reader.flagged.total,
        ),
    )


def _last_of_each_id(columns: Columns, reader: RowReader) -> pa.Table:
    """The finished table; rows whose id stands again further down are set aside."""
    ids = columns.ids
    in_order = np.sort(ids)
    if not (in_order[1:] == in_order[:-1]).any():
        return columns.table()
    _, from_behind = np.unique(ids[::-1], return_index=True)
    kept = np.sort(ids.size - 1 - from_behind)
    doubled = np.delete(np.arange(ids.size), kept)
    positions = np.delete(np.arange(reader.records), reader.skipped)[doubled]
    for position, identity in zip(positions.tolist(), ids[doubled].tolist(), strict=True):
        reason = "the same resource stands again further down"
        reader.rejected.add(Rejection(position, "id", str(identity), reason))
    return columns.table().take(kept)
