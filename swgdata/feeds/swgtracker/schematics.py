"""exports/schematics.json and schematic_details.json: slots and experimentation lines."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import chain
from typing import Final

import pandas as pd
import pyarrow as pa

from swgdata.errors import FeedMalformed
from swgdata.feeds.coerce import flag, flag_or_none, listing, text, trimmed
from swgdata.feeds.json_body import decode_list, decode_object, kind
from swgdata.feeds.model import KEPT, OnRows, Reading
from swgdata.feeds.records import Column, Columns, Rows, declared, issues_of, last_of, read_rows
from swgdata.game import STATS

# Two capitals, "=", digits; the percent sign may be missing (docs/feeds.md).
_TERM: Final = re.compile(r"([A-Z]{2})=([0-9]{1,4}(?![0-9]))%?")


def line_terms(description: str) -> tuple[str, dict[str, int]]:
    """The title of a line, and its weights in percent by stat; a stat named twice counts twice.

    Weights usually total 100, but 33 + 33 + 33 and other totals occur. What is no stat of the
    game is ignored; without any term the whole text is the title.
    """
    totals: Counter[str] = Counter()
    terms = list(_TERM.finditer(description))
    for term in terms:
        if (stat := term[1].lower()) in STATS:
            totals[stat] += int(term[2])
    title = description[: terms[0].start()] if terms else description
    return title.strip(), dict(totals)


def weights(schematic: int, recipe: Mapping[str, object]) -> list[object]:
    """One record per stat of every line of a recipe: the ``schematic_lines`` table.

    A line without an id is numbered by its place, from 1. Only an explicit ``false`` switches a
    line off. What is not an object is passed on as it is, to be refused with the rest.
    """
    records: list[object] = []
    for number, line in enumerate(listing(recipe.get("formula")), start=1):
        if not isinstance(line, dict):
            records.append(line)
            continue
        title, terms = line_terms(text(line.get("formulaDescription")) or "")
        shared = {
            "schematic_id": schematic,
            "line_id": trimmed(line.get("formulaId")) or str(number),
            "line": title,
            "active": line.get("active") is not False,
        }
        records.extend({**shared, "stat": stat, "weight": terms[stat]} for stat in terms)
    return records


_COLUMNS: Final[Columns] = {
    "id": Column("Int32", ("id", "schematic_id", "schematicId"), required=True),
    "name": Column("str"),
    "profession": Column("str", ("parent",)),
    "category": Column("Int32"),
    "crate_size": Column("Int32"),
    "active": Column("bool", read=lambda value: value is None or flag(value)),
    "viewed": Column("Int32"),
}
SCHEMATIC_TABLES: Final = {"schematics": {**declared(_COLUMNS), "id": "int32"}}


def read_schematics(
    blocks: Iterable[bytes], *, count: int | None = None, on_rows: OnRows | None = None
) -> Reading:
    """Read the export; see `Reader`. A crate size of 0 is one that nobody knows: null."""
    results, _ = decode_list("schematics", b"".join(blocks), key="results")
    rows = last_of(read_rows(results, _COLUMNS), ["id"], what="schematic")
    tables = {"schematics": changed(rows, crate_size=positive)}
    return reading_of(tables, records=len(results), on_rows=on_rows)


def positive(values: pd.Series) -> pd.Series:
    """Null instead of 0."""
    return values.mask(values == 0)


def changed(rows: Rows, **changes: Callable[[pd.Series], pd.Series]) -> Rows:
    """The same rows with some columns worked over."""
    columns = {name: change(rows.frame[name]) for name, change in changes.items()}
    return replace(rows, frame=rows.frame.assign(**columns))


def reading_of(tables: Mapping[str, Rows], *, records: int, on_rows: OnRows | None) -> Reading:
    """Finished tables as Arrow, with the remarks of all of them in table order."""
    if on_rows is not None:
        on_rows(records)
    return Reading(
        tables={name: _arrow(rows.frame) for name, rows in tables.items()},
        records=records,
        issues=issues_of(tables, most=KEPT),
    )


def _arrow(frame: pd.DataFrame) -> pa.Table:
    """The values alone: what pandas would add of itself differs between its versions."""
    table = pa.Table.from_pandas(frame.reset_index(drop=True), preserve_index=False)
    return table.replace_schema_metadata(None)


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
DETAIL_TABLES: Final = {
    _NAME: declared(_DETAILS) | _OWNED,
    "schematic_slots": declared(_SLOTS) | _OWNED,
    "schematic_lines": declared(_LINES) | _OWNED | {"weight": "int16"},
    "schematic_components": declared(_COMPONENTS) | _OWNED | {"number": "int32"},
}


def read_details(
    blocks: Iterable[bytes], *, count: int | None = None, on_rows: OnRows | None = None
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
