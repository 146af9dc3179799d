"""How long a fresh process takes until its first visitor has something to look at."""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.support.app_process import App, running
from tests.support.websocket_visitors import Visitor

PANELS: Final = ("dataframe", "vega_lite_chart")
"""What a panel is good for: its table or its chart."""


@dataclass(frozen=True, slots=True)
class Start:
    """One way to start: a script, the page asked for, and what is waited for.

    Attributes:
        script: What ``streamlit run`` runs.
        folder: Where, and whose settings.
        page: Name of the page in the address; "" for the first.
        kinds: Kinds of element that count; any where empty.
    """

    script: Path
    folder: Path
    page: str = ""
    kinds: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds from the start of the process to the first element that counts.

    Attributes:
        wall: By the clock.
        cpu: Processor time of the app's process.
    """

    wall: float
    cpu: float


class Heard(list[bytes]):
    """Messages as they come; notes what the app has cost when the first one counts.

    Args:
        app: The app.
        begun: When its process was started, by ``time.perf_counter``.
        kinds: Kinds of element that count; any where empty.
    """

    def __init__(self, app: App, begun: float, kinds: Sequence[str]) -> None:
        super().__init__()
        self._app = app
        self._begun = begun
        self._kinds = kinds
        self.cost: Cost | None = None

    def append(self, data: bytes) -> None:
        """Keep a message."""
        super().append(data)
        if self.cost is None and counts(data, self._kinds):
            self.cost = Cost(time.perf_counter() - self._begun, self._app.cpu())


def counts(data: bytes, kinds: Sequence[str]) -> bool:
    """Whether a message draws an element of one of these kinds; of any where there are none."""
    message = ForwardMsg.FromString(data)
    if message.WhichOneof("type") != "delta":
        return False
    kind = message.delta.new_element.WhichOneof("type")
    return kind in kinds if kinds else kind is not None


def measured(
    ways: Mapping[str, Start], environment: Mapping[str, str], rounds: int
) -> dict[str, Cost]:
    """Medians of each way, in interleaved rounds of fresh processes; one more round warms up."""
    seen: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, start in ways.items():
            seen[name].append(_once(start, environment))
    return {
        name: Cost(
            statistics.median(one.wall for one in costs[1:]),
            statistics.median(one.cpu for one in costs[1:]),
        )
        for name, costs in seen.items()
    }


def _once(start: Start, environment: Mapping[str, str]) -> Cost:
    begun = time.perf_counter()
    with running(start.script, folder=start.folder, environment=environment) as app:
        heard = Heard(app, begun, start.kinds)
        failed = asyncio.run(_visit(app, start.page, heard))
    if heard.cost is None or failed:
        raise SystemExit(f"{start.page or start.script.name}: no panel, {failed} errors")
    return heard.cost


async def _visit(app: App, page: str, heard: Heard) -> int:
    visitor = Visitor(app.url, page, heard=heard)
    run = await visitor.open()
    await visitor.leave()
    return run.failed
