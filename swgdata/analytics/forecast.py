"""Forecasts with prediction intervals, always beside the baseline they must beat."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.backtest import LEVELS, Trial, intervals, rehearse, score
from swgdata.analytics.seasonal import MODELS, Rhythm

FEWEST_WEEKS: Final = 3
"""A shorter series is not forecast."""

LEAST_KNOWN: Final = 0.5
"""Nor is one of which less was seen, over its last weeks."""

_ENDS: Final = tuple(f"{end}{level}" for level in LEVELS for end in ("low", "high"))


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What is expected, how sure, and how often such words were right.

    Attributes:
        rows: One per step ahead: ``timestamp`` (UTC, or naive for days of a calendar),
            ``expected``, ``low80``, ``high80``, ``low95``, ``high95``, ``baseline`` (float64;
            NaN = unknown, for an interval: too few past forecasts, under about five weeks of
            history); None where it is refused.
        scores: One per model, ours first: ``model``, ``mae``, ``mape``, ``cover80``, ``cover95``
            (shares, 0 to 1), ``origins``, ``n``; from a rolling origin. None likewise.
        reason: Why it is refused, None where it is not.
    """

    rows: pd.DataFrame | None
    scores: pd.DataFrame | None
    reason: str | None


def forecast(series: pd.Series, *, rhythm: Rhythm) -> Forecast:
    """Continue a seasonal series from where it ends.

    The usual course of four weeks at the present level (``seasonal.usual_course``); intervals
    are quantiles of its own relative errors at past origins over the same part of the horizon, so
    they hold what outages and a drifting level did to it. Daylight saving is not known to it.

    Args:
        series: Values by time, one for every step (``hours.hourly``, ``daily.daily``), NaN =
            unknown, never 0 for it; not negative.
        rhythm: ``HOURLY`` or ``DAILY``.

    Returns:
        Refused under ``FEWEST_WEEKS`` weeks, and where less than ``LEAST_KNOWN`` of the last of
        them is known.
    """
    values = series.to_numpy(dtype="float64", na_value=np.nan)
    reason = _refusal(values, rhythm)
    if reason is not None:
        return Forecast(None, None, reason)
    trials = {name: rehearse(values, model, rhythm) for name, model in MODELS.items()}
    expected, baseline = (model(values, rhythm) for model in MODELS.values())
    ours = next(iter(trials.values()))
    block = np.arange(rhythm.horizon) // rhythm.block
    ends = intervals(ours, rhythm, known=len(values))[block]
    bounds = np.maximum(expected[:, None] * (1 + ends), 0.0)
    first = series.index[-1] + rhythm.step
    times = pd.date_range(first, periods=rhythm.horizon, freq=rhythm.step)
    rows = pd.DataFrame({"timestamp": times, "expected": expected})
    told = pd.DataFrame(bounds, columns=list(_ENDS))
    return Forecast(rows.join(told).assign(baseline=baseline), _scores(trials, rhythm), None)


def _refusal(values: np.ndarray, rhythm: Rhythm) -> str | None:
    seen = np.flatnonzero(np.isfinite(values))
    weeks = (seen[-1] - seen[0] + 1) / rhythm.season if seen.size else 0.0
    if weeks < FEWEST_WEEKS:
        return f"a forecast takes {FEWEST_WEEKS} weeks of history, there are {weeks:.1f}"
    share = float(np.isfinite(values[-FEWEST_WEEKS * rhythm.season :]).mean())
    if share < LEAST_KNOWN:
        return f"only {share:.0%} of the last {FEWEST_WEEKS} weeks is known"
    return None


def _scores(trials: dict[str, Trial], rhythm: Rhythm) -> pd.DataFrame:
    rows = []
    for model, trial in trials.items():
        told = score(trial, rhythm)
        cover = {f"cover{level}": value for level, value in zip(LEVELS, told.cover, strict=True)}
        row = {"model": model, "mae": told.mae, "mape": told.mape, **cover}
        rows.append({**row, "origins": told.origins, "n": told.n})
    return pd.DataFrame(rows)
