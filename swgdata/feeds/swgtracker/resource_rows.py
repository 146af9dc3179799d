"""One row of ``exports/resources.json``: the fields that are wanted, and what they may hold."""

from operator import attrgetter
from typing import Annotated, Any, Final

import msgspec

from swgdata.vocabulary import PLANETS, STATS

HIGHEST: Final = 2**15 - 1
HIGHEST_ID: Final = 2**31 - 1
_LATEST: Final = 253_402_300_799  # the last second of the year 9999
SMALL: Final = (*STATS, *(f"{stat}_max" for stat in STATS), "rating", "topcount")
FLAGS: Final = tuple(f"planet_{name.replace(' IV', '4').lower()}" for name in PLANETS)

_Small = Annotated[int, msgspec.Meta(ge=0, le=HIGHEST)]
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=_LATEST)]


class Row(msgspec.Struct, gc=False):
    """The fields msgspec builds; it reads text as numbers, and skips what is not named here."""

    id: Annotated[int, msgspec.Meta(ge=1, le=HIGHEST_ID)]
    name: str | None = None
    type_code: str | None = None
    type_name: str | None = None
    score: _Small | msgspec.UnsetType | None = msgspec.UNSET
    value_rating: _Small | None = None
    cpu: float | None = None
    status: int | bool | None = None
    timestamp: _Seconds | None = None
    inactive_at: _Seconds | None = None

    def shown_score(self) -> int | None:
        """The score, null where it is null; where the key is missing its sortable twin."""
        return self.value_rating if isinstance(self.score, msgspec.UnsetType) else self.score


# The fields of SMALL and FLAGS as well.
FullRow: Final[Any] = msgspec.defstruct(
    "FullRow",
    [(name, _Small, 0) for name in SMALL] + [(name, bool | None, None) for name in FLAGS],
    bases=(Row,),
    gc=False,
)
small_values: Final = attrgetter(*SMALL)
planet_flags: Final = attrgetter(*FLAGS)
