"""How often each feed was answered from the store, and how often the site had to be asked."""

from collections import Counter
from threading import Lock
from typing import Any


class Tally:
    """Hits and misses by feed name, of this process."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._lock = Lock()
        self._hits: Counter[str] = Counter()
        self._misses: Counter[str] = Counter()

    def count(self, name: str, *, hit: bool) -> None:
        """One more answer."""
        with self._lock:
            (self._hits if hit else self._misses)[name] += 1

    def of(self, name: str) -> tuple[int, int]:
        """Hits and misses of one feed."""
        with self._lock:
            return self._hits[name], self._misses[name]

    def table(self) -> dict[str, dict[str, Any]]:
        """Feed name -> hits, misses, and the share of hits (0 to 1)."""
        with self._lock:
            names = sorted({*self._hits, *self._misses})
        counted = {name: self.of(name) for name in names}
        return {
            name: {"hits": hits, "misses": misses, "rate": hits / (hits + misses)}
            for name, (hits, misses) in counted.items()
        }
