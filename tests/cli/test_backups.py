"""A backup is made while people work, comes back row for row on either kind of database, and shows what was cut."""

from __future__ import annotations

import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text

from pne_tracker.adapters.backup_file import BackupReader
from pne_tracker.cli.backups import read_backup, write_backup
from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.errors import RefusedError
from pne_tracker.factory import create_app
from pne_tracker.jobs.beat import beat
from pne_tracker.models import (
    AuditEvent,
    Base,
    InboundText,
    Message,
    MessageKind,
    Patient,
    seal_into,
    unsealed,
)
from pne_tracker.services import audit, backups, restoring
from tests.conftest import settings_for
from tests.people import House
from tests.raw import raw


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Flask:
    """The application on another, migrated and empty SQLite file."""
    target = tmp_path / "other" / "restored.db"
    target.parent.mkdir()
    shutil.copy(request.getfixturevalue("sqlite_template"), target)
    return create_app(settings_for(f"sqlite:///{target}", target.parent))


def _say(house: House, words: str) -> None:
    with transaction(house.patient) as session:
        session.add(
            Message(
                organisation_id=house.patient.organisation_id,
                patient_id=house.patient_id,
                kind=MessageKind.QUESTION,
                text=words,
                written_at=house.now,
                written_by=house.patient.account_id,
            )
        )
        audit.record(session, house.patient, "write", "message", patient_id=house.patient_id, now=house.now)


def _everything() -> dict[str, tuple[int, str]]:
    with reading(UNSCOPED, frozen=True) as session:
        return {
            name: (facts.rows, facts.sha256)
            for name, columns in backups.tables().items()
            for facts in [backups.facts(backups.lines_out(session, name, columns), columns)]
        }


def _empty_this_database() -> None:
    with raw() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if connection.dialect.name == "sqlite":
                connection.execute(text("PRAGMA defer_foreign_keys=ON"))
            connection.execute(table.delete())


def test_a_backup_comes_back_row_for_row(app: Flask, house: House, tmp_path: Path) -> None:
    _say(house, "Is it safe to bend? 👍")
    beat()
    file = tmp_path / "night.pne"
    manifest = write_backup(file)
    before = _everything()
    assert {name: (facts.rows, facts.sha256) for name, facts in manifest.tables.items()} == before
    assert before["patient"][0] == 3
    assert file.stat().st_mode & 0o077 == 0
    _empty_this_database()
    with transaction(UNSCOPED) as session:
        restoring.fill(session, manifest, BackupReader(file).lines)
    assert _everything() == before
    with reading(UNSCOPED) as session:
        assert restoring.chain_faults(session, manifest.heads) == []
        assert audit.unsealed(session) == 0, "a backup seals the tail first"


def test_a_backup_of_either_kind_comes_back_in_the_other(
    app: Flask, house: House, empty: Flask, tmp_path: Path
) -> None:
    _say(house, "A question")
    file = tmp_path / "night.pne"
    write_backup(file)
    before = _everything()
    with empty.app_context():
        _, faults = read_backup(file)
        assert faults == []
        after = _everything()
        with reading(UNSCOPED) as session:
            assert session.scalar(select(func.count()).select_from(Patient)) == 3
        db.engine.dispose()
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"audit_event"}, "the events of the restore, and nothing else"


def test_a_backup_made_while_people_write_is_one_moment(app: Flask, house: House, tmp_path: Path) -> None:
    stop, said = threading.Event(), []

    def keep_writing(name: int) -> None:
        with app.app_context():
            while not stop.is_set():
                _say(house, f"question {name}")
                said.append(name)

    writers = [threading.Thread(target=keep_writing, args=(name,)) for name in range(3)]
    for writer in writers:
        writer.start()
    try:
        manifests = [write_backup(tmp_path / f"{name}.pne") for name in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert manifests[0].tables["message"].rows < manifests[2].tables["message"].rows <= len(said)
    _empty_this_database()
    manifest, faults = read_backup(tmp_path / "2.pne")
    assert faults == []
    with reading(UNSCOPED) as session:
        messages = session.scalar(select(func.count()).select_from(Message))
        events = session.scalar(
            select(func.count()).select_from(AuditEvent).where(AuditEvent.subject == "message")
        )
    assert messages == events == manifest.tables["message"].rows, "each message with its event"


def test_one_changed_byte_anywhere_is_found(app: Flask, house: House, tmp_path: Path) -> None:
    file = tmp_path / "night.pne"
    write_backup(file)
    whole = file.read_bytes()
    damaged = tmp_path / "damaged.pne"
    for place in (0, 11, len(whole) // 3, len(whole) // 2, len(whole) - 70, len(whole) - 1):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(RefusedError, match="damaged"):
            read_backup(damaged)
    for short in (whole[:-1], whole[: len(whole) // 2], b"", b"nothing"):
        damaged.write_bytes(short)
        with pytest.raises(RefusedError, match="damaged"):
            read_backup(damaged)
    with pytest.raises(RefusedError, match="cannot be read"):
        read_backup(tmp_path / "missing.pne")


def test_a_backup_whose_rows_are_not_those_it_counts_restores_nothing(
    app: Flask, house: House, tmp_path: Path
) -> None:
    file = tmp_path / "night.pne"
    manifest = write_backup(file)
    source = BackupReader(file)

    def one_patient_renamed(name: str) -> Iterator[bytes]:
        return (line.replace(b"Rosalind", b"Rosalynd") for line in source.lines(name))

    _empty_this_database()
    with pytest.raises(RefusedError, match="patient: 3 rows"), transaction(UNSCOPED) as session:
        restoring.fill(session, manifest, one_patient_renamed)
    assert not any(rows for rows, _ in _everything().values())


def test_a_database_with_rows_is_left_alone(app: Flask, house: House, tmp_path: Path) -> None:
    write_backup(tmp_path / "night.pne")
    before = _everything()
    with pytest.raises(RefusedError, match="not empty"):
        read_backup(tmp_path / "night.pne")
    assert _everything() == before
    with pytest.raises(RefusedError, match="never overwritten"):
        write_backup(tmp_path / "night.pne")


def test_a_chain_that_was_cut_shows_against_the_backup(app: Flask, house: House, tmp_path: Path) -> None:
    _say(house, "A question")
    manifest = write_backup(tmp_path / "night.pne")
    last = max(head.position for head in manifest.heads)
    with transaction(UNSCOPED) as session:
        session.execute(delete(AuditEvent).where(AuditEvent.position == last))
    with reading(UNSCOPED) as session:
        assert list(audit.broken_links(session)) == [], "by itself the shorter chain holds"
        assert restoring.chain_faults(session, manifest.heads) == [
            f"event {last}: the backup holds it, the chain does not"
        ]


def test_sealed_values_stay_sealed_and_the_keys_are_not_in_the_file(
    app: Flask, house: House, tmp_path: Path
) -> None:
    with transaction(house.therapist) as session:
        text_in = InboundText(
            patient_id=house.patient_id, provider_key="1", meaning="other", received_at=house.now
        )
        seal_into(session, text_in, "words", "canary-heron")
        session.add(text_in)
    file = tmp_path / "night.pne"
    manifest = write_backup(file)
    assert manifest.keys == {"test": 1}
    with zipfile.ZipFile(file) as inside:
        everything = b"".join(inside.read(name) for name in inside.namelist())
    assert b"canary-heron" not in everything
    assert b"A" * 43 not in everything
    _empty_this_database()
    read_backup(file)
    with reading(house.therapist) as session:
        assert unsealed(session.scalars(select(InboundText)).one(), "words") == "canary-heron"


def test_who_was_signed_in_when_it_was_made_signs_in_again(
    app: Flask, house: House, sign_in, tmp_path: Path
) -> None:
    lead = sign_in("lead")
    assert lead.get("/patients").status_code == 200
    write_backup(tmp_path / "night.pne")
    _empty_this_database()
    read_backup(tmp_path / "night.pne")
    assert lead.get("/patients").status_code == 302


def test_every_kind_of_column_has_its_place_in_a_backup() -> None:
    assert set(backups.tables()) == set(Base.metadata.tables)


def test_a_backup_into_a_folder_that_is_not_there_says_so(app: Flask, house: House, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="Make it first"):
        write_backup(tmp_path / "missing" / "night.pne")
