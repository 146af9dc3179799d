"""The command `history thin`."""

from datetime import UTC, datetime, timedelta

import click

from swgdata.storage import HISTORY_KEPT_DAYS


@click.group()
def history() -> None:
    """What is remembered of what was seen when."""


@history.command()
@click.option(
    "--keep-days",
    default=HISTORY_KEPT_DAYS,
    show_default=True,
    type=click.IntRange(2, 36_500),
    help="Younger points stay as they are.",
)
@click.option("--apply", "is_meant", is_flag=True, help="Do it; without, only say what would go.")
def thin(*, keep_days: int, is_meant: bool) -> None:
    """Thin old points: samples to whole hours, figures to the last of each day.

    What a day says stays the same: its number of samples, its sum, lowest, highest and last.
    """
    from swgdata.sources import active

    thinned = active().history.thin(
        datetime.now(UTC), keep=timedelta(days=keep_days), dry_run=not is_meant
    )
    for part in thinned:
        verb = "gone" if is_meant else "would go"
        line = f"{part.kind:<12} {part.rows:>10,} {part.what} {verb}"
        click.echo(f"{line}, all before {part.before:%Y-%m-%d}")
    if not thinned:
        click.echo(f"nothing is older than {keep_days} days and can be thinned", err=True)
