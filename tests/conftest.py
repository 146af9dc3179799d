"""What every test shares: no settings from outside, a data folder of its own, no network."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
# Read and removed at import, so that no program a test starts inherits it.
SERVICES_REQUIRED: Final = os.environ.pop("SWG_REQUIRE_SERVICES", "") == "1"
CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")
LOOPBACK: Final = ("127.", "::1", "localhost")


def need(thing: object, what: str) -> None:
    """Skip the test for want of a service, or fail where services are required."""
    if thing:
        return
    if SERVICES_REQUIRED:
        pytest.fail(f"{what} is missing, and SWG_REQUIRE_SERVICES=1", pytrace=False)
    pytest.skip(f"{what} is not installed here")


@pytest.fixture(autouse=True)
def _own_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting from outside reaches a test, and nothing it keeps outlives it."""
    for name in [name for name in os.environ if name.upper().startswith("SWG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SWG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("swgdata.settings.SECRETS_FILES", ())
    yield
    if "swgdata.source" in sys.modules:
        sys.modules["swgdata.source"].forget()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine can be connected to."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if not str(host).startswith(LOOPBACK):
            raise OSError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
