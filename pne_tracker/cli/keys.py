"""`pne-tracker keys`: the encryption keys."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from pne_tracker.adapters.encryption import InstallationKeys, add_key, installation_keys
from pne_tracker.cli._app import with_database
from pne_tracker.db import KEYS, UNSCOPED, reading, transaction
from pne_tracker.services import keys as sealed


@click.group()
def keys() -> None:
    """The encryption keys of sealed values."""


@keys.command(name="list")
@with_database
def list_keys() -> None:
    """Each key by its id, with how many values it seals; the first one seals what comes."""
    ring: InstallationKeys = current_app.extensions[KEYS]
    with reading(UNSCOPED) as session:
        counts = sealed.count_by_key(session)
    for name in ring.ids:
        click.echo(f"{name}: {counts.pop(name, 0)} values{', seals' if name == ring.primary else ''}")
    for name, count in counts.items():
        click.echo(f"{name}: {count} values, key missing", err=True)


@keys.command()
@click.option("--rewrap-only", is_flag=True, help="Make no new key; seal everything under the first one.")
@with_database
def rotate(*, rewrap_only: bool) -> None:
    """A new key, and everything sealed under it. Running servers find it by themselves."""
    settings = current_app.extensions["pne_settings"]
    if not rewrap_only:
        add_key(settings.encryption_keys, Path(settings.instance))
    ring = installation_keys(settings.encryption_keys, Path(settings.instance))
    current_app.extensions[KEYS] = ring
    with transaction(UNSCOPED) as session:
        done = sealed.reseal(session)
    click.echo(f"{done} values sealed under {ring.primary}")
