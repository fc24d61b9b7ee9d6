"""The part of `pne-tracker curriculum load` that needs the database."""

from __future__ import annotations

from pathlib import Path

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import read_quiz
from pne_tracker.cli._app import with_database
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.curriculum import Pack
from pne_tracker.services import accounts, curricula, own_quizzes, pack_versions


@with_database
def load_for(pack: Pack, slug: str) -> str:
    """Store `pack` for the clinic of `slug` and make it the clinic's own; returns what was done."""
    with transaction(UNSCOPED) as session:
        clinic = accounts.clinic_of_slug(session, slug)
        version = curricula.store(session, clinic.organisation_id, pack, now=clock.now())
        pack_versions.set_version(session, clinic, version, now=clock.now())
        loaded = version.loaded_at
    return f"{pack.id} {pack.version} is the pack of {slug}, loaded {loaded:%Y-%m-%d %H:%M} UTC."


@with_database
def load_quiz_for(file: Path, slug: str) -> str:
    """Store the quiz in `file` for the clinic of `slug`; returns what was done. PackFileError with its mistakes."""
    with transaction(UNSCOPED) as session:
        clinic = accounts.clinic_of_slug(session, slug)
        quiz = read_quiz(file, own_quizzes.clinic_pack(session, clinic))
        loaded = own_quizzes.store(session, clinic, quiz, now=clock.now()).loaded_at
    return (
        f"{quiz.id}, {len(quiz.questions)} items, is loaded for {slug} since {loaded:%Y-%m-%d %H:%M} UTC. "
        "A lead puts it to use under Curriculum, Quizzes."
    )
