"""Typed parameters of the named tables: from an address bar, a command line or Python."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from swgdata.analytics import quality
from swgdata.errors import ParameterError
from swgdata.game import PLANETS, planet_mask, planet_name, planets_of

Kind = Literal["text", "whole", "number", "flag", "choice", "planets", "weights", "zone"]
_TRUE: Final = frozenset({"true", "yes", "1", "on"})
_FALSE: Final = frozenset({"false", "no", "0", "off"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a table can be asked for.

    Attributes:
        name: With underscores; dashes are accepted.
        kind: What it takes. A ``flag`` also takes "any", which means: do not filter;
            ``planets`` are read by ``game.planet_name`` and given on as display names in the order
            of ``game.PLANETS``, commas between them; ``weights`` are read by ``analytics.quality``
            and given on as it writes them; a ``zone`` is the name of a time zone.
        default: Value when it is not given; None = no filter.
        help: One line for a reader of the command line.
        choices: What a ``choice`` may be.
        low: Smallest number taken.
        high: Largest number taken.
        signed: A ``choice`` may carry a leading "-" or "+".
    """

    name: str
    kind: Kind
    default: object = None
    help: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    signed: bool = False

    @property
    def expects(self) -> str:
        """What it takes, to follow the words "must be"."""
        if self.kind == "choice":
            sign = ', with a leading "-" to turn the order round' if self.signed else ""
            return f"one of {', '.join(self.choices)}{sign}"
        plain = {
            "text": "a text",
            "flag": "true, false or any",
            "planets": "planets such as Lok,Naboo",
            "weights": 'stats with weights up to 100, such as "OQ=66 SR=34"',
            "zone": "a time zone such as UTC or Europe/Berlin",
        }
        return plain.get(self.kind) or _range(self)


def _range(parameter: Parameter) -> str:
    """Name the range of a number."""
    noun = "a whole number" if parameter.kind == "whole" else "a number"
    if parameter.low is None:
        return noun
    if parameter.high is None:
        return f"{noun} of at least {parameter.low:g}"
    return f"{noun} from {parameter.low:g} to {parameter.high:g}"


def read_value(parameter: Parameter, value: object) -> object:
    """Check and convert one value.

    Raises:
        ParameterError: It is unfit; one sentence.
    """
    try:
        return _READERS[parameter.kind](parameter, value)
    except (ValueError, OverflowError):
        raise ParameterError(
            f"{parameter.name} must be {parameter.expects}, not {quoted(value)}."
        ) from None


def quoted(value: object) -> str:
    """Show a value in a message: escaped, and cut to a readable length."""
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _text(_: Parameter, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError


def _number(parameter: Parameter, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError
    number = float(value)
    low = -math.inf if parameter.low is None else parameter.low
    high = math.inf if parameter.high is None else parameter.high
    if not math.isfinite(number) or not low <= number <= high:
        raise ValueError
    return number


def _whole(parameter: Parameter, value: object) -> int:
    number = _number(parameter, value)
    if not number.is_integer():
        raise ValueError
    return int(number)


def _flag(_: Parameter, value: object) -> bool | None:
    word = str(value).strip().casefold()
    if word == "any":
        return None
    if word not in _TRUE | _FALSE:
        raise ValueError
    return word in _TRUE


def _choice(parameter: Parameter, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    word = value.strip().casefold()
    sign = word[0] if parameter.signed and word[0] in "+-" else ""
    plain = word.removeprefix(sign).strip().replace(" ", "_").replace("-", "_")
    if plain not in parameter.choices:
        raise ValueError
    return sign + plain


def _planets(parameter: Parameter, value: object) -> str:
    names = [part.strip() for part in _text(parameter, value).split(",") if part.strip()]
    unknown = [name for name in names if planet_name(name) not in PLANETS]
    if unknown:
        raise ParameterError(
            f"{parameter.name} must be {parameter.expects}, and {quoted(unknown[0])} is none of "
            f"{', '.join(PLANETS)}."
        )
    if not names:
        raise ValueError
    return ",".join(planets_of(planet_mask(names)))


def _weights(_: Parameter, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return quality.weights_text(quality.read_weights(value))


def _zone(_: Parameter, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    try:
        return ZoneInfo(value.strip()).key
    except (ZoneInfoNotFoundError, OSError):  # a folder of zones is none
        raise ValueError from None


_READERS: Final[Mapping[Kind, Callable[[Parameter, object], object]]] = MappingProxyType(
    {
        "text": _text,
        "whole": _whole,
        "number": _number,
        "flag": _flag,
        "choice": _choice,
        "planets": _planets,
        "weights": _weights,
        "zone": _zone,
    }
)
PLANET_FILTER: Final = (
    Parameter(
        "planet",
        "planets",
        help="only what is on one of these planets, or was last seen there; commas between several",
    ),
    Parameter(
        "hide_restricted",
        "flag",
        default=False,
        help="leave out what is only on Mustafar or Kashyyyk, unless a class of there is asked for",
    ),
)
"""What every table takes whose rows are on planets; ``row_filters.on_planets`` applies it."""
