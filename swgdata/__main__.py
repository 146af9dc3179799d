"""The command line: ``python -m swgdata``.

Data goes to standard output, everything else to standard error. Exit codes: 0 well, 1 something
is missing or degraded, 2 the command was wrong.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from swgdata import table_commands
from swgdata.errors import FeedError, SwgError

if TYPE_CHECKING:
    from swgdata.store.history import FeedRun

note = partial(click.echo, err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name=None, version="0.1.0", prog_name="swgdata")
def cli() -> None:
    """Live-data analytics for Star Wars Galaxies."""


cli.add_command(table_commands.tables)
cli.add_command(table_commands.export)


@cli.command()
@click.option("--feed", "names", multiple=True, help="Only this feed; may be repeated.")
@click.option("--force", is_flag=True, help="Ask again even where the stored answer is fresh.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON document.")
def sync(*, names: tuple[str, ...], force: bool, as_json: bool) -> None:
    """Bring every feed up to date; one line per feed."""
    from swgdata import sync as synchronise
    from swgdata.source import active

    source = active()
    _known_feeds(names, (feed.name for feed in synchronise.feeds_to_sync(source)))
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


def _known_feeds(names: Iterable[str], offered: Iterable[str]) -> None:
    """Refuse a feed that the source does not offer for this."""
    known = list(offered)
    for name in names:
        if name not in known:
            expected = f"expected one of {', '.join(known)}" if known else "the source has no feeds"
            raise click.BadParameter(f"{name!r} is unknown; {expected}.", param_hint="--feed")


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
    _known_feeds([name] if name else [], source.feeds)
    note(f"{source.clear(source.feed(name) if name else None)} stored answers removed")


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
