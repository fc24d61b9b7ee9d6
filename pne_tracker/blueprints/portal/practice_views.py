"""Left or right practice: choose, judge picture by picture, rest or stop, send."""

from __future__ import annotations

import json
import secrets
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pne_tracker.adapters import clock
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.blueprints.portal.practice_models import result_model, run_model, start_model
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.domain.laterality import MOST, Answer, Side
from pne_tracker.queries.practice import Run, row_of, run_from
from pne_tracker.services import practice
from pne_tracker.services.portal_reading import HomeworkPage, open_homework
from pne_tracker.services.practice import Wish
from pne_tracker.web.policies import requires, viewer

SEEDS = 2**31


@bp.get("/portal/homework/<uuid:homework_id>/practice")
@requires(Permission.USE_PORTAL)
def practice_page(homework_id: UUID) -> ResponseReturnValue:
    """What to choose, the picture to judge now, or the result."""
    occurrence = request.args.get("n", 1, type=int)
    page, run = _open(homework_id, occurrence)
    if page.item.is_done(occurrence):
        return redirect(url_for("portal.homework", homework_id=homework_id, n=occurrence))
    if run is None:
        return _start_page(page, occurrence)
    if run.finished:
        return _result_page(page, run)
    return render_template(
        "portal/practice.html", page=run_model(run), homework_id=homework_id, occurrence=occurrence
    )


def _open(homework_id: UUID, occurrence: int) -> tuple[HomeworkPage, Run | None]:
    with transaction(viewer()) as session:
        page = open_homework(session, viewer(), homework_id, now=clock.now())
        if page.item.kind is not HomeworkKind.LATERALITY or not 1 <= occurrence <= page.item.expected:
            raise NotFoundError
        row = row_of(session, homework_id, occurrence)
        return page, run_from(row) if row else None


def _start_page(
    page: HomeworkPage, occurrence: int, error: BadInputError | None = None
) -> ResponseReturnValue:
    said = {"body_part": _("Pick a body part."), "pain_before": _("Pick a number from 0 to 10.")}
    errors = [(error.at, said.get(error.at, _("Pick how many to look at.")))] if error else []
    model = start_model(page, request.form.to_dict(), errors)
    rendered = render_template(
        "portal/practice_start.html", page=model, homework_id=page.item.id, occurrence=occurrence
    )
    return make_response(rendered, 422 if error else 200)


def _result_page(page: HomeworkPage, run: Run, error: str = "") -> ResponseReturnValue:
    rendered = render_template(
        "portal/practice_done.html",
        page=result_model(run),
        homework_id=page.item.id,
        occurrence=run.occurrence,
        error=error,
    )
    return make_response(rendered, 422 if error else 200)


@bp.post("/portal/homework/<uuid:homework_id>/practice")
@requires(Permission.USE_PORTAL)
def practice_begin(homework_id: UUID) -> ResponseReturnValue:
    """Begin with the chosen part and number."""
    occurrence = request.form.get("_n", 1, type=int)
    wish = Wish(
        part=request.form.get("body_part", ""),
        pictures=request.form.get("pictures", 0, type=int),
        pain_before=request.form.get("pain_before", type=int),
        seed=secrets.randbelow(SEEDS),
    )
    try:
        with transaction(viewer()) as session:
            practice.begin(session, viewer(), homework_id, occurrence, wish, now=clock.now())
    except BadInputError as error:
        page, _run = _open(homework_id, occurrence)
        return _start_page(page, occurrence, error)
    return _back(homework_id, occurrence)


@bp.post("/portal/homework/<uuid:homework_id>/practice/answer")
@requires(Permission.USE_PORTAL)
def practice_answer(homework_id: UUID) -> ResponseReturnValue:
    """Keep one answer, or those that the device timed; `do=stop` ends the practice early."""
    occurrence = request.form.get("_n", 1, type=int)
    stopping = request.form.get("do") == "stop"
    with transaction(viewer()) as session:
        run: Run | None = practice.answer(
            session,
            viewer(),
            homework_id,
            occurrence,
            _answers(),
            at=request.form.get("at", 0, type=int),
            now=clock.now(),
        )
        if stopping:
            run = practice.stop(session, viewer(), homework_id, occurrence, now=clock.now())
    if run is None:
        flash(_("You stopped. That is fine. Ten pictures or more count."), "info")
        return redirect(url_for("portal.index"), 303)
    return _back(homework_id, occurrence)


def _answers() -> list[Answer]:
    """The tapped side, or the timed ones as JSON `[["left", 812], ...]`; anything else is no answer."""
    side = request.form.get("side")
    if side in set(Side):
        return [Answer(Side(side))]
    try:
        timed = json.loads(request.form.get("timed") or "[]")
        return [Answer(Side(one), int(ms)) for one, ms in timed[:MOST]]
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return []


@bp.post("/portal/homework/<uuid:homework_id>/practice/send")
@requires(Permission.USE_PORTAL)
def practice_send(homework_id: UUID) -> ResponseReturnValue:
    """Send the practice with the pain after it."""
    occurrence = request.form.get("_n", 1, type=int)
    with transaction(viewer()) as session:
        outcome = practice.send(
            session, viewer(), homework_id, occurrence, request.form.get("pain_after", ""), now=clock.now()
        )
    if outcome.handed_in:
        return redirect(url_for("portal.homework", homework_id=homework_id, n=occurrence), 303)
    page, run = _open(homework_id, occurrence)
    if run is None:
        raise NotFoundError
    return _result_page(page, run, _("Pick a number from 0 to 10."))


def _back(homework_id: UUID, occurrence: int) -> ResponseReturnValue:
    return redirect(url_for("portal.practice_page", homework_id=homework_id, n=occurrence), 303)
