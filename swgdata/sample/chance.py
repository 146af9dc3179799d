"""Chance without memory: the same question always gets the same answer, in any order and process.

Every figure of the sample galaxy is a function of the seed, a thing and a time. So yesterday's
galaxy can be asked for today, and it agrees with what was shown yesterday.
"""

import random
import zlib

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Part = int | str | npt.NDArray[np.int64]


def _bits(part: Part) -> npt.NDArray[np.uint64]:
    whole = zlib.crc32(part.encode()) if isinstance(part, str) else part
    return np.asarray(whole, dtype=np.int64).astype(np.uint64)


def uniform(*parts: Part) -> Real:
    """Draw one number for each combination of ``parts``.

    Args:
        *parts: Whole numbers, texts, or arrays of whole numbers that broadcast together.

    Returns:
        Numbers from 0 up to, but without, 1, in the broadcast shape (splitmix64).
    """
    state: npt.NDArray[np.uint64] = np.asarray(0x9E3779B97F4A7C15, dtype=np.uint64)
    with np.errstate(over="ignore"):  # wrapping round is the point
        for part in parts:
            state = (state ^ _bits(part)) * np.uint64(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> np.uint64(30))) * np.uint64(0x94D049BB133111EB)
            state = state ^ (state >> np.uint64(31))
    return np.asarray((state >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def wave(days: Real, period: float, *parts: Part) -> Real:
    """Wander smoothly and for ever between -1 and 1.

    Args:
        days: Times in days, broadcast against ``parts``.
        period: Days between two independent values.
        *parts: What wanders; see ``uniform``.

    Returns:
        Hashed values at every ``period``, joined by a smooth step.
    """
    place = days / period
    before = np.floor(place)
    share = place - before
    share = share * share * (3.0 - 2.0 * share)
    knot = before.astype(np.int64)
    left, right = uniform(*parts, knot), uniform(*parts, knot + 1)
    return np.asarray(2.0 * (left + (right - left) * share) - 1.0)


def dice(*parts: object) -> random.Random:
    """Give a generator of its own to a fixed list of things, such as the cities of a seed."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311 - a sample, no secret
