"""Write docs/tables.md from the declarations: ``python -m tests.architecture.table_docs``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from swgdata.tables.model import ANY_PROVIDER, Builder, Table
from swgdata.tables.parameters import Parameter
from swgdata.tables.registry import TABLES

PAGE: Final = Path(__file__).resolve().parents[2] / "docs/tables.md"
COMMAND: Final = "python -m tests.architecture.table_docs"
OTHERS: Final = ", ".join(f"[{name}]({name}.md)" for name in ("feeds", "formulas"))
INTRODUCTION: Final = f"""\
# The named tables

Written by `{COMMAND}` from `swgdata/tables/`; do not edit it.

Each is asked for by name: `swgdata.table("cities", planet="Lok")` in Python, `python -m swgdata
export cities --planet Lok` on the command line. A column that a provider has no values for is null;
a result's `notes` say why. Beside this page: {OTHERS}.
"""


def text() -> str:
    """The whole page."""
    names = [f"- [`{name}`](#{name}): {table.question}" for name, table in TABLES.items()]
    return "\n".join(
        [INTRODUCTION, *names, *(line for t in TABLES.values() for line in _of(t)), ""]
    )


def _of(table: Table) -> Iterator[str]:
    yield from ("", f"## {table.name}", "", table.question, "")
    yield from (_feeds(provider, builder) for provider, builder in table.builders.items())
    if table.parameters:
        yield ""
        yield from _grid(
            ("parameter", "takes", "default", "what it does"),
            [_parameter(parameter) for parameter in table.parameters],
        )
    yield ""
    nulls = {**dict.fromkeys(table.schema, ""), **table.nulls}
    yield from _grid(
        ("column", "dtype", "null because"),
        [(f"`{name}`", f"`{dtype}`", nulls[name]) for name, dtype in table.schema.items()],
    )


def _feeds(provider: str, builder: Builder) -> str:
    whose = "any provider" if provider == ANY_PROVIDER else f"`{provider}`"
    needed = ", ".join(f"`{feed}`" for feed in builder.feeds) or "none; only what is stored"
    if not builder.optional:
        return f"- Feeds of {whose}: {needed}"
    return (
        f"- Feeds of {whose}: {needed}; if there: {', '.join(f'`{n}`' for n in builder.optional)}"
    )


def _parameter(parameter: Parameter) -> Sequence[str]:
    default = "" if parameter.default is None else f"`{parameter.default}`"
    return f"`{parameter.name}`", f"{parameter.kind}: {parameter.expects}", default, parameter.help


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
