"""A big file as it arrives."""

from collections.abc import Iterator
from typing import Final

import requests

PIECE: Final = 65_536


class Download:
    """The pieces of one big file, as they arrive.

    Attributes:
        total: Bytes to come, if the source says so and does not pack them.
    """

    def __init__(self, response: requests.Response) -> None:
        """Read from a streamed response."""
        size = response.headers.get("Content-Length", "")
        packed = "Content-Encoding" in response.headers
        self.total = int(size) if size.isascii() and size.isdigit() and not packed else None
        self._pieces: Iterator[bytes] = response.iter_content(PIECE)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)
