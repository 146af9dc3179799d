"""How long Chromium takes from an address to something worth looking at.

Server and browser cache are warm. The page itself tells when: milliseconds since the navigation
began, asked before every frame, so that what the driver of the browser needs is not counted.
"""

import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.support.browser import FLAGS, PATIENCE
from tests.support.services import CHROMIUM

# What is painted has a size, and a canvas something on it: a grid begins as an empty one.
_PAINTED: Final = """
selector => {
  const painted = one => {
    const {width, height} = one.getBoundingClientRect();
    if (width < 2 || height < 2 || getComputedStyle(one).visibility !== "visible") return false;
    if (one.tagName !== "CANVAS") return true;
    const corner = one.getContext("2d").getImageData(0, 0, 64, 64).data;
    return corner.some(value => value !== 0);
  };
  return [...document.querySelectorAll(selector)].some(painted) && performance.now();
}
"""
FIELD: Final = "[data-testid=stTextInput] input"
SPAWNS: Final = ".st-key-resources_spawns_panel canvas"
PANEL: Final = "[class*='st-key-'][class*='_panel'] :is(h3, svg.marks, canvas)"


@dataclass(frozen=True, slots=True)
class Look:
    """One page and what is waited for on it.

    Attributes:
        address: Of the page.
        selector: Finds what has to be painted, in CSS.
    """

    address: str
    selector: str


@dataclass(frozen=True, slots=True)
class Paint:
    """What one visit took.

    Attributes:
        seconds: From the navigation to the frame after which the thing is there.
        requests: How many the browser made until then, the websocket aside.
    """

    seconds: float
    requests: float


def painted(looks: Mapping[str, Look], floor: Look, rounds: int) -> dict[str, tuple[Paint, Paint]]:
    """Medians of each page and of the empty page before it, turn by turn; the first warms up."""
    seen: dict[str, list[tuple[Paint, Paint]]] = {name: [] for name in looks}
    with _returning() as context:
        for _ in range(rounds + 1):
            for name, look in looks.items():
                empty = _visit(context, floor)
                seen[name].append((_visit(context, look), empty))
    return {
        name: (_median([one for one, _ in pairs[1:]]), _median([empty for _, empty in pairs[1:]]))
        for name, pairs in seen.items()
    }


@contextmanager
def _returning() -> Iterator[BrowserContext]:
    """A browser that keeps what it has fetched and compiled in a profile, as a visitor's does."""
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 1280, "height": 900},
        )
        yield context
        context.close()


def _visit(context: BrowserContext, look: Look) -> Paint:
    """Open the page in a tab of its own."""
    page: Page = context.new_page()
    page.goto(look.address, wait_until="commit")
    found = page.wait_for_function(_PAINTED, arg=look.selector, timeout=PATIENCE)
    seconds = float(found.json_value()) / 1e3
    requests = page.evaluate("performance.getEntriesByType('resource').length")
    page.close()
    return Paint(seconds, float(requests))


def _median(paints: Sequence[Paint]) -> Paint:
    return Paint(
        statistics.median(one.seconds for one in paints),
        statistics.median(one.requests for one in paints),
    )
