"""Headline figures, titles and empty states of feed health."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import pandas as pd

from swgdata._version import __version__
from swgdata.sources import Source
from swgdata.sources.health import FeedHealth
from swgdata.sources.snapshot import Snapshot
from swgdata.ui.components.headline import Figure
from swgdata.ui.text import DASH, age, compact, count

NO_RUNS: Final = "No data yet: no update has run so far. Press Update now."
NO_MATCH: Final = "Nothing matches these filters; loosen one above."
NONE_HELD: Final = "No data yet: nothing has been read from any feed. Press Update now."
NONE_ASIDE: Final = "Nothing to report: every record of every feed held here could be used."
EXPLAINED: Final = (
    "A feed is fresh up to the age in the column Lifetime; then it is asked again when somebody "
    "needs it. Bytes are those of its last update, 0 where nothing had to be fetched."
)


def expected(feeds: Sequence[FeedHealth]) -> list[FeedHealth]:
    """The feeds that ought to be here: all but those the site may lack, and does."""
    return [feed for feed in feeds if not (feed.optional and feed.state == "missing")]


def verdict(feeds: Sequence[FeedHealth]) -> str:
    """Title of the feeds: how many are fresh, and which are not."""
    counted = expected(feeds)
    fresh = sum(feed.state == "fresh" for feed in counted)
    if counted and fresh == len(counted):
        return f"All {fresh} feeds are fresh" if fresh > 1 else "The feed is fresh"
    text = f"{fresh} of {count(len(counted), 'feed')} {'is' if fresh == 1 else 'are'} fresh"
    for state in ("stale", "missing"):
        names = [feed.feed.replace("_", " ") for feed in counted if feed.state == state]
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            text += f"; {state}: {', '.join(names[:3])}{more}"
    return text


def figures(
    feeds: Sequence[FeedHealth], runs: pd.DataFrame, source: Source, now: datetime
) -> list[Figure]:
    """Headline figures: fresh feeds, troubled ones, records set aside, last update, disk."""
    counted = expected(feeds)
    troubled = [feed.feed for feed in counted if feed.state != "fresh"]
    aside, doubted = sum(feed.refused for feed in feeds), sum(feed.flagged for feed in feeds)
    return [
        Figure(
            "Fresh", str(len(counted) - len(troubled)), since=f"of {count(len(counted), 'feed')}"
        ),
        Figure("Stale or missing", str(len(troubled)), since="feeds", help=", ".join(troubled)),
        Figure("Set aside", f"{aside:,}", since=f"records; {compact(doubted)} doubted"),
        _last_update(runs, now),
        Figure("On disk", f"{compact(on_disk(source.folder))}B", since=f"version {__version__}"),
    ]


def _last_update(runs: pd.DataFrame, now: datetime) -> Figure:
    if runs.empty:
        return Figure("Last update", DASH, help="No update has run so far.")
    newest = runs["started"].max().to_pydatetime()
    failed = int((~runs.drop_duplicates("feed")["ok"]).sum())
    text = f"ago, {failed} failed" if failed else "ago, all well"
    return Figure("Last update", age(now - newest), since=text)


def on_disk(folder: Path) -> int:
    """Bytes of everything kept below a folder; what vanishes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


def notices(source: Source, feeds: Sequence[FeedHealth]) -> list[str]:
    """What keeps the app from remembering, and what makes data doubtful, in sentences."""
    told = [client.store_notice for client in source.clients]
    trouble = source.history.trouble
    told.append(trouble and trouble[:1].upper() + trouble[1:] + ".")
    told += [text for feed in feeds for text in feed.warnings]
    return list(dict.fromkeys(text for text in told if text))


def why_none(held: Sequence[Snapshot], rows: pd.DataFrame) -> str:
    """Say why nothing is listed as set aside: nothing held, nothing wrong, or filtered away."""
    if not held:
        return NONE_HELD
    return NONE_ASIDE if rows.empty else NO_MATCH


def worst(rows: pd.DataFrame, total: int) -> str:
    """Title of what was set aside: how much, and where most of it."""
    if rows.empty:
        return "No record was set aside"
    most = rows["feed"].value_counts()
    where = f", most of them in {most.index[0]}" if len(most) > 1 else f", all in {most.index[0]}"
    listed = f"; the first {len(rows):,} are listed" if total > len(rows) else ""
    return f"{count(total, 'record')} set aside or doubted{where}{listed}"


def slowest(runs: pd.DataFrame) -> str:
    """Title of the history: how many runs failed, and which feed took longest."""
    if runs.empty:
        return "How updates went"
    failed = int((~runs["ok"]).sum())
    text = (
        f"{failed} of {count(len(runs), 'fetch', 'fetches')} failed"
        if failed
        else "No fetch failed"
    )
    longest = runs.sort_values("seconds").iloc[-1]
    return f"{text}; the slowest was {longest['feed']} with {longest['seconds']:.1f} s"


def holding(summary: pd.DataFrame) -> str:
    """Title of the summary: how many rows of how many feeds are held."""
    held = summary.dropna(subset=["rows"])
    if held.empty:
        return "Nothing is held yet"
    rows, feeds = int(held["rows"].sum()), count(len(held), "feed")
    return f"{rows:,} rows of {feeds} are held; most in {held.sort_values('rows').iloc[-1]['feed']}"
