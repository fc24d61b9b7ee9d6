"""`pne-tracker backup` and `restore`: everything in one file, and back, on either kind of database."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import flask_migrate
from flask import current_app

from pne_tracker.adapters import clock
from pne_tracker.adapters.backup_file import BackupReader, BackupWriter
from pne_tracker.adapters.encryption import InstallationKeys
from pne_tracker.cli._app import with_app
from pne_tracker.db import KEYS, UNSCOPED, reading, transaction
from pne_tracker.domain.backups import Manifest
from pne_tracker.domain.errors import RefusedError
from pne_tracker.services import audit, backups, restoring
from pne_tracker.services import keys as sealed
from pne_tracker.web.readiness import newest_revision, revision_of_database


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@with_app
def backup(file: Path) -> None:
    """Write all rows to FILE while people go on working. The encryption keys are not in it: keep them apart."""
    manifest = write_backup(file)
    click.echo(f"{manifest.rows} rows of {len(manifest.tables)} tables in {file}")


def write_backup(file: Path) -> Manifest:
    """Seal the audit chain, then write one view of the whole database; returns what the file says of itself."""
    revision = revision_of_database()
    if revision is None or revision != newest_revision():
        raise RefusedError("The database lacks the newest migration. Run: pne-tracker db upgrade")
    with BackupWriter(file) as writer:
        with transaction(UNSCOPED) as session:
            restoring.note(session, "backup", now=clock.now())
            while audit.seal_new(session):
                pass
        with reading(UNSCOPED, frozen=True) as session:
            heads = backups.chain_heads(session)
            tables = {
                name: writer.table(name, columns, backups.lines_out(session, name, columns))
                for name, columns in backups.tables().items()
            }
            manifest = Manifest(clock.now(), revision, tables, heads, sealed.count_by_key(session))
        writer.finish(manifest)
    return manifest


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@with_app
def restore(file: Path) -> None:
    """Bring FILE back into an empty database, of either kind. Everybody signs in again afterwards.

    Exit status 1, and nothing restored, for a damaged file or a database with rows; also 1 when the rows are
    restored but the audit chain was broken in the backup already.
    """
    manifest, faults = read_backup(file)
    click.echo(f"{manifest.rows} rows of {len(manifest.tables)} tables, as in the backup")
    _tell_missing_keys(manifest)
    for fault in faults:
        click.echo(f"audit chain: {fault}", err=True)
    if faults:
        sys.exit(1)


def read_backup(file: Path) -> tuple[Manifest, list[str]]:
    """Restore a backup; returns its manifest and what does not hold in the audit chain it brought."""
    source = BackupReader(file)
    manifest = source.manifest
    _prepare(manifest.revision)
    with transaction(UNSCOPED) as session:
        restoring.fill(session, manifest, source.lines)
    flask_migrate.upgrade()
    with transaction(UNSCOPED) as session:
        faults = restoring.chain_faults(session, manifest.heads)
        restoring.end_what_was_open(session, now=clock.now())
        restoring.note(session, "restore", now=clock.now())
    return manifest, faults


def _tell_missing_keys(manifest: Manifest) -> None:
    ring: InstallationKeys = current_app.extensions[KEYS]
    for name, count in manifest.keys.items():
        if name not in ring.ids:
            click.echo(f"{count} sealed values need the key {name}, which is not on this ring", err=True)


def _prepare(revision: str) -> None:
    """Bring a database without tables to the backup's revision. Raises RefusedError for another one."""
    found = revision_of_database()
    if found is None:
        flask_migrate.upgrade(revision=revision)
    elif found != revision:
        raise RefusedError(
            f"This database is at migration {found}, the backup was made at {revision}. Use an empty database."
        )
