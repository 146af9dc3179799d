"""The addresses a deployer may set, each held to what it can be."""

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _site(url: str) -> str:
    parts = urlsplit(url)
    local = _is_loopback(parts.hostname or "")
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username:
        raise ValueError("an https address such as https://swgtracker.com")
    if parts.scheme == "http" and not local:
        raise ValueError("https, or http on this machine only (127.0.0.1, localhost)")
    if parts.query or parts.fragment:
        raise ValueError("an address without ? or #")
    return url.rstrip("/")


def _document(place: str) -> str:
    if "://" not in place:
        return place
    return _site(place) if not urlsplit(place).query else _site(place.split("?", 1)[0]) and place


def _redis(url: str) -> str:
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("an address such as redis://127.0.0.1:6379/0")
    return url


def _database(url: str) -> str:
    if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("sqlite:///FILE or postgresql+psycopg://HOST/NAME")
    return url


# A base URL: https, or http on this machine; without a trailing slash.
Site = Annotated[str, AfterValidator(_site)]
# The place of a document of ``plain``: such an address, with a query if need be, or a file path.
Document = Annotated[str, AfterValidator(_document)]
# A Redis server, or empty.
Redis = Annotated[str, AfterValidator(_redis)]
# A database of SQLAlchemy's, or empty.
Database = Annotated[str, AfterValidator(_database)]
