"""Numbers, times and trends in words; escaping of text from feeds."""

import re
import string
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from swgdata.game import STATS


def lifetime_sentence(row: "pd.Series[Any]", ahead: str) -> str:
    """``62 % of spawns this old last another 24 h, n=41``; why not, where it is not known."""
    if pd.isna(row["chance"]):
        return f"no number, since {row['reason']} (n={row['n']})"
    share = 100 * row["chance"]
    band = f"{100 * row['low']:.0f} to {100 * row['high']:.0f} %"
    return f"{share:.0f} % of spawns this old last another {ahead}, n={row['n']:,} ({band})"


def spell_days(hours: float) -> str:
    """``8.5 d``, or hours below two days."""
    return f"{hours / 24:.1f} d" if hours >= 48 else f"{hours:.0f} h"


def within(frame: pd.DataFrame, window: timedelta | None) -> pd.DataFrame:
    """Keep the rows of the window that ends with the newest row; rows without a time stay.

    A window that ended now would hide a series merely because its source has gone quiet.
    """
    times = frame["timestamp"]
    if window is None or times.isna().all():
        return frame
    return frame.loc[times.isna() | times.ge(times.max() - window)]


def since(frame: pd.DataFrame) -> str:
    """Name the first day (UTC) of a series, to follow other words; "" where it has no times."""
    first, last = frame["timestamp"].min(), frame["timestamp"].max()
    return "" if pd.isna(first) else f" since {day(first, last)}"


def day(moment: datetime, now: datetime) -> str:
    """Write a day (UTC), with its year where that is not this one: ``23 Oct``, ``23 Oct 2025``."""
    return f"{moment:%d %b}" if moment.year == now.year else f"{moment:%d %b %Y}"


def days_of(window: timedelta | None) -> int | None:
    """A window in whole days, at least one; None for all there is."""
    return None if window is None else max(window.days, 1)


DASH: Final = "—"
LABEL_LENGTH: Final = 80
WORD_JOINER: Final = "\u2060"  # no width, no break: the text looks the same

# C0 and C1 controls, zero-width and bidirectional marks: they hide or reorder what is shown.
CONTROLS: Final = (
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_SPACES: Final = re.compile(r"\s+")
_COMBINING_RUN: Final = 4

# Markdown turns these into links without any mark-up, even when every sign is escaped.
_AUTO_LINKS: Final = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)

# Streamlit reads `:name:` (emoji, icons), `--` and arrows in plain text as well.
_SHORT_CODES: Final = re.compile(r"(?<=:)(?=[\w/+-]+:)|(?<=[<>-])(?=[<>-])|(?<=-)(?=>)")
_ACRONYMS: Final = {stat: stat.upper() for stat in STATS} | {"ecpu": "eCPU", "id": "ID"}
_PUNCTUATION: Final = str.maketrans({sign: "\\" + sign for sign in string.punctuation})


def cut(text: object, length: int = LABEL_LENGTH) -> str:
    """Make any text one readable line.

    Returns:
        The text without control, invisible and reordering characters, white space run
        together, long stacks of combining marks shortened.
    """
    line = "" if text is None else str(text)[: length * 8]
    line = _SURROGATES.sub("\ufffd", line)
    line = _SPACES.sub(" ", re.sub(CONTROLS, "", line)).strip()
    line = _thin_marks(line)
    return line if len(line) <= length else line[: max(length - 1, 0)].rstrip() + "…"


def plain(text: object, *, length: int = LABEL_LENGTH) -> str:
    """Escape text for a Markdown sink: titles, labels, options, captions, help, metrics, toasts.

    Nothing in it becomes mark-up, a link, a picture, an icon or an emoji; it reads as it was sent.
    """
    # The same titles, options and notes are escaped on every run.
    return DASH if text is None else _escaped(str(text)[: length * 8], length)


@lru_cache(maxsize=512)  # of 2,400 characters at most
def _escaped(text: str, length: int) -> str:
    line = cut(text, length)
    if not line:
        return DASH
    line = _AUTO_LINKS.sub(WORD_JOINER, line)
    line = _SHORT_CODES.sub(WORD_JOINER, line)
    return line.translate(_PUNCTUATION)


def label(column: str) -> str:
    """Name a column on screen: ``active_pct`` -> ``Active %``, ``oq`` -> ``OQ``."""
    if column in _ACRONYMS:
        return _ACRONYMS[column]
    words = column.replace("_pct", " %").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def age(span: timedelta) -> str:
    """Say how long something is: ``40 s``, ``12 min``, ``3 h``, ``2 d``; never negative."""
    seconds = max(span.total_seconds(), 0)
    for unit, size, limit in (("s", 1, 60), ("min", 60, 3600), ("h", 3600, 172800)):
        if seconds < limit:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds // 86400)} d"


def ago(then: datetime, now: datetime) -> str:
    """Say how long ago something was: ``just now``, ``12 min ago``."""
    span = now - then
    return "just now" if span < timedelta(seconds=60) else f"{age(span)} ago"


def clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Write a moment in UTC, and in ``zone`` as well where that reads differently.

    Returns:
        ``2026-08-16 18:05 UTC``, or ``2026-08-16 18:05 UTC (20:05 CEST)``; the date is repeated
        where the zone is on another day.
    """
    utc = moment.astimezone(UTC)
    text = f"{utc:%Y-%m-%d %H:%M} UTC"
    local = moment.astimezone(zone) if zone else utc
    if local.utcoffset() == utc.utcoffset():
        return text
    form = "%H:%M %Z" if local.date() == utc.date() else "%Y-%m-%d %H:%M %Z"
    return f"{text} ({local.strftime(form)})"


def compact(number: float | None) -> str:
    """Shorten a number: ``1.2B``, ``465M``, ``12K``, ``873``, ``35.2``; a dash where unknown."""
    if number is None or not -1e18 < number < 1e18:
        return DASH
    for size, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if abs(number) >= size * 0.9995:  # what rounds up to the next unit is written in it
            return _short(number / size) + suffix
    return _short(number) if abs(number) < 100 else f"{number:.0f}"


def _short(number: float) -> str:
    return f"{number:.0f}" if abs(number) >= 99.95 else f"{number:.1f}".removesuffix(".0")


def _thin_marks(line: str) -> str:
    """Keep at most a few combining marks in a row, so that no name climbs over its neighbours."""
    if line.isascii():
        return line
    kept: list[str] = []
    run = 0
    for sign in line:
        run = run + 1 if unicodedata.combining(sign) else 0
        if run <= _COMBINING_RUN:
            kept.append(sign)
    return "".join(kept)


def count(number: int, noun: str, plural: str = "") -> str:
    """Count things in words: ``1 guild``, ``1,204 guilds``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def signed(
    change: float | None,
    *,
    zero: str = "0",
    unknown: str = "",
    write: Callable[[float], str] = compact,
) -> str:
    """Write a change with its sign: ``+3.7K``, ``-12``."""
    if change is None or pd.isna(change):
        return unknown
    return f"{'+' if change > 0 else '-'}{write(abs(change))}" if change else zero


def trend_in_words(
    trend: pd.DataFrame, column: str, *, noun: str, few: str = "Not enough history for a trend"
) -> str:
    """Say where a series stands and how far it came since its first label."""
    known = trend.dropna(subset=[column])
    if len(known) < 2:
        return few
    first, last = known.iloc[0], known.iloc[-1]
    change = float(last[column]) - float(first[column])
    way = "up" if change > 0 else "down" if change < 0 else "unchanged"
    size = f" {compact(abs(change))}" if change else ""
    return f"{compact(float(last[column]))} {noun}, {way}{size} since {first['label']}"
