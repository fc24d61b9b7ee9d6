"""`pne-tracker audit`: the chain of events."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pne_tracker.adapters.backup_file import BackupReader
from pne_tracker.cli._app import with_database
from pne_tracker.db import UNSCOPED, reading
from pne_tracker.services import audit as chain
from pne_tracker.services.restoring import chain_faults


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command()
@click.option("--against", type=click.Path(path_type=Path), metavar="FILE", help="A backup to compare with.")
@with_database
def verify(against: Path | None) -> None:
    """Walk the chain; exit 1 and name each place that does not hold.

    A chain that was cut at its end holds by itself: compare it with the heads in a backup to see that.
    """
    heads = BackupReader(against).manifest.heads if against else ()
    with reading(UNSCOPED) as session:
        broken = chain_faults(session, heads)
        tail = chain.unsealed(session)
    for fault in broken:
        click.echo(fault, err=True)
    click.echo(f"{len(broken)} broken, {tail} not sealed yet")
    if broken:
        sys.exit(1)
