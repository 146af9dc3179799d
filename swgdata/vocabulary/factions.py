"""The factions of the Galactic Civil War, as guilds and cities declare them."""

from typing import Final

FACTIONS: Final[tuple[str, ...]] = ("Imperial", "Rebel", "Neutral")

_SPELLINGS: Final = {faction.casefold(): faction for faction in FACTIONS}
_NO_FACTION: Final = frozenset({"", "none", "-", "–", "—"})


def faction_name(text: str | None) -> str | None:
    """Spell a faction the one way.

    Args:
        text: What a feed sent.

    Returns:
        One of ``FACTIONS`` for any case of its name, an unknown faction verbatim (trimmed),
        None where none is declared (empty, "none", a dash).
    """
    trimmed = (text or "").strip()
    key = trimmed.casefold()
    return None if key in _NO_FACTION else _SPELLINGS.get(key, trimmed)
