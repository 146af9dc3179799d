"""Memoize pure functions by frame identity."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Final, Generic, ParamSpec, TypeVar

import pandas as pd

P = ParamSpec("P")
T = TypeVar("T")
_KEPT: Final = 32  # per function: the frames of today, as a few visitors filter them


class IdentityKey(Generic[T]):
    """Something known by its identity: every load gives a new snapshot of the same frame.

    It holds on to it, so that nothing else can take its place in memory.
    """

    def __init__(self, value: T) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdentityKey) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def memoize(make: Callable[P, T]) -> Callable[P, T]:
    """Let a pure function be worked out once for the same frames.

    ``make`` takes frames, values that can be hashed, and lists of such values; its
    result is shared by all callers: never assign into it.
    """

    @lru_cache(maxsize=_KEPT)
    def kept(*args: Any, **settings: Any) -> T:
        plain: Callable[..., T] = make
        named = {name: _opened(value) for name, value in settings.items()}
        return plain(*map(_opened, args), **named)

    @wraps(make)
    def memoized(*args: P.args, **settings: P.kwargs) -> T:
        named = {name: _closed(value) for name, value in settings.items()}
        return kept(*map(_closed, args), **named)

    return memoized


def _closed(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return IdentityKey(value) if isinstance(value, pd.DataFrame) else value


def _opened(value: object) -> object:
    return value.value if isinstance(value, IdentityKey) else value
