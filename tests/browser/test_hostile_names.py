"""Hostile names in every feed, on every page, in a real browser: they are read, and do nothing."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from swgdata.export.formula_escape import neutralise, restore
from swgdata.feeds import feeds_of
from swgdata.sources.sample import start
from tests.support import browser as chrome
from tests.support.app_visitors import PATHS
from tests.support.fake_site import Site
from tests.support.hostile_galaxy import LITERAL, hostile
from tests.support.services import CHROMIUM, ROOT, need

chromium = chrome.one_browser
pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Page -> the parameter that opens one entry: of which feed, by which column.
DETAILS: Final = {
    "guilds": ("g", "guilds", "tag"),
    "cities": ("c", "cities", "name"),
    "resources": ("r", "resources", "name"),
}
NAMELESS: Final = {"", "population"}  # their cards name planets and factions only

# Links of data may lead nowhere else.
ALLOWED: Final = re.compile(r"https://([\w.]+\.)?swgtracker\.com/")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app keeps its files."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def galaxy() -> Site:
    """A hostile one."""
    galaxy = Site(rows=120)
    tag = json.loads(galaxy.answer("/api/guilds.php").body)["results"][0]["abbrev"]
    record = galaxy.answer("/api/guild_history.php", {"abbrev": tag}).body
    galaxy.says["/api/guild_history.php"] = hostile(record)
    galaxy.twist = hostile
    return galaxy


@pytest.fixture(scope="module")
def address(folder: Path, galaxy: Site) -> Iterator[str]:
    """The app, reading a hostile site, with yesterday's exports in its store."""
    need(CHROMIUM, "Chromium")
    server, url = start(galaxy)
    settings = {"SWG_BASE_URL": url, "SWG_SOURCE": "live", "SWG_REQUESTS_PER_MINUTE": "600"}
    settings["SWG_FRESH_FOR__MANIFEST"] = "1"
    command = [sys.executable, "-m", "swgdata", "sync"]
    places = {"HOME": str(folder), "SWG_DATA_DIR": str(folder), "PATH": ""}
    subprocess.run(command, cwd=ROOT, env=places | settings, check=True, capture_output=True)
    galaxy.renew(1)
    with chrome.app(folder, **settings) as app:
        yield app
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A visitor; a dialog, or a request to anywhere else, fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    outside: list[str] = []
    here = (address, address.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda one: None if one.url.startswith(here) else outside.append(one.url))
    page.on("dialog", lambda one: outside.append(f"dialog {one.message}"))
    page.on("popup", lambda one: outside.append(f"popup {one.url}"))
    yield page
    context.close()
    assert outside == []


def visit(page: Page, url: str) -> str:
    """Open a page, wait, hold it to the rules, and give all its text."""
    page.goto(url)
    expect(page.get_by_role("heading").first).to_be_visible(timeout=chrome.PATIENCE)
    chrome.settle(page)
    return examined(page, url)


def examined(page: Page, url: str) -> str:
    """What the page says, once nothing of it ran, leads elsewhere or broke."""
    address = "/".join(url.split("/")[:3])
    assert page.evaluate("window.__pwned") is None
    assert page.locator("iframe, script:not([src]):has-text('pwned')").count() == 0
    links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    foreign = [one for one in links if not (one.startswith(address) or ALLOWED.match(one))]
    assert foreign == []
    pictures = page.eval_on_selector_all("img", "all => all.map(one => one.src)")
    assert [one for one in pictures if not one.startswith(("data:image/svg", address))] == []
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return (page.locator("body").text_content() or "").replace("\u2060", "")


# What Streamlit's grid asks a browser for, to save its CSV.
SAVE: Final = """
window.__saved = [];
window.showSaveFilePicker = async () => ({createWritable: async () => ({
  write: async data => { window.__saved.push(await new Blob([data]).text()); },
  close: async () => { window.__closed = true; }, abort: async () => {},
})});
"""


@pytest.mark.parametrize(("name", "card"), [("guilds", "directory"), ("cities", "directory")])
def test_what_the_grid_saves_runs_in_no_spreadsheet(
    page: Page, address: str, name: str, card: str
) -> None:
    """The toolbar's own CSV holds the rows in sight, with no cell or header that is a formula."""
    page.add_init_script(SAVE)
    visit(page, f"{address}/{name}?{name}_{card}_view=Table")
    grid = page.locator(f".st-key-{name}_{card}_panel").get_by_test_id("stDataFrame")
    grid.hover()
    grid.locator("..").get_by_role("button", name="Download as CSV").click()
    page.wait_for_function("window.__closed", timeout=chrome.PATIENCE)
    saved = "".join(page.evaluate("window.__saved")).removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(saved)))
    cells = [cell for row in rows for cell in row if not re.fullmatch(r"[-+]?[\d.,]+", cell)]
    assert [cell for cell in cells if neutralise(restore(cell)) != cell] == []
    assert any(cell.startswith("'=HYPERLINK(") for row in rows for cell in row)


def open_everything(page: Page, url: str) -> None:
    """Point at the charts and unfold every list of choices."""
    for chart in page.locator("svg.marks").all()[:6]:
        box = chart.bounding_box()
        if box:
            page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
            page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.7)
    for field in page.get_by_test_id("stMain").get_by_role("combobox").all()[:8]:
        field.click()
        page.wait_for_timeout(150)
        examined(page, url)
        page.keyboard.press("Escape")


# The keys of the switches between chart and table.
SWITCHES: Final = """
all => all.map(one => [...one.classList].find(c => /^st-key-.*_view$/.test(c)).slice(7))
"""


@pytest.mark.parametrize("name", PATHS)
def test_hostile_names_are_only_read(page: Page, address: str, folder: Path, name: str) -> None:
    """In every view charts, tables, tooltips and lists show the names as they were sent."""
    text = visit(page, f"{address}/{name}")
    for view in chrome.views(page):
        url = f"{address}/{name}?{view}"
        text += visit(page, url)
        open_everything(page, url)
        cards = page.locator("[class*='st-key-'][class*='_view']").evaluate_all(SWITCHES)
        tables = "&".join(f"{card}=Table" for card in dict.fromkeys(cards))
        text += visit(page, f"{url}&{tables}")
        assert "failed. The log has the details" not in text
    assert name in NAMELESS or any(part in text for part in LITERAL)
    assert "Traceback" not in (folder / "app.log").read_text(errors="replace")


@pytest.mark.parametrize("name", DETAILS)
def test_hostile_names_open_by_link(page: Page, address: str, galaxy: Site, name: str) -> None:
    """A link that names them opens what is known of them, or says in words what is not."""
    key, feed, column = DETAILS[name]
    about = feeds_of("swgtracker")[feed]
    names = about.parse(galaxy.answer(about.path).body).tables[feed][column].dropna()
    for part in LITERAL:
        wanted = names[names.str.contains(part, regex=False)].iloc[0]
        text = visit(page, f"{address}/{name}?{key}={quote(wanted)}")
        assert "Ignored from the link" not in text
        assert "failed. The log has the details" not in text
        assert part in text
        titles = page.get_by_role("heading").all_text_contents()
        assert any(part in title.replace("\u2060", "") for title in titles)
