"""A site of our own to test against: the sample galaxy over HTTP, counted and made to misbehave."""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from swgdata.sources.sample import Galaxy
from swgdata.sources.sample.reply import Reply

MANIFEST: Final = "/exports/manifest.json"


class Site(Galaxy):
    """A small sample galaxy that counts what it is asked.

    Attributes:
        asked: Path -> requests so far.
        says: Path -> body, status or reply to give instead of the galaxy's own.
        twist: Changes every body on its way out; the manifest then describes the changed exports.
        url: Where it is served.
    """

    def __init__(self, rows: int = 400) -> None:
        super().__init__(rows=rows, now=datetime.now(UTC))
        self.asked: Counter[str] = Counter()
        self.says: dict[str, bytes | int] = {}
        self.twist: Callable[[bytes], bytes] | None = None
        self.url = ""

    def answer(self, path: str, query: Mapping[str, str] = {}) -> Reply:
        """The galaxy's answer, or what the test put in its place."""
        self.asked[path] += 1
        said: Any = self.says.get(path)
        if said is None and self.twist is not None:
            said = self._twisted(path, query)
        if said is None:
            return super().answer(path, query)
        status, body = (said, b"") if isinstance(said, int) else (200, said)
        headers = {"Content-Type": "text/html", "Content-Length": str(len(body))}
        return Reply(status, headers, body)

    def put(self, path: str, body: bytes) -> None:
        """Give this body from now on; of an export, both files and the manifest agree on it."""
        self.says[path] = body
        if path.startswith("/exports/") and path != MANIFEST:
            self.says[f"{path}.gz"] = gzip.compress(body, 1)
            listed = self.says.get(MANIFEST) or super().answer(MANIFEST).body
            self.says[MANIFEST] = sealed(listed, path, body)  # type: ignore[arg-type]

    def renew(self, days: int) -> None:
        """Let so many days pass: the exports become other ones."""
        self._now = datetime.fromtimestamp(self.moment().timestamp() + 86400 * days, UTC)

    def _twisted(self, path: str, query: Mapping[str, str]) -> bytes | int:
        plain = path.removesuffix(".gz")
        reply = super().answer(plain, query)
        if reply.status != 200 or self.twist is None:
            return reply.status
        if path == MANIFEST:
            body = reply.body
            for name in json.loads(body)["datasets"]:
                export = f"/exports/{name}.json"
                body = sealed(body, export, self.twist(super().answer(export).body))
            return body
        body = self.twist(reply.body)
        return gzip.compress(body, 1) if path != plain else body


def sealed(manifest: bytes, path: str, body: bytes) -> bytes:
    """A manifest that describes this body as the export at ``path``."""
    document = json.loads(manifest)
    name = path.removeprefix("/exports/").removesuffix(".json")
    entry = document["datasets"][name]
    entry |= {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
    del entry["count"]
    return json.dumps(document).encode()
