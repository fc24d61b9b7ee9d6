"""Two weeks after the first section: did it come across? One tap, once."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pne_tracker.adapters import clock
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.received import LABELS, QUESTION, Received
from pne_tracker.services import received
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.portal_context import language


@dataclass(frozen=True, slots=True)
class ReceivedQuestion:
    """The question with its answers, and the word that closes it."""

    text: str
    answers: list[tuple[str, str]]
    close: tuple[str, str]


def received_question() -> ReceivedQuestion:
    """The question in the patient's language."""
    words = [(one.value, text.in_language(language())) for one, text in LABELS.items()]
    return ReceivedQuestion(QUESTION.in_language(language()), words[:-1], words[-1])


@bp.post("/portal/received")
@requires(Permission.USE_PORTAL)
def answer_received() -> ResponseReturnValue:
    """Keep the answer, or that the question was closed."""
    word = request.form.get("answer", "")
    try:
        with transaction(viewer()) as session:
            kept = received.answer(session, viewer(), word, now=clock.now())
    except BadInputError:
        flash(_("Tap one of the answers."), "warn")
        return redirect(url_for("portal.index", _anchor="received"), 303)
    if kept and word != Received.CLOSED:
        flash(_("Thank you. That helps us do our part."), "good")
    return redirect(url_for("portal.index"), 303)
