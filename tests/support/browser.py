"""A real app in a real browser: Streamlit in its own process, Debian's Chromium headless."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from swgdata.start import LOCAL
from tests.support.services import CHROMIUM, ROOT, need

FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PATIENCE: Final = 60_000  # milliseconds; the first page imports everything


@contextmanager
def app(folder: Path, **settings: str) -> Iterator[str]:
    """Run the app and give its address; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "HOME": str(folder), "SWG_DATA_DIR": str(folder), **settings}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    options = [f"--server.port={port}", *LOCAL]
    log = (folder / "app.log").open("wb")
    with subprocess.Popen(
        [*command, *options], cwd=ROOT, env=environment, stdout=log, stderr=log
    ) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            log.close()


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=1):  # noqa: S310 - our own
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the app did not start")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def one_browser() -> Iterator[Browser]:
    """One browser for all tests of a file, which takes it: ``chromium = browser.one_browser``."""
    need(CHROMIUM, "Chromium")
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def sample_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app on sample data."""
    need(CHROMIUM, "Chromium")
    with app(tmp_path_factory.mktemp("app"), SWG_SOURCE="sample") as url:
        yield url


def settle(page: Page) -> None:
    """Wait until the script has run and nothing more is on its way."""
    page.wait_for_timeout(400)
    state = page.get_by_test_id("stApp")
    expect(state).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=PATIENCE)
    page.wait_for_timeout(400)


def views(page: Page) -> list[str]:
    """What the address says for each view of the page that is open; one "" where it has none."""
    switch = page.locator("[class*='st-key-'][class*='_show']").first
    if not switch.count():
        return [""]
    key = switch.evaluate("one => [...one.classList].find(c => c.endsWith('_show')).slice(7)")
    names = switch.locator("button").all_inner_texts()
    return [f"{key}={quote_plus(name.strip())}" for name in names]
