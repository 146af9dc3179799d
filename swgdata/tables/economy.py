"""Tables about the whole server: who is online, the war, wealth, professions."""

from datetime import timedelta
from typing import Final

import pandas as pd

from swgdata.analytics.economy import balance, faction_balance, profession_shares, wealth_journeys
from swgdata.game import PROFESSION_FAMILIES
from swgdata.tables.model import UTC_TIME, Builder, Table, TableInputs, TableRows
from swgdata.tables.parameters import Parameter
from swgdata.tables.row_filters import contains, equals


def _recent(frame: pd.DataFrame, window: timedelta | None) -> pd.DataFrame:
    """The rows of the window that ends with the newest row; all without a window."""
    if window is None or frame["timestamp"].isna().all():
        return frame
    times = frame["timestamp"]
    return frame[times.ge(times.max() - window)]


def _days(inputs: TableInputs) -> timedelta | None:
    days = inputs.parameters["days"]
    return None if days is None else timedelta(days=days)


def _pulse(inputs: TableInputs) -> TableRows:
    window = timedelta(hours=inputs.parameters["hours"])
    return TableRows(_recent(inputs.frame("pulse"), window))


def _gcw(inputs: TableInputs) -> TableRows:
    return TableRows(_recent(faction_balance(inputs.frame("gcw")), _days(inputs)))


def _latest_balance(inputs: TableInputs) -> TableRows:
    return TableRows(balance(inputs.frame("gcw", "gcw_latest")))


def _wealth(inputs: TableInputs) -> TableRows:
    return TableRows(_recent(inputs.frame("wealth"), _days(inputs)))


def _wealth_journeys(inputs: TableInputs) -> TableRows:
    courses = wealth_journeys(inputs.frame("wealth", "wealth_series"))
    return TableRows(_recent(courses, _days(inputs)))


def _titles(inputs: TableInputs) -> TableRows:
    titles, text = inputs.frame("titles"), inputs.parameters["text"]
    if not text:
        return TableRows(titles)
    return TableRows(titles[contains(titles["title"], text) | contains(titles["titlekey"], text)])


def _wealth_top(inputs: TableInputs) -> TableRows:
    return TableRows(inputs.frame("wealth", "wealth_richest"))


def _professions(inputs: TableInputs) -> TableRows:
    totals = inputs.frame("professions", "professions_total")["total"].dropna()
    total = int(totals.iloc[0]) if len(totals) else None
    frame = profession_shares(inputs.frame("professions"), total=total)
    frame = frame.assign(name=frame["profession"], profession=frame["key"])
    family = inputs.parameters["family"]
    return TableRows(frame[equals(frame["family"], family)] if family else frame)


def _profession_history(inputs: TableInputs) -> TableRows:
    frame = inputs.frame("professions", "profession_history").rename(columns={"key": "profession"})
    wanted = inputs.parameters["profession"]
    chosen = frame[equals(frame["profession"], wanted)] if wanted else frame
    return TableRows(_recent(chosen, _days(inputs)))


_DAYS: Final = Parameter("days", "whole", help="only the last days on record", low=1, high=36500)


def _builders(name: str) -> dict[str, Builder]:
    build, feed = _BUILDERS[name]
    return {"swgtracker": Builder(build, feeds=(feed,))}


_BUILDERS: Final = {
    "pulse": (_pulse, "pulse"),
    "gcw": (_gcw, "gcw"),
    "wealth": (_wealth, "wealth"),
    "faction_balance": (_latest_balance, "gcw"),
    "wealth_journeys": (_wealth_journeys, "wealth"),
    "titles": (_titles, "titles"),
    "wealth_top": (_wealth_top, "wealth"),
    "professions": (_professions, "professions"),
    "profession_history": (_profession_history, "professions"),
}
TABLES: Final = (
    Table(
        name="pulse",
        question="How many people have been online?",
        schema={"timestamp": UTC_TIME, "online": "Int32"},
        parameters=(
            Parameter(
                "hours", "whole", default=24, help="the last hours on record", low=1, high=876000
            ),
        ),
        builders=_builders("pulse"),
        nulls={"online": "the feed gives no figure for this sample"},
    ),
    Table(
        name="gcw",
        question="Who is ahead in the Galactic Civil War?",
        schema={
            "timestamp": UTC_TIME,
            "imperial": "Int32",
            "rebel": "Int32",
            "imperial_share": "Float64",
        },
        parameters=(_DAYS,),
        builders=_builders("gcw"),
        nulls={
            "imperial_share": "nobody was counted on either side",
        },
    ),
    Table(
        name="faction_balance",
        question="Which side has more active characters now?",
        schema={"faction": "str", "active": "Int64", "share": "Float64"},
        builders=_builders("faction_balance"),
        nulls={"active": "the feed gives no figure", "share": "nobody, or not everybody, counted"},
    ),
    Table(
        name="wealth",
        question="Do people grow richer?",
        schema={"timestamp": UTC_TIME, "average": "Float64", "median": "Float64"},
        parameters=(_DAYS,),
        builders=_builders("wealth"),
        nulls={"average": "the feed gives no figure", "median": "the feed gives no figure"},
    ),
    Table(
        name="wealth_top",
        question="Who are the richest, and who moved up?",
        schema={
            "rank": "Int32",
            "character": "str",
            "credits": "Int64",
            "change": "Int64",
            "rank_move": "Int32",
        },
        builders=_builders("wealth_top"),
        nulls={
            "change": "was not in the previous scan",
            "rank_move": "was not in the previous scan",
        },
    ),
    Table(
        name="wealth_journeys",
        question="How did the richest come there?",
        schema={
            "timestamp": UTC_TIME,
            "character": "str",
            "rank": "Int32",
            "credits": "Int64",
            "latest_rank": "Int32",
        },
        parameters=(_DAYS,),
        builders=_builders("wealth_journeys"),
        nulls={"latest_rank": "has dropped out of the list"},
    ),
    Table(
        name="titles",
        question="Which titles are there to wear?",
        schema={"title": "str", "titlekey": "str", "command": "str"},
        parameters=(Parameter("text", "text", help="part of the title or its key"),),
        builders=_builders("titles"),
    ),
    Table(
        name="professions",
        question="Which professions are taken up most?",
        schema={
            "profession": "str",
            "name": "str",
            "family": "str",
            "count": "Int32",
            "share": "Float64",
            "change_recent": "Int32",
        },
        parameters=(
            Parameter(
                "family",
                "choice",
                choices=(*PROFESSION_FAMILIES, "other"),
                help="only this family",
            ),
        ),
        builders=_builders("professions"),
        nulls={
            "share": "the feed gives no total",
        },
    ),
    Table(
        name="profession_history",
        question="How did the professions develop?",
        schema={"timestamp": UTC_TIME, "profession": "str", "count": "Int32"},
        parameters=(Parameter("profession", "text", help="its key, such as armorsmith"), _DAYS),
        builders=_builders("profession_history"),
        nulls={
            "count": "the feed has no figure for that time",
        },
    ),
)
