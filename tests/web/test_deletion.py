"""A record is deleted by two people, and a hold forbids it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.papers import PaperKind
from pne_tracker.models import (
    AuditEvent,
    ClaimBatch,
    ContactPoint,
    Deletion,
    Episode,
    EpisodeStatus,
    Organisation,
    Patient,
)
from pne_tracker.services import papers
from pne_tracker.services.papers import Issue
from tests.claims import claim_of, export, prepare, visit_on
from tests.people import House
from tests.services.homework_samples import assign
from tests.services.test_deletion_canary import rows_left
from tests.services.test_private_writing import CANARY, files_that_hold, hand_in, rows_that_hold
from tests.visit_forms import signed_visit
from tests.web.pages import post

RIGHT = {"reason": "patient_right"}
NUMBER = {"number": "HL-20418"}


@pytest.fixture
def over(app: Flask, house: House) -> House:
    """The patient's episode is over; a visit is signed, a paper issued, a journal private."""
    with transaction(house.therapist) as session:
        signed_visit(session, house)
        homework_id = assign(session, house, "s06-journal")
        issue = Issue(PaperKind.DISCHARGE_PACKET, house.episode_id, "a" * 64)
        papers.issue(session, house.therapist, issue, b"%PDF-1.7 Achterberg", now=house.now)
    hand_in(house, homework_id, shared=False)
    with transaction(UNSCOPED) as session:
        episode = session.get_one(Episode, house.episode_id)
        episode.status, episode.closed_on = EpisodeStatus.DISCHARGED, house.today
    return house


def asked(house: House, sign_in: Any) -> uuid.UUID:
    answer = post(sign_in("lead"), f"/patients/{house.patient_id}/deletion", RIGHT)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with reading(house.lead) as session:
        return session.scalars(select(Deletion.id).order_by(Deletion.asked_at.desc()).limit(1)).one()


def test_a_lead_asks_and_an_administrator_who_knows_the_number_deletes(
    app: Flask, over: House, sign_in
) -> None:
    deletion_id = asked(over, sign_in)
    admin = sign_in("administrator")
    page = admin.get(f"/deletions/{deletion_id}").get_data(as_text=True)
    assert "What goes" in page
    assert "Achterberg" not in page
    assert "HL-20418" not in page
    wrong = post(admin, f"/deletions/{deletion_id}", {"number": "HL-20500"})
    assert wrong.status_code == 422
    assert "This is not the number of the record." in wrong.get_data(as_text=True)
    assert rows_left(over.therapist.organisation_id, over.patient_id)["patient"] == 1
    before = sum(rows_left(over.therapist.organisation_id, over.patient_id).values())
    assert post(admin, f"/deletions/{deletion_id}", NUMBER).status_code == 303
    assert rows_left(over.therapist.organisation_id, over.patient_id) == {}
    for words in ("Achterberg", "Rosalind", CANARY):
        assert rows_that_hold(words) == []
        assert files_that_hold(app, words) == []
    with reading(over.lead) as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "delete")).one()
        assert (event.patient_id, event.actor_role, event.details["rows"]) == (
            over.patient_id,
            "administrator",
            before,
        )
    assert post(admin, f"/deletions/{deletion_id}", NUMBER).status_code in {409, 422}
    assert sign_in("lead").get(f"/patients/{over.patient_id}").status_code == 404
    assert sign_in("lead").get("/retention").status_code == 200
    assert "This was carried out" in admin.get(f"/deletions/{deletion_id}").get_data(as_text=True)


def test_a_hold_forbids_asking_and_carrying_out(app: Flask, over: House, sign_in) -> None:
    lead, url = sign_in("lead"), f"/patients/{over.patient_id}"
    deletion_id = asked(over, sign_in)
    assert post(lead, f"{url}/hold", {"why": "Subpoena of 3 May"}).status_code == 303
    answer = post(sign_in("administrator"), f"/deletions/{deletion_id}", NUMBER)
    assert answer.status_code == 422
    assert "A legal hold keeps this record." in answer.get_data(as_text=True)
    assert "Subpoena" not in answer.get_data(as_text=True)
    record = sign_in("patient").get("/portal/record.json").get_data(as_text=True)
    assert "Subpoena" not in record
    assert post(lead, f"/deletions/{deletion_id}/withdraw").status_code == 303
    assert post(lead, f"{url}/deletion", RIGHT).status_code == 422
    assert "Subpoena of 3 May" in lead.get("/retention").get_data(as_text=True)
    assert post(lead, f"{url}/hold/lift").status_code == 303
    assert post(lead, f"{url}/deletion", RIGHT).status_code == 303
    assert rows_left(over.therapist.organisation_id, over.patient_id)["patient"] == 1


def test_the_period_has_to_be_over_for_that_reason(app: Flask, over: House, sign_in) -> None:
    lead, url = sign_in("lead"), f"/patients/{over.patient_id}/deletion"
    answer = post(lead, url, {"reason": "period_over"})
    assert answer.status_code == 422
    assert "not over yet" in answer.get_data(as_text=True)
    assert post(lead, "/retention", {"years": "0"}).status_code == 422
    assert post(lead, "/retention", {"years": "7"}).status_code == 303
    with transaction(UNSCOPED) as session:
        assert session.get_one(Organisation, over.therapist.organisation_id).retention_years == 7
        patient = session.get_one(Patient, over.untreated_id)
        patient.created_at = patient.created_at.replace(year=2015)
    page = lead.get("/retention").get_data(as_text=True)
    assert "Fenwick" in page
    assert "Achterberg" not in page
    reason = {"reason": "period_over"}
    assert post(lead, f"/patients/{over.untreated_id}/deletion", reason).status_code == 303


def test_an_open_episode_keeps_the_record(app: Flask, house: House, sign_in) -> None:
    answer = post(sign_in("lead"), f"/patients/{house.patient_id}/deletion", RIGHT)
    assert answer.status_code == 422
    assert "Discharge the patient first." in answer.get_data(as_text=True)


def test_the_database_refuses_one_person_for_both(app: Flask, over: House, sign_in) -> None:
    deletion_id = asked(over, sign_in)
    with pytest.raises(IntegrityError), transaction(UNSCOPED) as session:
        session.execute(
            update(Deletion)
            .where(Deletion.id == deletion_id)
            .values(state="running", done_by=over.lead.account_id, done_at=over.now)
        )


def test_the_file_of_claims_goes_with_its_only_patient(app: Flask, over: House, sign_in) -> None:
    with transaction(UNSCOPED) as session:
        session.get_one(Episode, over.episode_id).status = EpisodeStatus.OPEN
    with transaction(over.therapist) as session:
        prepare(session, over)
        visit = visit_on(session, over, over.today)
        session.flush()
        claim_id = claim_of(session, visit.id).id
    with transaction(over.viewers["biller"]) as session:
        export(session, over, claim_id)
    assert "claim_batch" in rows_that_hold("ACHTERBERG")
    with transaction(UNSCOPED) as session:
        session.get_one(Episode, over.episode_id).status = EpisodeStatus.DISCHARGED
    deletion_id = asked(over, sign_in)
    assert post(sign_in("administrator"), f"/deletions/{deletion_id}", NUMBER).status_code == 303
    with reading(UNSCOPED) as session:
        assert session.scalars(select(ClaimBatch)).all() == []
    assert rows_that_hold("ACHTERBERG") == []
    assert files_that_hold(app, "ACHTERBERG") == []


def test_who_writes_while_the_record_goes_is_told_that_nothing_was_saved(
    app: Flask, over: House, sign_in
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    deletion_id, admin = asked(over, sign_in), sign_in("administrator")
    with pytest.raises(IntegrityError) as raised, transaction(over.therapist) as session:
        session.add(ContactPoint(patient_id=over.patient_id, system="phone", value="+13125550142"))
        session.flush()
        assert post(admin, f"/deletions/{deletion_id}", NUMBER).status_code == 303
    with app.test_request_context("/patients"):
        answer = app.make_response(app.handle_user_exception(raised.value))
    assert answer.status_code == 409
    assert "was deleted meanwhile" in answer.get_data(as_text=True)
    assert rows_left(over.therapist.organisation_id, over.patient_id) == {}


def test_a_slip_of_ours_is_not_taken_for_a_deletion(app: Flask, house: House) -> None:
    with pytest.raises(IntegrityError) as raised, transaction(house.therapist) as session:
        session.execute(update(Patient).where(Patient.id == house.patient_id).values(mrn=None))
    with app.test_request_context("/patients"):
        assert app.make_response(app.handle_user_exception(raised.value)).status_code == 500
