"""What the sidebar narrows every page to, carried in the URL from page to page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
import streamlit as st

from swgdata.analytics.memoize import memoize
from swgdata.game import PLANETS, RESTRICTED_PLANETS

WINDOWS: Final[Mapping[str, timedelta | None]] = {
    "24 h": timedelta(days=1),
    "7 d": timedelta(days=7),
    "30 d": timedelta(days=30),
    "90 d": timedelta(days=90),
    "all": None,
}
USUAL_WINDOW: Final = "30 d"
BROWSER: Final = "My browser's"
ZONES: Final = (
    BROWSER,
    "UTC",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Helsinki",
    "Asia/Tokyo",
    "Asia/Shanghai",
    "Australia/Perth",
    "Australia/Sydney",
    "Pacific/Auckland",
)
_USUAL_TIMES: Final[Mapping[str, object]] = {"window": USUAL_WINDOW, "zone": BROWSER}
_BITS: Final = {name: 1 << place for place, name in enumerate(PLANETS)}


@dataclass(frozen=True)
class Scope:
    """What every page is narrowed to.

    Attributes:
        planets: Planets chosen; () for all.
        hide_restricted: Leave out Mustafar and Kashyyyk.
        window: How far back series go; None for all there is.
        zone_name: Name of the time zone.
    """

    planets: tuple[str, ...] = ()
    hide_restricted: bool = False
    window: timedelta | None = WINDOWS[USUAL_WINDOW]
    zone_name: str = "UTC"

    @cached_property
    def zone(self) -> tzinfo:
        """The clock to show times by; UTC where the zone is not known here."""
        try:
            return ZoneInfo(self.zone_name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return UTC

    @property
    def allowed(self) -> tuple[str, ...]:
        """The planets in scope, in their order."""
        hidden = RESTRICTED_PLANETS if self.hide_restricted else ()
        return tuple(
            name for name in PLANETS if name not in hidden and name in (self.planets or PLANETS)
        )

    @property
    def parameters(self) -> dict[str, object]:
        """The sidebar as parameters of tables with planets; {} where it leaves all."""
        chosen: dict[str, object] = {"planet": ",".join(self.planets)} if self.planets else {}
        return chosen | ({"hide_restricted": True} if self.hide_restricted else {})

    @property
    def applied(self) -> dict[str, object]:
        """What ``keep`` narrows to, for the meta of downloads; {} where it leaves all."""
        chosen: dict[str, object] = {"planets": list(self.planets)} if self.planets else {}
        return chosen | ({"hide_restricted": True} if self.hide_restricted else {})

    def keep(self, frame: pd.DataFrame, column: str = "planet") -> pd.DataFrame:
        """Keep the rows on planets in scope."""
        if not self.planets and not self.hide_restricted:
            return frame
        return _kept(frame, column, self.allowed, is_chosen=bool(self.planets))

    def covers(self, frame: pd.DataFrame, column: str = "planet") -> np.ndarray:
        """True for the rows that ``keep`` keeps."""
        if not self.planets and not self.hide_restricted:
            return np.ones(len(frame), dtype=bool)
        return _fits(_places(frame, column), self.allowed, is_chosen=bool(self.planets))

    def recent(self, frame: pd.DataFrame, now: datetime, column: str = "timestamp") -> pd.DataFrame:
        """Keep the rows within the time window; rows without a time stay."""
        if self.window is None:
            return frame
        return frame.loc[~(frame[column] < pd.Timestamp(now - self.window))]


@memoize
def _kept(
    frame: pd.DataFrame, column: str, allowed: tuple[str, ...], *, is_chosen: bool
) -> pd.DataFrame:
    """The rows on allowed planets; where none was chosen, those on unknown planets too."""
    return frame.iloc[np.flatnonzero(_fits(_places(frame, column), allowed, is_chosen=is_chosen))]


def _fits(places: np.ndarray, allowed: tuple[str, ...], *, is_chosen: bool) -> np.ndarray:
    fits: np.ndarray = (places & _bits(allowed)) != 0
    return fits if is_chosen else fits | ((places & _bits(RESTRICTED_PLANETS)) == 0)


@memoize
def _places(frame: pd.DataFrame, column: str) -> np.ndarray:
    """The planets of each row as bits; 0 where they are unknown, and for other worlds."""
    return np.array([_bits(place) for place in frame[column].tolist()], dtype="int64")


def _bits(place: Any) -> int:
    if isinstance(place, str):
        return _BITS.get(place, 0)
    if not isinstance(place, (list, tuple, np.ndarray)):
        return 0
    return sum({_BITS.get(name, 0) for name in place})


def scope() -> Scope:
    """What the sidebar says now."""
    state = st.session_state
    zone, chosen = state.get("zone") or BROWSER, state.get("planets") or ()
    return Scope(
        planets=tuple(name for name in PLANETS if name in chosen),
        hide_restricted=bool(state.get("hide")),
        window=WINDOWS.get(state.get("window") or USUAL_WINDOW, WINDOWS[USUAL_WINDOW]),
        zone_name=(st.context.timezone or "UTC") if zone == BROWSER else str(zone),
    )
