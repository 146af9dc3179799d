"""Names of downloaded files: what they hold, and nothing a file system trips over."""

import re
from datetime import datetime, timedelta, timezone
from typing import Final

import pytest

from swgdata.export.file_names import file_name

AT: Final = datetime(2026, 11, 22, 8, 1, 2, tzinfo=timezone(timedelta(hours=2)))
EVIL_NAMES: Final = [
    "../../etc/passwd",
    "..",
    ".hidden",
    "CON",
    "nul.txt",
    "COM1",
    "a/b\\c:d*e?f",
    "x\r\nSet-Cookie: a=b",
    'quote".csv',
    "",
    " ",
    "\x00",
    "Ünïcödé",
    "Дагобах",
    "🙂",
    "\u202egpj.exe",
    "long " * 100,
    "%2e%2e%2f",
    "~root",
    "-rf",
    "$(id)",
]


def test_file_name_says_what_it_holds() -> None:
    """Server, page, panel and the time in UTC."""
    name = file_name("Restoration", "Cities & travel", "travel_hubs", "csv", AT)
    assert name == "swg_restoration_cities-travel_travel-hubs_20261122T060102Z.csv"


def test_file_name_says_sample() -> None:
    """Sample rows are told by the name alone, however long the names are."""
    assert file_name("Restoration", "Guilds", "guilds", "json", AT, sample=True).startswith(
        "swg_sample-restoration_guilds_guilds_"
    )
    assert "_sample-" in file_name("s" * 300, "p" * 300, "q" * 300, "json", AT, sample=True)


@pytest.mark.parametrize("sample", [True, False])
@pytest.mark.parametrize("evil", EVIL_NAMES)
def test_file_names_are_safe(evil: str, sample: bool) -> None:
    """Whatever the data calls itself, the name is a plain one and keeps its five fields."""
    name = file_name(evil, evil, evil, "csv", AT, sample=sample)
    assert re.fullmatch(r"swg_[a-z0-9-]+_[a-z0-9-]+_[a-z0-9-]+_20261122T060102Z\.csv", name)
    assert len(name) <= 80


def test_file_name_wants_a_zone() -> None:
    """A time without a zone could be any time."""
    with pytest.raises(ValueError, match="zone"):
        file_name("a", "b", "c", "csv", datetime(2026, 1, 1))  # noqa: DTZ001
