"""What the sidebar narrows every page to, carried in the URL from page to page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
import streamlit as st

from swgdata.game import PLANETS, RESTRICTED_PLANETS
from swgdata.tables.steps import Step, step

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
    def step(self) -> Step:
        """The sidebar as a step, for rows of planets that no table gives."""
        return step("on planets", **self.parameters)

    def recent(self, frame: pd.DataFrame, now: datetime, column: str = "timestamp") -> pd.DataFrame:
        """Keep the rows within the time window; rows without a time stay."""
        if self.window is None:
            return frame
        return frame.loc[~(frame[column] < pd.Timestamp(now - self.window))]


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
