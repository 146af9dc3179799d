"""For how long no spawn of a class was good enough."""

from typing import Final

import pandas as pd

from swgdata.analytics.drought import drought
from swgdata.tables import watched
from swgdata.tables.inputs import Built, Inputs
from swgdata.tables.model import Recipe, Table
from swgdata.tables.parameters import Parameter
from swgdata.tables.rating import quality
from swgdata.tables.resources import FILTERS
from swgdata.tables.selection import of_class

_TENTHS: Final = 10.0  # a weighted quality is of 1000
_WEIGHTS: Final = next(parameter for parameter in FILTERS if parameter.name == "weights")


def _build(inputs: Inputs) -> Built:
    """Rate every spawn ever listed, then ask each class for its last good one."""
    snapshot, asked = inputs.snapshots[watched.FEED], inputs.parameters
    export = snapshot.tables[watched.FEED]
    share = quality(snapshot, asked)
    share = share / _TENTHS if asked["weights"] else share
    keep = watched.on_planets(export["planets"], asked)
    if asked["class_code"]:
        keep &= of_class(export["class_code"], asked["class_code"])
    rated = pd.Series(share, copy=False)
    return Built(
        drought(export, quality=rated, threshold=asked["threshold"], now=inputs.now, among=keep)
    )


DROUGHTS: Final = Table(
    name="droughts",
    question="For how many days has no spawn of a class reached a quality?",
    schema={
        "class_code": "str",
        "class_name": "str",
        "days": "Int64",
        "last": "str",
        "last_seen_first": "datetime64[s, UTC]",
        "up": "int64",
        "good": "int64",
        "spawns": "int64",
    },
    parameters=(
        Parameter(
            "threshold",
            "number",
            default=80.0,
            help="least quality that counts, in per cent: of the caps of its class, or of what "
            "the weights can reach",
            low=0,
            high=100,
        ),
        _WEIGHTS,
        watched.CLASS,
        *watched.PLACE,
    ),
    recipes={"swgtracker": Recipe(_build, feeds=(watched.FEED,))},
    nulls={
        "days": "none was ever good enough, or its date is not known",
        "last": "none was ever good enough, or its date is not known",
        "last_seen_first": "none was ever good enough, or its date is not known",
    },
)
