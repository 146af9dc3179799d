"""SWG_SOURCE=auto: sample until the site was ever reached."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from swgdata.errors import FeedError, FeedUnreachable

if TYPE_CHECKING:
    from swgdata.sources.source import Source

FIRST_LOOK: Final = 5.0  # seconds a first visitor waits to learn whether the site can be reached
LOOK_AGAIN: Final = 60.0  # seconds the sample stands in before the site is asked again


class SampleFallback:
    """Decides, for ``auto``, whether the sample stands in for a site never yet reached."""

    def __init__(self, site: "Callable[[], Source]", stand_in: "Callable[[], Source]") -> None:
        self._site = site
        self._stand_in = stand_in
        self._lock = threading.Lock()
        self._look_at = 0.0
        self._first = True

    def choose(self) -> "Source":
        """The source to read from now."""
        site = self._site()
        if site.ever_stored():
            return site
        with self._lock:  # one visitor looks, the others take what it found
            if time.monotonic() < self._look_at:
                return self._stand_in()
            patience, self._first = (FIRST_LOOK if self._first else 0.0), False
            if self._reached(site, patience):
                return site
            self._look_at = time.monotonic() + LOOK_AGAIN
            return self._stand_in()

    @staticmethod
    def _reached(site: "Source", patience: float) -> bool:
        feed = next((feed for feed in site.feeds.values() if not feed.parameters), None)
        if feed is None:
            return True
        try:
            site.client(feed).fetch(feed, wait=patience)
        except FeedUnreachable:
            return False
        except FeedError:
            # It answered, if not with data; a first look that merely ran out of time did not.
            return patience > 0 and site.client(feed).status(feed).last_error is not None
        return True
