"""Visitors without a browser: sessions that speak Streamlit's protocol."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

_LONGEST: Final = 120.0  # seconds until a run counts as hung
_OVER: Final = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
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
        heard: Every message as it came, if it begins as a list.
        session: What the app calls this session.
    """

    url: str
    page: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    heard: list[bytes] | None = None
    session: str = ""
    _socket: ClientConnection | None = None
    _script: str = ""
    _filters: dict[str, Value] = field(default_factory=dict)
    _widgets: dict[str, str] = field(default_factory=dict)
    _fragments: dict[str, str] = field(default_factory=dict)
    _kept: dict[str, int] = field(default_factory=dict)
    _runs: int = 0

    async def ask(self) -> None:
        """Connect and ask for the page, without waiting for it."""
        stream, protocol = f"{self.url}/_stcore/stream", Subprotocol("streamlit")
        # A busy server may let a crowd wait; how long a run takes is for the caller to judge.
        self._socket = await connect(
            stream,
            subprotocols=[protocol],
            max_size=None,
            open_timeout=_LONGEST,
            ping_interval=None,
        )
        await self._socket.send(self._request().SerializeToString())

    async def open(self) -> Run:
        """Connect and load the page."""
        start = time.perf_counter()
        await self.ask()
        return await self._run(start)

    async def change(self, filters: Mapping[str, Value]) -> Run:
        """Set filters by their keys, as one change of a page that is open."""
        self._filters |= filters
        request = self._request()
        fragments = {self._fragments[key] for key in filters}
        request.rerun_script.fragment_id = fragments.pop() if len(fragments) == 1 else ""
        return await self._send(request)

    async def press(self, button: str, *, times: int = 1) -> Run:
        """Press a button, by its key, and wait for the first run that comes of it."""
        request = self._request()
        pressed = request.rerun_script.widget_states.widgets.add(id=self._widgets[button])
        pressed.trigger_value = True
        for _ in range(times - 1):
            await self._open.send(request.SerializeToString())
        return await self._send(request)

    async def leave(self) -> None:
        """Disconnect."""
        if self._socket is not None:
            await self._socket.close()

    async def _send(self, request: BackMsg) -> Run:
        start = time.perf_counter()
        await self._open.send(request.SerializeToString())
        return await self._run(start)

    @property
    def _open(self) -> ClientConnection:
        if self._socket is None:
            raise ConnectionError("the page is not open")
        return self._socket

    async def _run(self, start: float) -> Run:
        sent = failed = 0
        elements: Counter[str] = Counter()
        while True:
            data = await asyncio.wait_for(self._open.recv(decode=False), _LONGEST)
            sent += len(data)
            if self.heard is not None:
                self.heard.append(data)
            message = ForwardMsg.FromString(data)
            self._note(message)
            if message.WhichOneof("type") == "delta":
                elements[_kind(message.delta)] += 1
                failed += _says_failed(message.delta)
            if message.HasField("script_finished") and message.script_finished in _OVER:
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
            case "new_session":
                self.session = message.new_session.initialize.session_id
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
                    key = identity.split("-", 2)[2]
                    self._widgets[key] = identity
                    self._fragments[key] = message.delta.fragment_id

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
