"""`pne-tracker rebuild-progress`: section states, counts and gists from the evidence."""

from __future__ import annotations

import sys

import click

from pne_tracker.cli._app import with_database
from pne_tracker.cli._counts import count_messages
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.services import (
    completion_counts,
    gists,
    message_standing,
    progress,
    standing,
    standing_upkeep,
)


@click.command("rebuild-progress")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when one differs from the evidence.")
@with_database
def rebuild_progress(*, check: bool) -> None:
    """Rebuild every section state, count and gist from visits, checks, homework and marks."""
    if check:
        _check()
        return
    with reading(UNSCOPED) as session:
        pages = list(progress.pages(session))
    for page in pages:
        with transaction(UNSCOPED) as session:
            progress.rebuild(session, page)
            homework = standing_upkeep.homework_of(session, page)
            standing.refresh(session, page, homework, checked=page, scored=page)
            gists.refresh(session, page)
    with transaction(UNSCOPED) as session:
        message_standing.recount_all(session)
    count_messages()
    with transaction(UNSCOPED) as session:
        completion_counts.rebuild(session)
    click.echo(f"{sum(len(page) for page in pages)} episodes rebuilt.")


def _check() -> None:
    with reading(UNSCOPED) as session:
        found = progress.differences(session)
        miscounted = completion_counts.differences(session)
        pages = list(progress.pages(session))
        behind = [one for page in pages for one in gists.differences(session, page)]
        uncounted = [one for page in pages for one in standing_upkeep.differences(session, page)]
    for one in found:
        stored, derived = one.stored or "no row", one.derived or "no such section"
        click.echo(f"episode {one.episode_id} section {one.section}: {stored}, evidence: {derived}", err=True)
    if miscounted:
        click.echo(f"{miscounted} counts of the completion screen differ from the standings.", err=True)
    for episode_id in behind:
        click.echo(f"episode {episode_id}: the gist kept for lists is not that of its evidence.", err=True)
    for episode_id in uncounted:
        click.echo(f"episode {episode_id}: counted otherwise than its evidence says.", err=True)
    if found or miscounted or behind or uncounted:
        sys.exit(1)
    click.echo("Every section state, count and gist agrees with the evidence.")
