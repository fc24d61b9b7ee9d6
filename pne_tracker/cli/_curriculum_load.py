"""The part of `pne-tracker curriculum load` that needs the database."""

from __future__ import annotations

from pne_tracker.adapters import clock
from pne_tracker.cli._app import with_app
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.curriculum import Pack
from pne_tracker.services import accounts, curricula, pack_versions


@with_app
def load_for(pack: Pack, slug: str) -> str:
    """Store `pack` for the clinic of `slug` and make it the clinic's own; returns what was done."""
    with transaction(UNSCOPED) as session:
        clinic = accounts.clinic_of_slug(session, slug)
        version = curricula.store(session, clinic.organisation_id, pack, now=clock.now())
        pack_versions.set_version(session, clinic, version, now=clock.now())
        loaded = version.loaded_at
    return f"{pack.id} {pack.version} is the pack of {slug}, loaded {loaded:%Y-%m-%d %H:%M} UTC."
