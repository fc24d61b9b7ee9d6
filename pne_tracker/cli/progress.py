"""`pne-tracker rebuild-progress`: section states from the evidence."""

from __future__ import annotations

import sys

import click

from pne_tracker.cli._app import with_app
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.services import completion_counts, progress, standing


@click.command("rebuild-progress")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when a state differs from the evidence.")
@with_app
def rebuild_progress(*, check: bool) -> None:
    """Rebuild every section state from visits, checks, homework and marks."""
    if check:
        _check()
        return
    with reading(UNSCOPED) as session:
        pages = list(progress.pages(session))
    for page in pages:
        with transaction(UNSCOPED) as session:
            progress.rebuild(session, page)
            standing.refresh(session, page, standing.homework_of(session, page))
    with transaction(UNSCOPED) as session:
        completion_counts.rebuild(session)
    click.echo(f"{sum(len(page) for page in pages)} episodes rebuilt.")


def _check() -> None:
    with reading(UNSCOPED) as session:
        found = progress.differences(session)
        miscounted = completion_counts.differences(session)
    for one in found:
        stored, derived = one.stored or "no row", one.derived or "no such section"
        click.echo(f"episode {one.episode_id} section {one.section}: {stored}, evidence: {derived}", err=True)
    if miscounted:
        click.echo(f"{miscounted} counts of the completion screen differ from the standings.", err=True)
    if found or miscounted:
        sys.exit(1)
    click.echo("Every section state and count agrees with the evidence.")
