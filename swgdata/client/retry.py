"""Few, short retries inside one exchange; everything longer is a remembered pause."""

from types import TracebackType
from typing import Final, Self

from urllib3.connectionpool import ConnectionPool
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from swgdata.client.watch import time_for_another

ENOUGH_LEFT: Final = 3.0  # seconds an exchange may have taken and still begin again
BACKOFF: Final = 0.25  # seconds before the first retry, twice that before the second


class PoliteRetry(Retry):
    """At most two more tries, within about a second, for lost connections and 502, 503, 504.

    Never after an answer that names its own waiting time, never for 4xx, never when most of the
    deadline is spent.
    """

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:  # noqa: FBT001, FBT002 - urllib3's signature
        """Whether this status is worth another try now."""
        return not has_retry_after and super().is_retry(method, status_code)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Count one try; raise ``MaxRetryError`` when it was the last."""
        left = self if time_for_another(ENOUGH_LEFT) else self.new(total=0)
        return super(PoliteRetry, left).increment(method, url, response, error, _pool, _stacktrace)


def polite_retry() -> PoliteRetry:
    """The retries of one request."""
    return PoliteRetry(
        total=2,
        backoff_factor=BACKOFF,
        backoff_jitter=BACKOFF / 2,
        backoff_max=0.6,
        status_forcelist=(502, 503, 504),
        allowed_methods=("GET",),
        redirect=False,
        respect_retry_after_header=False,
        raise_on_status=False,
    )
