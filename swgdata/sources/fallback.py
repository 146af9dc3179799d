"""``SWG_SOURCE=auto``: the sample stands in until the site was ever reached."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from swgdata.errors import FeedError, FeedUnreachable

if TYPE_CHECKING:
    from swgdata.sources.source import Source

FIRST_WAIT: Final = 5.0  # seconds a first visitor waits to learn whether the site can be reached
RETRY_AFTER: Final = 60.0  # seconds the sample stands in before the site is asked again


class SampleFallback:
    """Decides, for ``auto``, whether the sample stands in for a site never yet reached."""

    def __init__(self, site: "Callable[[], Source]", stand_in: "Callable[[], Source]") -> None:
        self._site = site
        self._stand_in = stand_in
        self._lock = threading.Lock()
        self._retry_at = 0.0
        self._first = True

    def choose(self) -> "Source":
        """The source to read from now."""
        site = self._site()
        if site.ever_stored():
            return site
        with self._lock:  # one visitor asks, the others take its result
            if time.monotonic() < self._retry_at:
                return self._stand_in()
            wait, self._first = (FIRST_WAIT if self._first else 0.0), False
            if self._reached(site, wait):
                return site
            self._retry_at = time.monotonic() + RETRY_AFTER
            return self._stand_in()

    @staticmethod
    def _reached(site: "Source", wait: float) -> bool:
        feed = next((feed for feed in site.feeds.values() if not feed.parameters), None)
        if feed is None:
            return True
        try:
            site.client(feed).fetch(feed, wait=wait)
        except FeedUnreachable:
            return False
        except FeedError:
            # It answered, if not with data; a first wait that merely ran out of time did not.
            return wait > 0 and site.client(feed).status(feed).last_error is not None
        return True
