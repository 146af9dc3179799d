"""Things that are opened once in a process, however many visitors want them at the same moment."""

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

T = TypeVar("T")

MAKING: Final = threading.RLock()  # two visitors at once must not open one store twice


class made_once(cached_property[T]):  # noqa: N801 - used as a decorator
    """A property made at its first use, by one thread, and kept."""

    if not TYPE_CHECKING:  # the type is the parent's

        def __get__(self, instance, owner=None):
            with MAKING:
                return super().__get__(instance, owner)
