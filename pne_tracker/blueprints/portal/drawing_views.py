"""The drawing of a reading: drawn on the page, or a photo of one on paper."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pne_tracker.adapters import clock
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.drawings import LARGEST_PHOTO
from pne_tracker.domain.errors import BadInputError, NotFoundError
from pne_tracker.queries.drawings import MIME
from pne_tracker.services import drawings
from pne_tracker.services.portal_reading import open_homework
from pne_tracker.web.policies import requires, viewer


@bp.get("/portal/homework/<uuid:homework_id>/drawing")
@requires(Permission.USE_PORTAL)
def drawing_page(homework_id: UUID) -> ResponseReturnValue:
    """Paper to draw on, and the way to add a photo."""
    return _page(homework_id, request.args.get("n", 1, type=int))


def _page(homework_id: UUID, occurrence: int, error: str = "") -> ResponseReturnValue:
    with transaction(viewer()) as session:
        page = open_homework(session, viewer(), homework_id, now=clock.now())
    if page.item.kind is not HomeworkKind.READING or not 1 <= occurrence <= page.item.expected:
        raise NotFoundError
    rendered = render_template(
        "portal/drawing.html",
        homework_id=homework_id,
        occurrence=occurrence,
        error=error,
        has=occurrence in page.extras.drawings,
    )
    return make_response(rendered, 422 if error else 200)


@bp.post("/portal/homework/<uuid:homework_id>/drawing")
@requires(Permission.USE_PORTAL)
def drawing_keep(homework_id: UUID) -> ResponseReturnValue:
    """Keep what was drawn."""

    def keep(occurrence: int) -> None:
        with transaction(viewer()) as session:
            text = request.form.get("strokes", "")
            drawings.keep_strokes(session, viewer(), homework_id, occurrence, text, now=clock.now())

    return _kept(homework_id, keep)


@bp.post("/portal/homework/<uuid:homework_id>/drawing/photo")
@requires(Permission.USE_PORTAL)
def drawing_photo_keep(homework_id: UUID) -> ResponseReturnValue:
    """Keep a photo."""
    sent = request.files.get("photo")
    data = sent.stream.read(LARGEST_PHOTO + 1) if sent else b""

    def keep(occurrence: int) -> None:
        with transaction(viewer()) as session:
            drawings.keep_photo(session, viewer(), homework_id, occurrence, data, now=clock.now())

    return _kept(homework_id, keep)


def _kept(homework_id: UUID, keep: Callable[[int], None]) -> ResponseReturnValue:
    occurrence = request.form.get("_n", 1, type=int)
    try:
        keep(occurrence)
    except BadInputError as error:
        said = {
            "no_drawing": _("Draw something first, or add a photo."),
            "photo_too_large": _("This photo is too large. Open it, take a screenshot of it, and add that."),
            "no_photo": _("Pick a photo first. Then press the button."),
            "heic_photo": _(
                "Your phone kept this photo in a way we can not open. It is called HEIC. Open the photo, take a "
                "screenshot of it, and add that."
            ),
        }
        other = _("We can not open this file. Add a photo of your drawing, or a screenshot of the photo.")
        return _page(homework_id, occurrence, said.get(error.code, other))
    flash(f"drawing.{homework_id}.{occurrence}", "draft-sent")
    return redirect(url_for("portal.homework", homework_id=homework_id, n=occurrence), 303)


@bp.post("/portal/homework/<uuid:homework_id>/drawing/remove")
@requires(Permission.USE_PORTAL)
def drawing_remove(homework_id: UUID) -> ResponseReturnValue:
    """Take the drawing away."""
    occurrence = request.form.get("_n", 1, type=int)
    with transaction(viewer()) as session:
        drawings.remove(session, viewer(), homework_id, occurrence, now=clock.now())
    return redirect(url_for("portal.homework", homework_id=homework_id, n=occurrence), 303)


@bp.get("/portal/homework/<uuid:homework_id>/drawing/photo")
@requires(Permission.USE_PORTAL)
def drawing_photo(homework_id: UUID) -> ResponseReturnValue:
    """The photo itself, as bytes of the type it was checked to be."""
    occurrence = request.args.get("n", 1, type=int)
    with transaction(viewer()) as session:
        found = drawings.open_photo(session, viewer(), homework_id, occurrence, now=clock.now())
    answer = make_response(found.photo)
    answer.headers["Content-Type"] = MIME[found.kind]
    answer.headers["Content-Disposition"] = "inline; filename=drawing"
    return answer
