"""What the sample's crafters make: products, their slots and their experimentation lines."""

from dataclasses import dataclass
from typing import Final

Slot = tuple[str, str, int]
"""Label, class code, units."""


@dataclass(frozen=True, slots=True)
class Craft:
    """One profession's catalogue.

    Attributes:
        parent: Profession, as the feed's parent category.
        families: Sub-category -> products in it.
        styles: What comes before the name of a product.
        slots: Ingredient slots to draw from.
        lines: Experimentation lines to draw from, as the feed prints them.
    """

    parent: str
    families: dict[str, tuple[str, ...]]
    styles: tuple[str, ...]
    slots: tuple[Slot, ...]
    lines: tuple[str, ...]


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
