"""Requests transport and local HTTP server."""

import shutil
import sys
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPResponse

from swgdata.sources.sample.galaxy import Galaxy
from swgdata.sources.sample.reply import Reply, page, unchanged

METHODS: Final = ("GET", "HEAD")


def reply_to(galaxy: Galaxy, method: str, address: str, *, known: str | None = None) -> Reply:
    """Answer one request.

    Args:
        galaxy: Who answers.
        method: HTTP method; other than GET and HEAD it is refused with 405.
        address: Whole address, or its path with the query.
        known: The ``If-None-Match`` header.

    Returns:
        The answer to a GET; whoever sends it leaves out the body for HEAD.
    """
    if method not in METHODS:
        refusal = page(HTTPStatus.METHOD_NOT_ALLOWED)
        return Reply(
            refusal.status, {**refusal.headers, "Allow": ", ".join(METHODS)}, refusal.stored
        )
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return unchanged(galaxy.answer(unquote(parts.path), query), known=known)


HOST: Final = "127.0.0.1"


class GalaxyServer(ThreadingHTTPServer):
    """Serves one galaxy, one thread per connection."""

    daemon_threads = True

    def __init__(self, galaxy: Galaxy, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.galaxy = galaxy

    def handle_error(self, request: object, client_address: object) -> None:
        """Report a fault of ours, but not an asker who hung up."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD, keeps connections open, writes no log."""

    protocol_version = "HTTP/1.1"
    server_version = "swgdata-sample"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 60  # seconds a silent connection is kept
    server: GalaxyServer

    def _answer(self) -> None:
        known = self.headers.get("If-None-Match")
        reply = reply_to(self.server.galaxy, self.command, self.path, known=known)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if self.command not in {"GET", "HEAD"}:  # its body was not read, so nothing may follow
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            shutil.copyfileobj(reply.open(), self.wfile)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Stay quiet: a request is nothing to report."""


def start(galaxy: Galaxy | None = None, *, port: int = 0) -> tuple[GalaxyServer, str]:
    """Serve in the background.

    Args:
        galaxy: What to serve; the default one if None.
        port: 0 for any free one.

    Returns:
        The server, to be ended by ``shutdown()`` and ``server_close()``, and its base URL.
    """
    server = GalaxyServer(galaxy or Galaxy(), port)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True, name="sample-galaxy").start()
    return server, server.base_url


def _announce(base_url: str) -> None:
    print(f"Sample galaxy at {base_url} (Ctrl+C ends it)", file=sys.stderr, flush=True)


def serve(
    port: int = 8600,
    rows: int = 4000,
    seed: int = 1,
    *,
    announce: Callable[[str], None] = _announce,
) -> None:
    """Serve until interrupted.

    Args:
        port: Where to listen on this machine; 0 for any free one.
        rows: Resources in the export.
        seed: Which galaxy.
        announce: Told the base URL once it listens.

    Raises:
        OSError: The port is taken.
    """
    with GalaxyServer(Galaxy(seed, rows), port) as server:
        try:
            announce(server.base_url)
            server.serve_forever()
        except KeyboardInterrupt:
            return


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
        reply = reply_to(self.galaxy, method, request.url or "", known=known)
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
