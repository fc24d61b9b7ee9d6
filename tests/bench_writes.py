"""Work that writes or reads everything, against raw SQL through the same driver: quality figures P5, P7, P8, P11.

The floor of a change: the application does it once and takes it back, and its own statements are then run again
by the driver alone, in one transaction. The application is timed on the next patient.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from pne_tracker.adapters.fhir_bulk import read_export
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import UNSCOPED, Scope, db, reading, transaction
from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.episode_draft import EpisodeDraft
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.models import Account, Clinic, Payer, Visit
from pne_tracker.queries.accounts import sign_in_record
from pne_tracker.services import completion_counts, progress
from pne_tracker.services.assigning import Wanted, assign_all
from pne_tracker.services.episodes import open_episode
from pne_tracker.services.imports import ImportTarget, import_records
from pne_tracker.services.patients import PatientDraft, add_patient
from pne_tracker.services.signing import sign_visit
from pne_tracker.services.visit_drafts import save_draft
from pne_tracker.services.visits import start_visit
from pne_tracker.web.identity import SignedIn
from tests.adapters.exports import as_file, ndjson, patient
from tests.bench_stage import against, application, p95, turns

ROUNDS, IMPORTED, ITEMS = 10, 500, 28
Work = Callable[[Session, Any], Any]


class _TakenBackError(Exception):
    """Raised before a commit, so that nothing is kept."""


def measure(url: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Every row, by the name of the quality table."""
    app = application(url, folder / "instance")
    with app.app_context():
        desk = _Desk()
        rows = _rollups()
        rows["P7 new patient"] = desk.compare(desk.viewer, desk.admit, 3)
        rows["P8 draft saved"] = desk.compare(desk.viewer, desk.save, 3, ready=desk.begun)
        rows["P8 visit signed"] = desk.compare(desk.viewer, desk.sign, 3, ready=desk.written)
        rows["P11 FHIR import"] = _imported(desk)
        db.session.remove()
        db.engine.dispose()
    return rows


def _raw(statements: list[tuple[str, Any, bool]], first: Callable[[], object] = lambda: None) -> float:
    """`first`, then these statements by the driver alone in one transaction, in ms."""
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    start = time.perf_counter()
    first()
    cursor.execute("BEGIN IMMEDIATE")
    for statement, given, many in statements:
        (cursor.executemany if many else cursor.execute)(statement, given)
    connection.commit()
    spent = (time.perf_counter() - start) * 1000
    connection.close()
    return spent


def _rehearsed(scope: Any, work: Callable[[Session], Any]) -> list[tuple[str, Any, bool]]:
    """What `work` writes, taken back before it was committed."""
    written: list[tuple[str, Any, bool]] = []

    def note(statement: str, given: Any, *, many: bool) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append((statement, given, many))

    def one(_cursor: Any, statement: str, given: Any, _context: Any) -> None:
        note(statement, given, many=False)

    def several(_cursor: Any, statement: str, given: Any, _context: Any) -> None:
        note(statement, given, many=True)

    def refuse(_session: Session) -> None:
        raise _TakenBackError

    kind, engine = type(db.session()), db.engine
    event.listen(engine, "do_execute", one)
    event.listen(engine, "do_executemany", several)
    event.listen(kind, "before_commit", refuse)
    try:
        with contextlib.suppress(_TakenBackError), transaction(scope) as session:
            work(session)
    finally:
        event.remove(kind, "before_commit", refuse)
        event.remove(engine, "do_execute", one)
        event.remove(engine, "do_executemany", several)
    return written


def _timed(scope: Any, work: Callable[[Session], Any]) -> float:
    start = time.perf_counter()
    with transaction(scope) as session:
        work(session)
    return (time.perf_counter() - start) * 1000


class _Desk:
    """A therapist at work, with as many new patients as are wanted."""

    def __init__(self) -> None:
        with reading(UNSCOPED) as session:
            email = session.scalars(select(Account.email).where(Account.role == Role.THERAPIST)).first()
            record = sign_in_record(session, email=email)
            assert record is not None
            self.viewer: Viewer = SignedIn(record).viewer
            self.clinic_id = next(iter(self.viewer.clinic_ids))
            mine = Payer.organisation_id == self.viewer.organisation_id
            self.payer_id = session.scalars(select(Payer.id).where(mine)).first()
        self.templates = [Wanted(key) for key in [*load_shipped().templates][:ITEMS]]
        self.now = dt.datetime.now(dt.UTC)
        self.today = self.now.date()
        self._numbers = iter(range(10**6))
        self._tag = uuid.uuid4().hex[:8]

    def next(self) -> str:
        """A record number nobody has."""
        return f"X{self._tag}-{next(self._numbers)}"

    def compare(
        self, viewer: Viewer, work: Work, most: float, ready: Callable[[str], Any] | None = None
    ) -> dict[str, Any]:
        """The row of a work; `ready` brings a patient as far as the work needs."""

        def prepared() -> Any:
            name = self.next()
            return ready(name) if ready else name

        def own(_number: int) -> float:
            given = prepared()
            return _timed(viewer, lambda session: work(session, given))

        def floor(_number: int) -> float:
            given = prepared()
            return _raw(_rehearsed(viewer, lambda session: work(session, given)))

        found = turns({"own": own, "floor": floor}, ROUNDS, 2)
        return against(found["own"], found["floor"], most)

    def admit(self, session: Session, name: str) -> uuid.UUID:
        """A new patient with an episode of 14 sections and 28 items of homework with their reminders."""
        draft = PatientDraft(
            self.clinic_id,
            name,
            "Bench",
            "Newcomer",
            dt.date(1961, 4, 2),
            email=f"{name.lower()}@example.org",
        )
        patient_id = add_patient(session, self.viewer, draft, today=self.today, now=self.now)
        assert self.payer_id is not None
        episode_id = open_episode(
            session,
            self.viewer,
            patient_id,
            EpisodeDraft(self.viewer.account_id, "PT", self.payer_id, self.today, ("M54.50",), "low back"),
            today=self.today,
            now=self.now,
        )
        assign_all(
            session,
            self.viewer,
            episode_id,
            self.templates,
            today=self.today,
            now=self.now,
            insist="Asked for by the patient.",
        )
        return episode_id

    def begun(self, name: str) -> tuple[uuid.UUID, int]:
        """A patient with a draft of a visit that was just begun."""
        with transaction(self.viewer) as session:
            episode_id = self.admit(session, name)
            visit = start_visit(
                session, self.viewer, episode_id, on_date=self.today, now=self.now, from_plan=False
            )
            return visit.id, visit.version

    def written(self, name: str) -> tuple[uuid.UUID, int]:
        """The same, written and ready to be signed."""
        given = self.begun(name)
        with transaction(self.viewer) as session:
            visit = self.save(session, given)
            return visit.id, visit.version

    def save(self, session: Session, given: Any) -> Visit:
        """The draft as a therapist writes it."""
        visit_id, version = given
        form = DraftInput(
            self.today,
            45,
            (TreatmentDraft("97110", 25, pne=10), TreatmentDraft("97112", 15)),
            (SectionDraft(1, "explains"),),
            remarks="Walked ten minutes, no flare.",
        )
        return save_draft(session, self.viewer, visit_id, form, version, self.now)

    def sign(self, session: Session, given: Any) -> Visit:
        """Progress, homework, reminders, billing and audit at once."""
        visit_id, version = given
        return sign_visit(
            session, viewer=self.viewer, visit_id=visit_id, version=version, now=self.now, today=self.today
        )


STATES = "SELECT episode_id, section, state, taught, understood, first_taught_on, last_taught_on FROM section_state"
EVIDENCE = (
    "SELECT visit_section.episode_id, visit_section.section, visit_section.teach_back, visit.on_date"
    " FROM visit_section JOIN visit ON visit.id = visit_section.visit_id WHERE visit.status = 'signed'",
    "SELECT episode_id, section, kind, on_date, score FROM section_check",
    "SELECT episode_id, section, due_on, done_on, closed_as, required FROM homework WHERE required",
    "SELECT episode_id, section, kind, on_date FROM section_mark",
)
"""What section states rest on."""
COUNTS = "SELECT * FROM completion_count"
COUNTED = (
    "SELECT * FROM episode_standing",
    "SELECT * FROM homework_standing",
    "SELECT * FROM message_standing",
    "SELECT section_choice.* FROM section_choice JOIN visit ON visit.id = section_choice.visit_id"
    " WHERE visit.status = 'signed'",
    "SELECT visit.id, visit.episode_id, visit.on_date, billing_line.code, billing_line.units, billing_line.minutes,"
    " billing_line.pne_minutes FROM visit JOIN billing_line ON billing_line.visit_id = visit.id"
    " WHERE visit.status = 'signed'",
)
"""What the counts of completion are added up from."""


def _read(*statements: str) -> list[Any]:
    """The rows of the last of these statements, all of them read by the driver alone."""
    connection = db.engine.raw_connection()
    rows: list[Any] = []
    for statement in statements:
        rows = connection.cursor().execute(statement).fetchall()
    connection.close()
    return rows


def _spent(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _rollups() -> dict[str, dict[str, Any]]:
    """The rows of P5, each with how often it is a scan of the section states alone."""

    def check(differences: Callable[[Session], object]) -> None:
        with reading(UNSCOPED) as session:
            assert not differences(session)

    def written_again() -> None:
        kept = _read(*COUNTED, COUNTS)
        marks = ", ".join("?" * len(kept[0]))
        _raw(
            [
                ("DELETE FROM completion_count", (), False),
                (f"INSERT INTO completion_count VALUES ({marks})", kept, True),
            ]
        )

    works: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "P5 states verified": (lambda: check(progress.differences), lambda: _read(*EVIDENCE, STATES)),
        "P5 counts verified": (lambda: check(completion_counts.differences), lambda: _read(*COUNTED, COUNTS)),
        "P5 counts rebuilt": (lambda: _timed(UNSCOPED, completion_counts.rebuild), written_again),
    }
    found = {}
    for name, (own, floor) in works.items():
        spent = turns(
            {
                "own": lambda _number, own=own: _spent(own),
                "floor": lambda _number, floor=floor: _spent(floor),
                "states": lambda _number: _spent(lambda: _read(STATES)),
            },
            3,
            1,
        )
        found[name] = against(spent["own"], spent["floor"], 2)
        found[name]["times_states"] = round(p95(spent["own"]) / p95(spent["states"]), 1)
    return found


def _imported(desk: _Desk) -> dict[str, Any]:
    with reading(UNSCOPED) as session:
        clinic = session.get_one(Clinic, desk.clinic_id)
        target = ImportTarget(clinic.organisation_id, clinic.id)
    scope = Scope(target.organisation_id)

    def export() -> bytes:
        return ndjson(*(patient(**_person(desk.next())) for _ in range(IMPORTED)))

    def keep(session: Session, content: bytes) -> None:
        records = read_export([as_file(content)], today=desk.today)
        import_records(session, clinic=target, records=records, actor=None, now=desk.now)

    def parsed(content: bytes) -> Iterator[Any]:
        return (json.loads(line) for line in content.splitlines())

    def own(_number: int) -> float:
        content = export()
        return _timed(scope, lambda session: keep(session, content))

    def floor(_number: int) -> float:
        content = export()
        return _raw(_rehearsed(scope, lambda session: keep(session, content)), lambda: list(parsed(content)))

    found = turns({"own": own, "floor": floor}, 5, 1)
    return against(found["own"], found["floor"], 3)


def _person(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": name}],
        "telecom": [{"system": "email", "value": f"{name.lower()}@example.org"}],
    }
