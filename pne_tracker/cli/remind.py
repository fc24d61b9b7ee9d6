"""`pne-tracker remind --once`: one beat of the reminders, now or as of an instant."""

from __future__ import annotations

import datetime as dt
import json

import click

from pne_tracker.adapters import clock
from pne_tracker.cli._app import with_database
from pne_tracker.domain.errors import BadInputError
from pne_tracker.jobs.engine import engine

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Years in which the clock of every zone can be read; anything else is a slip of the keyboard."""


@click.command()
@click.option("--once", is_flag=True, help="One beat, then stop. Workers and serve go on by themselves.")
@click.option(
    "--now",
    "as_of",
    metavar="ISO",
    help="The instant to act at: 2026-11-23T18:00-05:00. Without a zone it is UTC.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@with_database
def remind(*, once: bool, as_of: str | None, as_json: bool) -> None:
    """Plan, send and settle every reminder that is due."""
    if not once:
        raise click.UsageError("Say --once for one beat. `serve` and `worker` go on by themselves.")
    instant = None if as_of is None else _instant(as_of)
    with engine((lambda: instant) if instant else clock.now) as one:
        report = one.beat().as_dict()
    if as_json:
        click.echo(json.dumps(report))
        return
    reasons = ", ".join(f"{count} {reason}" for reason, count in report["suppressed"].items()) or "none"
    counts = ", ".join(f"{report[name]} {name}" for name in ("planned", "sent", "held", "failed", "unknown"))
    click.echo(f"{counts}; suppressed: {reasons}.")


def _instant(text: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadInputError(
            "Write the instant with its zone, like 2026-11-23T18:00-05:00 or 2026-11-23T23:00Z, "
            f"in the years {FIRST_YEAR} to {LAST_YEAR}."
        )
    if found.tzinfo is None:
        found = found.replace(tzinfo=dt.UTC)
        click.echo(f"Taken as {found:%Y-%m-%d %H:%M} UTC: the instant has no zone.", err=True)
    return found.astimezone(dt.UTC)
