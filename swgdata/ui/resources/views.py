"""Views of the resources page, and the filters asked for all of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np

from swgdata.sources.snapshot import Snapshot
from swgdata.ui import data
from swgdata.ui.components.error_boundary import error_boundary
from swgdata.ui.resources import comparisons, detail, filters, listing, rare, titles
from swgdata.ui.scope import scope


@dataclass(frozen=True)
class ResourceFilters:
    """What the filters say, the one resource looked up by name ("" for none), and when."""

    parameters: dict[str, Any]
    name: str
    now: datetime

    @cached_property
    def feed(self) -> Snapshot:
        """Shared, never copied: views work on positions in it."""
        return data.snapshot("resources")

    @cached_property
    def hits(self) -> np.ndarray:
        """Positions of what matches."""
        return titles.hits(self.feed, self.parameters, now=self.now)


def read_filters() -> ResourceFilters:
    """Draw the filters and, above every view, the one resource that is looked up."""
    # A page may stay open for days: each change of a filter counts ages to its own minute.
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    params = ResourceFilters(*filters.draw(scope()), now)  # bound to the URL: the share button
    if params.name:
        with error_boundary("One resource"):
            detail.detail(params.feed, params.name, now=now)
    return params


def spawns(params: ResourceFilters) -> None:
    """What matches, as a list."""
    listing.spawns(params.feed, params.hits, params.parameters, now=params.now)


def by_planet(params: ResourceFilters) -> None:
    """What each planet has of each class."""
    comparisons.grid(params.feed, params.hits, params.parameters, scope())


def two_stats(params: ResourceFilters) -> None:
    """One stat against another."""
    comparisons.two_stats(params.feed, params.hits, params.parameters)


def among_all_ever(params: ResourceFilters) -> None:
    """The class over all time, with the resource that is looked up."""
    one = detail.named(params.feed, params.name)
    comparisons.ever(params.feed, params.parameters, params.hits, one)


def rare_materials(_: ResourceFilters) -> None:
    """Which rare materials can be gathered now."""
    rare.section("resources", scope())
