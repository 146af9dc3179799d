"""What keeps strangers apart before any of our code runs: options, versions, links, secrets."""

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from swgdata import start
from tests.support import browser as chrome
from tests.support.app_visitors import PAGES, opened, said
from tests.support.services import ROOT

OPTIONS: Final[dict[str, Any]] = {
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,
    "server.fileWatcherType": "none",
    "server.maxUploadSize": 1,
    "server.enableStaticServing": False,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableAgentApi": False,
    "browser.gatherUsageStats": False,
}

# The lowest versions without a known hole that concerns us.
FLOORS: Final = {
    "streamlit": (1, 54),
    "starlette": (1, 1),
    "urllib3": (2, 7),
    "requests": (2, 32, 4),
}
KEY_SHAPES: Final = re.compile(
    r"AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|xox[abpr]-\w{10}|sk-[A-Za-z0-9]{32}|AIza[\w-]{35}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|discord(app)?\.com/api/webhooks/\d{10}"
    r"|eyJ[\w-]{20,}\.eyJ[\w-]{20,}"
)
EVIL: Final = (
    "![x](http://beacon.invalid/x.png)<script>1</script>",
    "' OR 1=1 --",
    "../../etc/passwd",
    "\x00\u202e\ufffe",
    "NaN",
    "-1e999",
    "9" * 400,
    "(a+)+$" + "a" * 10_000,
    ["Lok", "Hoth", "Lok"],
    "",
)


def test_options_are_live() -> None:
    """Streamlit, started in the folder of the app, has the options we rely on."""
    code = (
        "import json, sys; from streamlit import config; "
        "print(json.dumps({name: config.get_option(name) for name in json.loads(sys.argv[1])}))"
    )
    command = [sys.executable, "-c", code, json.dumps(list(OPTIONS))]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    assert json.loads(told) == OPTIONS


def test_start_binds_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The documented command runs the app on loopback; what follows it goes to Streamlit."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> "subprocess.CompletedProcess[bytes]":
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(start, "environment", lambda: Path("python"))
    monkeypatch.setattr(sys, "argv", ["start", "app", "--server.port=1"])
    assert start.main() == 0
    flags = ["--server.address=127.0.0.1", "--server.allowedHosts=localhost"]
    assert commands[-1][3:] == [
        "run",
        "app.py",
        *flags,
        "--server.allowedHosts=127.0.0.1",
        "--server.port=1",
    ]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Host and port of the app as our command starts it."""
    with chrome.app(tmp_path_factory.mktemp("app"), SWG_SOURCE="sample") as url:
        yield url.removeprefix("http://")


UPGRADE: Final = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "statuses"),
    [
        ("GET", "/_stcore/stream", UPGRADE, b"", {101}),
        ("GET", "/_stcore/stream", {**UPGRADE, "Host": "evil.example"}, b"", {400, 403}),
        ("GET", "/_stcore/stream", {**UPGRADE, "Origin": "http://evil.example"}, b"", {403}),
        ("PUT", "/_stcore/upload_file/a/b", {}, bytes(2 << 20), {400, 403, 413}),
        ("POST", "/_stcore/agent/interact", {}, b"{}", {403, 404, 405}),
        ("GET", "/app/static/../../../etc/passwd", {}, b"", {400, 403, 404}),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", {}, b"", {200, 400, 403, 404}),
        ("GET", "/app/static/config.toml", {}, b"", {200, 404}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_server_refuses(
    host: str, method: str, path: str, headers: dict[str, str], body: bytes, statuses: set[int]
) -> None:
    """Pages of other sites, uploads, other hosts' names and files of this machine."""
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        assert answer.status in statuses
        if answer.status == 200:  # the app itself, as for any address it does not know
            assert b"<title>Streamlit</title>" in answer.read()
    except (BrokenPipeError, ConnectionResetError):
        assert body  # refused before all of it was sent
    finally:
        connection.close()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_no_version_has_a_known_hole(name: str) -> None:
    """Every package with a floor is in the lock, at or above it; all of the lock was read."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = [line.split()[0] for line in lines if line[:1].isalnum()]
    assert len(pins) > 40
    checked = 0
    for package, floor in FLOORS.items():
        for version in [pin.split("==")[1] for pin in pins if re.match(rf"{package}[=\[]", pin)]:
            assert tuple(map(int, version.split("."))) >= floor
            checked += 1
    assert checked == len(FLOORS)


def test_no_secret_is_in_the_tree() -> None:
    """Nothing shaped like a key, and the place for secrets is left out of the repository."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no repository")
    files = [ROOT / name for name in listed.stdout.decode().splitlines()]
    texts = [file for file in files if file.is_file() and file.suffix != ".png"]
    assert len(texts) > 150
    found = [file for file in texts if KEY_SHAPES.search(file.read_text(encoding="utf-8"))]
    assert found in ([], [Path(__file__)])
    assert ".streamlit/secrets.toml" in (ROOT / ".gitignore").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_no_link_breaks_a_page(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every parameter a page knows, set to every evil value: a note at most, never an error."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "60")
    keys = {key for one in opened(page)._tree if (key := getattr(one, "key", None))}
    assert len(keys) > 4
    for value in EVIL:
        app = opened(page, **dict.fromkeys(keys, value))
        assert not app.exception, value
        assert "failed. The log has the details" not in said(app), value
        assert "![x](http" not in said(app)
        assert all(len(one.value or "") <= 200 for one in app.text_input)
