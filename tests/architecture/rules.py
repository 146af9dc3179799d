"""The rules of the house that a parsed file can break.

Each rule is a function from one parsed file to its offences, so that a rule can be shown to
catch what it is there for.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Final

ASGI_ENTRY: Final = "swgdata/asgi.py"

DRAWING: Final = ("streamlit", "altair")
OUTSIDE: Final = frozenset(
    (
        *("asyncio", "http", "httpx", "io", "logging", "multiprocessing", "os", "pathlib"),
        *("requests", "requests_cache", "shutil", "socket", "sqlalchemy", "sqlite3"),
        *("subprocess", "tempfile", "threading", "time", "urllib", "urllib3"),
    )
)
CLOCKS: Final = ("now", "utcnow", "today")
RUNNERS: Final = ("eval", "exec", "__import__")
PICKLES: Final = ("pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal")
Rule = Callable[[PurePosixPath, ast.AST], Iterator[str]]


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names a file imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (f"{module}.{alias.name}" for alias in node.names)


def home_of(path: PurePosixPath) -> str:
    """Name the room a file belongs to: ``app.py``, ``pages``, or a room of swgdata."""
    return path.parts[1].removesuffix(".py") if path.parts[0] == "swgdata" else path.parts[0]


def only_the_ui_draws(path: PurePosixPath, tree: ast.AST) -> Iterator[str]:
    """Streamlit and Altair belong to app.py, pages/, swgdata/ui and the ASGI entry."""
    drawing = home_of(path) in ("app.py", "pages", "ui", "tests", "benchmarks")
    if drawing or str(path) == ASGI_ENTRY:
        return
    for dotted in _imports(tree):
        if dotted.split(".")[0] in DRAWING:
            yield f"imports {dotted}"


def analytics_is_pure(path: PurePosixPath, tree: ast.AST) -> Iterator[str]:
    """No network, no disk, no clock: the time is an argument."""
    if home_of(path) != "analytics":
        return
    for dotted in _imports(tree):
        if dotted.split(".")[0] in OUTSIDE:
            yield f"imports {dotted}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            yield f"line {node.lineno}: asks the clock by .{node.attr}"
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "open"
        ):
            yield f"line {node.lineno}: opens a file"
        if isinstance(node, ast.Call) and any(
            isinstance(word, ast.Constant) and word.value in ("now", "today") for word in node.args
        ):
            yield f"line {node.lineno}: asks the clock by a word"


def nothing_is_unpickled(path: PurePosixPath, tree: ast.AST) -> Iterator[str]:
    """No pickle by any name, ``persist="disk"`` among them; a test may make one to be refused."""
    if path.parts[0] == "tests":
        return
    for dotted in _imports(tree):
        if dotted.split(".")[0] in PICKLES:
            yield f"imports {dotted}"
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="read_pickle" | "to_pickle" as name):
                yield f"line {node.lineno}: uses {name}"
            case ast.keyword(arg="persist", value=ast.Constant(value="disk" | True)):
                yield f'line {node.lineno}: passes persist="disk"'


def no_text_is_run(path: PurePosixPath, tree: ast.AST) -> Iterator[str]:
    """No eval, no exec, no raw HTML."""
    del path
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in RUNNERS:
                yield f"line {node.lineno}: calls {name}"
            case (
                ast.keyword(arg="unsafe_allow_html" as name)
                | ast.alias(name="streamlit.components" | "streamlit.components.v1" as name)
            ):
                yield f"line {node.lineno}: {name}"
            case ast.Attribute(value=ast.Attribute(attr="components") | ast.Name(id="components")):
                yield f"line {node.lineno}: components.{node.attr}"


RULES: Final[tuple[Rule, ...]] = (
    only_the_ui_draws,
    analytics_is_pure,
    nothing_is_unpickled,
    no_text_is_run,
)
