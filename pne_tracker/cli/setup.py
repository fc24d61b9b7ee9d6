"""`create-clinic` and `create-account`: a first real set-up."""

from __future__ import annotations

import secrets

import click
from flask import current_app
from flask_security import hash_password

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.cli._app import with_database
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.access import STAFF, Role
from pne_tracker.domain.door import MfaPolicy
from pne_tracker.services import accounts, curricula


@click.command("create-clinic")
@click.option("--name", required=True, help="The clinic's name as patients know it.")
@click.option("--slug", required=True, help="Its short name in commands, like harbor-lane.")
@click.option("--timezone", required=True, help="Its IANA time zone, like America/New_York.")
@click.option("--organisation", help="The organisation's slug, where there are several.")
@with_database
def create_clinic(name: str, slug: str, timezone: str, organisation: str | None) -> None:
    """Make a clinic, and the organisation too when there is none."""
    with transaction(UNSCOPED) as session:
        clinic = accounts.create_clinic(
            session,
            name=name,
            slug=slug,
            timezone=timezone,
            organisation=organisation,
            staff_mfa=MfaPolicy(current_app.extensions["pne_settings"].mfa),
            now=clock.now(),
        )
        curricula.store(session, clinic.organisation_id, load_shipped(), now=clock.now())
    click.echo(
        f"Clinic {slug} is ready. Next: pne-tracker create-account --email ... --role administrator --clinic {slug}"
    )


@click.command("create-account")
@click.option("--email", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in STAFF]))
@click.option("--clinic", required=True, help="The clinic's slug.")
@click.option("--name", help="Full name; the mail address until one is given.")
@click.option("--credential", help="As signed, like PT or PTA.")
@click.option("--npi", help="National provider identifier.")
@with_database
def create_account(
    email: str, role: str, clinic: str, name: str | None, credential: str | None, npi: str | None
) -> None:
    """Make an account and print its first password, once."""
    password = secrets.token_urlsafe(15)
    with transaction(UNSCOPED) as session:
        place = accounts.clinic_of_slug(session, clinic)
        made = accounts.create_account(
            session,
            email=email,
            role=Role(role),
            name=(name or email).strip(),
            clinics=[place],
            password_hash=hash_password(password),
            credential=credential,
            npi=npi,
            now=clock.now(),
        )
        address = made.email
    click.echo(f"Account {address} ({role}) is ready. First password, shown once: {password}")
