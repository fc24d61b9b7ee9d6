"""After a miss: what got in the way, told with one tap and taken back with another."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pne_tracker.adapters import clock
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError
from pne_tracker.services import barriers
from pne_tracker.web.policies import requires, viewer


@bp.post("/portal/homework/<uuid:homework_id>/in-the-way")
@requires(Permission.USE_PORTAL)
def in_the_way(homework_id: UUID) -> ResponseReturnValue:
    """Keep a reason, or take one back; the tip stands on the page of the task."""
    reason, back = request.form.get("reason", ""), request.form.get("take_back", "")
    try:
        with transaction(viewer()) as session:
            if back:
                barriers.untell(session, viewer(), homework_id, back, now=clock.now())
            else:
                barriers.tell(session, viewer(), homework_id, reason, now=clock.now())
    except BadInputError:
        flash(_("Pick what got in the way."), "warn")
    return redirect(url_for("portal.homework", homework_id=homework_id, _anchor="in-the-way"), 303)
