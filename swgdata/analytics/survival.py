"""Kaplan-Meier estimate with delayed entry; chance to survive, median lifetime."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd

LEVEL: Final = 0.95
"""Confidence of the bands."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The steps of one estimate, and whom it rests on.

    Attributes:
        ages: The k ages (hours) at which spawns left, rising.
        at_risk: How many were being watched at each: entered before, not yet ended.
        left: How many left at each.
        entries: The n ages at which watching began, rising.
        exits: The n ages at which it ended, rising.
    """

    ages: np.ndarray
    at_risk: np.ndarray
    left: np.ndarray
    entries: np.ndarray
    exits: np.ndarray

    def watched_at(self, age: float) -> int:
        """How many spawns were watched at an age and beyond it."""
        begun = np.searchsorted(self.entries, age, side="right")
        return int(begun - np.searchsorted(self.exits, age, side="right"))

    @property
    def longest(self) -> float:
        """The oldest age anyone was watched at; 0 without any."""
        return float(self.exits[-1]) if len(self.exits) else 0.0


def fit(lifetimes: pd.DataFrame) -> Curve:
    """Count who was at risk whenever a spawn left.

    A spawn that enters or is given up at the very age another leaves at: entering counts from
    just after it, giving up only then.

    Args:
        lifetimes: ``entry``, ``exit`` (hours, ``entry < exit``), ``despawned`` (bool).
    """
    entries, exits = (
        np.sort(lifetimes[name].to_numpy(dtype="float64")) for name in ("entry", "exit")
    )
    ended = lifetimes["exit"].to_numpy(dtype="float64")[lifetimes["despawned"].to_numpy(dtype=bool)]
    ages, left = np.unique(ended, return_counts=True)
    begun = np.searchsorted(entries, ages, side="left")
    at_risk = begun - np.searchsorted(exits, ages, side="left")
    return Curve(ages, at_risk, left, entries, exits)


def families(lifetimes: pd.DataFrame) -> Mapping[str, Curve]:
    """One curve for each family of classes."""
    groups = lifetimes.dropna(subset=["family"]).groupby("family", sort=True)
    return {str(family): fit(rows) for family, rows in groups}


def survival_since(curve: Curve, age: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The Kaplan-Meier product of the spawns that reached an age.

    S(t) is the product of 1 - d/n over the ages at which d of n left (Kaplan and Meier 1958; n
    without those not yet entered: Lynden-Bell 1971). Its variance is S^2 times the sum of
    d/(n(n-d)) (Greenwood); see ``docs/formulas.md#lifetimes``.

    Returns:
        Ages (hours, the first is ``age`` itself), the share still up from each on (the first is
        1) and Greenwood's sum (infinite where all left).
    """
    first = int(np.searchsorted(curve.ages, age, side="right"))
    at_risk, left = curve.at_risk[first:], curve.left[first:]
    product = at_risk * (at_risk - left).astype("float64")
    terms = np.divide(left, product, out=np.full(len(left), np.inf), where=product > 0)
    return (
        np.concatenate([[age], curve.ages[first:]]),
        np.concatenate([[1.0], np.cumprod(1 - left / at_risk)]),
        np.concatenate([[0.0], np.cumsum(terms)]),
    )


def steps(curve: Curve, *, level: float = LEVEL) -> pd.DataFrame:
    """The curve as a table.

    Returns:
        One row per step, from age 0: ``age`` (hours), ``at_risk``, ``left`` (int64),
        ``survival``, ``error`` (standard error; NaN where nobody is left), ``low``, ``high``
        (NaN where the survival is 0 or 1 and the formula says nothing).
    """
    ages, share, spread = survival_since(curve, 0.0)
    low, high = band(share, spread, level=level)
    error = np.multiply(share, np.sqrt(spread), out=np.full(len(share), np.nan), where=share > 0)
    at_risk = np.concatenate([[curve.watched_at(0.0)], curve.at_risk]).astype("int64")
    left = np.concatenate([[0], curve.left]).astype("int64")
    counts = {"age": ages, "at_risk": at_risk, "left": left}
    return pd.DataFrame({**counts, "survival": share, "error": error, "low": low, "high": high})


def band(
    share: np.ndarray, spread: np.ndarray, *, level: float = LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """Log-log band of survival shares (Kalbfleisch and Prentice): it never leaves 0 to 1.

    Returns:
        Lower and upper ends, NaN where the share is 0 or 1.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    inner = (share > 0) & (share < 1) & np.isfinite(spread)
    log = np.log(np.where(inner, share, 0.5))
    width = z * np.sqrt(np.where(inner, spread, 0.0)) / log  # negative: the log is
    low, high = (np.exp(log * np.exp(side * width)) for side in (-1, 1))
    return np.where(inner, low, np.nan), np.where(inner, high, np.nan)


FEWEST_AT_RISK: Final = 20
"""With fewer spawns watched at that age a chance is unknown."""


@dataclass(frozen=True, slots=True)
class SurvivalChance:
    """The share of spawns still up some hours later.

    ``value`` is 0 to 1, ``low`` and ``high`` are the ends of its 95 % band; None = unknown, for
    ``reason``. ``n`` spawns were watched at that age.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None


def survival_chance(
    curve: Curve, *, age: float, ahead: float, level: float = LEVEL
) -> SurvivalChance:
    """The chance of a spawn of an age to be up some hours later: S(age + ahead) / S(age).

    Worked out from the steps between alone, so an early step on few spawns does not matter; the
    band is log-log from Greenwood's sum over them. Where none or all left between, the band's open
    end is exact for n spawns alike: (1 - level)/2 to the power 1/n. All in hours; ``level`` is the
    confidence of the band.

    Returns:
        Unknown with fewer than ``FEWEST_AT_RISK`` at that age, or where nobody was watched long
        enough.
    """
    n = curve.watched_at(age)
    if n < FEWEST_AT_RISK:
        spawns = "spawn was" if n == 1 else "spawns were"
        reason = f"only {n} {spawns} watched at this age, it takes {FEWEST_AT_RISK}"
        return SurvivalChance(None, None, None, n, reason)
    ages, shares, spreads = survival_since(curve, age)
    last = int(np.searchsorted(ages, age + ahead, side="right")) - 1
    value = float(shares[last])
    if value > 0 and age + ahead > curve.longest:
        return SurvivalChance(None, None, None, n, "no spawn was watched up to that age")
    edge = ((1 - level) / 2) ** (1 / n)
    if value in (0.0, 1.0):
        low, high = (edge, 1.0) if value else (0.0, 1 - edge)
        return SurvivalChance(value, low, high, n, None)
    ends = band(shares[[last]], spreads[[last]], level=level)
    return SurvivalChance(value, float(ends[0][0]), float(ends[1][0]), n, None)


def median_time_left(curve: Curve, *, age: float, share: float = 0.5) -> float | None:
    """Hours until only a share of the spawns of an age is still up; by default their median.

    Returns:
        None with fewer than ``FEWEST_AT_RISK`` at that age, or where the curve never falls so
        low: they last longer than anyone was watched.
    """
    if curve.watched_at(age) < FEWEST_AT_RISK:
        return None
    ages, shares, _ = survival_since(curve, age)
    reached = np.flatnonzero(shares <= share + 1e-12)
    return float(ages[reached[0]]) - age if reached.size else None


@dataclass(frozen=True, slots=True)
class MedianLifetime:
    """The age in hours by which half had left; None = unknown, for ``reason``.

    It is that of those who reached ``since``, the first age at which enough (``n``) were watched.
    """

    age: float | None
    since: float
    n: int
    reason: str | None


def median_lifetime(curve: Curve) -> MedianLifetime:
    """The median lifetime, from the first age at which ``FEWEST_AT_RISK`` were watched."""
    ages = np.concatenate([[0.0], np.unique(curve.entries)])
    begun, ended = (
        np.searchsorted(ends, ages, side="right") for ends in (curve.entries, curve.exits)
    )
    watched = begun - ended
    enough = np.flatnonzero(watched >= FEWEST_AT_RISK)
    if not enough.size:
        most = int(watched.max())
        return MedianLifetime(
            None, 0.0, most, f"at most {most} watched at once, of {FEWEST_AT_RISK}"
        )
    since, n = float(ages[enough[0]]), int(watched[enough[0]])
    hours = median_time_left(curve, age=since)
    if hours is None:
        return MedianLifetime(None, since, n, "more than half outlast what was watched")
    return MedianLifetime(since + hours, since, n, None)
