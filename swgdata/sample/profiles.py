"""What a guild says of itself."""

import random
from typing import Final, Protocol

_BIOS: Final = (
    "We harvest by day and raid by night. New hands welcome.",
    "Crafters' circle: bring your own harvesters, share the surveys.",
    "Old friends, slow evenings & long flights.",
    "Weekly dungeon on Saturdays, trade fair on the first Sunday.",
    "Quiet guild for quiet people – «nihil festinantes».",
)


class Named(Protocol):
    """Whatever has a tag and a recruiting badge."""

    @property
    def tag(self) -> str:
        """The tag."""

    @property
    def recruiting(self) -> int:
        """0 or 1."""


def profile(chance: random.Random, guild: Named, towns: list[str]) -> dict[str, object] | None:
    """The ``details`` of a guild: None where it never wrote any, and null for what it left out."""
    if chance.random() < 0.15:
        return None
    site = f"https://{guild.tag.lower()}.example"
    return {
        "recruiting": guild.recruiting,
        "city": chance.choice([None, *towns]) if chance.random() < 0.9 else "",
        "bio": chance.choice((None, *_BIOS)),
        "alt_contacts": chance.choice((None, None, "Ask any officer")),
        "discord": chance.choice((None, f"{site}/chat")),
        "website": chance.choice((None, site)),
    }
