"""The table ``spawn_shifts``: what changed between two stored versions."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from swgdata.analytics.resources import planet_lists
from swgdata.analytics.spawn_changes import KINDS, shifts
from swgdata.errors import FeedUnavailable, ParameterError
from swgdata.feeds import Feed
from swgdata.tables.model import UTC_TIME, Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import PLANET_FILTER, Parameter
from swgdata.tables.resource_query import of_class
from swgdata.tables.row_filters import contains, on_planets

if TYPE_CHECKING:
    from swgdata.storage.datasets import DatasetVersion

_FEED: Final = "resources"
_DIGEST: Final = re.compile(r"[0-9a-f]{12,64}")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_TOLD: Final = 10  # versions named in a message


def digest(version: "DatasetVersion") -> str:
    """The digest by which ``since`` and ``until`` know a version: its first 12 characters."""
    return version.sha256[:12]


def _build(inputs: TableInputs) -> TableRows:
    asked = inputs.parameters
    before, after = _compared(inputs.stored.versions(_FEED), asked)
    found = _narrowed(_between(before, after, inputs.snapshots[_FEED].feed), asked)
    frame = found.assign(
        planets=planet_lists(found["planets"]), since=_time(before), until=_time(after)
    )
    return TableRows(frame, as_of=after.as_of)


@lru_cache(maxsize=4)
def _between(before: "DatasetVersion", after: "DatasetVersion", feed: Feed) -> pd.DataFrame:
    """All that changed, worked out once for any two versions; shared, never assign."""
    return shifts(before.frame(feed), after.frame(feed))


def _time(version: "DatasetVersion") -> pd.Timestamp:
    return pd.Timestamp(version.as_of).tz_convert("UTC").floor("s").as_unit("s")


def _compared(
    versions: Sequence["DatasetVersion"], asked: Mapping[str, Any]
) -> "tuple[DatasetVersion, DatasetVersion]":
    """The two versions that were asked for; by default the newest and the one before it.

    Raises:
        FeedUnavailable: There are no two versions.
        ParameterError: No such version, or the first is not older than the second.
    """
    if len(versions) < 2:
        so_far = "one version is" if versions else "no version is"
        told = f"{so_far} stored so far; the next daily export makes a comparison possible"
        raise FeedUnavailable(_FEED, told)
    last = _place(versions, "until", asked["until"]) if asked["until"] else 0
    first = _place(versions, "since", asked["since"]) if asked["since"] else last + 1
    if first <= last or first >= len(versions):
        raise ParameterError(
            f"since must be an older version than until ({_named(versions[last])}); "
            f"there are {_list(versions)}."
        )
    return versions[first], versions[last]


def _place(versions: Sequence["DatasetVersion"], name: str, text: str) -> int:
    """Where the version stands that a digest or a date means."""
    wanted = text.strip().casefold()
    if _DIGEST.fullmatch(wanted):
        fits = [version.sha256.startswith(wanted) for version in versions]
    else:
        day = _day(name, wanted, versions)
        fits = [version.as_of.astimezone(UTC).date() <= day for version in versions]
    if True not in fits:
        raise ParameterError(_expected(name, text, versions))
    return fits.index(True)


def _day(name: str, text: str, versions: Sequence["DatasetVersion"]) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ParameterError(_expected(name, text, versions))


def _expected(name: str, text: str, versions: Sequence["DatasetVersion"]) -> str:
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return (
        f"{name} must be the first 12 characters of a stored version's digest, or a date since "
        f"the oldest of them such as 2026-08-20, not {shown!r}; there are {_list(versions)}."
    )


def _list(versions: Sequence["DatasetVersion"]) -> str:
    return ", ".join(_named(version) for version in versions[:_TOLD])


def _named(version: "DatasetVersion") -> str:
    return f"{digest(version)} of {version.as_of.astimezone(UTC):%Y-%m-%d}"


def _narrowed(changes: pd.DataFrame, asked: Mapping[str, Any]) -> pd.DataFrame:
    """Keep the changes that were asked for."""
    changes = changes[on_planets(changes["planets"].to_numpy(), asked)]
    if asked["change"]:
        changes = changes[(changes["change"] == asked["change"]).to_numpy()]
    if asked["class_code"]:
        changes = changes[of_class(changes["class_code"], asked["class_code"])]
    if asked["name"]:
        changes = changes[contains(changes["name"], asked["name"])]
    return changes


_WHICH: Final = (
    "the first 12 characters of its digest, or a date (the last version made by the end of that "
    "day, UTC)"
)
SPAWN_SHIFTS: Final = Table(
    name="spawn_shifts",
    question="What spawned, what despawned and what was corrected between two exports?",
    schema={
        "change": "category",
        "id": "int32",
        "name": "str",
        "class_code": "category",
        "class_name": "category",
        "detail": "str",
        "in_spawn": "bool",
        "planets": "object",
        "quality": "Float64",
        "first_seen": UTC_TIME,
        "since": UTC_TIME,
        "until": UTC_TIME,
    },
    parameters=(
        Parameter("since", "text", help=f"older version: {_WHICH}; by default the one before"),
        Parameter("until", "text", help=f"newer version: {_WHICH}; by default the newest"),
        Parameter("change", "choice", choices=KINDS, help="only this kind of change"),
        Parameter("class_code", "text", help="class code such as stl, with everything below it"),
        *PLANET_FILTER,
        Parameter("name", "text", help="part of the name"),
    ),
    builders={"swgtracker": Builder(_build, feeds=(_FEED,))},
    nulls={
        "first_seen": "the site does not know when it was first seen",
        "planets": "no planet is recorded",
        "quality": "no stat with a known cap",
    },
)
TABLES: Final = (SPAWN_SHIFTS,)
