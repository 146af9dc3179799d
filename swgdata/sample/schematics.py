"""Schematics: the list, and the recipe of most of them. They do not change from day to day."""

import json
import random
from typing import Final

from swgdata.sample.chance import dice
from swgdata.sample.recipes import CRAFTS, Craft, Slot
from swgdata.vocabulary.classes import CLASSES

_FIRST_ID: Final = 1_001
Record = dict[str, object]


class Schematics:
    """The schematics of one seed; see ``feeds.md`` 1.3 and 1.4 for the keys."""

    def __init__(self, seed: int) -> None:
        self.rows: list[Record] = []
        self.details: dict[str, Record] = {}
        chance = dice(seed, "schematics")
        category = 10
        for craft in CRAFTS:
            for family, products in craft.families.items():
                category += 1
                names = [f"{style} {one}" for one in products for style in craft.styles]
                for name in names:
                    self._add(chance, craft, name=name, family=family, category=category)

    def _add(
        self, chance: random.Random, craft: Craft, *, name: str, family: str, category: int
    ) -> None:
        number = _FIRST_ID + 7 * len(self.rows)
        crate = chance.choice((None, 0, 5, 10, 25, 25, 50, 100))
        self.rows.append(
            {
                "id": str(number),
                "name": name,
                "parent": craft.parent,
                "category": str(category),
                "active": "0" if chance.random() < 0.05 else "1",
                "crate_size": None if crate is None else str(crate),
                "component_overrides": None,
                "viewed": str(int(chance.expovariate(1 / 240))),
            }
        )
        if chance.random() < 0.88:  # the site fetches the recipes one by one
            self.details[str(number)] = _detail(chance, craft, number, name, family)

    def lists(self) -> bytes:
        """The bytes of ``schematics.json``."""
        return _written(self.rows)

    def recipes(self) -> bytes:
        """The bytes of ``schematic_details.json``; an empty map is ``[]``, as PHP writes it."""
        return _written(self.details or [])


def _written(results: object) -> bytes:
    return json.dumps({"results": results}, separators=(",", ":")).encode()


def _detail(chance: random.Random, craft: Craft, number: int, name: str, family: str) -> Record:
    slots = chance.sample(craft.slots, chance.randint(2, min(4, len(craft.slots))))
    lines = chance.sample(craft.lines, chance.randint(1, min(3, len(craft.lines))))
    if chance.random() < 0.06:
        lines = []
    return {
        "schematicId": number,
        "schematicName": name,
        "schematicDescription": chance.choice(
            (None, f"A well-made {name.lower()}.", f"The {craft.parent.lower()}'s choice & pride.")
        ),
        "schematicCategory": family,
        "schematicCategoryParent": craft.parent,
        "schematicQuality": chance.choice(("novice", "adept", "master", "master")),
        "manufactured": "yes" if lines else chance.choice(("no", None)),
        "crateSize": chance.choice((None, 10, 25, 25, 100)),
        "formula": [_line(chance, number, turn, line) for turn, line in enumerate(lines)],
        "resourcesNeeded": [_need(chance, slot) for slot in slots],
        "componentTypes": _parts(chance, number),
        "resourceDtoList": [
            {"resourceTypeCode": code, "resourceTypeName": CLASSES[code].name}
            for code in dict.fromkeys(slot[1] for slot in slots)
        ],
    }


def _line(chance: random.Random, number: int, turn: int, line: str) -> Record:
    found: Record = {"formulaId": str(number * 4 + turn), "formulaDescription": line}
    if chance.random() < 0.25:  # mostly left out; only an explicit false switches a line off
        found["active"] = chance.random() > 0.2
    return found


def _need(chance: random.Random, slot: Slot) -> Record:
    label, code, units = slot
    return {
        "id": code,
        "desc": label,
        "resourceName": CLASSES[code].name,
        "units": str(max(1, units * chance.randint(6, 16) // 10)),
    }


def _parts(chance: random.Random, number: int) -> list[Record]:
    """Sub-components: another schematic, or a generic part found as loot."""
    found: list[Record] = []
    if number > _FIRST_ID and chance.random() < 0.35:
        other = _FIRST_ID + 7 * chance.randrange((number - _FIRST_ID) // 7)
        found.append(
            {
                "type": "schematic",
                "id": str(other),
                "desc": "Sub-assembly",
                "number": str(chance.choice((0, 1, 2, 4))),
                "optional": "no",
                "looted": "no",
            }
        )
    if chance.random() < 0.15:
        found.append(
            {
                "type": "component",
                "id": "enhancement_module",
                "desc": "Enhancement module",
                "number": "1",
                "optional": "yes",
                "looted": "yes",
            }
        )
    return found
