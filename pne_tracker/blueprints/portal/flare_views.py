"""The flare log that is open at any time, with the danger signs first."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pne_tracker.adapters import clock
from pne_tracker.blueprints.portal.area import bp
from pne_tracker.blueprints.portal.form_models import card_for_draft, drawn_rows, messages_with_labels, say
from pne_tracker.blueprints.portal.homework_views import typed_form
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.crisis import NOTICE
from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.entries import EntryResult
from pne_tracker.domain.entry_fields import FLARE
from pne_tracker.domain.entry_parse import Raw
from pne_tracker.services import own_logs
from pne_tracker.services.portal_reading import open_place
from pne_tracker.web.policies import requires, viewer


@bp.get("/portal/flare")
@requires(Permission.USE_PORTAL)
def flare() -> ResponseReturnValue:
    """A blank form."""
    return _page({}, own_logs.fresh_id(), EntryResult())


def _page(raw: dict[str, Raw], log_id: UUID, result: EntryResult, status: int = 200) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        place, local = open_place(session, viewer(), now=clock.now())
    today = local.date()
    filled = raw or {"start_day": today.isoformat()}
    rendered = render_template(
        "portal/flare.html",
        rows=drawn_rows(FLARE, filled, result.errors, today),
        errors=messages_with_labels(FLARE, result.errors),
        warnings=messages_with_labels(FLARE, result.warnings) if not result.errors else [],
        notices=[say(one.text) for one in result.notices],
        card=card_for_draft(raw),
        phone=place.clinic_phone,
        notice=say(NOTICE),
        log_id=log_id,
    )
    return make_response(rendered, status)


@bp.post("/portal/flare")
@requires(Permission.USE_PORTAL)
def flare_save() -> ResponseReturnValue:
    """Keep the flare; danger signs are answered first, whatever else is open."""
    log_id = _log_id()
    typed = typed_form()
    with transaction(viewer()) as session:
        result = own_logs.log(
            session,
            viewer(),
            HomeworkKind.FLARE_LOG,
            typed.raw,
            log_id=log_id,
            sure=typed.sure,
            now=clock.now(),
        )
    if not result.ok or (result.warnings and not typed.sure):
        return _page(dict(typed.raw), log_id, result, 422)
    urgent = bool(result.notices)
    rendered = render_template(
        "portal/flare_kept.html",
        notices=[say(one.text) for one in result.notices],
        card=card_for_draft(typed.raw),
        log_id=log_id,
        urgent=urgent,
    )
    return make_response(rendered)


def _log_id() -> UUID:
    try:
        return UUID(request.form.get("_id", ""))
    except ValueError:
        return own_logs.fresh_id()


@bp.post("/portal/flare/<uuid:log_id>/take-back")
@requires(Permission.USE_PORTAL)
def flare_take_back(log_id: UUID) -> ResponseReturnValue:
    """Take a flare of today back."""
    with transaction(viewer()) as session:
        own_logs.take_back(session, viewer(), log_id, now=clock.now())
    flash(_("It is taken back."), "good")
    return redirect(url_for("portal.logs"), 303)
