"""Visits to the pages of the app: opened by a link, read as a visitor reads them."""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from tests.support.services import ROOT

# In the order of the menu.
PAGES: Final = (
    *("glance", "population", "resources", "shifts"),
    *("guilds", "cities", "economy", "health"),
)

# Where each of them is found; the first at the address of the app itself.
PATHS: Final = ("", *PAGES[1:])


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """No answer of one test reaches the next, in a file that takes this fixture."""
    yield
    streamlit.cache_resource.clear()


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented galaxy."""
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "400")


def opened(page: str, **link: Any) -> AppTest:
    """A page of the app, opened by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in link.items():
        app.query_params[name] = value
    return app.switch_page(f"pages/{page}.py").run()


def seen(page: str, view: str, **link: Any) -> AppTest:
    """A page, opened by a link in one of its views."""
    return opened(page, **{f"{page}_show": view}, **link)


def views(app: AppTest) -> list[str]:
    """The views a page offers."""
    return next(
        list(one.options) for one in app.segmented_control if str(one.key).endswith("_show")
    )


def said(app: AppTest) -> str:
    """Every sentence on the page."""
    return "\n".join(
        str(element.value)
        for kind in (app.markdown, app.caption, app.info, app.subheader, app.title)
        for element in kind
    )


def titles(app: AppTest) -> list[str]:
    """Titles of the cards, without the escapes."""
    return [str(card.value).replace("\\", "").replace("\u2060", "") for card in app.subheader]


def table(app: AppTest, *columns: str) -> pd.DataFrame:
    """The first table on the page that has these columns."""
    return next(frame for one in app.dataframe if set(columns) <= set(frame := one.value))


def figures(app: AppTest) -> dict[str, str]:
    """Headline figures: label -> value, without the escapes."""
    return {one.label.replace("\\", ""): one.value.replace("\\", "") for one in app.metric}


def charts(app: AppTest) -> int:
    """How many charts the page draws."""
    return len(app.get("vega_lite_chart"))
