"""One HTTP request to a galaxy; the transport and the server both come through here."""

from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from swgdata.sample.galaxy import Galaxy
from swgdata.sample.reply import Reply, page, unchanged

METHODS: Final = ("GET", "HEAD")


def ask(galaxy: Galaxy, method: str, address: str, *, known: str | None = None) -> Reply:
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
