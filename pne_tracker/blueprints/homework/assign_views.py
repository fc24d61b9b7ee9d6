"""Homework outside a visit: from the curriculum or by hand; withdrawn in one go, and taken up again."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pne_tracker.adapters import clock
from pne_tracker.blueprints.homework.area import bp
from pne_tracker.blueprints.homework.assign_models import assign_view, move_view
from pne_tracker.blueprints.homework.forms import day_of, own_item, uuids
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.services import assigning, closing, entry_moves
from pne_tracker.services.homework_reading import open_assigning, open_move
from pne_tracker.web.policies import requires, viewer


@bp.get("/episodes/<uuid:episode_id>")
@requires(Permission.REVIEW_HOMEWORK)
def episode(episode_id: UUID) -> ResponseReturnValue:
    """All homework of an episode, and what can go out."""
    return _page(episode_id)


def _page(
    episode_id: UUID, error: BadInputError | RefusedError | None = None, status: int = 200
) -> ResponseReturnValue:
    today = clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        page = open_assigning(session, viewer(), episode_id, today=today, now=clock.now())
    return render_template("homework/assign.html", view=assign_view(page, request.form, error)), status


@bp.post("/episodes/<uuid:episode_id>")
@requires(Permission.DOCUMENT_VISITS)
def change(episode_id: UUID) -> ResponseReturnValue:
    """Assign from the curriculum, by hand, withdraw what is ticked, or take it up again."""
    try:
        with transaction(viewer()) as session:
            said = _act(session, episode_id, request.form.get("do", ""))
    except (BadInputError, RefusedError) as error:
        return _page(episode_id, error, 422)
    flash(said, "good")
    return redirect(url_for(".episode", episode_id=episode_id), 303)


def _act(session: Session, episode_id: UUID, act: str) -> str:
    now, today, form = clock.now(), clock.today(viewer().timezone), request.form
    insist = form.get("insist", "") if "all_the_same" in form else ""
    message = form.get("message", "")
    if act == "own":
        assigning.assign_own(
            session,
            viewer(),
            episode_id,
            own_item(form),
            today=today,
            now=now,
            message=message,
            insist=insist,
        )
        return "Assigned. The patient sees it on the portal."
    if act == "withdraw":
        ids, reason = uuids(form.getlist("items")), form.get("reason", "")
        done = closing.withdraw_many(session, viewer(), episode_id, ids, reason=reason, now=now)
        return f"Withdrawn: {len(done)}. Take them up again below if this was a slip."
    if act == "reopen":
        ids = uuids(form.getlist("items"))
        count = closing.take_up_again(session, viewer(), episode_id, ids, now=now)
        return f"Taken up again: {count}."
    assigning.assign(
        session,
        viewer(),
        episode_id,
        form.get("template_key", ""),
        today=today,
        now=now,
        due_on=day_of(form.get("due_on", ""), at="due_on"),
        required="optional" not in form,
        message=message,
        insist=insist,
    )
    return "Assigned. The patient sees it on the portal."


@bp.route("/entries/<uuid:entry_id>/move", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_VISITS)
def move(entry_id: UUID) -> ResponseReturnValue:
    """Move an entry that was filed under the wrong item."""
    error: BadInputError | RefusedError | None = None
    with transaction(viewer()) as session:
        page = open_move(session, viewer(), entry_id, now=clock.now())
    if request.method == "POST":
        try:
            with transaction(viewer()) as session:
                to = uuids([request.form.get("to", "")], at="to")[0]
                reason = request.form.get("reason", "")
                entry_moves.move_entry(session, viewer(), entry_id, to, reason=reason, now=clock.now())
        except (BadInputError, RefusedError) as refused:
            error = refused
        else:
            flash("Moved. The way it took is kept with both items.", "good")
            return redirect(url_for(".show", homework_id=to), 303)
    view = move_view(page, request.form, error)
    return render_template("homework/move.html", view=view), 422 if error else 200
