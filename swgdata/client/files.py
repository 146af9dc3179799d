"""A local file in the place of a site, for documents somebody keeps on their own machine."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse


class FileTransport(BaseAdapter):
    """Answers every request with the bytes of one file; 404 while there is none."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the library's signature
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """The file as it is now."""
        try:
            status, body = 200, self._path.read_bytes()
        except OSError:
            status, body = 404, b""
        response = Response()
        response.status_code = status
        response.url = request.url or ""
        response.request = request
        headers: dict[str, Any] = {"Content-Length": str(len(body))}
        response.raw = HTTPResponse(BytesIO(body), headers, status, preload_content=False)
        response.headers.update(headers)
        return response

    def close(self) -> None:
        """Nothing is held open."""
