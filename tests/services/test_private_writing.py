"""A private journal opens for the one who wrote it, and leaves no plain copy anywhere."""

from __future__ import annotations

import uuid
from pathlib import Path
from urllib.parse import urlsplit

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Text, cast, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from config import ROOT
from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.errors import ConflictError, NotFoundError
from pne_tracker.models import Base, Entry, PatientKey
from pne_tracker.queries.homework_pages import homework_page
from pne_tracker.queries.portal import one_item
from pne_tracker.queries.portal_place import place_of
from pne_tracker.services import entries, keys
from pne_tracker.services.entries import Typed
from tests.people import House
from tests.raw import raw
from tests.services.homework_samples import JOURNAL, assign

CANARY = "canary-willow-seven"
WORDS = {**JOURNAL, "first-scene": f"I fell. {CANARY}"}


@pytest.fixture
def journal(app: Flask, house: House) -> uuid.UUID:
    """The journal of section 6, assigned."""
    with transaction(house.therapist) as session:
        return assign(session, house, "s06-journal")


def hand_in(house: House, homework_id: uuid.UUID, *, shared: bool, version: int = 0) -> None:
    with transaction(house.patient) as session:
        typed = Typed(1, WORDS, version=version, shared=shared)
        assert entries.hand_in(session, house.patient, homework_id, typed, now=house.now).handed_in


def share(house: House, homework_id: uuid.UUID, *, shared: bool) -> None:
    with transaction(house.patient) as session:
        entries.share(session, house.patient, homework_id, 1, shared=shared, now=house.now)


def rows_that_hold(words: str) -> list[str]:
    """Each table whose rows hold these words in any column, as a dump of the database would."""
    found = []
    with reading(UNSCOPED) as session:
        for table in Base.metadata.sorted_tables:
            hits = [cast(column, Text).contains(words) for column in table.c]
            count = select(func.count()).select_from(table).where(or_(*hits))
            found += [table.name] if session.scalar(count) else []
    return found


def files_that_hold(app: Flask, words: str) -> list[str]:
    """Each file of an SQLite database that holds these bytes, its write-ahead log included."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if not url.startswith("sqlite"):
        return []
    path = Path(urlsplit(url).path)
    return [one.name for one in path.parent.glob(f"{path.name}*") if words.encode() in one.read_bytes()]


def as_read_by_the_patient(house: House, homework_id: uuid.UUID) -> dict[str, object]:
    with transaction(house.patient) as session:
        place = place_of(session, house.patient)
        item = one_item(session, house.patient, homework_id, place, house.today)
        return dict(item.entries[0].values)


def test_a_private_entry_is_nowhere_in_the_database_and_its_author_reads_it(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    hand_in(house, journal, shared=False)
    assert rows_that_hold(CANARY) == []
    assert files_that_hold(app, CANARY) == []
    assert CANARY in str(as_read_by_the_patient(house, journal))


def test_a_draft_of_a_journal_is_sealed_even_when_it_will_be_shared(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    with transaction(house.patient) as session:
        entries.save_draft(session, house.patient, journal, Typed(1, WORDS), now=house.now)
    assert rows_that_hold(CANARY) == []
    assert files_that_hold(app, CANARY) == []
    assert CANARY in str(as_read_by_the_patient(house, journal))


def test_a_shared_entry_that_becomes_private_leaves_no_plain_copy(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    hand_in(house, journal, shared=True)
    assert rows_that_hold(CANARY) == ["entry"]
    share(house, journal, shared=False)
    assert rows_that_hold(CANARY) == []
    assert files_that_hold(app, CANARY) == []
    assert CANARY in str(as_read_by_the_patient(house, journal))
    share(house, journal, shared=True)
    assert rows_that_hold(CANARY) == ["entry"]


def test_staff_see_that_there_is_a_private_entry_and_nothing_of_it(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    hand_in(house, journal, shared=False)
    with transaction(house.therapist) as session:
        page = homework_page(session, house.therapist, journal, house.today)
    entry = page.entries[0]
    assert (entry.private, entry.answers, entry.figures) == (True, (), ())
    assert entry.for_date == house.today


def test_staff_can_neither_share_nor_overwrite_a_private_entry(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    hand_in(house, journal, shared=False)
    with pytest.raises(ConflictError), transaction(house.therapist) as session:
        entries.hand_in(session, house.therapist, journal, Typed(1, WORDS), now=house.now)
    with pytest.raises(ConflictError), transaction(house.therapist) as session:
        entries.take_back(session, house.therapist, journal, 1, now=house.now)


def test_what_staff_write_for_a_patient_is_never_private(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    with transaction(house.therapist) as session:
        typed = Typed(1, WORDS, shared=False)
        assert entries.hand_in(session, house.therapist, journal, typed, now=house.now).handed_in
    with transaction(house.patient) as session:
        assert session.scalars(select(Entry)).one().shared


def test_a_log_cannot_be_made_private(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        log = assign(session, house, "s05-breathing")
    raw = {"day": "2026-11-23", "minutes": "5", "tension_before": "6", "tension_after": "4", "dizzy": "no"}
    with transaction(house.patient) as session:
        typed = Typed(1, raw, shared=False)
        assert entries.hand_in(session, house.patient, log, typed, now=house.now).handed_in
        assert session.scalars(select(Entry)).one().shared
    with pytest.raises(NotFoundError):
        share(house, log, shared=False)


def test_a_private_entry_taken_back_is_a_sealed_draft_and_can_be_sent_again(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    hand_in(house, journal, shared=False)
    with transaction(house.patient) as session:
        entries.take_back(session, house.patient, journal, 1, now=house.now)
        version = session.scalars(select(Entry.version)).one()
    assert rows_that_hold(CANARY) == []
    hand_in(house, journal, shared=False, version=version)
    assert as_read_by_the_patient(house, journal) == {**WORDS, "why": None}


def test_the_same_private_form_sent_twice_has_one_effect(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    hand_in(house, journal, shared=False)
    hand_in(house, journal, shared=False)
    with pytest.raises(ConflictError), transaction(house.patient) as session:
        other = Typed(1, {**WORDS, "first": "something else"}, shared=False)
        entries.hand_in(session, house.patient, journal, other, now=house.now)


def test_one_patient_has_one_key_of_their_own(app: Flask, house: House, journal: uuid.UUID) -> None:
    hand_in(house, journal, shared=False)
    share(house, journal, shared=True)
    share(house, journal, shared=False)
    with transaction(house.patient) as session:
        key = session.scalars(select(PatientKey)).one()
    assert key.patient_id == house.patient_id


def test_the_database_refuses_a_private_entry_in_plain_words(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    hand_in(house, journal, shared=True)
    with pytest.raises(IntegrityError), transaction(house.patient) as session:
        session.execute(update(Entry).values(shared=False))


def test_keys_are_counted_and_nothing_is_resealed_without_need(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    hand_in(house, journal, shared=False)
    with transaction(UNSCOPED) as session:
        assert keys.count_by_key(session) == {"test": 1}
        assert keys.reseal(session) == 0


def test_entries_that_were_private_before_are_sealed_by_the_migration(
    app: Flask, house: House, journal: uuid.UUID
) -> None:
    hand_in(house, journal, shared=False)
    flask_migrate.downgrade(revision=_before_sealing())
    db.session.remove()
    assert _plain(journal) == (False, CANARY)
    flask_migrate.upgrade()
    assert rows_that_hold(CANARY) == []
    assert CANARY in str(as_read_by_the_patient(house, journal))


def _before_sealing() -> str:
    scripts = ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
    return next(str(one.down_revision) for one in scripts if "private_entries" in one.path)


def _plain(homework_id: uuid.UUID) -> tuple[bool, str]:
    """(shared, the canary when it stands there in plain words) of the entry as the older table holds it."""
    entry = Base.metadata.tables["entry"]
    with raw() as connection:
        row = connection.execute(
            select(entry.c.shared, entry.c["values"]).where(entry.c.homework_id == homework_id)
        ).one()
    return row[0], CANARY if CANARY in str(row[1]) else ""
