"""What a patient, or somebody they let look, sees when something is refused or breaks: their words, their language."""

from __future__ import annotations

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from pne_tracker.domain.access import Viewer
from pne_tracker.web.identity import current_viewer
from pne_tracker.web.places import came_from
from pne_tracker.web.portal_context import local_path, portal_context

PLACES = ("/portal", "/care", "/welcome/", "/join/", "/stop/")
SECRET = ("csrf_token", "password", "email")


def for_patients() -> bool:
    """Whether whoever asks is a patient or a caregiver; signed out, whether the page is one of theirs."""
    viewer = _viewer()
    if viewer is None:
        return request.path.startswith(PLACES)
    if not viewer.role.is_staff and g.get("viewer") is None:
        g.viewer = viewer  # The page is made before the door was reached: in whose language it speaks.
    return not viewer.role.is_staff


def _viewer() -> Viewer | None:
    """Who is signed in, as far as the database can tell."""
    try:
        return g.get("viewer") or current_viewer()
    except SQLAlchemyError:
        return None


def patient_page(status: int, *, old_form: bool = False) -> Response:
    """The page of a status; `old_form`: what was sent came too late to be believed."""
    if request.path.startswith("/portal") and _viewer() is None and (old_form or status == 401):
        return _signed_out(status)
    if old_form:
        heading, sentence = (
            _("This page was open too long"),
            _("Go back, load it again, and send it once more."),
        )
    else:
        heading, sentence = _said(status)
    return _render(status, heading, sentence, words=typed_words() if old_form else [])


def whole_page(response: Response) -> Response:
    """A whole page is never put into a part of another one: what was typed there stays."""
    if request.headers.get("HX-Request"):
        response.headers["HX-Reswap"] = "none"
    return response


def _said(status: int) -> tuple[str, str]:
    known = {
        403: (_("This page is for others"), _("You can not open it.")),
        404: (_("There is nothing here"), _("This page is gone, or it is not yours to see.")),
        409: (_("This can not be done"), _("This does not work here. Go back one page.")),
        413: (_("This file is too large"), _("Try a smaller one.")),
        429: (_("Too many tries"), _("Wait a quarter of an hour. Then try again.")),
        503: (_("We are busy right now"), _("Nothing was saved. Wait a moment, then send it again.")),
    }
    broken = (_("Something broke on our side"), _("It is not your fault. Try again in a minute."))
    return known.get(status) or (broken if status >= 500 else known[409])


def _signed_out(status: int) -> Response:
    back = local_path(request.path if request.method == "GET" else came_from(), url_for("portal.index"))
    return _render(
        status,
        _("You are signed out"),
        _("You were away for a while. Sign in, and send it once more."),
        words=typed_words(),
        action=(_("Sign in"), url_for("security.login", next=back)),
    )


def _render(
    status: int, heading: str, sentence: str, *, words: list[str], action: tuple[str, str] | None = None
) -> Response:
    frame = portal_context() if _viewer() is not None else {}
    text, url = action or (_("Back to the start"), url_for("home.index"))
    page = render_template(
        "portal/refused.html",
        heading=heading,
        sentence=sentence,
        words=words,
        action_text=text,
        action_url=url,
        **frame,
    )
    return whole_page(make_response(page, status))


def typed_words() -> list[str]:
    """The free words of the form that was sent, so that they can be copied. Never kept, never logged."""
    return [
        value.strip()
        for name, values in request.form.lists()
        if not name.startswith("_") and name not in SECRET
        for value in values
        if " " in value.strip()
    ]
