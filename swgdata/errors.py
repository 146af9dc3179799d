"""The exceptions a caller can act on."""

from datetime import UTC, datetime


class SwgError(Exception):
    """Anything this package raises on purpose; its text is one sentence fit for a user."""


class SettingsError(SwgError):
    """One or more ``SWG_*`` settings are wrong; the text names each with value and expectation."""


class ParameterError(SwgError):
    """A table was asked with an unknown parameter or a value it cannot take."""


class UnknownTable(SwgError):
    """There is no named table of this name."""


class FeedError(SwgError):
    """A feed has nothing to show.

    Attributes:
        feed: Name of the feed.
        reason: Why, in words for a visitor; never an address, path or key.
        until: When it will be asked again, if that is decided.
    """

    def __init__(self, feed: str, reason: str, *, until: datetime | None = None) -> None:
        super().__init__(f"{feed}: {reason}")
        self.feed = feed
        self.reason = reason
        self.until = until


class FeedUnreachable(FeedError):
    """No connection could be made: no network, no such host, nobody listening."""


class FeedUnavailable(FeedError):
    """The site was reached, but gave no data: an error status, a timeout, a pause."""


class FeedArriving(FeedUnavailable):
    """An export is being downloaded for the first time; ask again in a moment."""


class FeedDeclined(FeedUnavailable):
    """The site declined automated access (403 or 418), or a key (401)."""


class FeedMalformed(FeedError):
    """The site answered with something that is not this feed; it was refused whole."""


class NotOffered(FeedError):
    """The chosen provider has no such feed."""


class Busy(SwgError):
    """Something of which there is only one at a time is running already.

    Attributes:
        holder: Where it runs, as ``HOST:PID``; None if that cannot be told.
        since: Since when, UTC; None if that cannot be told.
    """

    def __init__(self, what: str, holder: str | None = None, since: datetime | None = None) -> None:
        clock = f" since {since.astimezone(UTC):%H:%M} UTC" if since else ""
        super().__init__(f"{what} is running{clock}{f' by {holder}' if holder else ' elsewhere'}")
        self.holder = holder
        self.since = since
