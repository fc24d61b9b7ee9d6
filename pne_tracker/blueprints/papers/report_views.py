"""The progress report as a page: choose the period, change the words, look at it, issue it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from pne_tracker.adapters import clock
from pne_tracker.adapters.pdf import render_paper
from pne_tracker.adapters.pdf_blocks import Paper
from pne_tracker.blueprints.papers import desk
from pne_tracker.blueprints.papers.area import bp
from pne_tracker.blueprints.papers.report import proposal, report
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.papers import PaperKind
from pne_tracker.domain.reports import justification_of
from pne_tracker.services import papers, progress_reports
from pne_tracker.services.papers import Issue, ReportFacts
from pne_tracker.web.fields import DayField
from pne_tracker.web.forms import Form
from pne_tracker.web.pdf_file import pdf_response
from pne_tracker.web.policies import requires, viewer


class ReportForm(Form):
    """The period and the words that say why treatment goes on."""

    since = DayField("From")
    until = DayField("To")
    justification = TextAreaField("Why treatment goes on")


@bp.route("/episodes/<uuid:episode_id>/progress-report", methods=["GET", "POST"])
@requires(Permission.SIGN_VISITS)
def progress_report(episode_id: UUID) -> ResponseReturnValue:
    """The report as it would be issued; what is refused stays typed."""
    now = clock.now()
    form = ReportForm()
    action = request.form.get("do", "")
    try:
        facts = _facts(episode_id, now, form if form.is_submitted() else None)
        if action in {"look", "issue"}:
            paper = _paper(facts, justification_of(form.justification.data or ""), now)
            return _look(paper, now) if action == "look" else _issue(paper, facts, now)
    except BadInputError as error:
        form.refuse(error)
        return _page(form, _facts(episode_id, now, None)), 422
    if not form.is_submitted() or action == "rewrite":
        period = facts.period
        words = proposal(facts.course, period)
        form = ReportForm(formdata=None, since=period.since, until=period.until, justification=words)
    return _page(form, facts)


def _facts(episode_id: UUID, now: dt.datetime, form: ReportForm | None) -> ReportFacts:
    """What there is to report, for the period of the form or the one that is proposed."""
    asked = (form.since.data, form.until.data) if form else None
    with transaction(viewer()) as session:
        today = clock.today(viewer().timezone)
        return papers.open_report(session, viewer(), episode_id, asked, today=today, now=now)


def _page(form: ReportForm, facts: ReportFacts) -> str:
    """The form, and below it what would stand on the report."""
    shown = _paper(facts, "", clock.now()).blocks
    return render_template("papers/progress_report.html", form=form, head=facts.course.head, blocks=shown)


def _paper(facts: ReportFacts, words: str, now: dt.datetime) -> Paper:
    issued = desk.issued_words(viewer(), now)
    return report(facts.course, facts.period, facts.adherence, words, issued)


def _look(paper: Paper, now: dt.datetime) -> ResponseReturnValue:
    """The PDF without issuing it."""
    pdf = render_paper(paper, at=now)
    return pdf_response(pdf, PaperKind.PROGRESS_REPORT, clock.today(viewer().timezone))


def _issue(paper: Paper, facts: ReportFacts, now: dt.datetime) -> ResponseReturnValue:
    """Keep it, start the count of treatment days again, and show it."""
    pdf = render_paper(paper, at=now)
    episode_id, period = facts.course.head.episode_id, facts.period
    covers = (period.since, period.until)
    made = Issue(PaperKind.PROGRESS_REPORT, episode_id, desk.hash_of(paper), covers=covers)
    with transaction(viewer()) as session:
        kept = progress_reports.issue_report(session, viewer(), episode_id, made, period, pdf, now=now)
        paper_id = kept.id
    return redirect(url_for("papers.download", paper_id=paper_id), 303)
