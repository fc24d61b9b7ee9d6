"""`pne-tracker bench-data N`: many patients with full histories, to measure the application with."""

from __future__ import annotations

import click
from flask_security import hash_password

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.cli._app import with_database
from pne_tracker.cli._counts import count_messages
from pne_tracker.db import UNSCOPED, filling, reading, transaction
from pne_tracker.domain.errors import RefusedError
from pne_tracker.queries.accounts import holds_any_organisation
from pne_tracker.services import completion_counts
from pne_tracker.services.demo import prototypes
from pne_tracker.services.demo.clinic import PASSWORD, STAFF, staff_mail
from pne_tracker.services.demo.multiply import TAG_DIGITS, chunks, multiply, prepare_statistics

MOST = 1_000_000


@click.command("bench-data")
@click.argument("patients", metavar="N", type=click.IntRange(1, MOST))
@with_database
def bench_data(patients: int) -> None:
    """Fill an empty, migrated database with N patients who have full histories.

    Each has 14 sections, 14 visits, 28 items of homework with their entries and reminders. Run again with a
    higher number, it adds what is missing. Refuses a database that holds other data.
    """
    originals, known = _prepare(patients)
    wanted = patients - len(originals.patients)
    ranges = list(chunks(known, wanted))
    with filling(), click.progressbar(ranges, label=f"{patients:,} patients") as steps:
        for start, end in steps:
            with transaction(UNSCOPED) as session:
                multiply(session.connection(), originals, start, end)
        with transaction(UNSCOPED) as session:
            completion_counts.rebuild(session)
        with transaction(UNSCOPED) as session:
            prepare_statistics(session.connection())
    for role, email in sign_ins(with_copies=wanted > 0):
        click.echo(f"{role:14} {email:42} {PASSWORD}")


def _prepare(patients: int) -> tuple[prototypes.Originals, int]:
    """The prototypes, made when the database is empty, and how many copies there are."""
    with reading(UNSCOPED) as session:
        empty, ours = not holds_any_organisation(session), prototypes.find(session)
    if not empty and ours is None:
        raise RefusedError("This database holds other data. Name an empty one with DATABASE_URL.")
    if empty:
        password_hash = hash_password(PASSWORD)
        with transaction(UNSCOPED) as session:
            prototypes.build(
                session,
                load_shipped(),
                password_hash,
                now=clock.now(),
                patients=min(patients, prototypes.PROTOTYPES),
            )
        count_messages()
    with reading(UNSCOPED) as session:
        found = prototypes.find(session)
        if found is None:
            raise RefusedError("The database was emptied meanwhile. Run this again.")
        return found, prototypes.copies(session)


def sign_ins(*, with_copies: bool) -> list[tuple[str, str]]:
    """Role and address of one account each; therapist and patient are copies where there are any."""
    shown = [
        (STAFF[key].role.value, staff_mail(STAFF[key], prototypes.BENCH)) for key in ("ruth", "priya", "sam")
    ]
    if not with_copies:
        return shown
    first = "0" * TAG_DIGITS
    mail = prototypes.BENCH.mail
    return [("therapist", f"therapist-{first}@{mail}"), ("patient", f"patient-{first}@{mail}"), *shown]
