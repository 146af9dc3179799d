"""api/professions.php and api/titles.php: what characters master, and the titles it brings."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from swgdata.feeds.coerce import listing, mapping, moment, trimmed
from swgdata.feeds.json_body import decode_list
from swgdata.feeds.model import Parsed
from swgdata.feeds.records import (
    TIME,
    Column,
    Columns,
    json_feed,
    last_of,
    oldest_first,
    parsed,
    read_rows,
)

_PROFESSIONS: Final[Columns] = {
    "key": Column("str", read=trimmed, required=True),
    "profession": Column("str", ("name",)),
    "color": Column("str"),
    "count": Column("Int32"),
    "change_recent": Column("Int32", signed=True),
}
_TOTAL: Final[Columns] = {"total": Column("Int32")}
_HISTORY: Final[Columns] = {
    "timestamp": Column(TIME),
    "key": Column("str", read=trimmed, required=True),
    "count": Column("Int32"),
}
_TITLES: Final[Columns] = {
    "title": Column("str", ("friendly", "titlekey"), required=True),
    "titlekey": Column("str"),
    "command": Column("str"),
}


def _parse_professions(body: bytes) -> Parsed:
    """Masters of each profession now, the site's total, and the counts over time."""
    professions, document = decode_list("professions", body, key="professions")
    rows = read_rows(professions, _PROFESSIONS)
    history = read_rows(_history(professions, document), _HISTORY, at="history")
    tables = {
        "professions": last_of(rows, ["key"], what="profession"),
        "professions_total": read_rows([document], _TOTAL),
        "profession_history": oldest_first(history),
    }
    return parsed(tables, as_of=moment(document.get("last_updated")))


def _history(professions: list[object], document: Mapping[str, object]) -> list[object]:
    """A record per count: of the map over ``labels``, or of the older lists without times."""
    series = mapping(document.get("history"))
    labels = listing(document.get("labels"))
    if series and labels:
        return [
            {"key": key, "timestamp": label, "count": count}
            for key, counts in series.items()
            for label, count in zip(labels, listing(counts), strict=False)
        ]
    of_items: Iterable[tuple[object, object]] = (
        (item.get("key"), item.get("history")) for item in map(mapping, professions)
    )
    return [
        {"key": key, "count": count}
        for key, counts in (series.items() or of_items)
        for count in listing(counts)
    ]


def _parse_titles(body: bytes) -> Parsed:
    """The titles in the site's order; one without a friendly name goes by its key."""
    results, _ = decode_list("titles", body, key="results")
    return parsed({"titles": read_rows(results, _TITLES)})


PROFESSIONS: Final = json_feed(
    "professions",
    timedelta(hours=1),
    _parse_professions,
    {"professions": _PROFESSIONS, "professions_total": _TOTAL, "profession_history": _HISTORY},
)
TITLES: Final = json_feed("titles", timedelta(days=1), _parse_titles, {"titles": _TITLES})
