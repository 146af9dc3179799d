"""What to expect of a spawn of a given age: its chance to last, and how long it may."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from swgdata.analytics.survival import LEVEL, Curve, band

FEWEST_AT_RISK: Final = 20
"""With fewer spawns watched at that age no number is told."""


@dataclass(frozen=True, slots=True)
class Chance:
    """The share of spawns that last on.

    Attributes:
        value: 0 to 1; None = unknown.
        low: Lower end of its 95 % band; None likewise.
        high: Upper end.
        n: Spawns watched at that age.
        reason: Why it is unknown; None where it is not.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None


def chance(curve: Curve, *, age: float, ahead: float, level: float = LEVEL) -> Chance:
    """The chance of a spawn of an age to be up some hours later: S(age + ahead) / S(age).

    Worked out from the steps between alone, so an early step on few spawns does not matter; the
    band is log-log from Greenwood's sum over them. Where none or all left between, the band's
    open end is exact for n spawns alike: (1 - level)/2 to the power 1/n.

    Args:
        curve: Of its family, or of all.
        age: In hours.
        ahead: In hours.
        level: Confidence of the band.

    Returns:
        Unknown with fewer than ``FEWEST_AT_RISK`` at that age, or where nobody was watched long
        enough.
    """
    n = curve.watched_at(age)
    if n < FEWEST_AT_RISK:
        spawns = "spawn was" if n == 1 else "spawns were"
        reason = f"only {n} {spawns} watched at this age, it takes {FEWEST_AT_RISK}"
        return Chance(None, None, None, n, reason)
    between = slice(*np.searchsorted(curve.ages, (age, age + ahead), side="right"))
    at_risk, left = curve.at_risk[between], curve.left[between]
    value = float(np.prod(1 - left / at_risk))
    if value > 0 and age + ahead > curve.longest:
        return Chance(None, None, None, n, "no spawn was watched up to that age")
    edge = ((1 - level) / 2) ** (1 / n)
    if value in (0.0, 1.0):
        low, high = (edge, 1.0) if value else (0.0, 1 - edge)
        return Chance(value, low, high, n, None)
    spread = float((left / (at_risk * (at_risk - left))).sum())
    ends = band(np.array([value]), np.array([spread]), level=level)
    return Chance(value, float(ends[0][0]), float(ends[1][0]), n, None)


def remaining(curve: Curve, *, age: float, share: float = 0.5) -> float | None:
    """Hours until only a share of the spawns of an age is still up; by default their median.

    Returns:
        None with fewer than ``FEWEST_AT_RISK`` at that age, or where the curve never falls so
        low: they last longer than anyone was watched.
    """
    if curve.watched_at(age) < FEWEST_AT_RISK:
        return None
    first = int(np.searchsorted(curve.ages, age, side="right"))
    lasting = np.cumprod(1 - curve.left[first:] / curve.at_risk[first:])
    reached = np.flatnonzero(lasting <= share + 1e-12)
    return float(curve.ages[first + reached[0]]) - age if reached.size else None


@dataclass(frozen=True, slots=True)
class Median:
    """The middle lifetime.

    Attributes:
        age: Hours by which half had left; None = unknown.
        since: Of those that reached this age: the first at which enough were watched.
        n: How many that were.
        reason: Why it is unknown.
    """

    age: float | None
    since: float
    n: int
    reason: str | None


def median(curve: Curve) -> Median:
    """The median lifetime, from the first age at which ``FEWEST_AT_RISK`` were watched."""
    ages = np.concatenate([[0.0], np.unique(curve.entries)])
    begun, ended = (
        np.searchsorted(ends, ages, side="right") for ends in (curve.entries, curve.exits)
    )
    watched = begun - ended
    enough = np.flatnonzero(watched >= FEWEST_AT_RISK)
    if not enough.size:
        most = int(watched.max())
        return Median(None, 0.0, most, f"at most {most} watched at once, of {FEWEST_AT_RISK}")
    since, n = float(ages[enough[0]]), int(watched[enough[0]])
    hours = remaining(curve, age=since)
    if hours is None:
        return Median(None, since, n, "more than half outlast what was watched")
    return Median(since + hours, since, n, None)
