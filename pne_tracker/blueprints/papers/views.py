"""Papers: made, kept as issued, downloaded again. HTTP only."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.papers import (  # noqa: F401  (it hangs its page on the blueprint)
    desk,
    report_views,
)
from pne_tracker.blueprints.papers.area import bp
from pne_tracker.blueprints.papers.packet import packet
from pne_tracker.blueprints.papers.summary import summary
from pne_tracker.blueprints.papers.superbill import superbill as superbill_paper
from pne_tracker.db import transaction
from pne_tracker.domain.access import Access, Permission
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.domain.papers import PaperKind
from pne_tracker.queries.papers import day_of
from pne_tracker.services import papers
from pne_tracker.web.pdf_file import pdf_response
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.portal_context import language, portal_context

__all__ = ["bp"]


@bp.post("/visits/<uuid:visit_id>/superbill")
@requires(Permission.SEE_PATIENTS)
def superbill(visit_id: UUID) -> ResponseReturnValue:
    """Issue the superbill of a signed visit, for those who treat, and show it."""
    paper_id = _issue_superbill(visit_id, Access.VIEW)
    return redirect(url_for("papers.download", paper_id=paper_id), 303)


@bp.post("/billing/visits/<uuid:visit_id>/superbill")
@requires(Permission.BILL)
def billing_superbill(visit_id: UUID) -> ResponseReturnValue:
    """The same for the biller, who opens no record."""
    paper_id = _issue_superbill(visit_id, Access.BILL)
    return redirect(url_for("papers.billing_download", paper_id=paper_id), 303)


def _issue_superbill(visit_id: UUID, access: Access) -> UUID:
    now = clock.now()
    with transaction(viewer()) as session:
        facts = papers.open_superbill(session, viewer(), visit_id, access, now=now)
    paper_id, _ = desk.issue(
        viewer(),
        superbill_paper(facts),
        PaperKind.SUPERBILL,
        facts.head.episode_id,
        at=facts.signed_at,
        now=now,
        visit_id=visit_id,
    )
    return paper_id


@bp.post("/episodes/<uuid:episode_id>/papers")
@requires(Permission.EDIT_PATIENTS)
def make(episode_id: UUID) -> ResponseReturnValue:
    """Issue the discharge packet, or the patient's summary in the patient's language, and show it."""
    now, today = clock.now(), clock.today(viewer().timezone)
    kind = request.form.get("kind", "")
    with transaction(viewer()) as session:
        course = papers.open_course(session, viewer(), episode_id, until=today, now=now)
    if kind not in {PaperKind.DISCHARGE_PACKET, PaperKind.PATIENT_SUMMARY}:
        raise BadInputError("Choose which paper to make.", at="kind")
    if kind == PaperKind.DISCHARGE_PACKET:
        paper = packet(course, desk.issued_words(viewer(), now))
    else:
        paper = summary(course, today, course.head.language)
    paper_id, _ = desk.issue(viewer(), paper, PaperKind(kind), episode_id, at=now, now=now)
    return redirect(url_for("papers.download", paper_id=paper_id), 303)


@bp.get("/portal/summary")
@requires(Permission.USE_PORTAL)
def portal_summary() -> ResponseReturnValue:
    """The patient's own summary as a page."""
    now = clock.now()
    with transaction(viewer()) as session:
        course = papers.open_own_course(session, viewer(), now=now)
    paper = summary(course, course.until, language()) if course else None
    return render_template("portal/summary.html", paper=paper, **portal_context())


@bp.post("/portal/summary")
@requires(Permission.USE_PORTAL)
def issue_portal_summary() -> ResponseReturnValue:
    """The same as a paper to keep."""
    now = clock.now()
    with transaction(viewer()) as session:
        course = papers.open_own_course(session, viewer(), now=now)
    if course is None:
        raise NotFoundError
    paper = summary(course, course.until, language())
    paper_id, _ = desk.issue(
        viewer(), paper, PaperKind.PATIENT_SUMMARY, course.head.episode_id, at=now, now=now
    )
    return redirect(url_for("papers.portal_download", paper_id=paper_id), 303)


@bp.get("/papers/<uuid:paper_id>.pdf")
@requires(Permission.SEE_PATIENTS)
def download(paper_id: UUID) -> ResponseReturnValue:
    """A paper again, byte for byte as issued."""
    return _download(paper_id, Access.VIEW)


@bp.get("/billing/papers/<uuid:paper_id>.pdf")
@requires(Permission.BILL)
def billing_download(paper_id: UUID) -> ResponseReturnValue:
    """A superbill again, for the biller."""
    return _download(paper_id, Access.BILL)


@bp.get("/portal/papers/<uuid:paper_id>.pdf")
@requires(Permission.USE_PORTAL)
def portal_download(paper_id: UUID) -> ResponseReturnValue:
    """A summary again, for the patient it was written for."""
    return _download(paper_id, Access.VIEW)


def _download(paper_id: UUID, access: Access) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        paper = papers.open_paper(session, viewer(), paper_id, now=clock.now(), access=access)
        return pdf_response(paper.pdf, paper.kind, day_of(session, paper, viewer().timezone))
