"""An HTTP answer as bytes and headers."""

import gzip
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer.

    Attributes:
        status: HTTP status.
        headers: Response headers; they describe the body, not what is stored.
        stored: The body as it is kept in memory.
        packed: True when ``stored`` is the gzip of the body. A large export is kept only
            packed and is unpacked while it is sent, so it never stands whole in memory.
    """

    status: int
    headers: Mapping[str, str]
    stored: bytes
    packed: bool = False

    @property
    def body(self) -> bytes:
        """The body as it goes over the wire."""
        return gzip.decompress(self.stored) if self.packed else self.stored

    def open(self) -> io.BufferedIOBase:
        """The body as a file, unpacked piece by piece."""
        file = io.BytesIO(self.stored)
        return gzip.GzipFile(fileobj=file) if self.packed else file


def plain(status: int, body: bytes, *, kind: str = JSON, etag: str | None = None) -> Reply:
    """An answer whose body stands in memory; its tag is made from the bytes if not given."""
    headers = {"Content-Type": kind, "Content-Length": str(len(body))}
    if status == HTTPStatus.OK:
        headers["ETag"] = etag or f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Reply(status, headers, body)


def document(value: object, *, status: int = HTTPStatus.OK) -> Reply:
    """An answer in JSON, written as PHP writes it: compact, ASCII only."""
    return plain(status, json.dumps(value, separators=(",", ":")).encode())


def page(status: HTTPStatus) -> Reply:
    """A short HTML page for a refusal."""
    text = f"<!doctype html><title>{status.value}</title><h1>{status.phrase}</h1>"
    return plain(status, text.encode(), kind=HTML)


def unchanged(reply: Reply, *, known: str | None) -> Reply:
    """Shrink ``reply`` to a 304 when the asker's ``If-None-Match`` names its tag."""
    tag = reply.headers.get("ETag")
    tags = {part.strip().removeprefix("W/") for part in (known or "").split(",")}
    if tag is None or (tag not in tags and "*" not in tags):
        return reply
    return replace(
        reply, status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag}, stored=b"", packed=False
    )
