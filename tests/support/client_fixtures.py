"""A feed, a clock and callers for the tests of the client."""

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, Final, TypeVar

import pandas as pd

from swgdata.client import Answer, Client
from swgdata.errors import FeedError, FeedMalformed
from swgdata.feeds import Feed, Parsed

T = TypeVar("T")
LIFETIME: Final = 3600.0


def parse(body: bytes) -> Parsed:
    """Like a real parser: strict about the frame, careless about the rest."""
    document = json.loads(body)
    if "error" in document:
        raise FeedMalformed("things", "the site answered with an error")
    return Parsed({"things": pd.DataFrame(document["rows"])})


def feed(path: str = "/api/things.php", **changes: Any) -> Feed:
    """A feed that lives for an hour."""
    named = {"name": "things", "fresh_for": timedelta(seconds=LIFETIME), "parse": parse}
    return Feed(path=path, **{**named, "tables": {"things": {}}, **changes})


THINGS: Final = feed()


class Clock:
    """Unix seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = float(round(time.time()))

    def __call__(self) -> float:
        """The time."""
        return self.now


def client(url: str, store: Path | str, clock: Clock, **options: Any) -> Client:
    """A client that is fast enough for tests and sees no time pass."""
    usual = {"per_minute": 60_000, "deadline": 5.0, "monotonic": lambda: 0.0}
    return Client(url, store=store, clock=clock, **{**usual, **options})


def together(number: int, call: Callable[[], T]) -> list[T | FeedError]:
    """What so many threads get that call at the same moment."""
    start = Barrier(number)

    def one(_: int) -> T | FeedError:
        start.wait()
        try:
            return call()
        except FeedError as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def kinds(answers: list[Answer | FeedError]) -> Mapping[str, int]:
    """How many answers there were of each kind: an error's name, "stale" or "fresh"."""
    names = [
        ("stale" if answer.stale else "fresh")
        if isinstance(answer, Answer)
        else type(answer).__name__
        for answer in answers
    ]
    return {name: names.count(name) for name in names}


def feeds(number: int) -> list[Feed]:
    """So many different feeds."""
    return [feed(f"/api/{i}.php", name=f"feed{i}") for i in range(number)]


def attempt(caller: Client, asked: Feed) -> FeedError | None:
    """The error of a fetch, if any."""
    try:
        caller.fetch(asked)
    except FeedError as error:
        return error
    return None
