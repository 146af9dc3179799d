"""A clock that stands still, for a process of its own: it is never set going again.

Every module of ours asks it, whatever it is called and wherever it is.
"""

import datetime as dt
import pkgutil
import time
from datetime import UTC, datetime, tzinfo
from importlib import import_module
from typing import Any, Final

NOW: Final = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
_TICK: Final = 1e-6  # seconds


class Clock:
    """Tells one time; while it ticks, each answer is a microsecond later than the one before.

    Attributes:
        seconds: Unix seconds.
        ticks: Whether it goes on: things that happen in a row are then told apart.
    """

    def __init__(self) -> None:
        self.seconds = NOW.timestamp()
        self.ticks = False

    def time(self) -> float:
        """Tell the time, in place of ``time.time``."""
        self.seconds += _TICK * self.ticks
        return self.seconds


CLOCK: Final = Clock()


class _Kind(type):
    """Every time is an instance of the class that stands in for ``datetime``."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class _Datetime(datetime, metaclass=_Kind):
    """``datetime`` by our clock; whatever it makes is of the real class."""

    def __new__(cls, *values: Any, **named: Any) -> Any:
        return datetime.__new__(datetime, *values, **named)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        """Tell the time of our clock."""
        return datetime.fromtimestamp(CLOCK.time(), tz)


def stop(package: str) -> Clock:
    """Import all of a package and let it tell ``NOW``; not a module of it may be imported before.

    Args:
        package: Its name.
    """
    vars(time)["time"] = CLOCK.time  # a default of an argument is read at the import
    root = import_module(package)
    found = pkgutil.walk_packages(root.__path__, f"{package}.")
    for module in (root, *(import_module(one.name) for one in found)):
        # Later than the import: what is declared with the class is declared with the real one.
        names = [name for name, value in vars(module).items() if value is datetime]
        vars(module).update(dict.fromkeys(names, _Datetime))
    return CLOCK


def stop_for_scripts() -> None:
    """Let what is read from now on tell ``NOW`` too: pages are read when they are opened."""
    vars(dt)["datetime"] = _Datetime
