"""Keys of widgets and of the address, page by page: bookmarks and links rely on them."""

from collections.abc import Iterator
from typing import Any, Final

from streamlit.testing.v1 import AppTest

from tests.architecture.clock import stop_for_scripts
from tests.support.app_visitors import PAGES, opened, seen, views

_LONGEST: Final = 30  # options that are written down; of a longer list the first three
_CHANGED: Final = "Changed since your last visit"
Fact = tuple[str, str, str]  # type, key, what is bound to the address and what can be chosen


def files() -> Iterator[tuple[str, list[str]]]:
    """Name of a page -> its keys."""
    stop_for_scripts()
    for page in PAGES:
        yield page, list(_page(page))
    yield "address", list(_address())


def _page(page: str) -> Iterator[str]:
    """Which keys each view has, then what each of them is."""
    described: dict[tuple[str, str], str] = {}
    for title, app in _visits(page):
        assert not app.exception, (page, title, app.exception)
        yield f"{title}:"
        facts = list(_facts(app))
        yield from sorted({f"    {kind} {key}" for kind, key, _ in facts})
        for kind, key, told in facts:
            described.setdefault((key, kind), told)
    yield "what they are:"
    yield from (f"    {key} {kind}{told}" for (key, kind), told in sorted(described.items()))


def _visits(page: str) -> Iterator[tuple[str, AppTest]]:
    """Every view, with charts and with tables in their place; then what only links open."""
    first = opened(page)
    yield "first visit", first
    switches: dict[str, str] = {}
    for view in views(first):
        app = seen(page, view)
        yield f"view {view}", app
        ours = {key: "Table" for _, key, _ in _facts(app) if key.endswith("_view")}
        if ours:
            switches |= ours
            yield f"view {view}, as tables", seen(page, view, **ours)
    yield "unfolded", opened(page, window="7 days", resources_age="30", **switches)
    for title, link in _links(page, first):
        yield title, opened(page, **link)


def _links(page: str, first: AppTest) -> Iterator[tuple[str, dict[str, str]]]:
    """What is looked up by its name."""
    if page == "cities":
        city = first.dataframe[0].value.iloc[0]
        yield "one city", {"c": str(city["name"]), "p": str(city["planet"])}
    if page == "guilds":
        yield "one guild", {"g": first.selectbox(key="g").options[0]}
    if page == "resources":
        yield "one resource", {"r": str(first.dataframe[0].value["name"].iloc[0])}
        yield "no such resource", {"r": "nothing"}
    if page == "glance":
        yield "since the last visit", {"since": "2026-03-17T10:00Z", "glance_show": _CHANGED}


def _facts(app: AppTest) -> Iterator[Fact]:
    for node in app._tree:
        proto: Any = getattr(node, "proto", None)
        key = str(getattr(node, "key", None) or "")
        anchor = str(getattr(proto, "anchor", ""))
        if key:
            yield node.type, key, _told(proto)
        elif anchor:
            yield node.type, f"#{anchor}", ""


def _told(proto: Any) -> str:
    """The name in the address, the choices, the bounds."""
    bound = str(getattr(proto, "query_param_key", ""))
    options = [str(getattr(one, "content", one)) for one in getattr(proto, "options", ())]
    if len(options) > _LONGEST:
        options = [*options[:3], "…"]
    told = f" ?{bound}=" if bound else ""
    if options:
        told += f" of {' | '.join(options)}"
    if hasattr(proto, "step"):
        first = list(proto.default)
        told += f" from {proto.min:g} to {proto.max:g} by {proto.step:g}, first {first}"
    return told


def _address() -> Iterator[str]:
    """What buttons write into the address."""
    glance = seen("glance", _CHANGED)
    glance.button(key="glance_seen").click().run()
    yield f"glance_seen: {_query(glance)}"
    for preset in opened("resources").button_group(key="resources_preset").options:
        app = opened("resources")
        app.button_group(key="resources_preset").set_value(preset).run()
        yield f"resources_preset {preset}: {_query(app)}"


def _query(app: AppTest) -> str:
    """What a button wrote into the address."""
    values = dict(app.query_params)
    return "&".join(f"{key}={values[key]}" for key in sorted(values))
