"""Papers are kept as issued: the same twice is one, what changed is refused, each act leaves an event."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Access
from pne_tracker.domain.errors import NotFoundError, RefusedError
from pne_tracker.domain.papers import PaperKind, bytes_hash, content_hash
from pne_tracker.models import AuditEvent, IssuedPaper
from pne_tracker.queries.papers import papers_of
from pne_tracker.queries.superbill import superbill_facts
from pne_tracker.services import papers, visits
from pne_tracker.services.papers import Issue
from tests.people import House
from tests.visit_forms import signed_visit, start

PDF = b"%PDF-1.7 a paper"


def issue(
    work: Session, house: House, kind: PaperKind = PaperKind.DISCHARGE_PACKET, says: str = "a"
) -> IssuedPaper:
    made = Issue(kind, house.episode_id, content_hash({"says": says}))
    return papers.issue(work, house.therapist, made, PDF, now=house.now)


def events(work: Session) -> list[str]:
    statement = select(AuditEvent.action).where(AuditEvent.subject == "paper").order_by(AuditEvent.id)
    return list(work.scalars(statement))


def test_a_paper_comes_back_byte_for_byte_and_both_acts_are_recorded(work: Session, house: House) -> None:
    paper = issue(work, house)
    again = papers.open_paper(work, house.therapist, paper.id, now=house.now)
    assert (again.pdf, again.pdf_hash) == (PDF, bytes_hash(PDF))
    assert events(work) == ["issue", "download"]


def test_issuing_the_same_twice_is_one_paper_and_something_new_is_a_second(
    work: Session, house: House
) -> None:
    first = issue(work, house)
    assert issue(work, house).id == first.id
    second = issue(work, house, says="b")
    assert [line.id for line in papers_of(work, house.patient_id)] == [second.id, first.id]


def test_a_paper_whose_bytes_changed_is_not_handed_out(work: Session, house: House) -> None:
    paper = issue(work, house)
    on_table = "" if work.get_bind().dialect.name == "sqlite" else " ON issued_paper"
    work.execute(text(f"DROP TRIGGER keep_issued_paper_update{on_table}"))
    statement = update(IssuedPaper).values(pdf=b"%PDF-1.7 another")
    work.execute(statement.execution_options(synchronize_session=False))
    work.expire_all()
    with pytest.raises(RefusedError, match="changed after it was issued"):
        papers.open_paper(work, house.therapist, paper.id, now=house.now)


def test_who_treats_nobody_here_reaches_no_paper(work: Session, house: House) -> None:
    paper = issue(work, house)
    for stranger in ("other_therapist", "biller", "administrator", "foreign_therapist"):
        with pytest.raises(NotFoundError):
            papers.open_paper(work, house.viewers[stranger], paper.id, now=house.now)


def test_a_patient_reaches_the_own_summary_alone(work: Session, house: House) -> None:
    packet, summary = issue(work, house), issue(work, house, PaperKind.PATIENT_SUMMARY)
    assert papers.open_paper(work, house.patient, summary.id, now=house.now).id == summary.id
    with pytest.raises(NotFoundError):
        papers.open_paper(work, house.patient, packet.id, now=house.now)


def test_a_superbill_says_what_was_signed(work: Session, house: House) -> None:
    visit = signed_visit(work, house)
    facts = superbill_facts(work, house.therapist, visit.id)
    assert [(line.code, line.units, line.charge) for line in facts.lines] == [
        ("97112", 1, 4100),
        ("97116", 1, 3850),
    ]
    assert (facts.signed_by, facts.provider_npi) == ("Maya Okonjo, PT", "1234567893")
    assert facts.diagnoses == ("M54.16",)
    biller = superbill_facts(work, house.viewers["biller"], visit.id, Access.BILL)
    assert biller == facts


def test_a_draft_and_a_visit_entered_in_error_have_no_superbill(work: Session, house: House) -> None:
    draft = start(work, house)
    with pytest.raises(RefusedError, match="Sign this one first"):
        superbill_facts(work, house.therapist, draft.id)
    with pytest.raises(NotFoundError):
        superbill_facts(work, house.viewers["biller"], draft.id, Access.BILL)
    visit = signed_visit(work, house)
    visits.withdraw_visit(work, house.therapist, visit.id, "Wrong patient", now=house.now)
    with pytest.raises(RefusedError, match="entered in error"):
        superbill_facts(work, house.therapist, visit.id)


def test_no_paper_of_an_unknown_id(work: Session, house: House) -> None:
    with pytest.raises(NotFoundError):
        papers.open_paper(work, house.therapist, uuid.uuid4(), now=house.now)
