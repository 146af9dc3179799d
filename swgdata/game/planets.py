"""Planets: spellings and bit masks.

A set of planets is a bitmask: bit ``i`` stands for ``PLANETS[i]``. The order of ``PLANETS`` is
therefore part of what is stored on disk and must not change.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PLANET_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Corellia": "cor",
        "Dantooine": "dan",
        "Dathomir": "dat",
        "Endor": "end",
        "Lok": "lok",
        "Naboo": "nab",
        "Rori": "ror",
        "Talus": "tal",
        "Tatooine": "tat",
        "Yavin IV": "yav",
        "Kashyyyk": "kas",
        "Mustafar": "mus",
    }
)
"""Display name -> three-letter code of the site's waypoints."""
PLANETS: Final[tuple[str, ...]] = tuple(PLANET_CODES)
RESTRICTED_PLANETS: Final[tuple[str, ...]] = ("Mustafar", "Kashyyyk")
"""Planets many players cannot reach and may want hidden."""


def _key(name: str) -> str:
    """Reduce a spelling to what its variants share: ``YAVIN 4``, ``planet_yavin4`` -> yavin4."""
    plain = "".join(name.casefold().replace("_", " ").replace("-", " ").split())
    return plain.removeprefix("planet")


_SPELLINGS: Final = (
    {_key(planet): planet for planet in PLANETS}
    | {code: planet for planet, code in PLANET_CODES.items()}
    | {"yavin": "Yavin IV", "yavin4": "Yavin IV"}
)
_BITS: Final = {planet: 1 << place for place, planet in enumerate(PLANETS)}
_ALL: Final = (1 << len(PLANETS)) - 1


def planet_name(text: str | None) -> str | None:
    """Spell a planet the one way.

    Takes any case and spacing of the display name, the flag column (``planet_lok``), the three-
    letter code, and "Yavin 4" or "Yavin".

    Returns:
        The display name; a world not among the twelve verbatim (trimmed), never a guess;
        None for nothing at all.
    """
    trimmed = (text or "").strip()
    return _SPELLINGS.get(_key(trimmed), trimmed) or None


def planet_mask(names: Iterable[str]) -> int:
    """Pack planets into a bitmask; takes any spelling; another world than the twelve has no bit."""
    mask = 0
    for name in names:
        mask |= _BITS.get(planet_name(name) or "", 0)
    return mask


@cache
def planets_of(mask: int) -> tuple[str, ...]:
    """Unpack a bitmask into display names, in the order of ``PLANETS``.

    Raises:
        ValueError: ``mask`` is negative or has bits beyond the twelve planets.
    """
    if not 0 <= mask <= _ALL:
        raise ValueError(f"a planet mask lies between 0 and {_ALL}, got {mask}")
    return tuple(planet for planet, bit in _BITS.items() if mask & bit)


def planet_tuples(masks: "NDArray[np.integer[Any]]") -> "NDArray[np.object_]":
    """Unpack many bitmasks at once, each distinct one only once.

    Returns:
        The tuples of ``planets_of``, same length and order; equal masks share one tuple.

    Raises:
        ValueError: A mask is negative or has bits beyond the twelve planets.
    """
    return _looked_up(masks, {mask: planets_of(mask) for mask in _distinct(masks)})


def planet_texts(
    masks: "NDArray[np.integer[Any]]", *, separator: str = ", "
) -> "NDArray[np.object_]":
    """Unpack many bitmasks into text, e.g. ``Corellia, Lok``; no planet gives ``""``.

    Raises:
        ValueError: A mask is negative or has bits beyond the twelve planets.
    """
    return _looked_up(masks, {mask: separator.join(planets_of(mask)) for mask in _distinct(masks)})


def _distinct(masks: "NDArray[np.integer[Any]]") -> list[int]:
    import numpy as np

    distinct: list[int] = np.unique(masks).tolist()
    return distinct


def _looked_up(
    masks: "NDArray[np.integer[Any]]", meaning: Mapping[int, object]
) -> "NDArray[np.object_]":
    import numpy as np

    table: NDArray[np.object_] = np.empty(_ALL + 1, dtype=object)
    for mask, value in meaning.items():
        table[mask] = value
    result: NDArray[np.object_] = table[masks]
    return result
