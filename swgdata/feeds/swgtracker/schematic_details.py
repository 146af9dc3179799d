"""``exports/schematic_details.json``: the recipes. A few megabytes, so it is decoded whole."""

from collections.abc import Iterable
from itertools import chain
from typing import Final

import pandas as pd

from swgdata.errors import FeedMalformed
from swgdata.feeds.body import decode_object, kind
from swgdata.feeds.coerce import flag_or_none, listing
from swgdata.feeds.columns import Column, Columns, declared
from swgdata.feeds.reading import OnRows, Reading
from swgdata.feeds.records import last_of, read_rows
from swgdata.feeds.swgtracker.formulas import weights
from swgdata.feeds.swgtracker.schematics import changed, positive, reading_of

_NAME: Final = "schematic_details"
_OWNER: Final = "schematic_id"
Recipe = tuple[int, dict[str, object]]


def _yes(value: object) -> bool | None:
    return {"yes": True, "no": False}.get(str(value).strip().casefold(), flag_or_none(value))


def _surely(value: object) -> bool:
    return _yes(value) is True


_DETAILS: Final[Columns] = {
    _OWNER: Column("Int32", required=True),
    "name": Column("str", ("schematicName",)),
    "description": Column("str", ("schematicDescription",)),
    "category": Column("str", ("schematicCategory",)),
    "profession": Column("str", ("schematicCategoryParent",)),
    "quality": Column("str", ("schematicQuality",)),
    "manufactured": Column("boolean", read=_yes),
    "crate_size": Column("Int32", ("crateSize",)),
}
_SLOTS: Final[Columns] = {
    _OWNER: Column("Int32"),
    "slot": Column("str", ("desc",)),
    "class_code": Column("str", ("id",)),
    "class_name": Column("str", ("resourceName",)),
    "units": Column("Int32"),
}
_LINES: Final[Columns] = {
    _OWNER: Column("Int32"),
    "line_id": Column("str"),
    "line": Column("str"),
    "active": Column("bool"),
    "stat": Column("str"),
    "weight": Column("Int16"),
}
_COMPONENTS: Final[Columns] = {
    _OWNER: Column("Int32"),
    "slot": Column("str", ("desc",)),
    "kind": Column("str", ("type",)),
    "component_id": Column("str", ("id",)),
    "number": Column("Int32"),
    "optional": Column("bool", read=_surely),
    "looted": Column("bool", read=_surely),
}
_OWNED: Final = {_OWNER: "int32"}
TABLES: Final = {
    _NAME: declared(_DETAILS) | _OWNED,
    "schematic_slots": declared(_SLOTS) | _OWNED,
    "schematic_lines": declared(_LINES) | _OWNED | {"weight": "int16"},
    "schematic_components": declared(_COMPONENTS) | _OWNED | {"number": "int32"},
}


def read(
    blocks: Iterable[bytes],
    *,
    count: int | None = None,
    on_rows: OnRows | None = None,
) -> Reading:
    """Read the export; see `Reader`.

    Slots, components and experimentation lines each become a table of their own: one row per
    slot, per component, and per stat of a line; a line without a weight has no row.
    """
    records = _payloads(b"".join(blocks))
    details = last_of(read_rows(records, _DETAILS), [_OWNER], what="schematic")
    owners = details.frame[_OWNER]
    recipes: list[Recipe] = [
        (owner, record)
        for owner, position in zip(owners.tolist(), owners.index.tolist(), strict=True)
        if isinstance(record := records[position], dict)
    ]
    slots, parts = _entries(recipes, "resourcesNeeded"), _entries(recipes, "componentTypes")
    lines = list(chain.from_iterable(weights(owner, recipe) for owner, recipe in recipes))
    components = read_rows(parts, _COMPONENTS, at="componentTypes")
    tables = {
        _NAME: changed(details, crate_size=positive),
        "schematic_slots": read_rows(slots, _SLOTS, at="resourcesNeeded"),
        "schematic_lines": read_rows(lines, _LINES, at="formula"),
        "schematic_components": changed(components, number=_at_least_one),
    }
    return reading_of(tables, records=len(records), on_rows=on_rows)


def _payloads(body: bytes) -> list[object]:
    """The payloads with their id; PHP writes a map that is empty, or numbered from 0, as a list."""
    results = decode_object(_NAME, body, any_of=("results",))["results"]
    if isinstance(results, list):
        return [
            payload | {_OWNER: payload.get("schematicId")} if isinstance(payload, dict) else payload
            for payload in results
        ]
    if isinstance(results, dict):
        return [
            payload | {_OWNER: key} if isinstance(payload, dict) else payload
            for key, payload in results.items()
        ]
    raise FeedMalformed(_NAME, f"expected a map under results, got {kind(results)}")


def _entries(recipes: Iterable[Recipe], key: str) -> list[object]:
    """The entries of one list of every recipe, each with the schematic it belongs to."""
    return [
        entry | {_OWNER: owner} if isinstance(entry, dict) else entry
        for owner, recipe in recipes
        for entry in listing(recipe.get(key))
    ]


def _at_least_one(values: pd.Series) -> pd.Series:
    return values.fillna(1).clip(lower=1)
