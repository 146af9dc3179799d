"""The command line: exit codes, and the commands `sample` and `cache`.

Data goes to standard output, everything else to standard error. Exit codes: 0 well, 1 something
is missing or degraded, 2 the command was wrong.
"""

import json
import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import click

from swgdata._version import __version__
from swgdata.cli import feeds, history, tables
from swgdata.errors import Busy, FeedError, SwgError

note = partial(click.echo, err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name=None, version=__version__, prog_name="swgdata")
def cli() -> None:
    """Live-data analytics for Star Wars Galaxies."""


for command in (tables.tables, tables.export, feeds.sync, feeds.health, history.history):
    cli.add_command(command)


@cli.command()
@click.option("--port", default=8600, show_default=True, type=click.IntRange(0, 65535))
@click.option("--rows", default=4000, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0))
def sample(*, port: int, rows: int, seed: int) -> None:
    """Serve the sample galaxy over HTTP, in the shapes of the real site."""
    from swgdata.sources.sample import serve

    serve(port, rows=rows, seed=seed)


@cli.group()
def cache() -> None:
    """What is kept of the feeds' answers."""


@cache.command()
def stats() -> None:
    """Entries, bytes and hits, as one JSON document."""
    from swgdata.sources import active

    click.echo(json.dumps([client.stats() for client in active().clients], indent=2))


@cache.command()
@click.option("--feed", "name", help="Only this feed.")
def clear(*, name: str | None) -> None:
    """Forget stored answers; they are fetched anew when next needed."""
    from swgdata.sources import active

    source = active()
    feeds.known([name] if name else [], source.feeds)
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
        code = 1 if isinstance(error, (FeedError, Busy)) else 2
    except BrokenPipeError:  # the reader had enough: head, less
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
