"""Cards about players online, one function per view."""

from datetime import timedelta
from functools import partial
from typing import Final

from swgdata.ui import data
from swgdata.ui.charts.heatmaps import week_grid
from swgdata.ui.components import filters
from swgdata.ui.components.headline import Figure
from swgdata.ui.components.panel import panel
from swgdata.ui.population import headline as population_headline
from swgdata.ui.population import titles as words
from swgdata.ui.population.charts import day_lines, outage_ticks, usual_day
from swgdata.ui.scope import Scope
from swgdata.ui.trends import forecast as forecasts

_WEEKS: Final = {"4": 4, "8": 8, "12": 12, "26": 26, "52": 52}
_USUAL: Final = "12"
_LATER: Final = "It fills as the app synchronises, every ten minutes; keep it running."


def zone_name(view: Scope) -> str:
    """The time zone for a table's parameter: the one the times are shown in."""
    return str(view.zone)


def headline(view: Scope) -> list[Figure]:
    """How many are on, is that usual, when was and is it busiest?"""
    now = population_headline.Now.of(data.answer("online_now", zone=zone_name(view)).frame)
    peaks = data.answer("peak_hours", zone=zone_name(view)).frame
    return population_headline.figures(now, peaks, zone=view.zone)


def now(view: Scope) -> None:
    """Today beside what is usual: the whole server, never split over planets."""
    weeks, zone = _weeks("population_usual"), zone_name(view)
    told = data.answer("online_now", zone=zone, weeks=weeks)
    found = data.answer("online_today", zone=zone, weeks=weeks)
    rows = found.frame
    is_known = rows["today"].notna().any() or rows["n"].any()
    panel(
        words.now_title(population_headline.Now.of(told.frame), zone=view.zone),
        found,
        frame=rows if is_known else rows.head(0),
        key="population_now",
        columns={"middle": "Usual", "low": "10 % below", "high": "90 % below", "n": "Days (n)"},
        caption=words.now_caption(told.notes, weeks),
        empty=f"No sample of today and none of past days. {_LATER}",
        chart=usual_day,
    )


def week(view: Scope) -> None:
    """When people are on."""
    weeks = _weeks("population_weeks")
    found = data.answer("hour_of_week", zone=zone_name(view), weeks=weeks)
    rows = found.frame if found.frame["n"].any() else found.frame.head(0)
    panel(
        words.week_title(found.frame),
        found,
        frame=rows,
        key="population_week",
        columns={"mean": "Mean", "n": "Readings (n)"},
        caption=f"Mean players online in {view.zone}; point at a cell for n, how many readings "
        "are behind it. Pale: seen on fewer than 3 days. Empty: never read.",
        empty=f"Nothing was read in the last {weeks} weeks. {_LATER}",
        chart=week_grid,
    )


def daily(view: Scope) -> None:
    """Peak and mean of each day in the sidebar's window."""
    found = data.answer("daily_online", zone=zone_name(view), days=_days(view))
    panel(
        words.daily_title(found.frame),
        found,
        key="population_daily",
        columns={"n": "Readings (n)", "start": "Begins"},
        caption=f"Days of {view.zone}; the last one is not over. A day nobody read leaves a gap; "
        "n readings, 144 make a whole day.",
        empty=f"Nothing was read yet. {_LATER}",
        chart=partial(day_lines, zone=view.zone),
    )


def outages(view: Scope) -> None:
    """When nobody was on, and when nothing was read; never the same."""
    days = _days(view)
    span = "since the first reading" if days is None else f"in the last {days} days"
    span = "in the last 24 h" if days == 1 else span
    found = data.answer("outages", days=days)
    is_blank = "kind" in found.notes
    panel(
        "Outages: nothing was read yet" if is_blank else words.outage_title(found.frame, span),
        found,
        key="population_outages",
        caption="Nobody on (0): the site says 0, the server was down or empty. Nothing read: no "
        "sample for more than 20 minutes, so nobody knows; that is not 0.",
        empty=f"Nothing was read yet. {_LATER}"
        if is_blank
        else "Each sample came when it was due, and someone was on at every one of them.",
        chart=partial(outage_ticks, zone=view.zone),
    )


def forecast(view: Scope) -> None:
    """The next seven days beside the baseline, and how far off both were."""
    ahead, scores = data.answer("online_forecast"), data.answer("online_forecast_errors")
    forecasts.forecast_card(
        ahead,
        words.forecast_title(ahead.frame, zone=view.zone),
        page="population",
        people="Players online",
        zero=True,
        caption="Solid: expected, with the ranges that hold 80 and 95 of 100 cases. Dashed: the "
        f"baseline, last week again. {words.errors_told(scores.frame)}",
        later=_LATER,
    )
    why = ahead.notes.get("expected", "")
    forecasts.errors_card(lambda: scores, page="population", why=why, later=_LATER)


def _weeks(key: str) -> int:
    chosen = filters.one_of("Weeks back", tuple(_WEEKS), key=key, default=_USUAL)
    return _WEEKS[chosen]


def _days(view: Scope) -> int | None:
    """The sidebar's window in days; None for all."""
    return None if view.window is None else max(1, view.window // timedelta(days=1))
