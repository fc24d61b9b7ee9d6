"""Everything that came back and nobody read yet, on one page: read with one tap, or with a comment."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pne_tracker.adapters import clock
from pne_tracker.blueprints.homework.area import bp
from pne_tracker.blueprints.homework.review_models import review_view
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.services import homework_review
from pne_tracker.services.homework_reading import read_new
from pne_tracker.web.policies import requires, viewer


@bp.get("/review/<uuid:episode_id>")
@requires(Permission.REVIEW_HOMEWORK)
def review(episode_id: UUID) -> ResponseReturnValue:
    """The new entries of an episode."""
    return _page(episode_id)


def _page(episode_id: UUID, error: BadInputError | None = None, status: int = 200) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        page = read_new(session, viewer(), episode_id, now=clock.now())
    view = review_view(page, viewer().timezone, request.form.to_dict(), error)
    return render_template("homework/review.html", view=view), status


@bp.post("/review/<uuid:episode_id>")
@requires(Permission.REVIEW_HOMEWORK)
def mark_read(episode_id: UUID) -> ResponseReturnValue:
    """One item read, with or without a comment, or all of them."""
    try:
        with transaction(viewer()) as session:
            said = _mark(session, episode_id)
    except BadInputError as error:
        return _page(episode_id, error, 422)
    flash(said, "good")
    return redirect(url_for(".review", episode_id=episode_id), 303)


def _mark(session: Session, episode_id: UUID) -> str:
    now, today = clock.now(), clock.today(viewer().timezone)
    if request.form.get("do") == "all":
        count = homework_review.review_all(session, viewer(), episode_id, today=today, now=now)
        return f"All read: {count}. The patient sees that you looked."
    homework_id = request.form.get("item", type=UUID)
    reply = request.form.get("reply", "") if request.form.get("do") == "comment" else ""
    homework_review.review_in(session, viewer(), episode_id, homework_id, reply=reply, today=today, now=now)
    return "Sent. The patient sees your comment." if reply.strip() else "Read. The patient sees it."
