"""Schematics and recipes."""

import json
import random
from dataclasses import dataclass
from typing import Final

from swgdata.game.classes import CLASSES
from swgdata.sources.sample.generators import Record, dice

Slot = tuple[str, str, int]  # label, class code, units


@dataclass(frozen=True, slots=True)
class Craft:
    """One profession's catalogue."""

    parent: str  # profession, as the feed's parent category
    families: dict[str, tuple[str, ...]]  # sub-category -> products in it
    styles: tuple[str, ...]  # what comes before the name of a product
    slots: tuple[Slot, ...]  # ingredient slots to draw from
    lines: tuple[str, ...]  # experimentation lines to draw from, as the feed prints them


_CONDITION: Final = "Condition OQ=50% SR=50%"
_QUALITY: Final = "Overall Quality OQ=100"
_NUTRITION: Final = "Nutrition FL=33% OQ=33% PE=33%"
CRAFTS: Final = (
    Craft(
        "Architect",
        {
            "Furniture": ("Round Table", "Bookcase", "Lounge Chair", "Cabinet", "Lamp Post"),
            "Installations": ("Mineral Harvester", "Gas Harvester", "Wind Generator", "Silo"),
            "Structures": ("Small House", "Guild Hall", "Garage", "Workshop"),
        },
        ("Plain", "Elegant", "Provincial"),
        (("frame", "mtl", 60), ("foundation", "ign", 120),
         ("panels", "wod", 45), ("seals", "pol", 20)),
        ("Extraction Rate CD=33% SR=33% UT=33%", "Hopper Size DR=50% UT=50%", _CONDITION),
    ),
    Craft(
        "Armorsmith",
        {
            "Composite Armor": ("Chest Plate", "Helmet", "Bicep", "Bracer", "Leggings", "Gloves"),
            "Armor Components": ("Armor Segment", "Armor Core", "Reinforcement Layer"),
        },
        ("Light", "Battle", "Reconnaissance"),
        (("body shell", "stl", 40), ("lining", "hid", 25), ("fastening", "alu", 12),
         ("load bearing", "irn", 30), ("sealant", "fib", 15)),
        (_CONDITION, "Integrity OQ=25% SR=25% UT=50%", "Effectiveness MA=34% OQ=33% UT=33%"),
    ),
    Craft(
        "Artisan",
        {
            "Tools": ("Survey Tool", "Crafting Station", "Fishing Pole", "Lantern"),
            "Vehicles": ("Speeder", "Swoop Frame", "Landskiff"),
        },
        ("Basic", "Improved", "Experimental", "Portable"),
        (("assembly", "mtl", 18), ("circuitry", "cpr", 10),
         ("casing", "min", 14), ("fuel", "pet", 8)),
        (_QUALITY, "Durability DR=50% UT=50%", "Accuracy CD=66% OQ=34%"),
    ),
    Craft(
        "Bio-Engineer",
        {
            "Tissues": ("Muscle Tissue", "Bone Graft", "Nerve Bundle", "Hide Culture"),
            "Food Additives": ("Flavor Enhancer", "Filling Agent"),
        },
        ("Light", "Medium", "Heavy", "Refined"),
        (("culture", "crs", 20), ("medium", "wtr", 10),
         ("marrow", "bne", 12), ("nutrient", "flf", 15)),
        ("Potency OQ=66% PE=33%", "Tissue Quality OQ=50% PE=50%"),
    ),
    Craft(
        "Chef",
        {
            "Dishes": ("Stew", "Casserole", "Dumplings", "Terrine", "Crisps"),
            "Desserts": ("Cake", "Sorbet", "Tart"),
            "Drinks": ("Cordial", "Ale", "Tonic"),
        },
        ("Spiced", "Sweet", "Smoked"),
        (("base", "cer", 30), ("meat", "met", 20), ("greens", "veg", 18), ("fruit", "frt", 16),
         ("stock", "wtr", 12), ("cream", "mlk", 10)),
        (_NUTRITION, "Flavor FL=66% OQ=34%", "Quantity OQ=75% PE=25%", "Filling PE=100%"),
    ),
    Craft(
        "Combat Medic",
        {
            "Area Medicine": ("Stimpack Grenade", "Cure Cloud", "Antidote Canister"),
            "Delivery": ("Dispersal Unit", "Range Extender", "Vial"),
        },
        ("Mild", "Strong", "Concentrated", "Stable"),
        (("compound", "chm", 18), ("carrier", "gas", 12),
         ("herbs", "flf", 14), ("shell", "alu", 6)),
        ("Power OQ=66% PE=33%", "Charges OQ=50% UT=50%", "Range DR=50% OQ=50%"),
    ),
    Craft(
        "Doctor",
        {
            "Enhancements": ("Stamina Pack", "Vitality Pack", "Focus Pack", "Resilience Pack"),
            "Recovery": ("Wound Salve", "Bacta Tank Filter", "Stimpack"),
        },
        ("Common", "Advanced", "Superior"),
        (("biological", "org", 25), ("inorganic", "ino", 22), ("resilience", "vbn", 14),
         ("release agent", "fgs", 12)),
        ("Potency OQ=66% PE=33%", "Duration DR=40% PE=60%", "Charges OQ=75% UT=25%"),
    ),
    Craft(
        "Droid Engineer",
        {
            "Droids": ("Probe Droid", "Repair Droid", "Interpreter Droid", "Survey Droid"),
            "Modules": ("Memory Module", "Storage Module", "Effects Module", "Sensor Module"),
        },
        ("Mark I", "Mark II", "Mark III"),
        (("chassis", "stl", 28), ("wiring", "cpr", 16),
         ("optics", "cry", 6), ("plating", "alu", 20)),
        ("Mechanism Quality CD=33% OQ=33% UT=33%", "Hull SR=50% UT=50%", _QUALITY),
    ),
    Craft(
        "Scout",
        {
            "Camps": ("Field Camp", "Trail Shelter", "Survival Kit"),
            "Traps": ("Snare", "Glow Trap", "Noise Maker", "Sonic Lure"),
        },
        ("Simple", "Sturdy", "Quality"),
        (("hide", "hid", 15), ("poles", "wod", 12), ("bones", "bne", 8), ("bait", "met", 6)),
        (_QUALITY, "Toughness DR=50% UT=50%"),
    ),
    Craft(
        "Shipwright",
        {
            "Engines": ("Ion Engine", "Thruster", "Afterburner"),
            "Shields": ("Deflector", "Shield Cell"),
            "Weapons": ("Laser Cannon", "Blaster Turret", "Targeting Array"),
        },
        ("Stock", "Tuned", "Heavy", "Racing"),
        (("housing", "nfr", 120), ("coils", "cpr", 80), ("armor", "stl", 160),
         ("coolant", "irt", 40), ("crystal", "gem", 12), ("asteroid core", "amin", 50)),
        ("Output CD=50% OQ=50%", "Hitpoints OQ=33% SR=33% UT=33%",
         "Energy Efficiency CR=25% HR=75%"),
    ),
    Craft(
        "Tailor",
        {
            "Clothing": ("Jacket", "Robe", "Trousers", "Travel Cloak", "Gown", "Boots", "Sash"),
            "Components": ("Synthetic Cloth", "Reinforced Fiber Panel", "Trim"),
        },
        ("Casual", "Formal", "Desert"),
        (("leather", "lhd", 20), ("wool", "whd", 14), ("fiber", "fib", 18), ("dye", "flr", 6)),
        (_QUALITY, "Sockets OQ=60% UT=40%"),
    ),
    Craft(
        "Weaponsmith",
        {
            "Melee Weapons": ("Long Sword", "Vibro Knife", "Power Hammer", "Lance"),
            "Ranged Weapons": ("Carbine", "Pistol", "Rifle", "Slugthrower"),
            "Weapon Components": ("Power Cell", "Scope"),
        },
        ("Standard", "Hunting", "Duelist's"),
        (("barrel", "dustl", 24), ("frame", "fer", 30), ("focus", "cry", 8), ("grip", "wod", 10),
         ("power feed", "becpr", 16), ("igniter", "rtv", 12)),
        ("Damage OQ=33% SR=33% UT=33%", "Speed CD=50% OQ=50%", _CONDITION, "Wound Chance OQ 50"),
    ),
)  # fmt: skip
"""Twelve professions. "Wound Chance OQ 50" has no readable weight, as happens on the site."""
_FIRST_ID: Final = 1_001


class Schematics:
    """The schematics of one seed; see ``docs/feeds.md`` for the keys."""

    def __init__(self, seed: int) -> None:
        self.rows: list[Record] = []
        self.details: dict[str, Record] = {}
        chance = dice(seed, "schematics")
        category = 10
        for craft in CRAFTS:
            for family, products in craft.families.items():
                category += 1
                for product in products:
                    for style in craft.styles:
                        name = f"{style} {product}"
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
    result: Record = {"formulaId": str(number * 4 + turn), "formulaDescription": line}
    if chance.random() < 0.25:  # mostly left out; only an explicit false switches a line off
        result["active"] = chance.random() > 0.2
    return result


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
    parts: list[Record] = []
    if number > _FIRST_ID and chance.random() < 0.35:
        other = _FIRST_ID + 7 * chance.randrange((number - _FIRST_ID) // 7)
        count = chance.choice((0, 1, 2, 4))
        parts.append(_part("schematic", str(other), "Sub-assembly", count, "no"))
    if chance.random() < 0.15:
        parts.append(_part("component", "enhancement_module", "Enhancement module", 1, "yes"))
    return parts


def _part(kind: str, key: str, label: str, count: int, loot: str) -> Record:
    return {
        "type": kind, "id": key, "desc": label,
        "number": str(count), "optional": loot, "looted": loot,
    }  # fmt: skip
