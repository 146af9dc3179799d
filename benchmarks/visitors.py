"""Visitors without a browser: the app as a process, and sessions that speak its protocol."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from typing import Final
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

_LONGEST: Final = 120.0  # seconds until a run counts as hung
_REMEMBERED: Final = 2  # runs a browser keeps a message that it did not need again

Value = str | bool | float | tuple[str, ...] | tuple[float, float]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a page, as its visitor sees it.

    Attributes:
        seconds: From the click to the message that the run is over.
        sent: Bytes that went to the browser.
        failed: Exceptions and numbered errors on the page.
        elements: How many of each kind it drew.
    """

    seconds: float
    sent: int
    failed: int
    elements: Mapping[str, int]


@dataclass
class Visitor:
    """One session: opens a page, changes filters, and keeps messages as a browser does.

    Attributes:
        url: Where the app is, e.g. ``ws://127.0.0.1:8501``.
        page: Name of the page in the address; "" for the first.
        address: Query parameters that stay.
    """

    url: str
    page: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    _socket: ClientConnection | None = None
    _script: str = ""
    _filters: dict[str, Value] = field(default_factory=dict)
    _widgets: dict[str, str] = field(default_factory=dict)
    _kept: dict[str, int] = field(default_factory=dict)
    _runs: int = 0

    async def open(self) -> Run:
        """Connect and load the page."""
        start = time.perf_counter()
        stream, protocol = f"{self.url}/_stcore/stream", Subprotocol("streamlit")
        self._socket = await connect(stream, subprotocols=[protocol], max_size=None)
        return await self._run(self._socket, start)

    async def change(self, filters: Mapping[str, Value]) -> Run:
        """Set filters by their keys, as one change of a page that is open."""
        if self._socket is None:
            raise ConnectionError("the page is not open")
        self._filters |= filters
        return await self._run(self._socket, time.perf_counter())

    async def leave(self) -> None:
        """Disconnect."""
        if self._socket is not None:
            await self._socket.close()

    async def _run(self, stream: ClientConnection, start: float) -> Run:
        await stream.send(self._request().SerializeToString())
        sent = failed = 0
        elements: Counter[str] = Counter()
        while True:
            data = await asyncio.wait_for(stream.recv(decode=False), _LONGEST)
            sent += len(data)
            message = ForwardMsg.FromString(data)
            self._note(message)
            if message.WhichOneof("type") == "delta":
                elements[_kind(message.delta)] += 1
                failed += _says_failed(message.delta)
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and message.HasField(
                "script_finished"
            ):
                self._forget()
                return Run(time.perf_counter() - start, sent, failed, elements)

    def _request(self) -> BackMsg:
        request = BackMsg()
        state = request.rerun_script
        state.page_script_hash = self._script
        state.page_name = "" if self._script else self.page
        state.query_string = urlencode(
            [*self.address.items(), *((key, _text(value)) for key, value in self._filters.items())],
            doseq=True,
        )
        state.context_info.timezone = "UTC"
        state.cached_message_hashes.extend(self._kept)
        for key, value in self._filters.items():
            _fill(state.widget_states.widgets.add(id=self._widgets[key]), value)
        return request

    def _note(self, message: ForwardMsg) -> None:
        """Keep what a later request needs."""
        match message.WhichOneof("type"):
            case "navigation":
                self._script = message.navigation.page_script_hash
            case "ref_hash":
                self._kept[message.ref_hash] = self._runs
            case "delta":
                if message.metadata.cacheable:
                    self._kept[message.hash] = self._runs
                element = getattr(message.delta.new_element, _kind(message.delta), None)
                identity = str(getattr(element, "id", ""))
                if identity.startswith("$$ID-"):
                    self._widgets[identity.split("-", 2)[2]] = identity

    def _forget(self) -> None:
        self._runs += 1
        oldest = self._runs - _REMEMBERED
        self._kept = {key: run for key, run in self._kept.items() if run >= oldest}


def _kind(delta: Delta) -> str:
    return str(delta.new_element.WhichOneof("type") or delta.WhichOneof("type"))


def _says_failed(delta: Delta) -> bool:
    element = delta.new_element
    return _kind(delta) == "exception" or "under number" in element.markdown.body


def _text(value: Value) -> str | tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else str(value)


def _fill(widget: WidgetState, value: Value) -> None:
    """Write a value as the browser's widget of its kind does."""
    match value:
        case bool():
            widget.bool_value = value
        case str():
            widget.string_value = value
        case (float(), float()):
            widget.double_array_value.data.extend(value)
        case tuple():
            widget.string_array_value.data.extend(map(str, value))
        case _:
            widget.double_array_value.data.append(value)


@dataclass(frozen=True, slots=True)
class App:
    """A running app.

    Attributes:
        pid: Of its process.
        url: Of its websocket.
    """

    pid: int
    url: str

    def memory(self, what: str = "VmRSS") -> float:
        """Resident memory in MB; ``VmHWM`` for its peak."""
        status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith(what)) / 1024

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100


@contextmanager
def running(script: Path, *, folder: Path, environment: Mapping[str, str]) -> Iterator[App]:
    """Run a script as ``streamlit run`` does, with the settings of ``folder``, for the block."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", "--logger.level=error"]
    process = subprocess.Popen(
        command, cwd=folder, env=dict(environment), stdout=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
        yield App(process.pid, f"ws://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the app ended with {process.returncode}")
        asked = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asked.request("GET", "/_stcore/health")
            asked.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            asked.close()
    raise TimeoutError("the app did not start within a minute")
