"""Read the ``aggregate`` block of cities.php and guilds.php."""

from collections.abc import Mapping

from swgdata.feeds.coerce import listing, mapping
from swgdata.feeds.records import Columns, Rows, aligned, read_rows


def trend(aggregate: Mapping[str, object], columns: Columns) -> Rows:
    """The server-wide series: one row per label, null where a series is shorter."""
    series = {name: listing(aggregate.get(name)) for name in columns if name != "label"}
    labels = listing(aggregate.get("labels"))
    return read_rows(aligned(labels, series), columns, at="aggregate")


def trend_by(aggregate: Mapping[str, object], group: str, columns: Columns) -> Rows:
    """The series of each planet or faction: one row per value that has a label."""
    labels = listing(aggregate.get("labels"))
    records = [
        {"label": label, group: name, "active": active}
        for name, series in mapping(aggregate.get(group)).items()
        for label, active in zip(labels, listing(series), strict=False)
    ]
    return read_rows(records, columns, at=f"aggregate.{group}")
