"""The three ways to the source: through the cache, as a stream, and with a key."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

import requests
from requests.adapters import BaseAdapter

from swgdata.client.answers import Copy, Question
from swgdata.client.download import Download
from swgdata.client.flights import Crowded, Flights
from swgdata.client.gate import Gate, Halted
from swgdata.client.guard import KEY_HEADER
from swgdata.client.keys import usable_key
from swgdata.client.session import FeedSession, rows_of
from swgdata.client.shelf import Shelf
from swgdata.client.store import SafeCache
from swgdata.client.trouble import Trouble, Troubled, trouble_of_status
from swgdata.client.turns import Turns

log = logging.getLogger(__name__)

WARM_WAIT: Final = 1.8  # of the promised 2 s
COLD_WAIT: Final = 14.5  # of the promised 15 s
DOWNLOAD_DEADLINE: Final = 300.0
UNDER_WAY: Final = Trouble("refresh under way", transient=None)
AWAITED: Final = Trouble("the first answer is still under way", transient=None)
CROWDED: Final = Trouble("too many questions are under way", transient=None)
OUR_FAULT: Final = Trouble("the request failed here, not at the site", transient=None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one flight brought home: a copy, or the reason why not.

    Attributes:
        copy: The good answer, stored already.
        halted: Why there is none.
        asked: True if the source was asked.
    """

    copy: Copy | None = None
    halted: Halted | None = None
    asked: bool = False


class Upstream:
    """Asks the source.

    Attributes:
        gate: Breaker and pauses of the public questions.
        keyed: The same for questions with a key.
    """

    def __init__(
        self,
        shelf: Shelf,
        store: SafeCache,
        *,
        transport: BaseAdapter,
        turns: Turns,
        clock: Callable[[], float],
    ) -> None:
        """Send through ``transport``, store in ``store``, tell the time by ``clock``."""
        self.gate = Gate(clock)
        self.keyed = Gate(clock)
        self._clock = clock
        self._turns = turns
        self._shelf = shelf
        self._flights: Flights[Outcome] = Flights()
        self._transport = transport
        self._session = FeedSession(store, transport=transport, clock=clock)

    def answer(self, question: Question, copy: Copy | None, wait: float | None) -> Outcome:
        """Join or start the one flight for this question, and wait for it a while.

        Args:
            question: What to ask.
            copy: The copy that is to be replaced, if there is one.
            wait: Seconds to wait; None for the usual time.
        """
        if halted := self.gate.halted(question.key):
            return Outcome(halted=halted)
        usual = WARM_WAIT if copy else COLD_WAIT
        try:
            flight = self._flights.join(question.key, partial(self._refresh, question, copy))
            return flight.result(timeout=usual if wait is None else wait)
        except Crowded:
            return Outcome(halted=Halted(CROWDED))
        except TimeoutError:
            return Outcome(halted=Halted(UNDER_WAY if copy else AWAITED))

    @contextmanager
    def download(self, question: Question) -> Iterator[Download]:
        """Stream an answer past the cache.

        Raises:
            Halted: It cannot be had, or its stream broke off.
        """
        with self.gate.passage(question.key):
            response = self._send(question, stream=True, timeout=DOWNLOAD_DEADLINE)
            try:
                if response.status_code != 200:
                    raise Troubled(trouble_of_status(response, keyed=False, now=self._clock()))
                yield Download(response)
            finally:
                response.close()

    def private(self, question: Question, *, key: str) -> bytes:
        """Ask with a key; nothing of it is stored.

        Raises:
            Halted: The site refused the key or failed.
            FeedDeclined: The key cannot be sent.
        """
        headers = {KEY_HEADER: usable_key(question, key)}
        with self.keyed.passage(f"{question.key} {hash(key)}"):
            response = self._send(question, headers=headers)
            if response.status_code != 200:
                raise Troubled(trouble_of_status(response, keyed=True, now=self._clock()))
            rows_of(question, response.content)
            return response.content

    def close(self) -> None:
        """Close connections."""
        self._session.close()  # type: ignore[no-untyped-call]

    def _refresh(self, question: Question, old: Copy | None) -> Outcome:
        if halted := self.gate.halted(question.key):
            return Outcome(halted=halted)
        with self._turns.turn(question.key):
            copy = self._shelf.copy(question)
            if copy and (old is None or copy.received != old.received):
                return Outcome(copy=copy)  # somebody else was faster, perhaps in another process
            if trouble := self._turns.told(question.key):
                self.gate.pauses.remember(question.key, trouble)
                return Outcome(halted=self.gate.halted(question.key))
            return self._ask(question, copy)

    def _ask(self, question: Question, copy: Copy | None) -> Outcome:
        try:
            with self.gate.passage(question.key):
                confirm = copy is not None and copy.confirmable
                response = self._session.refresh(question, confirm=confirm)
        except Halted as halted:
            log.info("%s: %s", question.feed.name, halted.reason)
            if halted.asked:
                self._turns.tell(question.key, halted.trouble)
            return Outcome(halted=halted, asked=halted.asked)
        except Exception:  # a fault of ours must not reach a page either
            log.exception("%s: the request failed here", question.feed.name)
            return Outcome(halted=Halted(OUR_FAULT))
        if copy := Copy.of(response):
            self._shelf.arrived(question, copy)
        return Outcome(copy=copy, asked=True)

    def _send(
        self,
        question: Question,
        *,
        headers: dict[str, str] | None = None,
        stream: bool = False,
        timeout: float | None = None,
    ) -> requests.Response:
        request = requests.Request(
            "GET", question.url, params=dict(question.parameters), headers=headers
        )
        return self._transport.send(request.prepare(), stream=stream, timeout=timeout)
