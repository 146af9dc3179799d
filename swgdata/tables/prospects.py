"""City activity, day by day and two weeks ahead, beside the baseline it must beat."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from swgdata.analytics.backtest import LAST_SEASONS
from swgdata.analytics.forecast import Forecast, forecast
from swgdata.analytics.looks import every_day
from swgdata.analytics.readings import day_of, day_starts
from swgdata.analytics.seasonal import DAILY, SEASONS
from swgdata.analytics.sustained import daily_values
from swgdata.tables.courses import city_key
from swgdata.tables.entities import CITIES
from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.model import Recipe, Schema, Table
from swgdata.tables.parameters import Parameter
from swgdata.tables.past import NO_READING, TIME, Past

_LOOKED_AT: Final = timedelta(weeks=LAST_SEASONS + SEASONS + 1)
_ENDS: Final = ("low80", "high80", "low95", "high95")
_DAY: Final = pd.Timedelta(days=1)
_FEW: Final = "too few past forecasts, under about five weeks of history"
_FORECAST: Final = {
    "day": "str",
    "timestamp": TIME,
    "active": "Int64",
    **dict.fromkeys(("expected", *_ENDS, "baseline"), "Float64"),
}
_ERRORS: Final = {
    "model": "str",
    **dict.fromkeys(("mae", "mape", "cover80", "cover95"), "Float64"),
    **dict.fromkeys(("origins", "n"), "Int64"),
}


def _series(inputs: Inputs) -> tuple[pd.Series, str]:
    """Active citizens of one city, or of all together, at the last look of each day.

    Returns:
        float64 by local day up to the last look, or to yesterday where that is later; NaN on
        days without a look. Empty where nothing is known, and why.
    """
    asked, past = inputs.parameters, Past.of(inputs, CITIES.key)
    key, why = city_key(inputs) if asked["city"] or asked["planet"] else (None, "")
    since, zone = inputs.now - _LOOKED_AT, ZoneInfo(asked["zone"])
    if why or past.last is None:
        return pd.Series(dtype="float64"), why or NO_READING
    points = past.points("active", keys=None if key is None else [key], since=since)
    daily = daily_values(points, past.since(since), zone=zone, now=inputs.now)
    together = daily.groupby("day")["value"].sum()
    today = day_of(pd.Series([inputs.now]).astype(TIME), zone=zone).iloc[0]
    series = every_day(together, until=today - _DAY)
    return series, "" if len(series) else f"no reading of it in {_LOOKED_AT.days} days"


def _expected(inputs: Inputs) -> tuple[pd.Series, Forecast]:
    series, why = _series(inputs)
    if series.empty:
        return series, Forecast(None, None, why)
    return series, _worked_out(series.index[0], series.to_numpy().tobytes())


@lru_cache(maxsize=8)
def _worked_out(first: pd.Timestamp, values: bytes) -> Forecast:
    """Two tables ask for the same forecast."""
    told = np.frombuffer(values)
    days = pd.date_range(first, periods=len(told), freq="D", unit="s")
    return forecast(pd.Series(told, days), rhythm=DAILY)


def _forecast(inputs: Inputs) -> Built:
    """The days ahead; before them, where asked for, what was seen."""
    series, told = _expected(inputs)
    as_of = Past.of(inputs, CITIES.key).last
    if told.rows is None:
        return _nothing(_FORECAST, told.reason, as_of)
    seen = series.tail(inputs.parameters["past"])
    before = pd.DataFrame({"timestamp": seen.index, "active": seen.to_numpy()})
    both = (before, told.rows) if len(before) else (told.rows.assign(active=np.nan),)
    rows = pd.concat(both, ignore_index=True)
    zone, days = ZoneInfo(inputs.parameters["zone"]), rows["timestamp"].astype("datetime64[s]")
    named = {"day": days.dt.strftime("%Y-%m-%d"), "timestamp": day_starts(days, zone=zone)}
    return Built(rows.assign(**named, active=rows["active"].round()), as_of=as_of)


def _errors(inputs: Inputs) -> Built:
    _, told = _expected(inputs)
    as_of = Past.of(inputs, CITIES.key).last
    if told.scores is None:
        return _nothing(_ERRORS, told.reason, as_of)
    return Built(told.scores, as_of=as_of)


def _nothing(schema: Schema, why: str | None, as_of: datetime | None) -> Built:
    """No rows, and why."""
    first = next(iter(schema))
    return Built(pd.DataFrame(columns=list(schema)), {first: why or ""}, as_of)


_WHICH: Final = (
    Parameter("city", "text", help="only this city; all together where none is named"),
    Parameter("planet", "text", help="where it stands"),
    Parameter("zone", "zone", default="UTC", help="whose calendar days"),
)
_AHEAD: Final = "the day is behind us, or its weekday was not seen in the last weeks"

TABLES: Final = (
    Table(
        name="activity_forecast",
        question="How many citizens will be active, day by day, in the next two weeks?",
        schema=_FORECAST,
        recipes={"swgtracker": Recipe(_forecast, optional=("cities",))},
        parameters=(
            *_WHICH,
            Parameter(
                "past", "whole", default=0, help="so many past days before them", low=0, high=120
            ),
        ),
        nulls={
            "active": "the day is still to come, or nobody looked",
            **dict.fromkeys(("expected", "baseline"), _AHEAD),
            **dict.fromkeys(_ENDS, f"the day is behind us, or {_FEW}"),
        },
    ),
    Table(
        name="activity_forecast_errors",
        question="How far off were such forecasts, ours and the seasonal-naive baseline?",
        schema=_ERRORS,
        recipes={"swgtracker": Recipe(_errors, optional=("cities",))},
        parameters=_WHICH,
        nulls={
            **dict.fromkeys(("mae", "mape"), "nothing to compare with"),
            **dict.fromkeys(("cover80", "cover95"), _FEW),
        },
    ),
)
