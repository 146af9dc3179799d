"""The sample galaxy as a transport of requests: same path as live bytes, without a socket."""

from collections.abc import Mapping
from http.client import responses
from io import BytesIO

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPResponse

from swgdata.sample.ask import ask
from swgdata.sample.galaxy import Galaxy


class SampleTransport(BaseAdapter):
    """Answers every request, for whatever host, from a galaxy."""

    def __init__(self, galaxy: Galaxy | None = None) -> None:
        super().__init__()
        self.galaxy = galaxy or Galaxy()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the signature of requests
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer one request; the body is read as from a socket. Only ``request`` matters."""
        method = request.method or "GET"
        known = request.headers.get("If-None-Match")
        reply = ask(self.galaxy, method, request.url or "", known=known)
        phrase = responses.get(reply.status, "")
        response = requests.Response()
        response.status_code = int(reply.status)  # plain: an HTTP cache may write it down
        response.reason = phrase
        response.headers = CaseInsensitiveDict(reply.headers)
        response.encoding = get_encoding_from_headers(response.headers)
        response.url = request.url or ""
        response.request = request
        response.raw = HTTPResponse(
            body=BytesIO() if method == "HEAD" else reply.open(),
            headers=dict(reply.headers),
            status=response.status_code,
            reason=phrase,
            preload_content=False,
            request_method=method,
            request_url=request.url,
        )
        return response

    def close(self) -> None:
        """Nothing is held open."""
