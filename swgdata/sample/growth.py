"""How cities and guilds grow and shrink: heads and active heads at any time."""

import numpy as np

from swgdata.sample.chance import Real, Whole, uniform, wave


def heads(seed: int, what: str, *, sizes: Real, days: Real) -> Whole:
    """Registered members of each place at each time.

    Args:
        seed: The galaxy.
        what: The kind of place, so that cities and guilds wander apart.
        sizes: Usual members, one per place; 0 stays 0.
        days: Times in days since 1970.

    Returns:
        One row per place, one column per time: slow tides of a year and of two months, and
        small ripples of a fortnight, around the usual size.
    """
    who, when = np.arange(len(sizes))[:, None], days[None, :]
    tide = 0.30 * wave(when, 200.0, seed, what, "year", who)
    tide += 0.12 * wave(when, 40.0, seed, what, "season", who)
    tide += 0.04 * wave(when, 7.0, seed, what, "ripple", who)
    return np.asarray(np.rint(sizes[:, None] * (1.0 + tide)).astype(np.int64))


def active(seed: int, what: str, *, zeal: Real, members: Whole, days: Real) -> Whole:
    """How many of ``members`` were recently active.

    Args:
        seed: The galaxy.
        what: The kind of place.
        zeal: Usual share of active members, one per place; 0 is a dormant place.
        members: Result of ``heads``.
        days: The same times.
    """
    who, when = np.arange(len(zeal))[:, None], days[None, :]
    mood = 1.0 + 0.25 * wave(when, 30.0, seed, what, "mood", who)
    mood += 0.12 * wave(when, 4.0, seed, what, "week", who)
    share = np.clip(zeal[:, None] * mood, 0.0, 0.95)
    return np.asarray(np.rint(members * share).astype(np.int64))


def record_days(seed: int, what: str, *, who: int, today: int, span: int) -> list[int]:
    """Days since 1970 on which the site wrote down one place: irregular, about one in four.

    The same day is always chosen or never, so a history grows and does not change.
    """
    candidates = np.arange(today - span, today)
    chosen = uniform(seed, what, "record", who, candidates) < 0.24
    return [int(day) for day in candidates[chosen]]
