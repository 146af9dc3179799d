"""Online_forecast*, activity_forecast*."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from swgdata.analytics.entity_changes import daily_observations
from swgdata.analytics.forecast import DAILY, HOURLY, LAST_SEASONS, SEASONS, Forecast, forecast
from swgdata.analytics.online_patterns import hourly
from swgdata.analytics.timeseries import HOUR, day_of, day_starts
from swgdata.analytics.trend_tests import daily_values
from swgdata.tables.entities import CITIES, NO_READING, Past
from swgdata.tables.entity_history import city_key
from swgdata.tables.model import UTC_TIME, Builder, Schema, Table, TableInputs, TableRows
from swgdata.tables.online import online_samples, table
from swgdata.tables.parameters import Parameter

_ONLINE_KNOWN: Final = timedelta(weeks=LAST_SEASONS + SEASONS + 1)
_ONLINE_ENDS: Final = ("low80", "high80", "low95", "high95")
_FIGURES: Final = ("expected", *_ONLINE_ENDS, "baseline")
_SCORES: Final = ("model", "mae", "mape", "cover80", "cover95", "origins", "n")
_NEVER: Final = "this hour of the week was not read in the last weeks"
_FEW_WEEKS: Final = "too few past forecasts, under about five weeks of history"


def _online_expected(inputs: TableInputs) -> Forecast:
    """From the hour that is running; what was read of it says nothing whole yet."""
    hour = pd.Timestamp(inputs.now).tz_convert("UTC").as_unit("s").floor(HOUR)
    samples = online_samples(inputs, since=(hour - _ONLINE_KNOWN).to_pydatetime())
    series = hourly(samples.loc[samples["timestamp"] < hour])
    if series.empty:
        return forecast(series, rhythm=HOURLY)
    return _online_memo(series.index[0], hour, series.to_numpy().tobytes())


@lru_cache(maxsize=4)
def _online_memo(first: pd.Timestamp, hour: pd.Timestamp, means: bytes) -> Forecast:
    """The forecast from ``hour`` on; two tables ask for it, and half a second is long."""
    times = pd.date_range(first, hour - HOUR, freq=HOUR, name="timestamp", unit="s")
    series = pd.Series(np.frombuffer(means), times[: len(means) // 8]).reindex(times)
    return forecast(series, rhythm=HOURLY)


def _online_forecast(inputs: TableInputs) -> TableRows:
    told = _online_expected(inputs)
    if told.rows is None:
        return _refused(("timestamp", *_FIGURES), told)
    return TableRows(told.rows)


def _online_errors(inputs: TableInputs) -> TableRows:
    told = _online_expected(inputs)
    return _refused(_SCORES, told) if told.scores is None else TableRows(told.scores)


def _refused(columns: tuple[str, ...], told: Forecast) -> TableRows:
    """No rows; every column says why."""
    return TableRows(pd.DataFrame(columns=list(columns)), dict.fromkeys(columns, told.reason or ""))


_ONLINE_TABLES: Final = (
    table(
        _online_forecast,
        "online_forecast",
        "How many will be on, hour by hour, in the next 7 days?",
        {"timestamp": UTC_TIME, **dict.fromkeys(_FIGURES, "Float64")},
        expected=_NEVER,
        baseline=_NEVER,
        **dict.fromkeys(_ONLINE_ENDS, _FEW_WEEKS),
    ),
    table(
        _online_errors,
        "online_forecast_errors",
        "How far off were such forecasts, ours and the seasonal-naive baseline?",
        {
            "model": "str",
            **dict.fromkeys(("mae", "mape", "cover80", "cover95"), "Float64"),
            **dict.fromkeys(("origins", "n"), "int64"),
        },
        **dict.fromkeys(("mae", "mape"), "nothing to compare with"),
        **dict.fromkeys(("cover80", "cover95"), _FEW_WEEKS),
    ),
)
_ACTIVITY_KNOWN: Final = timedelta(weeks=LAST_SEASONS + SEASONS + 1)
_ACTIVITY_ENDS: Final = ("low80", "high80", "low95", "high95")
_DAY: Final = pd.Timedelta(days=1)
_FEW_DAYS: Final = "too few past forecasts, under about five weeks of history"
_FORECAST: Final = {
    "day": "str",
    "timestamp": UTC_TIME,
    "active": "Int64",
    **dict.fromkeys(("expected", *_ACTIVITY_ENDS, "baseline"), "Float64"),
}
_ERRORS: Final = {
    "model": "str",
    **dict.fromkeys(("mae", "mape", "cover80", "cover95"), "Float64"),
    **dict.fromkeys(("origins", "n"), "Int64"),
}


def _series(inputs: TableInputs) -> tuple[pd.Series, str]:
    """Active citizens of one city, or of all together, at the last look of each day.

    Returns:
        float64 by local day up to the last look, or to yesterday where that is later; NaN on
        days without a look. Empty where nothing is known, and why.
    """
    asked, past = inputs.parameters, Past.of(inputs, CITIES.key)
    key, why = city_key(inputs) if asked["city"] or asked["planet"] else (None, "")
    since, zone = inputs.now - _ACTIVITY_KNOWN, ZoneInfo(asked["zone"])
    if why or past.last is None:
        return pd.Series(dtype="float64"), why or NO_READING
    points = past.points("active", keys=None if key is None else [key], since=since)
    daily = daily_values(points, past.since(since), zone=zone, now=inputs.now)
    together = daily.groupby("day")["value"].sum()
    today = day_of(pd.Series([inputs.now]).astype(UTC_TIME), zone=zone).iloc[0]
    series = daily_observations(together, until=today - _DAY)
    return series, "" if len(series) else f"no reading of it in {_ACTIVITY_KNOWN.days} days"


def _activity_expected(inputs: TableInputs) -> tuple[pd.Series, Forecast]:
    series, why = _series(inputs)
    if series.empty:
        return series, Forecast(None, None, why)
    return series, _activity_memo(series.index[0], series.to_numpy().tobytes())


@lru_cache(maxsize=8)
def _activity_memo(first: pd.Timestamp, values: bytes) -> Forecast:
    """Two tables ask for the same forecast."""
    told = np.frombuffer(values)
    days = pd.date_range(first, periods=len(told), freq="D", unit="s")
    return forecast(pd.Series(told, days), rhythm=DAILY)


def _activity_forecast(inputs: TableInputs) -> TableRows:
    """The days ahead; before them, where asked for, what was seen."""
    series, told = _activity_expected(inputs)
    as_of = Past.of(inputs, CITIES.key).last
    if told.rows is None:
        return _nothing(_FORECAST, told.reason, as_of)
    seen = series.tail(inputs.parameters["past"])
    before = pd.DataFrame({"timestamp": seen.index, "active": seen.to_numpy()})
    both = (before, told.rows) if len(before) else (told.rows.assign(active=np.nan),)
    rows = pd.concat(both, ignore_index=True)
    zone, days = ZoneInfo(inputs.parameters["zone"]), rows["timestamp"].astype("datetime64[s]")
    named = {"day": days.dt.strftime("%Y-%m-%d"), "timestamp": day_starts(days, zone=zone)}
    return TableRows(rows.assign(**named, active=rows["active"].round()), as_of=as_of)


def _activity_errors(inputs: TableInputs) -> TableRows:
    _, told = _activity_expected(inputs)
    as_of = Past.of(inputs, CITIES.key).last
    if told.scores is None:
        return _nothing(_ERRORS, told.reason, as_of)
    return TableRows(told.scores, as_of=as_of)


def _nothing(schema: Schema, why: str | None, as_of: datetime | None) -> TableRows:
    """No rows, and why."""
    first = next(iter(schema))
    return TableRows(pd.DataFrame(columns=list(schema)), {first: why or ""}, as_of)


_WHICH: Final = (
    Parameter("city", "text", help="only this city; all together where none is named"),
    Parameter("planet", "text", help="where it stands"),
    Parameter("zone", "zone", default="UTC", help="whose calendar days"),
)
_AHEAD: Final = "the day is behind us, or its weekday was not seen in the last weeks"
_ACTIVITY_TABLES: Final = (
    Table(
        name="activity_forecast",
        question="How many citizens will be active, day by day, in the next two weeks?",
        schema=_FORECAST,
        recipes={"swgtracker": Builder(_activity_forecast, optional=("cities",))},
        parameters=(
            *_WHICH,
            Parameter(
                "past", "whole", default=0, help="so many past days before them", low=0, high=120
            ),
        ),
        nulls={
            "active": "the day is still to come, or nobody looked",
            **dict.fromkeys(("expected", "baseline"), _AHEAD),
            **dict.fromkeys(_ACTIVITY_ENDS, f"the day is behind us, or {_FEW_DAYS}"),
        },
    ),
    Table(
        name="activity_forecast_errors",
        question="How far off were such forecasts, ours and the seasonal-naive baseline?",
        schema=_ERRORS,
        recipes={"swgtracker": Builder(_activity_errors, optional=("cities",))},
        parameters=_WHICH,
        nulls={
            **dict.fromkeys(("mae", "mape"), "nothing to compare with"),
            **dict.fromkeys(("cover80", "cover95"), _FEW_DAYS),
        },
    ),
)
TABLES: Final = (
    *_ONLINE_TABLES,
    *_ACTIVITY_TABLES,
)
