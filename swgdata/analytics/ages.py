"""A curve of survival read off at even ages, told only where enough spawns were watched."""

import numpy as np
import pandas as pd

from swgdata.analytics.lasting import FEWEST_AT_RISK, median
from swgdata.analytics.survival import LEVEL, Curve, band


def by_age(curve: Curve, *, every: float, level: float = LEVEL) -> pd.DataFrame:
    """Read a curve off at 0, ``every``, twice ``every``, ... hours, up to the longest watched.

    With delayed entry the youngest ages may have been watched on one spawn alone, and a single
    one that left then would take the whole curve down. So the survival is that of the spawns that
    reached the first age at which ``FEWEST_AT_RISK`` were watched, as the median is too
    (``lasting.median``); from there it is that of ``survival.steps``, its band likewise.

    Args:
        curve: Of a family, or of all.
        every: Hours between two ages, more than 0.
        level: Confidence of the band.

    Returns:
        ``age`` (hours), ``survival`` (0 to 1; NaN = fewer than ``FEWEST_AT_RISK`` were watched at
        that age, or at any before it), ``low``, ``high`` (NaN there too, and where the survival is
        0 or 1), ``at_risk`` (watched at that age and beyond it), ``left`` (that left at that age
        or since the one before it) (int64).
    """
    ages = np.arange(0.0, curve.longest + every, every)
    watched = np.array([curve.watched_at(age) for age in ages], dtype="int64")
    begin = median(curve).since
    told = (watched >= FEWEST_AT_RISK) & (ages >= begin)
    reached = np.searchsorted(curve.ages, ages, side="right")
    first = int(np.searchsorted(curve.ages, begin, side="right"))
    share, spread = _from(curve, first)
    place = np.clip(reached - first, 0, None)
    survival = np.where(told, share[place], np.nan)
    ends = band(share[place], spread[place], level=level)
    low, high = (np.where(told, end, np.nan) for end in ends)
    left = np.diff(np.concatenate([[0], np.cumsum(curve.left)])[reached], prepend=0)
    columns = {"age": ages, "survival": survival, "low": low, "high": high}
    return pd.DataFrame({**columns, "at_risk": watched, "left": left.astype("int64")})


def _from(curve: Curve, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Survival and Greenwood's sum after 0, 1, 2, ... steps from the first that counts."""
    at_risk, left = curve.at_risk[first:], curve.left[first:]
    among = at_risk * (at_risk - left).astype("float64")
    terms = np.divide(left, among, out=np.full(len(left), np.inf), where=among > 0)
    share = np.concatenate([[1.0], np.cumprod(1 - left / at_risk)])
    return share, np.concatenate([[0.0], np.cumsum(terms)])
