"""A site of our own to test against: the sample galaxy over HTTP, counted and made to misbehave."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from swgdata.sample import Galaxy, Reply


class Site(Galaxy):
    """A small sample galaxy that counts what it is asked.

    Attributes:
        asked: Path -> requests so far.
        says: Path -> body, status or reply to give instead of the galaxy's own.
        url: Where it is served.
    """

    def __init__(self, rows: int = 400) -> None:
        super().__init__(rows=rows, now=datetime.now(UTC))
        self.asked: Counter[str] = Counter()
        self.says: dict[str, bytes | int] = {}
        self.url = ""

    def answer(self, path: str, query: Mapping[str, str] = {}) -> Reply:
        """The galaxy's answer, or what the test put in its place."""
        self.asked[path] += 1
        said: Any = self.says.get(path)
        if said is None:
            return super().answer(path, query)
        status, body = (said, b"") if isinstance(said, int) else (200, said)
        headers = {"Content-Type": "text/html", "Content-Length": str(len(body))}
        return Reply(status, headers, body)

    def renew(self, days: int) -> None:
        """Let so many days pass: the exports become other ones."""
        self._now = datetime.fromtimestamp(self.moment().timestamp() + 86400 * days, UTC)
