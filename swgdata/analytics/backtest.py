"""Judge a way to forecast by what it would have said: errors and intervals from past origins."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from swgdata.analytics.seasonal import Model, Rhythm

FIRST_SEASONS: Final = 2
"""Seasons a model has behind it at its first origin."""

LAST_SEASONS: Final = 12
"""Seasons back from the end in which origins lie."""

LEVELS: Final = (80, 95)
"""What the intervals claim to hold, in per cent."""

_ALIKE: Final = 10  # neighbouring errors are alike: so many count as one
_ENDS: Final = tuple(
    share for level in LEVELS for share in ((1 - level / 100) / 2, 1 - (1 - level / 100) / 2)
)
_Z: Final = np.array([NormalDist().inv_cdf(share) for share in _ENDS])


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What a model said at m past origins.

    Attributes:
        origins: How many values it had before it at each, rising.
        said: m x horizon.
        came: m x horizon, NaN = unknown, or not yet.
    """

    origins: np.ndarray
    said: np.ndarray
    came: np.ndarray

    @property
    def errors(self) -> np.ndarray:
        """What came, as a share of what was said, less 1; NaN where either is unknown."""
        nothing = np.full(self.said.shape, np.nan)
        ratios: np.ndarray = np.divide(self.came, self.said, out=nothing, where=self.said > 0)
        return ratios - 1


def rehearse(values: np.ndarray, model: Model, rhythm: Rhythm) -> Trial:
    """Let a model forecast from each past origin with nothing but what was known then.

    Args:
        values: The series, oldest first, NaN = unknown.
        model: One of ``seasonal.MODELS``.
        rhythm: Of the series.
    """
    n = len(values)
    first = max(FIRST_SEASONS, -(-n // rhythm.season) - LAST_SEASONS) * rhythm.season
    origins = np.arange(n - rhythm.every, first - 1, -rhythm.every)[::-1]
    padded = np.concatenate([values, np.full(rhythm.horizon, np.nan)])
    shape = (len(origins), rhythm.horizon)
    said = np.array([model(values[:origin], rhythm) for origin in origins]).reshape(shape)
    came = np.array([padded[at : at + rhythm.horizon] for at in origins]).reshape(shape)
    return Trial(origins, said, came)


def intervals(trial: Trial, rhythm: Rhythm, *, known: int) -> np.ndarray:
    """The usual relative errors by block of the horizon: their quantiles over past origins.

    Quantiles of few errors lie too close together: each is moved from the median by the factor
    between Student's t and the normal distribution, 1 + (z^2 + 1) / (4 df) (first term of the
    expansion by Fisher and Cornish), one degree of freedom for every 10 steps looked back over.

    Args:
        trial: Of the same model.
        rhythm: Of the series.
        known: Only values before this place are known, only errors against them count.

    Returns:
        Blocks x 4: lower and upper end of each of ``LEVELS``; NaN with fewer than
        ``rhythm.fewest`` origins in the block.
    """
    steps = np.arange(rhythm.horizon)
    past = trial.origins[:, None] + steps[None, :] < known
    errors = np.where(past, trial.errors, np.nan)
    blocks = -(-rhythm.horizon // rhythm.block)
    ends = np.full((blocks, len(_ENDS)), np.nan)
    for block in range(blocks):
        seen = errors[:, steps // rhythm.block == block]
        told = np.isfinite(seen)
        origins = int(told.any(axis=1).sum())
        if origins >= rhythm.fewest:
            middle, *quantiles = np.quantile(seen[told], (0.5, *_ENDS))
            wider = 1 + (_Z**2 + 1) / (4 * max(origins * rhythm.every / _ALIKE - 1, 1))
            ends[block] = middle + (np.array(quantiles) - middle) * wider
    return ends


@dataclass(frozen=True, slots=True)
class Score:
    """How far off a model was over its origins.

    Attributes:
        mae: Mean absolute error, in the series' unit; NaN without any.
        mape: Mean of the error as a share of what came, values of 0 left out.
        cover: For each of ``LEVELS`` the share of values within the interval told beforehand;
            NaN where none was.
        origins: How many forecasts.
        n: Values compared.
    """

    mae: float
    mape: float
    cover: tuple[float, ...]
    origins: int
    n: int


def score(trial: Trial, rhythm: Rhythm) -> Score:
    """Compare what was said with what came; intervals rest on errors known at each origin."""
    off = np.abs(trial.came - trial.said)
    told = np.isfinite(off)
    share = np.divide(off, trial.came, out=np.full(off.shape, np.nan), where=trial.came > 0)
    held = np.array(list(_held(trial, rhythm))).reshape(-1, 1 + len(LEVELS)).sum(axis=0)
    cover = tuple(float(inside / held[0]) if held[0] else np.nan for inside in held[1:])
    mape = share[np.isfinite(share)]
    return Score(
        mae=float(off[told].mean()) if told.any() else np.nan,
        mape=float(mape.mean()) if mape.size else np.nan,
        cover=cover,
        origins=int(told.any(axis=1).sum()),
        n=int(told.sum()),
    )


def _held(trial: Trial, rhythm: Rhythm) -> Iterator[tuple[int, ...]]:
    """For each origin how many values had an interval, and how many lay in each."""
    block = np.arange(rhythm.horizon) // rhythm.block
    for origin, errors in zip(trial.origins, trial.errors, strict=True):
        ends = intervals(trial, rhythm, known=int(origin))[block]
        told = np.isfinite(errors) & np.isfinite(ends[:, 0])
        inside = [
            int(((errors >= ends[:, low]) & (errors <= ends[:, low + 1]))[told].sum())
            for low in range(0, len(_ENDS), 2)
        ]
        yield int(told.sum()), *inside
