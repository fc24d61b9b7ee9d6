"""Today as a clinician opens it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Flask, render_template
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from pne_tracker.blueprints.today.viewmodels import today_view
from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.homework_item import item_to_dict
from pne_tracker.models import (
    CareTeamMember,
    Clinic,
    Entry,
    EntryStatus,
    Episode,
    Homework,
    Patient,
    Treatment,
    Visit,
    VisitSection,
    VisitStatus,
    new_id,
)
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.since import Since, since_last_visit
from pne_tracker.queries.today import ReportCount, TodayPage
from pne_tracker.services import gists, progress
from tests.people import House, add_patient
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
VISITED = dt.date(2026, 11, 16)


def signed_visit(
    session: Session,
    house: House,
    *,
    section: int,
    on_date: dt.date = VISITED,
    pne: int = 0,
    alone: int = 0,
    status: VisitStatus = VisitStatus.SIGNED,
) -> Visit:
    """A visit of 16 November that taught one section, as signing leaves it."""
    therapist = house.therapist.account_id
    signed = status is VisitStatus.SIGNED
    visit = Visit(
        id=new_id(),
        clinic_id=house.clinic_id,
        patient_id=house.patient_id,
        episode_id=house.episode_id,
        therapist_id=therapist,
        status=status,
        on_date=on_date,
        created_at=house.now,
        saved_at=house.now,
        saved_by=therapist,
        signed_at=house.now if signed else None,
        signed_by=therapist if signed else None,
    )
    session.add(visit)
    for position, (activity, minutes, of_which) in enumerate(
        (("97116", 20, pne), ("pne", alone, 0)), start=1
    ):
        session.add(
            Treatment(
                visit_id=visit.id, position=position, activity=activity, minutes=minutes, pne_minutes=of_which
            )
        )
    session.add(VisitSection(visit_id=visit.id, episode_id=house.episode_id, section=section))
    progress.rebuild(session, [house.episode_id])
    return visit


def homework(
    session: Session, house: House, key: str, *, due: dt.date, done: dt.date | None = None
) -> Homework:
    """An item of the pack, assigned on 16 November."""
    episode = session.get_one(Episode, house.episode_id)
    section, item = pack_of(session, episode.pack_version_id).templates[key]
    row = Homework(
        id=new_id(),
        patient_id=house.patient_id,
        episode_id=house.episode_id,
        section=section.number,
        template_key=key,
        kind=item.kind,
        template=item_to_dict(item),
        required=True,
        assigned_on=VISITED,
        assigned_by=house.therapist.account_id,
        due_on=due,
        expected=item.schedule.entries,
        done_at=item.schedule.done_at,
        done_on=done,
    )
    session.add(row)
    session.flush()
    return row


def handed_in(session: Session, row: Homework, at: dt.datetime, *, shared: bool = True) -> None:
    session.add(
        Entry(
            homework_id=row.id,
            patient_id=row.patient_id,
            occurrence=1,
            for_date=at.date(),
            status=EntryStatus.DONE,
            values={"words": "shared words"} if shared else {},
            derived={},
            shared=shared,
            sealed=None if shared else "a token",
            saved_at=at,
            handed_in_at=at,
        )
    )


def strip(session: Session, house: House) -> Since:
    episode = session.get_one(Episode, house.episode_id)
    return since_last_visit(session, [episode], today=house.today, timezone="America/New_York")[episode.id]


def keys(session: Session, house: House) -> list[str]:
    episode = session.get_one(Episode, house.episode_id)
    return list(pack_of(session, episode.pack_version_id).templates)


def test_the_strip_counts_what_came_back_since_the_visit(work: Session, house: House) -> None:
    signed_visit(work, house, section=1)
    items = keys(work, house)
    day = VISITED + dt.timedelta(days=3)
    homework(work, house, items[0], due=day, done=day)
    homework(work, house, items[1], due=day, done=day + dt.timedelta(days=1))
    homework(work, house, items[2], due=day)
    old = homework(work, house, items[3], due=VISITED - dt.timedelta(days=1) + dt.timedelta(days=1))
    old.assigned_on = old.due_on = VISITED - dt.timedelta(days=10)
    withdrawn = homework(work, house, items[4], due=day)
    withdrawn.closed_as = "withdrawn"
    work.flush()
    found = strip(work, house)
    assert (found.on, found.visited) == (VISITED, True)
    assert (found.assigned, found.done, found.late, found.missed) == (3, 2, 1, 1)


def test_what_was_handed_in_is_new_until_somebody_looks(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        signed_visit(session, house, section=2)
        journal = next(
            key
            for key, (_, item) in pack_of(session, house.pack_version_id).templates.items()
            if item.kind.value == "journal"
        )
        row = homework(session, house, journal, due=VISITED + dt.timedelta(days=7))
        handed_in(session, row, dt.datetime(2026, 11, 20, 22, tzinfo=dt.UTC))
    client = sign_in("therapist")
    page = client.get("/today").get_data(as_text=True)
    assert "1 journal among them" in page
    assert "Nobody has looked at this yet" in page
    assert "very private words" not in page
    marked = post(client, f"/patients/episodes/{house.episode_id}/reviewed", {"back": "today"})
    assert marked.headers["Location"] == "/today"
    with reading(house.therapist) as session:
        assert strip(session, house).new == 0
    assert "Maya Okonjo, PT looked at this" in client.get(f"/patients/{house.patient_id}").get_data(
        as_text=True
    )


def test_a_private_journal_counts_as_an_entry_and_no_more(work: Session, house: House) -> None:
    signed_visit(work, house, section=2)
    journal = next(
        key
        for key, (_, item) in pack_of(work, house.pack_version_id).templates.items()
        if item.kind.value == "journal"
    )
    row = homework(work, house, journal, due=VISITED + dt.timedelta(days=7))
    handed_in(work, row, dt.datetime(2026, 11, 20, 22, tzinfo=dt.UTC), shared=False)
    work.flush()
    found = strip(work, house)
    assert (found.new, found.journals) == (1, 0)


def test_an_entry_of_before_the_visit_is_not_new(work: Session, house: House) -> None:
    signed_visit(work, house, section=1)
    row = homework(work, house, keys(work, house)[0], due=VISITED + dt.timedelta(days=7))
    handed_in(work, row, dt.datetime(2026, 11, 15, 22, tzinfo=dt.UTC))
    work.flush()
    assert strip(work, house).new == 0


def test_today_counts_the_treatment_days_to_the_next_progress_report(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("therapist")
    said = []
    for days in ((*range(1, 7), 1), (7,), (8, 9), (10,)):
        with transaction(house.therapist) as session:
            for day in days:
                signed_visit(session, house, section=1, on_date=dt.date(2026, 11, day))
        page = client.get("/today").get_data(as_text=True)
        said.append(page.split('id="reports"')[1].split("</section>")[0] if 'id="reports"' in page else "")
    assert said[0] == ""
    assert "7 treatment days and no report yet" in said[1]
    assert "3 days left" in said[1]
    assert f"/episodes/{house.episode_id}/progress-report" in said[1]
    assert "due at the next visit" in said[2]
    assert "due now" in said[3]
    with transaction(house.therapist) as session:
        session.get_one(Episode, house.episode_id).last_progress_report_on = dt.date(2026, 11, 9)
    assert 'id="reports"' not in client.get("/today").get_data(as_text=True)


def test_ten_reports_stand_above_the_patients_and_the_others_are_counted(app: Flask, house: House) -> None:
    due = [
        ReportCount(house.patient_id, house.episode_id, f"Patient {days}", days, None)
        for days in range(40, 20, -1)
    ]
    page = TodayPage((), (), (), tuple(due), (), patients=0, any_patient=True)
    with app.test_request_context():
        view = today_view(page, house.therapist, VISITED)
        said = render_template("today/index.html", view=view)
    assert [one.name for one in view.reports] == [f"Patient {days}" for days in range(40, 30, -1)]
    assert "10 more come due" in said


def test_today_shows_my_drafts_and_patients(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        signed_visit(session, house, section=1, status=VisitStatus.DRAFT)
    page = sign_in("therapist").get("/today").get_data(as_text=True)
    assert "Open drafts" in page
    assert "Visit of 16 November" in page
    assert "Rosalind Achterberg" in page
    assert "Fenwick" not in page


def test_a_visit_that_is_begun_is_gone_on_with_wherever_it_could_be_started(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("therapist")
    record = f"/patients/{house.patient_id}"
    page = client.get("/today").get_data(as_text=True)
    assert "Start visit" in page
    assert "Start visit with this plan" in client.get(record).get_data(as_text=True)
    with transaction(house.therapist) as session:
        signed_visit(session, house, section=1, status=VisitStatus.DRAFT)
        address = f"/visits/{session.scalars(select(Visit.id)).one()}"
    page = client.get("/today").get_data(as_text=True).split('id="drafts"')[1]
    assert "Start visit" not in page
    assert "<span>Go on</span>" in page
    assert page.count(address) == 2
    said = client.get(record).get_data(as_text=True)
    assert "Go on with the open visit" in said
    assert "Start visit with this plan" not in said


def test_a_colleague_sees_an_empty_day_that_says_what_to_do(house: House, sign_in: SignIn) -> None:
    page = sign_in("other_therapist").get("/today").get_data(as_text=True)
    assert "No open episode of yours" in page
    assert "Rosalind" not in page


def test_the_first_day_asks_for_the_first_patient(house: House, sign_in: SignIn) -> None:
    page = sign_in("foreign_therapist").get("/today").get_data(as_text=True)
    assert "No open episode of yours" in page
    with transaction(house.viewers["foreign_therapist"]) as session:
        for patient in session.scalars(select(Patient)):
            session.delete(patient)
    page = sign_in("foreign_therapist").get("/today").get_data(as_text=True)
    assert "No patients yet" in page
    assert "/patients/new" in page


def test_a_member_of_another_episode_of_the_patient_does_not_treat_in_this_one(
    work: Session, house: House
) -> None:
    from pne_tracker.queries.today import today_page

    work.add(
        CareTeamMember(
            episode_id=new_id(),
            patient_id=house.patient_id,
            account_id=house.viewers["other_therapist"].account_id,
        )
    )
    with work.no_autoflush:
        page = today_page(work, house.viewers["other_therapist"], house.today)
    assert page.rows == ()
    work.rollback()


def test_leads_billers_and_patients_have_no_today(sign_in: SignIn) -> None:
    for who in ("lead", "biller", "administrator", "patient"):
        assert sign_in(who).get("/today").status_code == 403


def _more_patients(session: Session, house: House, count: int) -> None:
    """Others like the first, each with an episode of the therapist's."""
    clinic, like = session.get_one(Clinic, house.clinic_id), session.get_one(Episode, house.episode_id)
    kept = {column.name: getattr(like, column.name) for column in Episode.__table__.columns}
    for number in range(count):
        patient = add_patient(session, clinic, new_id(), "Noor", f"Veld{number}", f"HL-9{number}")
        session.flush()
        session.add(Episode(**kept | {"id": new_id(), "patient_id": patient.id}))


def test_today_takes_as_many_queries_for_many_patients_as_for_one(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    client = sign_in("therapist")
    counts = []
    for patients in (0, 6):
        with transaction(UNSCOPED) as session:
            _more_patients(session, house, patients)
            gists.catch_up(session)
        client.get("/today")
        seen: list[str] = []

        def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)  # noqa: B023

        event.listen(db.engine, "before_cursor_execute", count)
        page = client.get("/today").get_data(as_text=True)
        event.remove(db.engine, "before_cursor_execute", count)
        assert page.count('href="/patients/') > patients
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
