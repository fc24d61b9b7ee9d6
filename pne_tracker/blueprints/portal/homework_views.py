"""Homework in the portal: the form or the quiz, the draft, sending, taking back, sharing."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pne_tracker.adapters import clock
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.blueprints.portal.barrier_models import barrier_model
from pne_tracker.blueprints.portal.form_models import card_for_draft, form_model
from pne_tracker.blueprints.portal.kind_tools import is_locked
from pne_tracker.blueprints.portal.message_models import call_model
from pne_tracker.blueprints.portal.quiz_models import first_open, question_model, result_model
from pne_tracker.blueprints.portal.sent_models import sent_model
from pne_tracker.blueprints.portal.words import refusal
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.errors import BadInputError, ConflictError, NotFoundError
from pne_tracker.services import entries
from pne_tracker.services.entries import Outcome, Typed
from pne_tracker.services.portal_reading import HomeworkPage, open_homework
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.portal_context import language


@bp.get("/portal/homework/<uuid:homework_id>")
@requires(Permission.USE_PORTAL)
def homework(homework_id: UUID) -> ResponseReturnValue:
    """The form of one item, or what was sent."""
    page = _open(homework_id)
    if page.item.kind is HomeworkKind.QUIZ:
        return _quiz(page)
    occurrence = request.args.get("n", type=int) or _offered(page)
    if not 1 <= occurrence <= page.item.expected:
        raise NotFoundError
    if page.item.is_done(occurrence):
        sent = sent_model(page, page.item.by_occurrence[occurrence])
        return render_template("portal/sent.html", page=sent, call=call_model(page.wishes, page.place))
    if page.item.closed:
        return render_template("portal/refused.html", heading=_("All done"), sentence=refusal("closed"))
    if page.item.kind is HomeworkKind.LATERALITY and "form" not in request.args:
        return redirect(url_for("portal.practice_page", homework_id=homework_id, n=occurrence))
    if is_locked(page):
        return _locked(page)
    kept = request.args.get("kept") == "1"
    return render_template(
        "portal/form.html", page=form_model(page, occurrence, just_kept=kept), why=barrier_model(page.item)
    )


def _locked(page: HomeworkPage) -> ResponseReturnValue:
    title = page.item.template.title.in_language(language())
    therapist = page.place.therapist or _("your therapist")
    return render_template("portal/locked.html", title=title, therapist=therapist)


def _open(homework_id: UUID) -> HomeworkPage:
    with transaction(viewer()) as session:
        return open_homework(session, viewer(), homework_id, now=clock.now())


def _offered(page: HomeworkPage) -> int:
    """Which occurrence to show: the next to fill in, else the last one sent, else the first."""
    waiting = page.item.next_occurrence(page.today)
    sent = page.item.handed_in
    return waiting or (sent[-1].occurrence if sent else 1)


def _quiz(page: HomeworkPage, error: str = "", status: int = 200) -> ResponseReturnValue:
    asked = request.args.get("q", type=int)
    if page.item.is_done(1) and asked is None:
        return render_template("portal/quiz_done.html", page=result_model(page))
    if page.item.closed or not page.questions.own:
        return render_template("portal/refused.html", heading=_("All done"), sentence=refusal("closed"))
    model = question_model(page, asked or first_open(page), error)
    return make_response(render_template("portal/quiz.html", page=model), status)


@bp.post("/portal/homework/<uuid:homework_id>/answer")
@requires(Permission.USE_PORTAL)
def answer(homework_id: UUID) -> ResponseReturnValue:
    """Keep one answer and show why."""
    question, picked = request.form.get("question", ""), request.form.get("answer", "")
    place = request.form.get("at", type=int) or 1
    try:
        with transaction(viewer()) as session:
            entries.answer_question(session, viewer(), homework_id, question, picked, now=clock.now())
    except BadInputError:
        page = _open(homework_id)
        return _quiz(page, _("Pick an answer. Not sure is fine too."), 422)
    return redirect(url_for("portal.homework", homework_id=homework_id, q=place), 303)


@bp.post("/portal/homework/<uuid:homework_id>")
@requires(Permission.USE_PORTAL)
def send(homework_id: UUID) -> ResponseReturnValue:
    """Send one entry, or keep it for later; what is open comes back with every word in its place."""
    typed = typed_form()
    keep = request.form.get("_do") == "keep"
    try:
        with transaction(viewer()) as session:
            if keep:
                entries.save_draft(session, viewer(), homework_id, typed, now=clock.now())
            else:
                outcome = entries.hand_in(session, viewer(), homework_id, typed, now=clock.now())
    except ConflictError as error:
        return _conflict(homework_id, typed, error)
    if keep:
        return redirect(_url(homework_id, typed.occurrence, kept=1), 303)
    if outcome.handed_in:
        return redirect(_url(homework_id, typed.occurrence), 303)
    return _still_open(_open(homework_id), typed, outcome)


def typed_form() -> Typed:
    """The form as sent. Whether a field is one of the item's, and takes one value or several, the service knows."""
    form = request.form
    return Typed(
        occurrence=form.get("_n", type=int) or 1,
        raw={
            name: values if len(values) > 1 else values[0]
            for name, values in form.lists()
            if _is_answer(name)
        },
        version=form.get("_version", type=int) or 0,
        shared=form.get("_shared") == "1" or "_asks_to_share" not in form,
        sure=form.get("_sure") == "1",
    )


def _is_answer(name: str) -> bool:
    return not name.startswith("_") and name != "csrf_token"


def _url(homework_id: UUID, occurrence: int, kept: int | None = None) -> str:
    return url_for("portal.homework", homework_id=homework_id, n=occurrence, kept=kept)


def _still_open(page: HomeworkPage, typed: Typed, outcome: Outcome) -> ResponseReturnValue:
    model = form_model(
        page,
        typed.occurrence,
        raw=typed.raw,
        version=outcome.version,
        shared=typed.shared,
        errors=outcome.errors,
        warnings=outcome.warnings,
        notices=tuple(outcome.notices),
    )
    return make_response(render_template("portal/form.html", page=model), 422)


def _conflict(homework_id: UUID, typed: Typed, error: ConflictError) -> ResponseReturnValue:
    """The form as typed, with the version that is stored now: saving again keeps these words."""
    page = _open(homework_id)
    model = form_model(
        page, typed.occurrence, raw=typed.raw, shared=typed.shared, conflict=refusal(error.code)
    )
    return make_response(render_template("portal/form.html", page=model), 409)


@bp.post("/portal/homework/<uuid:homework_id>/draft")
@requires(Permission.USE_PORTAL)
def draft(homework_id: UUID) -> ResponseReturnValue:
    """Keep the draft as it is typed; answers with the saved line alone."""
    typed = typed_form()
    try:
        with transaction(viewer()) as session:
            version = entries.save_draft(session, viewer(), homework_id, typed, now=clock.now())
    except ConflictError as error:
        partial = render_template(
            "portal/_kept.html", text=refusal(error.code), version=typed.version, card=""
        )
        return make_response(partial, 409)
    card = card_for_draft(typed.raw)
    return render_template(
        "portal/_kept.html", text=_("Kept as you type") if version else "", version=version, card=card
    )


@bp.post("/portal/homework/<uuid:homework_id>/take-back")
@requires(Permission.USE_PORTAL)
def take_back(homework_id: UUID) -> ResponseReturnValue:
    """Open an entry of today again."""
    occurrence = request.form.get("n", type=int) or 1
    with transaction(viewer()) as session:
        entries.take_back(session, viewer(), homework_id, occurrence, now=clock.now())
    flash(_("It is open again. Change what you like."), "good")
    return redirect(_url(homework_id, occurrence), 303)


@bp.post("/portal/homework/<uuid:homework_id>/morning")
@requires(Permission.USE_PORTAL)
def morning(homework_id: UUID) -> ResponseReturnValue:
    """Add the pain of the morning after to an exercise log."""
    occurrence = request.form.get("n", type=int) or 1
    with transaction(viewer()) as session:
        outcome = entries.add_morning(
            session, viewer(), homework_id, occurrence, request.form.get("pain", ""), now=clock.now()
        )
    if outcome.handed_in:
        flash(_("Saved. Thank you."), "good")
    else:
        flash(_("Pick a number from 0 to 10."), "warn")
    return redirect(_url(homework_id, occurrence), 303)


@bp.post("/portal/homework/<uuid:homework_id>/share")
@requires(Permission.USE_PORTAL)
def share(homework_id: UUID) -> ResponseReturnValue:
    """Share a journal entry, or keep it to oneself."""
    occurrence = request.form.get("n", type=int) or 1
    shared = request.form.get("shared") == "1"
    with transaction(viewer()) as session:
        entries.share(session, viewer(), homework_id, occurrence, shared=shared, now=clock.now())
    flash(_("It is shared now.") if shared else _("Only you can read it now."), "good")
    return redirect(_url(homework_id, occurrence), 303)
