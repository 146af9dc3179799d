"""What visitors write, in links, fields and buttons: never an error, and never a path."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import pytest
from streamlit.testing.v1 import AppTest

from swgdata.ui.scope import Scope
from tests.support.app_visitors import PAGES, opened, said

pytestmark = pytest.mark.slow
MARK: Final = "swg-evil-4711"
PATHS: Final = (
    f"../../{MARK}",
    f"/etc/{MARK}",
    f"..\\..\\{MARK}",
    f"file:///{MARK}",
    f"%2e%2e%2f{MARK}",
    f"{MARK}\x00.csv",
    f"~/{MARK}",
    f"|cat {MARK}",
)
TELLING: Final = ("open", "os.", "shutil.", "sqlite3.", "subprocess.", "socket.", "glob.")
_heard: list[str] | None = None


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if _heard is not None and event.startswith(TELLING):
        told = " ".join(map(repr, arguments))
        if MARK in told:
            _heard.append(f"{event} {told}")


@pytest.fixture(scope="module", autouse=True)
def _audit() -> None:
    sys.addaudithook(_listen)  # it can never be removed, so it is deaf outside ``listening``


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every file, process and connection that meanwhile is named with the mark."""
    global _heard  # noqa: PLW0603 - a hook has no other way to tell
    heard: list[str] = []
    _heard = heard
    try:
        yield heard
    finally:
        _heard = None


@pytest.fixture(autouse=True)
def _sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWG_SOURCE", "sample")
    monkeypatch.setenv("SWG_SAMPLE_ROWS", "60")


def test_the_hook_hears(tmp_path: Path) -> None:
    """What opens a marked file is heard, whether there is one or not."""
    with listening() as heard:
        with pytest.raises(OSError, match="No such"):
            (tmp_path / MARK).read_bytes()
        with pytest.raises(OSError, match="No such"):
            list(Path(f"/nowhere/{MARK}").iterdir())
    assert [one.split()[0] for one in heard] == ["open", "os.listdir"]


def keys(app: AppTest) -> set[str]:
    """Every parameter a page knows, and some it does not."""
    known = {key for one in app._tree if (key := getattr(one, "key", None))}
    return known | {"file", "path", "source", "g", "c", "r"}


@pytest.mark.parametrize("page", PAGES)
def test_no_visitor_names_a_file(page: str) -> None:
    """Paths in every parameter and in every text field: none is ever opened."""
    known = sorted(keys(opened(page)))
    with listening() as heard:
        for turn in range(2):
            paths = cycle(PATHS[turn:] + PATHS[:turn])
            app = opened(page, **dict(zip(known, paths, strict=False)))
            for field in app.text_input:
                field.set_value(next(paths))
            app.run()
            assert not app.exception
            assert "failed. The log has the details" not in said(app)
    assert heard == []


def test_a_time_zone_is_no_path(tmp_path: Path) -> None:
    """A browser names its own; what is no zone is UTC."""
    for path in (*PATHS, str(tmp_path), "Europe", "x" * 10_000, ""):
        assert str(Scope(zone_name=path).zone) == "UTC"


def filters_alone() -> None:
    """One filter of every kind."""
    from swgdata.ui import run_state
    from swgdata.ui.components import filters

    run_state.begin()
    filters.search("Search", key="search")
    filters.choice("Choice", ("a", "b"), key="choice")
    filters.several("Several", ("a", "b"), key="several", most=1)
    filters.at_least("At least", key="least", highest=10)
    filters.at_most("At most", key="most", highest=10)
    filters.between("Between", key="between", highest=10)
    filters.toggle("Toggle", key="toggle")
    filters.whether("Whether", key="whether")
    filters.one_of("One of", ("a", "b"), key="one")
    filters.one_of_many("One of many", ("a", "b"), key="many")


KINDS: Final = (
    *("search", "choice", "several", "least", "most", "between"),
    *("toggle", "whether", "one", "many"),
)
ODD: Final = "aZ09 .,-+eE_/\\%&=#?'\"<>[](){}$`*~|:;\n\t\x00\u202e\u0660\u2028\ufffe\U0001f600é"


def nonsense(chance: random.Random) -> str | list[str]:
    """Some text, a number of some kind, or several of them."""
    one = "".join(chance.choices(ODD, k=chance.choice((0, 1, 3, 12, 250))))
    number = str(chance.choice((chance.uniform(-20, 20), chance.randrange(-(10**40), 10**40))))
    made = chance.choice((one, one, number, f"{number}{one}", "inf", "nan", "1e999", "٣", "0x1"))
    return [made, one, number][: chance.randrange(1, 4)] if chance.random() < 0.3 else made


def test_odd_values_are_read_by_every_kind_of_filter() -> None:
    """A note at most; whatever a filter then says is one of its own values."""
    chance, values = random.Random(4), 0
    while values < 600:
        app = AppTest.from_function(filters_alone, default_timeout=30)
        for key in KINDS:
            app.query_params[key] = nonsense(chance)
        given: dict[str, Any] = {key: app.query_params[key] for key in KINDS}
        values += len(KINDS)
        app.run()
        assert not app.exception, given
        assert len(app.text_input(key="search").value or "") <= 200
        for key in ("least", "most"):
            assert app.slider(key=key).value in range(11), given
        low, high = app.slider(key="between").value
        assert 0 <= low <= high <= 10, given
        for key in ("choice", "many"):
            assert app.selectbox(key=key).value in {None, "a", "b"}, given
        assert set(app.multiselect(key="several").value) <= {"a", "b"}, given
