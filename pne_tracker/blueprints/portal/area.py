"""The blueprint of the portal, with what all its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pne_tracker.blueprints.portal.words import refusal
from pne_tracker.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from pne_tracker.web.patient_errors import whole_page
from pne_tracker.web.portal_context import portal_context

bp = Blueprint("portal", __name__)


@bp.context_processor
def _frame() -> dict[str, Any]:
    return portal_context() if g.get("viewer") is not None else {}


@bp.errorhandler(RefusedError)
@bp.errorhandler(ConflictError)
@bp.errorhandler(NotAllowedError)
def _refused(error: RefusedError | ConflictError | NotAllowedError) -> ResponseReturnValue:
    """The refusal in the patient's words."""
    status = 403 if isinstance(error, NotAllowedError) else 409
    return _kindly(_("This can not be done"), refusal(error.code), status)


@bp.errorhandler(NotFoundError)
def _nothing(_error: NotFoundError) -> ResponseReturnValue:
    """The same page for what is another's and for what never was."""
    return _kindly(_("There is nothing here"), _("This page is gone, or it is not yours to see."), 404)


def _kindly(heading: str, sentence: str, status: int) -> ResponseReturnValue:
    page = render_template("portal/refused.html", heading=heading, sentence=sentence)
    return whole_page(make_response(page, status))
