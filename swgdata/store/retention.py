"""Which stored versions of an export stay: the newest few, and one of each of the last days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from swgdata.store.labels import Label, Stored

KEPT_VERSIONS: Final = 2
KEPT_DAYS: Final[Mapping[str, int]] = {"resources": 8}
"""Export -> so many days keep their last version too: eight of them show a week of changes."""
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """One whole version on disk: what its files say of it, and where they are."""

    label: Label
    files: Mapping[str, Path]


def came(version: Label | Stored) -> datetime:
    """When a version came. One from the future came while a clock was wrong: it is the oldest."""
    future = version.received_at > datetime.now(UTC)
    return _LONG_AGO if future else version.received_at


def staying(name: str, versions: list[Version]) -> list[Version]:
    """The newest few, and the last one of each of the newest days (UTC).

    Args:
        name: The export.
        versions: All of it, newest first.
    """
    last: dict[date, Version] = {}
    for version in versions:
        last.setdefault(version.label.as_of.astimezone(UTC).date(), version)
    daily = [id(version) for version in list(last.values())[: KEPT_DAYS.get(name, 0)]]
    return [
        version
        for place, version in enumerate(versions)
        if place < KEPT_VERSIONS or id(version) in daily
    ]
