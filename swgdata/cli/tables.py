"""The commands `tables` and `export`."""

import json
import sys
from contextlib import suppress
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from swgdata.errors import NotOffered, UnknownTable

if TYPE_CHECKING:
    from swgdata.tables import Result, Table

note = partial(click.echo, err=True)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON document.")
def tables(*, as_json: bool) -> None:
    """Every named table: its question, parameters and the feeds it needs."""
    from swgdata.tables import TABLES

    described = [_described(table) for table in TABLES.values()]
    if as_json:
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    for table in described:
        click.echo(f"{table['name']}\n    {table['question']}")
        for parameter in table["parameters"]:
            default = "" if parameter["default"] is None else f" (default {parameter['default']})"
            flag = parameter["name"].replace("_", "-")
            click.echo(f"    --{flag} {parameter['kind']}{default}: {parameter['help']}")
        click.echo(f"    feeds: {', '.join(table['feeds']) or 'none'}")


def _described(table: "Table") -> dict[str, Any]:
    from swgdata import settings
    from swgdata.tables import needs

    try:
        feeds = list(needs(table.name, settings.current().provider))
    except NotOffered:
        feeds = ["not offered by this source"]
    parameters = [
        {
            "name": item.name,
            "kind": item.kind,
            "default": item.default,
            "choices": list(item.choices),
            "help": item.help,
        }
        for item in table.parameters
    ]
    return {
        "name": table.name,
        "question": table.question,
        "parameters": parameters,
        "columns": list(table.columns),
        "feeds": feeds,
    }


class TableGroup(click.Group):
    """One sub-command per named table, made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the tables."""
        from swgdata.tables import TABLES

        return list(TABLES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command that exports one table, with its parameters as options."""
        from swgdata.tables import TABLES

        table = TABLES.get(cmd_name)
        if table is None:
            close = get_close_matches(cmd_name, TABLES, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(TABLES)}"
            raise UnknownTable(f"there is no table {cmd_name!r}; {hint}")
        options: list[click.Parameter] = [
            click.Option([f"--{item.name.replace('_', '-')}", item.name], help=item.help)
            for item in table.parameters
        ]
        from swgdata.export import FORMATS

        options += [
            click.Option(["--format", "format_"], type=click.Choice(list(FORMATS)), default="csv"),
            click.Option(["--out"], type=click.Path(dir_okay=False, path_type=Path)),
        ]
        callback = partial(_export, cmd_name)
        return click.Command(cmd_name, params=options, callback=callback, help=table.question)


@click.command(cls=TableGroup)
def export() -> None:
    """Write a named table: CSV to standard output by default."""


def _export(table: str, *, format_: str, out: Path | None, **raw: Any) -> None:
    from swgdata import query
    from swgdata.export import FORMATS

    result = query.table(table, **{name: value for name, value in raw.items() if value is not None})
    _say_provenance(result)
    content = FORMATS[format_].write(result.frame, result.meta())
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_bytes(content)
        part.replace(out)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        why = f"{str(out)!r} cannot be written: {error.strerror or type(error).__name__}."
        raise click.BadParameter(why, param_hint="--out") from error
    note(f"{len(result.frame)} rows written to {out}")


def _say_provenance(result: "Result") -> None:
    if result.source == "sample":
        note("source=sample: this is the built-in sample galaxy, not live data")
    if result.stale:
        note(f"stale: {result.reason}")
    for warning in result.warnings:
        note(f"data quality: {warning}")
    for column, why in result.notes.items():
        if len(result.frame) and result.frame[column].isna().all():
            note(f"{column} is empty: {why}")
