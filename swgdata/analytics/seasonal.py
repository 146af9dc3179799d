"""Two ways to continue a seasonal series: the season's usual course, and last season again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

SEASONS: Final = 4
"""Past seasons the usual course is the median of."""


@dataclass(frozen=True, slots=True)
class Rhythm:
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


HOURLY: Final = Rhythm(pd.Timedelta(hours=1), 168, 168, 72, 0.995, 24, 24, 5)
"""The online pulse, a week ahead."""

DAILY: Final = Rhythm(pd.Timedelta(days=1), 7, 14, 7, 0.98, 1, 7, 14)
"""City activity, two weeks ahead."""

Model = Callable[[np.ndarray, Rhythm], np.ndarray]


def usual_course(past: np.ndarray, rhythm: Rhythm) -> np.ndarray:
    """The usual shape of a season at the present level.

    The shape is the median of the last ``SEASONS`` seasons, each divided by its own level first
    (the median of its ratios to their plain median), so that a drifting level does not blur it.
    The forecast starts at the level of the ``recent`` values and fades to the last season's.
    Gaps and outages weigh nothing as long as most seasons have none.

    Args:
        past: Values, oldest first, NaN = unknown; one season at least.
        rhythm: Of the series.

    Returns:
        ``rhythm.horizon`` values, NaN where no season has one.
    """
    rows = _seasons(past, rhythm)
    levels = _medians(_ratios(rows, _medians(rows, axis=0)), axis=1)
    levels = np.where(levels > 0, levels, np.nan)  # a season of nothing has no shape
    shape = _medians(rows / levels[:, None], axis=0)
    near = np.resize(shape[::-1], rhythm.recent)[::-1]
    recent = float(_medians(_ratios(past[None, -rhythm.recent :], near), axis=1)[0])
    told = levels[~np.isnan(levels)]
    base = float(told[-1]) if len(told) else 1.0
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


def last_season(past: np.ndarray, rhythm: Rhythm) -> np.ndarray:
    """The seasonal-naive baseline: the value a season ago; where unknown, the one before that.

    Args:
        past: Values, oldest first, NaN = unknown; one season at least.
        rhythm: Of the series.

    Returns:
        ``rhythm.horizon`` values, NaN where none of the last ``SEASONS`` seasons has one.
    """
    rows = _seasons(past, rhythm)
    latest = rows[-1]
    for earlier in rows[-2::-1]:
        latest = np.where(np.isnan(latest), earlier, latest)
    return np.resize(latest, rhythm.horizon)


def _seasons(past: np.ndarray, rhythm: Rhythm) -> np.ndarray:
    """The last whole seasons as rows; the first column is the place of the next step."""
    recent = past[-SEASONS * rhythm.season :]
    return recent[len(recent) % rhythm.season :].reshape(-1, rhythm.season)


MODELS: Final[Mapping[str, Model]] = {
    "usual course": usual_course,
    "seasonal naive": last_season,
}
"""The first is ours, the second what it must beat."""
