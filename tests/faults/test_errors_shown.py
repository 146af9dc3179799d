"""Errors nobody foresaw, in every page of a real app: the log has them, no browser does."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.support.app_process import App, ours, running
from tests.support.services import ROOT
from tests.support.websocket_visitors import Run, Visitor

pytestmark = pytest.mark.slow
CANARY: Final = "CANARY-a7f3c9"
MODES: Final = ["full", "stacktrace", "type", "none"]
PAGES: Final = ["guilds", "", "population", "resources", "shifts", "cities", "economy", "health"]

# What is left of every page below its imports: what raises has the canary wherever it can be.
BROKEN: Final = f'''
def _break(where: str = "https://swgtracker.com/?key={CANARY}") -> None:
    key = "{CANARY}"
    raise RuntimeError(f"{{key}} in {{where}}, {{__file__}}")

st.button("Break the callback", key="callback", on_click=_break)

@st.fragment
def _card() -> None:
    if st.button("Break the card", key="card"):
        _break()

_card()
if st.query_params.get("break") == "page":
    _break()
'''
WAYS: Final = ["page", "callback", "card"]

# What a path of ours, of Python or of Streamlit would have in it.
PATHS: Final = (str(ROOT), "site-packages", "Traceback", "_break", 'File "')


@pytest.fixture(scope="module", params=MODES)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[App, Path, str]]:
    """The app with a fault in every page, its log, and how much Streamlit is told to show."""
    folder = tmp_path_factory.mktemp("broken")
    shutil.copy(ROOT / "app.py", folder)
    (folder / "pages").mkdir()
    for page in (ROOT / "pages").glob("*.py"):
        head = page.read_text(encoding="utf-8").partition("\nst.caption(")[0]
        (folder / "pages" / page.name).write_text(head + BROKEN, encoding="utf-8")
    settings = ours(folder, SWG_SOURCE="sample", SWG_SAMPLE_ROWS="60", PYTHONPATH=str(ROOT))
    options = [f"--client.showErrorDetails={request.param}", "--logger.level=debug"]
    log = folder / "app.log"
    with (
        log.open("wb") as file,
        running(
            folder / "app.py", folder=ROOT, environment=settings, options=options, log=file
        ) as app,
    ):
        yield app, log, request.param


async def broken(app: App, page: str, way: str) -> tuple[Run, list[bytes]]:
    """What a visitor gets who runs into the fault."""
    heard: list[bytes] = []
    guest = Visitor(app.url, page, {"break": way}, heard)
    run = await guest.open()
    if way != "page":
        run = await guest.press(way)
    await guest.leave()
    return run, heard


def said(message: bytes) -> bytes:
    """A message to a browser, without the place of the script that Streamlit tells everybody."""
    parsed = ForwardMsg.FromString(message)
    if parsed.HasField("new_session"):
        parsed.new_session.main_script_path = ""
    told: bytes = parsed.SerializeToString()
    return told


def test_no_browser_learns_what_broke(served: tuple[App, Path, str]) -> None:
    """Neither message, nor address, nor variable, nor path; the log has all of it."""
    app, log, _ = served
    for page in PAGES:  # the first is opened by a link, before the app has ever run
        for way in WAYS:
            run, heard = asyncio.run(broken(app, page, way))
            assert run.failed, (page, way)
            told = b"".join(map(said, heard))
            found = [text for text in (CANARY, str(log.parent), *PATHS) if text.encode() in told]
            assert found == [], (page, way)
    assert log.read_text(encoding="utf-8", errors="replace").count(CANARY) >= len(PAGES) * len(WAYS)
