"""`pne-tracker demo`: a clinic that looks like a real one, with a sign-in for each role."""

from __future__ import annotations

import datetime as dt
import json

import click
from flask_security import hash_password
from sqlalchemy.orm import Session

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.adapters.recall import SCHEDULER
from pne_tracker.adapters.x12 import write_837p
from pne_tracker.cli._app import with_database
from pne_tracker.cli._counts import count_messages
from pne_tracker.cli._demo_papers import issue_papers
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.errors import RefusedError
from pne_tracker.queries.accounts import holds_any_organisation
from pne_tracker.services.demo import clinic
from pne_tracker.services.demo.load import load
from pne_tracker.services.demo.sign_ins import sign_ins

SignIns = list[dict[str, str]]


def load_demo(*, now: dt.datetime) -> None:
    """Fill the empty database with the demo as of `now`, whole or not at all; count its messages, issue its papers.

    Raises RefusedError when the database holds anything.
    """
    password_hash = hash_password(clinic.PASSWORD)
    with transaction(UNSCOPED) as session:
        _refuse_other_data(session)
        load(session, load_shipped(), password_hash, write_837p, now=now, scheduler=SCHEDULER)
    count_messages()
    issue_papers(now=now)


def _refuse_other_data(session: Session) -> None:
    if holds_any_organisation(session):
        raise RefusedError("This database holds data already. Name an empty one with DATABASE_URL.")


def demo_sign_ins(session: Session) -> SignIns:
    """The demo's sign-ins, each role's first; none when the database is not the demo's (session unscoped)."""
    return [{"role": role, "email": email, "password": clinic.PASSWORD} for role, email in sign_ins(session)]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the sign-ins as JSON.")
@with_database
def demo(*, as_json: bool) -> None:
    """Load the demo clinic into the configured, migrated, empty database and print its sign-ins.

    Where the demo is loaded already, nothing changes and the sign-ins are printed again.
    """
    with reading(UNSCOPED) as session:
        missing = not clinic.is_demo(session)
        if missing:
            _refuse_other_data(session)
    if missing:
        click.echo("Making the demo clinic (half a minute, once) ...", err=True)
        load_demo(now=clock.now())
    with reading(UNSCOPED) as session:
        found = demo_sign_ins(session)
    if as_json:
        click.echo(json.dumps({"accounts": found}))
        return
    for one in found:
        click.echo(f"{one['role']:14} {one['email']:40} {one['password']}")
