"""Forecasts of the players online and of active citizens, and how far off such forecasts were."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from swgdata.analytics.entity_changes import daily_observations
from swgdata.analytics.forecast import (
    DAILY,
    HOURLY,
    LAST_SEASONS,
    SEASONS,
    Forecast,
    Season,
    forecast,
)
from swgdata.analytics.online_patterns import hourly
from swgdata.analytics.timeseries import HOUR, day_of, day_starts
from swgdata.analytics.trend_tests import daily_values
from swgdata.tables.entities import CITIES, NO_READING, Past
from swgdata.tables.entity_history import city_key
from swgdata.tables.model import UTC_TIME, Builder, Schema, Table, TableInputs, TableRows
from swgdata.tables.online import FEED, online_samples
from swgdata.tables.parameters import Parameter

_KNOWN: Final = timedelta(weeks=LAST_SEASONS + SEASONS + 1)
_DAY: Final = pd.Timedelta(days=1)
_ENDS: Final = ("low80", "high80", "low95", "high95")
_FIGURES: Final = ("expected", *_ENDS, "baseline")
_NEVER: Final = "this hour of the week was not read in the last weeks"
_AHEAD: Final = "the day is behind us, or its weekday was not seen in the last weeks"
_TOO_FEW: Final = "too few past forecasts, under about five weeks of history"


class _Observed(NamedTuple):
    """What a forecast continues: values, one a step of ``season``, NaN = unknown."""

    series: pd.Series
    season: Season
    reason: str = ""  # why there are none
    as_of: datetime | None = None


_Read = Callable[[TableInputs], _Observed]


def _online(inputs: TableInputs) -> _Observed:
    """Up to the hour that is running; what was read of it says nothing whole yet."""
    hour = pd.Timestamp(inputs.now).tz_convert("UTC").as_unit("s").floor(HOUR)
    samples = online_samples(inputs, since=(hour - _KNOWN).to_pydatetime())
    series = hourly(samples.loc[samples["timestamp"] < hour])
    if len(series):
        times = pd.date_range(series.index[0], hour - HOUR, freq=HOUR, unit="s")
        series = series.reindex(times)
    return _Observed(series, HOURLY)


def _activity(inputs: TableInputs) -> _Observed:
    """Active citizens of one city, or of all together, at the last observation of each day.

    By local day up to the last observation, or to yesterday where that is later.
    """
    params, past = inputs.parameters, Past.of(inputs, CITIES.key)
    key, why = city_key(inputs) if params["city"] or params["planet"] else (None, "")
    since, zone = inputs.now - _KNOWN, ZoneInfo(params["zone"])
    if why or past.last is None:
        return _Observed(pd.Series(dtype="float64"), DAILY, why or NO_READING, past.last)
    points = past.points("active", keys=None if key is None else [key], since=since)
    daily = daily_values(points, past.since(since), zone=zone, now=inputs.now)
    together = daily.groupby("day")["value"].sum()
    today = day_of(pd.Series([inputs.now]).astype(UTC_TIME), zone=zone).iloc[0]
    series = daily_observations(together, until=today - _DAY)
    return _Observed(series, DAILY, f"no reading of it in {_KNOWN.days} days", past.last)


def _expected(observed: _Observed) -> Forecast:
    series, season = observed.series, observed.season
    if series.empty and observed.reason:
        return Forecast(None, None, observed.reason)
    if series.empty:
        return forecast(series, rhythm=season)
    return _memo(series.index[0], series.to_numpy(dtype="float64").tobytes(), season)


@lru_cache(maxsize=12)
def _memo(first: pd.Timestamp, values: bytes, season: Season) -> Forecast:
    """Two tables need the same forecast, and half a second is long."""
    numbers = np.frombuffer(values)
    times = pd.date_range(first, periods=len(numbers), freq=season.step, unit="s")
    return forecast(pd.Series(numbers, times), rhythm=season)


def _build_online(inputs: TableInputs) -> TableRows:
    result = _expected(_online(inputs))
    if result.rows is None:
        return _refused(_ONLINE_SCHEMA, result)
    return TableRows(result.rows)


def _build_activity(inputs: TableInputs) -> TableRows:
    """The days ahead; before them, where asked for, what was observed."""
    observed = _activity(inputs)
    result = _expected(observed)
    if result.rows is None:
        return _refused(_ACTIVITY_SCHEMA, result, observed.as_of)
    past = observed.series.tail(inputs.parameters["past"])
    before = pd.DataFrame({"timestamp": past.index, "active": past.to_numpy()})
    parts = (before, result.rows) if len(before) else (result.rows.assign(active=np.nan),)
    rows = pd.concat(parts, ignore_index=True)
    zone, days = ZoneInfo(inputs.parameters["zone"]), rows["timestamp"].astype("datetime64[s]")
    named = {"day": days.dt.strftime("%Y-%m-%d"), "timestamp": day_starts(days, zone=zone)}
    return TableRows(rows.assign(**named, active=rows["active"].round()), as_of=observed.as_of)


def _build_errors(inputs: TableInputs, read: _Read) -> TableRows:
    observed = read(inputs)
    result = _expected(observed)
    if result.scores is None:
        return _refused(_ERRORS, result, observed.as_of)
    return TableRows(result.scores, as_of=observed.as_of)


def _refused(schema: Schema, result: Forecast, as_of: datetime | None = None) -> TableRows:
    """No rows; every column says why."""
    notes = dict.fromkeys(schema, result.reason or "")
    return TableRows(pd.DataFrame(columns=list(schema)), notes, as_of)


_ONLINE_SCHEMA: Final = {"timestamp": UTC_TIME, **dict.fromkeys(_FIGURES, "Float64")}
_ACTIVITY_SCHEMA: Final = {
    "day": "str",
    "timestamp": UTC_TIME,
    "active": "Int64",
    **dict.fromkeys(_FIGURES, "Float64"),
}
_ERRORS: Final = {
    "model": "str",
    **dict.fromkeys(("mae", "mape", "cover80", "cover95"), "Float64"),
    **dict.fromkeys(("origins", "n"), "int64"),
}
_WHICH: Final = (
    Parameter("city", "text", help="only this city; all together where none is named"),
    Parameter("planet", "text", help="where it stands"),
    Parameter("zone", "zone", default="UTC", help="whose calendar days"),
)
_PAST: Final = Parameter(
    "past", "whole", default=0, help="so many past days before them", low=0, high=120
)


def _errors_table(
    name: str, builder: Builder, schema: Schema, parameters: tuple[Parameter, ...] = ()
) -> Table:
    return Table(
        name=name,
        question="How far off were such forecasts, ours and the seasonal-naive baseline?",
        schema=schema,
        builders={"swgtracker": builder},
        parameters=parameters,
        nulls={
            **dict.fromkeys(("mae", "mape"), "nothing to compare with"),
            **dict.fromkeys(("cover80", "cover95"), _TOO_FEW),
        },
    )


TABLES: Final = (
    Table(
        name="online_forecast",
        question="How many will be on, hour by hour, in the next 7 days?",
        schema=_ONLINE_SCHEMA,
        builders={"swgtracker": Builder(_build_online, feeds=(FEED,))},
        nulls={"expected": _NEVER, "baseline": _NEVER, **dict.fromkeys(_ENDS, _TOO_FEW)},
    ),
    _errors_table(
        "online_forecast_errors",
        Builder(partial(_build_errors, read=_online), feeds=(FEED,)),
        _ERRORS,
    ),
    Table(
        name="activity_forecast",
        question="How many citizens will be active, day by day, in the next two weeks?",
        schema=_ACTIVITY_SCHEMA,
        builders={"swgtracker": Builder(_build_activity, optional=("cities",))},
        parameters=(*_WHICH, _PAST),
        nulls={
            "active": "the day is still to come, or nobody looked",
            **dict.fromkeys(("expected", "baseline"), _AHEAD),
            **dict.fromkeys(_ENDS, f"the day is behind us, or {_TOO_FEW}"),
        },
    ),
    _errors_table(
        "activity_forecast_errors",
        Builder(partial(_build_errors, read=_activity), optional=("cities",)),
        _ERRORS | dict.fromkeys(("origins", "n"), "Int64"),
        _WHICH,
    ),
)
