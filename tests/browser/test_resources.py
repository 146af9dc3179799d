"""The resources page in a browser: picker, presets, stats, detail, views, and the diff's files."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from swgdata.game.classes import descendants
from tests.support import browser as chrome

address, chromium = chrome.sample_app, chrome.one_browser
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(params=[1280, 400])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh visitor, at a desk or with a phone."""
    context = chromium.new_context(
        viewport={"width": request.param, "height": 900}, accept_downloads=True
    )
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, path: str = "resources") -> Page:
    """The page, settled."""
    page.goto(f"{address}/{path}")
    expect(page.get_by_text("SAMPLE").first).to_be_visible(timeout=chrome.PATIENCE)
    chrome.settle(page)
    return page


def rows(page: Page, key: str) -> list[dict[str, str]]:
    """What the CSV button of a card gives."""
    with page.expect_download() as download:
        page.locator(f".st-key-{key}_csv button:visible").first.click()
    with Path(download.value.path()).open(newline="") as file:
        return list(csv.DictReader(file))


def card(page: Page, key: str) -> Locator:
    """A card."""
    return page.locator(f".st-key-{key}_panel")


def test_picker(page: Page, address: str) -> None:
    """Typing a part of a class's name finds it; everything below it is listed and downloaded."""
    opened(page, address)
    picker = page.get_by_role("combobox", name="Class, with all below it")
    picker.click()
    picker.fill("iron")
    page.get_by_role("option", name="Iron, irn").click()
    chrome.settle(page)
    assert "resources_class=" in page.url
    found = rows(page, "resources_spawns")
    assert found
    assert {row["class_code"] for row in found} <= descendants("irn")
    expect(card(page, "resources_spawns").get_by_role("heading")).to_contain_text(
        f"{len(found)} resource"
    )


def test_presets_and_stats(page: Page, address: str) -> None:
    """One click sets several filters, the address has them, a reload keeps them."""
    opened(page, address)
    page.get_by_role("radio", name="Server-grade metals").click()
    chrome.settle(page)
    for _ in range(2):
        expect(page.get_by_text("OQ between")).to_be_visible(timeout=chrome.PATIENCE)
        found = rows(page, "resources_spawns")
        assert {row["class_code"] for row in found} <= descendants("mtl")
        assert min(int(row["oq"]) for row in found) >= 700
        page.reload()
        chrome.settle(page)


def test_detail_by_link(page: Page, address: str) -> None:
    """A name in the address opens its card: stats against caps, and the rest of the page lives."""
    opened(page, address)
    best = rows(page, "resources_spawns")[0]
    opened(page, address, f"resources?r={best['name']}")
    heading = card(page, "resources_detail").get_by_role("heading")
    expect(heading).to_contain_text(f"{best['name']}: {best['class_name']}")
    expect(card(page, "resources_detail").locator("svg.marks")).to_be_visible()
    expect(card(page, "resources_spawns")).to_be_visible()


def test_views(page: Page, address: str) -> None:
    """A view is one click and one address away, fits the screen, and has a chart."""
    opened(page, address)
    for view in ("By planet", "Two stats", "Rare materials"):
        page.get_by_role("radio", name=view).click()
        chrome.settle(page)
        assert "resources_show=" in page.url
        expect(page.locator("svg.marks").first).to_be_visible(timeout=chrome.PATIENCE)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(page.url)
    expect(page.get_by_role("heading", name="in spawn, most of them on")).to_be_visible(
        timeout=chrome.PATIENCE
    )


def test_an_area_drawn_in_the_chart_is_listed(page: Page, address: str) -> None:
    """Dragging over the cloud lists what is inside, below the chart; nothing else is redrawn."""
    opened(page, address, "resources?resources_show=Two+stats")
    cloud = card(page, "resources_scatter").locator("svg.marks")
    expect(cloud).to_be_visible(timeout=chrome.PATIENCE)
    cloud.scroll_into_view_if_needed()
    box = cloud.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.65, steps=8)
    page.mouse.up()
    listed = card(page, "resources_scatter").get_by_text("In the area drawn:")
    expect(listed).to_be_visible(timeout=chrome.PATIENCE)
    expect(card(page, "resources_scatter").get_by_test_id("stDataFrame")).to_be_visible()


def test_diff_is_downloaded(page: Page, address: str) -> None:
    """What spawned and despawned between the two stored versions, all of it."""
    opened(page, address, "shifts")
    found = rows(page, "shifts_changes")
    assert {"spawned", "despawned"} <= {row["change"] for row in found}
    expect(card(page, "shifts_changes").get_by_role("heading")).to_be_visible()
