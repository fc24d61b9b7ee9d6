"""Messages in the portal: what the therapist read and said, a short question, asking to be called."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pne_tracker.adapters import clock
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.blueprints.portal.message_models import messages_model
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.services import message_reading
from pne_tracker.services import messages as message_services
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.portal_context import language


@bp.get("/portal/messages")
@requires(Permission.USE_PORTAL)
def messages() -> ResponseReturnValue:
    """Everything read, said and asked."""
    return _page()


def _page(text: str = "", error: str = "", status: int = 200) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        record, lines = message_reading.open_own(session, viewer(), language(), now=clock.now())
    model = messages_model(record, lines, text=text, error=error)
    return render_template("portal/messages.html", page=model), status


@bp.post("/portal/messages")
@requires(Permission.USE_PORTAL)
def ask() -> ResponseReturnValue:
    """Send a short question."""
    text = request.form.get("text", "")
    try:
        with transaction(viewer()) as session:
            message_services.ask(session, viewer(), text, now=clock.now())
    except BadInputError as error:
        long = _("Make it shorter: 500 letters at most.")
        return _page(text, long if error.code == "too_long" else _("Write your question first."), 422)
    flash("question", "draft-sent")
    flash(_("Sent. You will see here when it was read."), "good")
    return redirect(url_for("portal.messages"), 303)


@bp.post("/portal/messages/<uuid:message_id>/take-back")
@requires(Permission.USE_PORTAL)
def take_message_back(message_id: UUID) -> ResponseReturnValue:
    """Take back what nobody read yet."""
    with transaction(viewer()) as session:
        message_services.take_back(session, viewer(), message_id, now=clock.now())
    flash(_("Taken back."), "good")
    return redirect(url_for("portal.messages"), 303)


@bp.post("/portal/homework/<uuid:homework_id>/call-me")
@requires(Permission.USE_PORTAL)
def call_me(homework_id: UUID) -> ResponseReturnValue:
    """Ask the therapist to call, from an entry that is shared."""
    occurrence = request.form.get("n", type=int) or 1
    with transaction(viewer()) as session:
        message_services.ask_for_call(session, viewer(), homework_id, occurrence, now=clock.now())
    flash(_("Your therapist will see that you ask for a call."), "good")
    return redirect(url_for("portal.messages"), 303)
