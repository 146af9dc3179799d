"""The body of an answer, unpacked by ourselves: whole, within bounds, or not at all."""

import zlib
from collections.abc import Callable, Iterator
from typing import Final

import requests
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from swgdata.client.trouble import Troubled, broken, late, malformed
from swgdata.client.watch import Watch

PIECE: Final = 65_536


class Body:
    """The decoded bytes of an answer; complete, within the limit, or an exception."""

    def __init__(self, response: requests.Response, watch: Watch, most: int | None) -> None:
        self._raw: HTTPResponse = response.raw
        self._watch = watch
        self._most = most
        self._encoding = response.headers.get("Content-Encoding", "identity").strip().lower()

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        """Yield pieces of at most 64 KiB."""
        total = 0
        try:
            for piece in self._decode()(self._raw.stream(PIECE, decode_content=False)):
                total += len(piece)
                if self._most is not None and total > self._most:
                    raise Troubled(malformed(f"the answer is larger than {self._most >> 20} MiB"))
                yield piece
        except (zlib.error, EOFError) as error:
            raise Troubled(malformed("the answer is damaged or incomplete")) from error
        except (HTTPError, OSError, ValueError) as error:
            raise Troubled(late() if self._watch.over else broken()) from error
        if self._watch.over:  # a cut connection can look like an orderly end
            raise Troubled(late())

    def close(self) -> None:
        """End the exchange."""
        self._watch.close()
        self._raw.close()
        self._raw.release_conn()

    def release_conn(self) -> None:
        """The same: of a streamed answer that was read to its end, requests closes only this."""
        self.close()

    def _decode(self) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
        if self._encoding in {"gzip", "x-gzip"}:
            return _inflate
        if self._encoding in {"identity", ""}:
            return iter
        raise Troubled(malformed("the answer is packed in a way we did not ask for"))


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip in small steps; unlike urllib3, insist on its end mark.

    Raises:
        EOFError: The packed bytes end too early.
        zlib.error: They are damaged, or something else follows them.
    """
    inflater = None
    for packed in pieces:
        rest = packed
        while rest:
            inflater = inflater or zlib.decompressobj(zlib.MAX_WBITS | 16)
            if piece := inflater.decompress(rest, PIECE):
                yield piece
            rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            if inflater.eof:
                inflater = None
    if inflater is not None:
        raise EOFError
