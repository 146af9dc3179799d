"""Tables about the players online: how many to expect, and how far off such forecasts were."""

from datetime import timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.backtest import LAST_SEASONS
from swgdata.analytics.forecast import Forecast, forecast
from swgdata.analytics.hours import hourly
from swgdata.analytics.readings import HOUR
from swgdata.analytics.seasonal import HOURLY, SEASONS
from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.pulses import TIME, online_samples, table

_LOOKED_AT: Final = timedelta(weeks=LAST_SEASONS + SEASONS + 1)
_ENDS: Final = ("low80", "high80", "low95", "high95")
_FIGURES: Final = ("expected", *_ENDS, "baseline")
_SCORES: Final = ("model", "mae", "mape", "cover80", "cover95", "origins", "n")
_NEVER: Final = "this hour of the week was not read in the last weeks"
_FEW: Final = "too few past forecasts, under about five weeks of history"


def _expected(inputs: Inputs) -> Forecast:
    """From the hour that is running; what was read of it says nothing whole yet."""
    hour = pd.Timestamp(inputs.now).tz_convert("UTC").as_unit("s").floor(HOUR)
    samples = online_samples(inputs, since=(hour - _LOOKED_AT).to_pydatetime())
    series = hourly(samples.loc[samples["timestamp"] < hour])
    if series.empty:
        return forecast(series, rhythm=HOURLY)
    return _worked_out(series.index[0], hour, series.to_numpy().tobytes())


@lru_cache(maxsize=4)
def _worked_out(first: pd.Timestamp, hour: pd.Timestamp, means: bytes) -> Forecast:
    """The forecast from ``hour`` on; two tables ask for it, and half a second is long."""
    times = pd.date_range(first, hour - HOUR, freq=HOUR, name="timestamp", unit="s")
    series = pd.Series(np.frombuffer(means), times[: len(means) // 8]).reindex(times)
    return forecast(series, rhythm=HOURLY)


def _forecast(inputs: Inputs) -> Built:
    told = _expected(inputs)
    if told.rows is None:
        return _refused(("timestamp", *_FIGURES), told)
    return Built(told.rows)


def _errors(inputs: Inputs) -> Built:
    told = _expected(inputs)
    return _refused(_SCORES, told) if told.scores is None else Built(told.scores)


def _refused(columns: tuple[str, ...], told: Forecast) -> Built:
    """No rows; every column says why."""
    return Built(pd.DataFrame(columns=list(columns)), dict.fromkeys(columns, told.reason or ""))


TABLES: Final = (
    table(
        _forecast,
        "online_forecast",
        "How many will be on, hour by hour, in the next 7 days?",
        {"timestamp": TIME, **dict.fromkeys(_FIGURES, "Float64")},
        expected=_NEVER,
        baseline=_NEVER,
        **dict.fromkeys(_ENDS, _FEW),
    ),
    table(
        _errors,
        "online_forecast_errors",
        "How far off were such forecasts, ours and the seasonal-naive baseline?",
        {
            "model": "str",
            **dict.fromkeys(("mae", "mape", "cover80", "cover95"), "Float64"),
            **dict.fromkeys(("origins", "n"), "int64"),
        },
        **dict.fromkeys(("mae", "mape"), "nothing to compare with"),
        **dict.fromkeys(("cover80", "cover95"), _FEW),
    ),
)
