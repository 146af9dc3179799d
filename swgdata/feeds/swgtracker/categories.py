"""api/categories.php: the site's tree of resource classes and its names for them."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from swgdata.feeds.coerce import listing, trimmed
from swgdata.feeds.json_body import decode_list
from swgdata.feeds.model import Parsed
from swgdata.feeds.records import Column, Columns, json_feed, last_of, parsed, read_rows

_LEVELS: Final = tuple(f"level{depth}" for depth in range(1, 7))
_CATEGORIES: Final[Columns] = {
    "code": Column("str", read=trimmed, required=True),
    **{level: Column("str", read=trimmed) for level in _LEVELS},
    **{f"{level}_description": Column("str") for level in _LEVELS},
}
_CLASS_NAMES: Final[Columns] = {
    "class_code": Column("str", ("resource_code",), read=trimmed, required=True),
    "class_name": Column("str", ("resource_name",)),
}
_PROFESSION_NAMES: Final[Columns] = {
    "profession": Column("str", ("parent",), read=trimmed, required=True)
}


def _parse(body: bytes) -> Parsed:
    """The tree in taxonomy order; the list of professions names each of them once."""
    tree, document = decode_list("categories", body, key="resource_tree_flat")
    names = listing(document.get("resource_types"))
    professions = listing(document.get("schematic_categories"))
    profession_names = read_rows(professions, _PROFESSION_NAMES, at="schematic_categories")
    tables = {
        "categories": last_of(read_rows(tree, _CATEGORIES), ["code"], what="class"),
        "class_names": last_of(
            read_rows(names, _CLASS_NAMES, at="resource_types"), ["class_code"], what="class"
        ),
        "profession_names": replace(
            profession_names, frame=profession_names.frame.drop_duplicates()
        ),
    }
    return parsed(tables)


CATEGORIES: Final = json_feed(
    "categories",
    timedelta(days=1),
    _parse,
    {"categories": _CATEGORIES, "class_names": _CLASS_NAMES, "profession_names": _PROFESSION_NAMES},
)
