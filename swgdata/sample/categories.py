"""The tree of resource classes as the site publishes it."""

from typing import Final

from swgdata.sample.recipes import CRAFTS
from swgdata.vocabulary.classes import CLASSES, ancestors, is_leaf

_LEVELS: Final = 6


def _chain(code: str) -> dict[str, str | None]:
    """A leaf with its ancestors, root first, padded with nulls."""
    above: list[str | None] = [*reversed(ancestors(code))]
    above += [None] * (_LEVELS - len(above))
    row: dict[str, str | None] = {"code": code}
    for level, one in enumerate(above, start=1):
        row[f"level{level}"] = one
        row[f"level{level}_description"] = CLASSES[one].name if one else None
    return row


def categories() -> dict[str, object]:
    """Answer ``/api/categories.php``; the nested tree is an empty map, which PHP writes ``[]``."""
    leaves = [one for one in CLASSES.values() if is_leaf(one.code)]
    return {
        "resource_tree_flat": [_chain(leaf.code) for leaf in leaves],
        "resource_types": [
            {"resource_code": leaf.code, "resource_name": leaf.name} for leaf in leaves
        ],
        "schematic_categories": [{"parent": craft.parent} for craft in CRAFTS],
        "tree": [],
    }
