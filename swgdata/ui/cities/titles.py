"""Headline figures, titles and captions of the cities page."""

from typing import Final

import pandas as pd

from swgdata.analytics.city_ranks import ANY_RANK, ENOUGH, rank_margins
from swgdata.analytics.memoize import memoize
from swgdata.ui.cities.charts import DRAWN
from swgdata.ui.cities.rows import AT_RISK, BY_PLANET, NEAR, RISING, falling
from swgdata.ui.components.headline import Figure, best_row
from swgdata.ui.text import DASH, count, trend_in_words

PICK: Final = "Select a row to see that city's record above."
HUBS: Final = (
    "Eligible for a shuttleport (rank City or above), by active citizens; whether one was built "
    "is not in the feed. The busiest of each planet are drawn; the table and the files have all."
)
MARGINS: Final = (
    "Restoration's table asks for 16, 24, 32, 48 and 64 citizens. Ranks are settled weekly, one "
    "step at a time, and each planet has caps, so a city may stand below what its citizens allow. "
    f"The first {DRAWN} are drawn."
)
FINDER: Final = "The lowest income tax first, then the most active citizens."
NO_SPECIAL: Final = "No city here has a known specialisation."
TREND: Final = "All cities together, at the site's own dates, which carry no year."
ROOM: Final = "Restoration's caps. Cities of an unknown rank count under any rank only."
_NOUNS: Final = {"active": "active citizens", "cities": "cities", "level": "is the average rank"}


@memoize
def figures(cities: pd.DataFrame, room: pd.DataFrame) -> tuple[Figure, ...]:
    """Headline figures: the largest, who grows, who may fall, the fullest planet."""
    crowded = room.loc[room["rank"] == ANY_RANK]
    return _largest(cities), _growing(cities), _falling(rank_margins(cities)), _fullest(crowded)


def _largest(cities: pd.DataFrame) -> Figure:
    best = best_row(cities, "citizens")
    if best is None:
        return Figure("Largest city", DASH, help="The feed gives no figures.")
    return Figure(f"Largest: {best['name']}", f"{best['citizens']:,}", since="citizens")


def _growing(cities: pd.DataFrame) -> Figure:
    how = "Active citizens now against the first point of the recent series; its span is unknown."
    best = best_row(cities, "active_change") if "active_change" in cities else None
    if best is None or best["active_change"] <= 0:
        return Figure("Growing", DASH, help=how)
    value = f"{best['active_change']:+.0f}"
    return Figure(f"Growing: {best['name']}", value, since="active citizens", help=how)


def _falling(margins: pd.DataFrame) -> Figure:
    if margins.empty:
        return Figure("May lose a rank", DASH, help="No city's rank and citizens are known.")
    how = "Village or above, with fewer citizens than Restoration's table asks for that rank."
    return Figure("May lose a rank", f"{len(falling(margins)):,}", since="cities", help=how)


def _fullest(room: pd.DataFrame) -> Figure:
    how = "Cities placed, of what Restoration's rules allow on the planet."
    known = room.assign(share=room["cities"] / room["cap"]).dropna(subset=["share"])
    full = int(known["free"].le(0).sum())
    best = best_row(known, "share")
    if best is None:
        return Figure("Fullest planet", DASH, help="No cities are listed.")
    if full > 1:
        return Figure("Full planets", f"{full} of {len(known)}", since="have no room", help=how)
    value = f"{best['cities']} of {best['cap']}"
    return Figure(f"Fullest: {best['planet']}", value, since="cities", help=how)


def directory(rows: pd.DataFrame, everyone: pd.DataFrame) -> str:
    """Title of the directory: how many match."""
    return f"{len(rows)} of {count(len(everyone), 'city', 'cities')}"


def hubs(found: pd.DataFrame) -> str:
    """Title of the travel hubs: how many there are and which is the busiest."""
    best = best_row(found, "active")
    if best is None:
        return "Travel hubs"
    return f"{count(len(found), 'travel hub')}; the busiest is {_where(best)}"


def world(planet: str, rows: pd.DataFrame) -> str:
    """Title of the map: how many cities, and which is the busiest."""
    best = best_row(rows, "active")
    many = f"{planet or 'Planet map'}: {count(len(rows), 'city', 'cities')}"
    return many if best is None else f"{many}, the busiest is {best['name']}"


def unplaced(rows: pd.DataFrame) -> str:
    """Caption of the map: what is not on it."""
    lost = int(rows["x"].isna().sum())
    says = "North is up; the size is the number of active citizens."
    if not lost:
        return says
    return f"{says} {count(lost, 'city has', 'cities have')} no readable waypoint and no point."


def no_margins(measured: pd.DataFrame, which: str) -> str:
    """Why no margin is listed, where there are cities."""
    if measured.empty:
        return "No city's rank and citizens are both known."
    rank = {AT_RISK: "about to lose its rank", RISING: "about to rise"}.get(which, "listed")
    return f"No city is {rank}: none is within {count(NEAR, 'citizen')} of that threshold."


def margins(measured: pd.DataFrame) -> str:
    """Title of the rank margins: who may fall, who may rise."""
    rising = int((measured["standing"] == ENOUGH).sum())
    many = len(falling(measured))
    owner = "city has too few citizens for its" if many == 1 else "cities have too few for their"
    return f"{many} {owner} rank, {rising} may rise"


def finder(found: pd.DataFrame) -> str:
    """Title of the finder: where the tax is lowest."""
    known = found.dropna(subset=["income_tax"])
    if known.empty:
        return "Cities with a specialisation"
    best = known.iloc[0]
    many = count(len(found), "specialised city", "specialised cities")
    return f"{many}; the lowest income tax is {best['income_tax']:g}, in {_where(best)}"


def trend(series: pd.DataFrame, which: str) -> str:
    """Title of the trend."""
    if which != BY_PLANET:
        return trend_in_words(series, which.lower(), noun=_NOUNS[which.lower()])
    totals = series.groupby("label", sort=False)["active"].sum(min_count=1).reset_index()
    return trend_in_words(totals, "active", noun=_NOUNS["active"])


def forecast(rows: pd.DataFrame, name: str) -> str:
    """What is expected in two weeks, and the interval."""
    ahead = rows.dropna(subset=["expected"])
    if ahead.empty:
        return f"{name}: no forecast yet"
    last = ahead.iloc[-1]
    text = f"{name}: about {last['expected']:,.0f} active citizens on {last['day']}"
    if pd.isna(last["low80"]):
        return text
    return f"{text}, 80 %: {last['low80']:,.0f} to {last['high80']:,.0f}"


def room(measured: pd.DataFrame) -> str:
    """Title of the headroom: which planets are full, else where most room is left."""
    full = measured.loc[measured["free"].le(0).fillna(value=False), "planet"]
    if len(full):
        return f"No room left on {', '.join(full)}"
    best = best_row(measured, "free")
    if best is None:
        return "Room for cities"
    return f"Most room on {best['planet']}: {best['free']} more"


def _where(row: "pd.Series") -> str:
    return f"{row['name']} on {row['planet']}" if pd.notna(row["planet"]) else str(row["name"])
