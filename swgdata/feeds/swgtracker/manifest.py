"""exports/manifest.json: which exports there are, and the digest that gates each of them."""

from datetime import timedelta
from typing import Final

from swgdata.errors import FeedMalformed
from swgdata.feeds import Feed, Parsed
from swgdata.feeds.body import decode_object, kind
from swgdata.feeds.coerce import moment, trimmed
from swgdata.feeds.columns import Column, Columns, declared
from swgdata.feeds.records import parsed, read_rows


def _digest(value: object) -> str | None:
    """Hexadecimal in lower case, so that two spellings of one digest are equal."""
    digest = trimmed(value)
    return digest.lower() if digest else None


_COLUMNS: Final[Columns] = {
    "dataset": Column("str", required=True),
    "url": Column("str", read=trimmed),
    "url_gz": Column("str", read=trimmed),
    "bytes": Column("Int64"),
    "bytes_gz": Column("Int64"),
    "sha256": Column("str", read=_digest),
    "count": Column("Int64"),
}


def _parse(body: bytes) -> Parsed:
    """One row per dataset; an empty entry means that there is none at present."""
    document = decode_object("manifest", body)
    datasets = document.get("datasets")
    if datasets == []:  # PHP's empty map
        datasets = {}
    if not isinstance(datasets, dict):
        raise FeedMalformed("manifest", f"expected an object under datasets, got {kind(datasets)}")
    records = [
        entry | {"dataset": name} if isinstance(entry, dict) else entry
        for name, entry in datasets.items()
        if entry
    ]
    rows = read_rows(records, _COLUMNS)
    return parsed({"manifest": rows}, as_of=moment(document.get("generated_at")))


MANIFEST: Final = Feed(
    name="manifest",
    path="/exports/manifest.json",
    fresh_for=timedelta(hours=1),
    parse=_parse,
    tables={"manifest": declared(_COLUMNS)},
)
