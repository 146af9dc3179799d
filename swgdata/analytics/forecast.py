"""Forecast seasonal series and back-test the forecasts (docs/formulas.md#forecasts)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd

SEASONS: Final = 4
"""Past seasons the usual course is the median of."""


@dataclass(frozen=True, slots=True)
class Season:
    """How a series repeats, in its own steps.

    Attributes:
        step: Time between two values.
        season: Steps of a week.
        horizon: Steps ahead.
        recent: Last steps that tell the present level.
        fading: What remains of that level's distance from the usual after one step.
        every: Steps between two origins of the back-test.
        block: Steps of the horizon that share their intervals.
        fewest: With fewer past forecasts of a step there is no interval for it.
    """

    step: pd.Timedelta
    season: int
    horizon: int
    recent: int
    fading: float
    every: int
    block: int
    fewest: int


HOURLY: Final = Season(pd.Timedelta(hours=1), 168, 168, 72, 0.995, 24, 24, 5)
"""The online pulse, a week ahead."""
DAILY: Final = Season(pd.Timedelta(days=1), 7, 14, 7, 0.98, 1, 7, 14)
"""City activity, two weeks ahead."""
Model = Callable[[np.ndarray, Season], np.ndarray]


def seasonal_profile(past: np.ndarray, rhythm: Season) -> np.ndarray:
    """The usual shape of a season at the present level.

    The shape is the median of the last ``SEASONS`` seasons, each divided by its own level first
    (the median of its ratios to their plain median), so that a drifting level does not blur it. The
    forecast starts at the level of the ``recent`` values and fades to the last season's. Gaps and
    outages weigh nothing as long as most seasons have none. ``past`` is oldest first, NaN =
    unknown, one season at least.

    Returns:
        ``rhythm.horizon`` values, NaN where no season has one.
    """
    rows = _seasons(past, rhythm)
    levels = _medians(_ratios(rows, _medians(rows, axis=0)), axis=1)
    levels = np.where(levels > 0, levels, np.nan)  # a season of nothing has no shape
    shape = _medians(rows / levels[:, None], axis=0)
    near = np.resize(shape[::-1], rhythm.recent)[::-1]
    recent = float(_medians(_ratios(past[None, -rhythm.recent :], near), axis=1)[0])
    known = levels[~np.isnan(levels)]
    base = float(known[-1]) if len(known) else 1.0
    level = base if np.isnan(recent) else recent
    fades = base + (level - base) * rhythm.fading ** np.arange(rhythm.horizon)
    ahead: np.ndarray = np.resize(shape, rhythm.horizon) * fades
    return ahead


def _medians(rows: np.ndarray, *, axis: int) -> np.ndarray:
    """Medians of what is known; NaN where nothing is."""
    ranked = np.sort(rows, axis=axis)  # the unknown last
    number = (~np.isnan(rows)).sum(axis=axis, keepdims=True)
    low, high = np.maximum(number - 1, 0) // 2, np.minimum(number // 2, rows.shape[axis] - 1)
    two = np.take_along_axis(ranked, low, axis) + np.take_along_axis(ranked, high, axis)
    medians: np.ndarray = np.where(number > 0, two / 2, np.nan).squeeze(axis)
    return medians


def _ratios(values: np.ndarray, course: np.ndarray) -> np.ndarray:
    """Values as multiples of their usual course, NaN where that is 0 or unknown."""
    usual = np.broadcast_to(course, values.shape)
    nothing = np.full(values.shape, np.nan)
    ratios: np.ndarray = np.divide(values, usual, out=nothing, where=usual > 0)
    return ratios


def seasonal_naive(past: np.ndarray, rhythm: Season) -> np.ndarray:
    """The seasonal-naive baseline: the value a season ago; where unknown, the one before that.

    ``past`` is as of ``seasonal_profile``.

    Returns:
        ``rhythm.horizon`` values, NaN where none of the last ``SEASONS`` seasons has one.
    """
    rows = _seasons(past, rhythm)
    latest = rows[-1]
    for earlier in rows[-2::-1]:
        latest = np.where(np.isnan(latest), earlier, latest)
    return np.resize(latest, rhythm.horizon)


def _seasons(past: np.ndarray, rhythm: Season) -> np.ndarray:
    """The last whole seasons as rows; the first column is the place of the next step."""
    recent = past[-SEASONS * rhythm.season :]
    return recent[len(recent) % rhythm.season :].reshape(-1, rhythm.season)


MODELS: Final[Mapping[str, Model]] = {
    "usual course": seasonal_profile,
    "seasonal naive": seasonal_naive,
}
"""The first is ours, the second what it must beat."""
FIRST_SEASONS: Final = 2
"""Seasons a model has behind it at its first origin."""
LAST_SEASONS: Final = 12
"""Seasons back from the end in which origins lie."""
LEVELS: Final = (80, 95)
"""What the intervals claim to hold, in per cent."""
_ALIKE: Final = 10  # neighbouring errors are alike: so many count as one
_INTERVAL_ENDS: Final = tuple(
    share for level in LEVELS for share in ((1 - level / 100) / 2, 1 - (1 - level / 100) / 2)
)
_Z: Final = np.array([NormalDist().inv_cdf(share) for share in _INTERVAL_ENDS])


@dataclass(frozen=True, slots=True, eq=False)
class BackTest:
    """What a model predicted at m past origins.

    ``origins`` are how many values it had before it at each, rising; ``predicted`` and ``actual``
    are m x horizon, NaN = unknown, or not yet.
    """

    origins: np.ndarray
    predicted: np.ndarray
    actual: np.ndarray

    @property
    def errors(self) -> np.ndarray:
        """The actual value over the predicted one, less 1; NaN where either is unknown."""
        nothing = np.full(self.predicted.shape, np.nan)
        ratios: np.ndarray = np.divide(
            self.actual, self.predicted, out=nothing, where=self.predicted > 0
        )
        return ratios - 1


def back_test(values: np.ndarray, model: Model, rhythm: Season) -> BackTest:
    """Let a model forecast from each past origin with nothing but what was known then.

    Values are oldest first, NaN = unknown.
    """
    n = len(values)
    first = max(FIRST_SEASONS, -(-n // rhythm.season) - LAST_SEASONS) * rhythm.season
    origins = np.arange(n - rhythm.every, first - 1, -rhythm.every)[::-1]
    padded = np.concatenate([values, np.full(rhythm.horizon, np.nan)])
    shape = (len(origins), rhythm.horizon)
    predicted = np.array([model(values[:origin], rhythm) for origin in origins]).reshape(shape)
    actual = np.array([padded[at : at + rhythm.horizon] for at in origins]).reshape(shape)
    return BackTest(origins, predicted, actual)


def intervals(trial: BackTest, rhythm: Season, *, known: int) -> np.ndarray:
    """The usual relative errors by block of the horizon: their quantiles over past origins.

    Quantiles of few errors lie too close together: each is moved from the median by the factor
    between Student's t and the normal distribution, 1 + (z^2 + 1) / (4 df) (first term of the
    expansion by Fisher and Cornish), one degree of freedom for every 10 steps looked back over.
    Only errors against values before the index ``known`` count.

    Returns:
        Blocks x 4: lower and upper end of each of ``LEVELS``; NaN with fewer than
        ``rhythm.fewest`` origins in the block.
    """
    steps = np.arange(rhythm.horizon)
    past = trial.origins[:, None] + steps[None, :] < known
    errors = np.where(past, trial.errors, np.nan)
    blocks = -(-rhythm.horizon // rhythm.block)
    ends = np.full((blocks, len(_INTERVAL_ENDS)), np.nan)
    for block in range(blocks):
        seen = errors[:, steps // rhythm.block == block]
        finite = np.isfinite(seen)
        origins = int(finite.any(axis=1).sum())
        if origins >= rhythm.fewest:
            middle, *quantiles = np.quantile(seen[finite], (0.5, *_INTERVAL_ENDS))
            wider = 1 + (_Z**2 + 1) / (4 * max(origins * rhythm.every / _ALIKE - 1, 1))
            ends[block] = middle + (np.array(quantiles) - middle) * wider
    return ends


@dataclass(frozen=True, slots=True)
class Score:
    """How far off a model was over its origins.

    ``mae`` is the mean absolute error in the unit of the series, ``mape`` the mean error as a share
    of the actual value, zeros left out; ``cover`` has for each of ``LEVELS`` the share of values
    within the interval given beforehand; NaN where there are none. ``n`` values of ``origins``
    forecasts are compared.
    """

    mae: float
    mape: float
    cover: tuple[float, ...]
    origins: int
    n: int


def score(trial: BackTest, rhythm: Season) -> Score:
    """Compare predicted and actual values; intervals rest on errors known at each origin."""
    off = np.abs(trial.actual - trial.predicted)
    known = np.isfinite(off)
    share = np.divide(off, trial.actual, out=np.full(off.shape, np.nan), where=trial.actual > 0)
    counts = np.array(list(_inside(trial, rhythm))).reshape(-1, 1 + len(LEVELS)).sum(axis=0)
    cover = tuple(float(inside / counts[0]) if counts[0] else np.nan for inside in counts[1:])
    mape = share[np.isfinite(share)]
    return Score(
        mae=float(off[known].mean()) if known.any() else np.nan,
        mape=float(mape.mean()) if mape.size else np.nan,
        cover=cover,
        origins=int(known.any(axis=1).sum()),
        n=int(known.sum()),
    )


def _inside(trial: BackTest, rhythm: Season) -> Iterator[tuple[int, ...]]:
    """For each origin how many values had an interval, and how many lay in each."""
    block = np.arange(rhythm.horizon) // rhythm.block
    for origin, errors in zip(trial.origins, trial.errors, strict=True):
        ends = intervals(trial, rhythm, known=int(origin))[block]
        known = np.isfinite(errors) & np.isfinite(ends[:, 0])
        inside = [
            int(((errors >= ends[:, low]) & (errors <= ends[:, low + 1]))[known].sum())
            for low in range(0, len(_INTERVAL_ENDS), 2)
        ]
        yield int(known.sum()), *inside


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


def forecast(series: pd.Series, *, rhythm: Season) -> Forecast:
    """Continue a seasonal series from where it ends.

    The usual course of four weeks at the present level (``seasonal_profile``); intervals
    are quantiles of its own relative errors at past origins over the same part of the horizon, so
    they hold what outages and a drifting level did to it. Daylight saving is not known to it.

    Args:
        series: Values by time, one for every step, NaN = unknown, never 0 for it; not
            negative.
        rhythm: ``HOURLY`` or ``DAILY``.

    Returns:
        Refused under ``FEWEST_WEEKS`` weeks, and where less than ``LEAST_KNOWN`` of the last of
        them is known.
    """
    values = series.to_numpy(dtype="float64", na_value=np.nan)
    reason = _refusal(values, rhythm)
    if reason is not None:
        return Forecast(None, None, reason)
    trials = {name: back_test(values, model, rhythm) for name, model in MODELS.items()}
    expected, baseline = (model(values, rhythm) for model in MODELS.values())
    ours = next(iter(trials.values()))
    block = np.arange(rhythm.horizon) // rhythm.block
    ends = intervals(ours, rhythm, known=len(values))[block]
    bounds = np.maximum(expected[:, None] * (1 + ends), 0.0)
    first = series.index[-1] + rhythm.step
    times = pd.date_range(first, periods=rhythm.horizon, freq=rhythm.step)
    rows = pd.DataFrame({"timestamp": times, "expected": expected})
    limits = pd.DataFrame(bounds, columns=list(_ENDS))
    return Forecast(rows.join(limits).assign(baseline=baseline), _scores(trials, rhythm), None)


def _refusal(values: np.ndarray, rhythm: Season) -> str | None:
    seen = np.flatnonzero(np.isfinite(values))
    weeks = (seen[-1] - seen[0] + 1) / rhythm.season if seen.size else 0.0
    if weeks < FEWEST_WEEKS:
        return f"a forecast takes {FEWEST_WEEKS} weeks of history, there are {weeks:.1f}"
    share = float(np.isfinite(values[-FEWEST_WEEKS * rhythm.season :]).mean())
    if share < LEAST_KNOWN:
        return f"only {share:.0%} of the last {FEWEST_WEEKS} weeks is known"
    return None


def _scores(trials: dict[str, BackTest], rhythm: Season) -> pd.DataFrame:
    rows = []
    for model, trial in trials.items():
        result = score(trial, rhythm)
        cover = {f"cover{level}": value for level, value in zip(LEVELS, result.cover, strict=True)}
        row = {"model": model, "mae": result.mae, "mape": result.mape, **cover}
        rows.append({**row, "origins": result.origins, "n": result.n})
    return pd.DataFrame(rows)
