"""The commands `sync` and `health`."""

import json
import logging
import re
import signal
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from swgdata.sources.sync import SyncJob
    from swgdata.storage.history import FeedRun

_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}
_REDRAW: Final = 0.2  # seconds between two looks at a progress bar


class Interval(click.ParamType[timedelta]):
    """A time such as ``10m``: a minute at least, a day at most."""

    name = "interval"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Read it, or say what is expected."""
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"(\d{1,6})\s*([smh]?)", str(value).strip())
        seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
        every = timedelta(seconds=seconds)
        if not timedelta(minutes=1) <= every <= timedelta(days=1):
            self.fail(f"{value!r} is no such time; expected 1m to 24h, such as 10m.", param, ctx)
        return every


@click.command()
@click.option("--feed", "names", multiple=True, help="Only this feed; may be repeated.")
@click.option("--force", is_flag=True, help="Ask again even where the stored answer is fresh.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON document.")
@click.option(
    "--every", type=Interval(), help="Go on until interrupted, once in this time: 10m, 1h, 600s."
)
def sync(*, names: tuple[str, ...], force: bool, as_json: bool, every: timedelta | None) -> None:
    """Bring every feed up to date; one line per feed."""
    from swgdata.sources import active
    from swgdata.sources.sync import SyncJob, feeds_to_sync

    if every is not None:
        if names or force or as_json:
            raise click.UsageError("--every stands alone, without --feed, --force and --json.")
        _run_every(every)
        return
    source = active()
    known(names, (feed.name for feed in feeds_to_sync(source)))
    job = SyncJob(source, names, force=force)
    runs = _run(job)
    if as_json:
        click.echo(json.dumps([_plain(run) for run in runs], indent=2))
    else:
        for run in runs:
            click.echo(_line(run))
    required = {feed.name for feed in job.feeds if not feed.optional}
    if not all(run.ok for run in runs if run.feed in required):
        sys.exit(1)


def _run(job: "SyncJob") -> "list[FeedRun]":
    """Run a job; with its progress where somebody sees it."""
    if not sys.stderr.isatty():
        return job.run()
    with (
        click.progressbar(length=len(job.feeds), file=sys.stderr) as bar,
        ThreadPoolExecutor(1) as pool,
    ):
        running = pool.submit(job.run)
        while not wait([running], timeout=_REDRAW).done:
            labels = [
                f"{name} {progress.received / 1e6:.1f} MB, {progress.rows:,} rows"
                for name, progress in job.downloads().items()
            ]
            bar.label = (labels or [*job.runs] or [""])[-1]
            bar.update(len(job.runs) - bar.pos)
            bar.render_progress()
        bar.update(len(job.runs) - bar.pos)
    return running.result()


def _run_every(every: timedelta) -> None:
    """Synchronise again and again; the outcomes go to standard output as they come.

    An interrupt or a termination lets the run under way end; a second one does not wait for it.
    """
    from swgdata.sources import active
    from swgdata.sources.scheduler import Scheduler

    def report(run: "FeedRun") -> None:
        click.echo(f"{run.started:%Y-%m-%d %H:%M:%SZ} {_line(run)}")

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    scheduler = Scheduler(every, report=report)

    def end(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        click.echo("ending as soon as no run is under way", err=True)
        scheduler.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    click.echo(f"synchronising every {every}: {active().name} data", err=True)
    # not on this thread: what a signal interrupts must not be what it then waits for
    thread = threading.Thread(target=scheduler.run_forever, daemon=True)
    thread.start()
    thread.join()


def known(names: Iterable[str], offered: Iterable[str]) -> None:
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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON document.")
def health(*, as_json: bool) -> None:
    """How each feed is; exit 0 when all is fresh, 1 when something is missing or stale."""
    from swgdata.sources import active
    from swgdata.sources import health as condition

    source = active()
    feeds = condition.report(source, datetime.now(UTC))
    well, full = condition.is_well(feeds), condition.last_full_sync(source)
    if as_json:
        document = {
            "status": "ok" if well else "degraded",
            "last_full_sync": full and full.isoformat(),
            "feeds": [_plain(feed) for feed in feeds],
        }
        click.echo(json.dumps(document, indent=2))
    else:
        for feed in feeds:
            age = "-" if feed.age_seconds is None else f"{feed.age_seconds:,.0f} s"
            rows = "-" if feed.rows is None else f"{feed.rows:,}"
            line = f"{feed.feed:<20} {feed.state:<8}{rows:>9} rows  age {age:>12}  {feed.breaker}"
            click.echo(f"{line}  {feed.last_error or ''}".rstrip())
        last = f"{full:%Y-%m-%d %H:%M:%SZ}" if full else "none so far"
        click.echo(f"last synchronisation of all feeds: {last}", err=True)
    if not well:
        sys.exit(1)


def _plain(record: object) -> dict[str, Any]:
    from dataclasses import asdict

    def text(value: object) -> object:
        return value.isoformat() if isinstance(value, datetime) else value

    return {key: text(value) for key, value in asdict(record).items()}  # type: ignore[call-overload]
