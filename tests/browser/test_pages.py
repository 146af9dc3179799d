"""What only a browser shows: filters, chart, table, address and download move together."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from swgdata.sources.sample import Galaxy
from tests.support import browser as chrome
from tests.support.app_visitors import PATHS

address, chromium = chrome.sample_app, chrome.one_browser
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A fresh visitor; whatever leaves this machine fails the test."""
    context = chromium.new_context(accept_downloads=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    here = (address, address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(here)] == []


def imperial() -> set[str]:
    """Names of the sample's Imperial guilds, from the galaxy itself."""
    body = json.loads(Galaxy().answer("/api/guilds.php").body)
    return {guild["name"] for guild in body["results"] if guild["faction"] == "Imperial"}


def test_filter_chart_table_address_and_download(page: Page, address: str) -> None:
    """One filter changes all of them; the address restores them; the CSV has the same rows."""
    page.goto(f"{address}/guilds?guilds_show=Members+and+active")
    heading = page.get_by_role("heading", name="guilds", exact=False).first
    expect(heading).to_be_visible(timeout=chrome.PATIENCE)
    chrome.settle(page)
    chart = page.locator(".st-key-guilds_scatter_panel svg.marks")
    before = chart.inner_html()
    wanted = imperial()
    page.get_by_role("combobox", name="Faction").click()
    page.get_by_role("option", name="Imperial").click()
    expect(chart).not_to_contain_text("Rebel", timeout=chrome.PATIENCE)
    chrome.settle(page)
    assert chart.inner_html() != before
    assert "guilds_faction=Imperial" in page.url

    page.locator(".st-key-guilds_show").get_by_text("Directory").click()
    shown = page.get_by_role("heading", name=f"{len(wanted)} of ")
    expect(shown).to_be_visible(timeout=chrome.PATIENCE)
    assert "guilds_show" not in page.url
    assert "guilds_faction=Imperial" in page.url
    page.reload()
    expect(shown).to_be_visible(timeout=chrome.PATIENCE)
    chrome.settle(page)
    card = page.locator(".st-key-guilds_directory_panel")
    cells = card.locator("table[role=grid] tbody tr")
    expect(cells.first).to_be_attached(timeout=chrome.PATIENCE)
    with page.expect_download() as download:
        page.locator(".st-key-guilds_directory_csv button").first.click()
    with Path(download.value.path()).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["name"] for row in rows} == wanted
    assert "sample" in download.value.suggested_filename
    listed = [cells.nth(i).locator("td").first.text_content() for i in range(cells.count())]
    assert listed == [row["name"] for row in rows][: len(listed)]
    assert listed


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("width", [400, 1280])
def test_pages_fit(page: Page, address: str, name: str, width: int) -> None:
    """No view scrolls sideways, none shows a traceback, all say SAMPLE and how old they are."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/{name}")
    expect(page.get_by_text("SAMPLE").first).to_be_visible(timeout=chrome.PATIENCE)
    chrome.settle(page)
    for view in chrome.views(page):
        page.goto(f"{address}/{name}?{view}")
        expect(page.get_by_text("SAMPLE").first).to_be_visible(timeout=chrome.PATIENCE)
        chrome.settle(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(page.get_by_test_id("stException")).to_have_count(0)
        if "Downloads" not in view:  # a list of files shows no data
            expect(page.get_by_text("as of").first).to_be_attached()
