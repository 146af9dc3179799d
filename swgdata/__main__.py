"""The command line: ``python -m swgdata``.

Data goes to standard output, everything else to standard error. Exit codes: 0 well, 1 something
is missing or degraded, 2 the command was wrong.
"""

import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from swgdata.errors import FeedError, NotOffered, SwgError, UnknownTable

if TYPE_CHECKING:
    from swgdata.store.history import FeedRun
    from swgdata.tables import Result, Table

note = partial(click.echo, err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name=None, version="0.1.0", prog_name="swgdata")
def cli() -> None:
    """Live-data analytics for Star Wars Galaxies."""


@cli.command()
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


@cli.command(cls=TableGroup)
def export() -> None:
    """Write a named table: CSV to standard output by default."""


def _export(table: str, *, format_: str, out: Path | None, **raw: Any) -> None:
    from swgdata.answers import ask
    from swgdata.export import FORMATS

    result = ask(table, **{name: value for name, value in raw.items() if value is not None})
    _say_provenance(result)
    content = FORMATS[format_].write(result.frame, result.meta())
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    beside = out.with_name(f".{out.name}.part")
    beside.write_bytes(content)
    beside.replace(out)
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


@cli.command()
@click.option("--feed", "names", multiple=True, help="Only this feed; may be repeated.")
@click.option("--force", is_flag=True, help="Ask again even where the stored answer is fresh.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON document.")
def sync(*, names: tuple[str, ...], force: bool, as_json: bool) -> None:
    """Bring every feed up to date; one line per feed."""
    from swgdata import sync as synchronise
    from swgdata.source import active

    source = active()
    feeds = synchronise.feeds_to_sync(source, names)
    quiet = not sys.stderr.isatty()
    with click.progressbar(length=len(feeds), file=sys.stderr, hidden=quiet) as bar:

        def report(run: "FeedRun") -> None:
            bar.label = run.feed
            bar.update(1)

        def progress(feed: str, size: int, rows: int) -> None:
            bar.label = f"{feed} {size / 1e6:.1f} MB, {rows:,} rows"
            bar.render_progress()

        runs = synchronise.run(source, names, force=force, report=report, progress=progress)
    if as_json:
        click.echo(json.dumps([_plain(run) for run in runs], indent=2))
    else:
        for run in runs:
            click.echo(_line(run))
    required = {feed.name for feed in feeds if not feed.optional}
    if not all(run.ok for run in runs if run.feed in required):
        sys.exit(1)


def _line(run: "FeedRun") -> str:
    state = "failed" if not run.ok else "ok" if run.changed else "unchanged"
    rows = "-" if run.rows is None else f"{run.rows:,}"
    numbers = f"{rows:>9} rows {run.seconds:7.2f} s {run.bytes:>12,} bytes"
    return f"{run.feed:<20} {state:<10}{numbers}  {run.reason or ''}".rstrip()


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON document.")
def health(*, as_json: bool) -> None:
    """How each feed is; exit 0 when all is fresh, 1 when something is missing or stale."""
    from swgdata import health as condition
    from swgdata.source import active

    feeds = condition.report(active(), datetime.now(UTC))
    well = condition.is_well(feeds)
    if as_json:
        document = {"status": "ok" if well else "degraded", "feeds": [_plain(f) for f in feeds]}
        click.echo(json.dumps(document, indent=2))
    else:
        for feed in feeds:
            age = "-" if feed.age_seconds is None else f"{feed.age_seconds:,.0f} s"
            rows = "-" if feed.rows is None else f"{feed.rows:,}"
            line = f"{feed.feed:<20} {feed.state:<8}{rows:>9} rows  age {age:>12}  {feed.breaker}"
            click.echo(f"{line}  {feed.last_error or ''}".rstrip())
    if not well:
        sys.exit(1)


def _plain(record: object) -> dict[str, Any]:
    from dataclasses import asdict

    def text(value: object) -> object:
        return value.isoformat() if isinstance(value, datetime) else value

    return {key: text(value) for key, value in asdict(record).items()}  # type: ignore[call-overload]


@cli.command()
@click.option("--port", default=8600, show_default=True, type=click.IntRange(0, 65535))
@click.option("--rows", default=4000, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0))
def sample(*, port: int, rows: int, seed: int) -> None:
    """Serve the sample galaxy over HTTP, in the shapes of the real site."""
    from swgdata.sample import serve

    serve(port, rows=rows, seed=seed)


@cli.group()
def cache() -> None:
    """What is kept of the feeds' answers."""


@cache.command()
def stats() -> None:
    """Entries, bytes and hits, as one JSON document."""
    from swgdata.source import active

    click.echo(json.dumps([client.stats() for client in active().clients], indent=2))


@cache.command()
@click.option("--feed", "name", help="Only this feed.")
def clear(*, name: str | None) -> None:
    """Forget stored answers; they are fetched anew when next needed."""
    from swgdata.source import active

    source = active()
    feed = source.feed(name) if name else None
    clients = [source.client(feed)] if feed else source.clients
    removed = sum(client.clear(feed) for client in clients)
    note(f"{removed} stored answers removed")


def main(run: Callable[..., Any] = cli) -> int:
    """Run the command line; every expected failure is one sentence on standard error."""
    # Each retry is told in the outcome; the library's own remark on it helps nobody here.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    code = 0
    try:
        run(standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.Abort:
        code = 130
    except click.ClickException as error:
        note(f"swgdata: {error.format_message()}")
        code = error.exit_code
    except SwgError as error:
        note(f"swgdata: {error}")
        code = 1 if isinstance(error, FeedError) else 2
    except BrokenPipeError:  # the reader had enough: head, less
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


if __name__ == "__main__":
    sys.exit(main())
