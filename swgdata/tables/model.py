"""What a named table is, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import pandas as pd

from swgdata import __version__
from swgdata.tables.inputs import Built, Inputs, Snapshot
from swgdata.tables.parameters import Parameter

ANY_PROVIDER: Final = "*"

Schema = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one provider's feeds become a table.

    Attributes:
        build: Does it; may leave columns out, which then are null.
        feeds: Feeds it cannot do without, the main one first.
        optional: Feeds it can do without.
        dtypes: Columns whose type differs from the table's, for values passed through.
    """

    build: Callable[[Inputs], Built]
    feeds: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    dtypes: Schema = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A named question with its columns and parameters.

    Attributes:
        name: As on the command line and in addresses.
        question: What it answers, in words.
        schema: Column -> dtype, in order.
        recipes: Provider -> recipe; ``ANY_PROVIDER`` serves all.
        parameters: What it can be asked for.
        nulls: Column -> why a value may be null.
    """

    name: str
    question: str
    schema: Schema
    recipes: Mapping[str, Recipe]
    parameters: tuple[Parameter, ...] = ()
    nulls: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.schema)

    def recipe(self, provider: str) -> Recipe | None:
        """The recipe for a provider; None where the provider cannot answer."""
        return self.recipes.get(provider) or self.recipes.get(ANY_PROVIDER)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Rows with their provenance: what is shown is what is downloaded.

    Attributes:
        table: Name of the table.
        frame: The rows; shared, never assign into it.
        parameters: Those that were given and differ from the default.
        source: ``live`` or ``sample``.
        provider: Whose feeds they come from.
        as_of: Time of the oldest feed it cannot do without.
        stale: Some feed it used is older than it should be; ``reason`` says why.
        reason: Why it is stale.
        notes: Column -> why it holds nulls.
        refused: Records set aside in the feeds.
        snapshots: The feeds it was built from.
        missing: Optional feed -> why it is absent.
    """

    table: str
    frame: pd.DataFrame
    parameters: Mapping[str, object]
    source: str
    provider: str
    as_of: datetime | None
    stale: bool
    reason: str | None
    notes: Mapping[str, str]
    refused: int
    snapshots: tuple[Snapshot, ...]
    missing: Mapping[str, str]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes a feed it was built from doubtful as a whole, in sentences."""
        return tuple(text for snapshot in self.snapshots for text in snapshot.warnings)

    def meta(self) -> dict[str, object]:
        """The ``meta`` block of the JSON document (design.md 4), ready for JSON."""
        told = self.as_of and self.as_of.astimezone(UTC).isoformat(timespec="seconds")
        return {
            "table": self.table,
            "source": self.source,
            "provider": self.provider,
            "as_of": told and told.replace("+00:00", "Z"),
            "stale": self.stale,
            "parameters": dict(self.parameters),
            "rows": len(self.frame),
            "version": __version__,
        }
