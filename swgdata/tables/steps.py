"""Steps from the rows of a named table to what a panel shows of them, by name.

The meta of a panel's files has the table, its parameters and these steps: whoever exports the table
and follows the steps has the same rows in the same order.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from swgdata.analytics.economy import lead_changes, wealth_ratio
from swgdata.analytics.memoize import memoize


@dataclass(frozen=True, slots=True)
class Step:
    """One step with its arguments, ready for JSON.

    Attributes:
        name: One of ``STEPS``.
        arguments: Name and value of each; values can be hashed.
    """

    name: str
    arguments: tuple[tuple[str, Any], ...] = ()

    @property
    def meta(self) -> dict[str, object]:
        """As the meta of a file has it."""
        return {"step": self.name, **dict(self.arguments)}


def step(name: str, **arguments: Any) -> Step:
    """A step of ``STEPS``; an argument that is None is left out."""
    given = {key: value for key, value in arguments.items() if value is not None}
    return Step(name, tuple(given.items()))


def follow(rows: pd.DataFrame, steps: Iterable[Step]) -> pd.DataFrame:
    """The rows after all steps; shared, never assign into it."""
    for one in steps:
        rows = _follow(rows, one)
    return rows


@memoize
def _follow(rows: pd.DataFrame, taken: Step) -> pd.DataFrame:
    return STEPS[taken.name](rows, **dict(taken.arguments))


def _sort(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """By one column, the highest first after "-"; equal ones keep their order, null last."""
    return rows.sort_values(
        by.removeprefix("-"), ascending=by[0] != "-", na_position="last", kind="stable"
    )


STEPS: Final[Mapping[str, Callable[..., pd.DataFrame]]] = {
    "sort": _sort,
    "lead changes": lead_changes,
    "average to median": wealth_ratio,
}
