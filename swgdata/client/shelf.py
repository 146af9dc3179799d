"""The stored copies of one site, and how old they are."""

import math
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from swgdata.client.answers import Copy, Question, parameters_of, prefix
from swgdata.client.store import SafeCache
from swgdata.feeds import Feed

_MOMENT: Final = 2.0  # seconds a copy stays at hand; another process may store a newer one
_MOST: Final = 64  # copies at hand,
_LIGHT: Final = 1_000_000  # of so many bytes at most


class Shelf:
    """Looks copies up and judges their age.

    A copy from the future is infinitely old. A wall clock set back does not make a copy younger
    that this process saw arrive: its age is at least what a clock says that never jumps.
    """

    def __init__(
        self,
        cache: SafeCache,
        base_url: str,
        *,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        """Tell the time by ``clock`` (Unix seconds) and ``monotonic`` (seconds)."""
        self._cache = cache
        self._base_url = base_url
        self._clock = clock
        self._monotonic = monotonic
        self._filled = False
        self._arrived: dict[str, tuple[float, float]] = {}
        self._at_hand: dict[str, tuple[float, Copy]] = {}

    def copy(self, question: Question) -> Copy | None:
        """The stored copy, whatever its age; None if there is none."""
        copy = Copy.of(self._cache.get_response(question.key))
        self._at_hand.pop(question.key, None)
        if copy and len(copy.body) <= _LIGHT:
            self._at_hand[question.key] = (self._monotonic(), copy)
            if len(self._at_hand) > _MOST:
                with suppress(RuntimeError, StopIteration):  # another thread is tidying up
                    self._at_hand.pop(next(iter(self._at_hand)), None)
        return copy

    def at_hand(self, question: Question) -> Copy | None:
        """The copy, if it was looked up moments ago: visitors come in crowds, pages ask often."""
        at, copy = self._at_hand.get(question.key, (-math.inf, None))
        return copy if self._monotonic() - at < _MOMENT else None

    def arrived(self, question: Question, copy: Copy) -> None:
        """A copy has just come from the source."""
        self._at_hand.pop(question.key, None)
        self._arrived[question.key] = (copy.received, self._monotonic())

    def is_fresh(self, question: Question, copy: Copy, lifetime: timedelta | None = None) -> bool:
        """Whether a copy is of an age up to and including ``lifetime``, or the feed's own."""
        allowed = question.feed.fresh_for if lifetime is None else lifetime
        return self._age(question, copy) <= allowed.total_seconds()

    def parameters(self, feed: Feed) -> list[dict[str, str]]:
        """The parameters of every stored copy of a feed."""
        return [parameters_of(key) for key in self._cache.keys(prefix(self._base_url, feed))]

    def clear(self, feed: Feed | None) -> int:
        """Remove the copies of one feed, or all; returns how many there were."""
        self._filled = False
        self._at_hand.clear()
        keys = self._cache.keys(prefix(self._base_url, feed))
        self._cache.remove(keys)
        return len(keys)

    def ever_filled(self) -> bool:
        """Whether there is any copy; remembered, for it is asked on every page."""
        self._filled = self._filled or len(self) > 0
        return self._filled

    def __len__(self) -> int:
        return len(self._cache.keys(prefix(self._base_url)))

    def _age(self, question: Question, copy: Copy) -> float:
        age = self._clock() - copy.received
        if age < 0:
            return math.inf
        received, at = self._arrived.get(question.key, (None, 0.0))
        return max(age, self._monotonic() - at) if received == copy.received else age
