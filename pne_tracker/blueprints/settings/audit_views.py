"""The audit trail for administrators and leads: search, CSV, and whether the chain holds. HTTP only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pne_tracker.adapters import clock
from pne_tracker.blueprints.settings import audit_models
from pne_tracker.blueprints.settings.area import bp
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.access import Permission, Role
from pne_tracker.queries import accounts
from pne_tracker.queries.trail import Key
from pne_tracker.services import audit
from pne_tracker.services.trail_reading import open_trail
from pne_tracker.web.csv_text import csv_in_pages
from pne_tracker.web.policies import requires, viewer

PAGE = 50
CSV_PAGE = 1000


@bp.get("/audit")
@requires(Permission.SEE_AUDIT)
def audit_trail() -> ResponseReturnValue:
    """Events of the organisation or the own clinics, newest first."""
    zone = viewer().timezone
    chosen = audit_models.read_filter(request.args, zone)
    before = audit_models.read_key(request.args.get("before", ""))
    with transaction(viewer()) as session:
        rows = open_trail(session, viewer(), chosen, before=before, now=clock.now(), limit=PAGE)
        staff = _staff(session)
    with reading(UNSCOPED) as session:
        state = audit.chain_state(session)
    first, rarer = audit_models.fields(request.args, staff)
    asked: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name != "before"
    }
    more = ""
    if len(rows) == PAGE:
        more = url_for(".audit_trail", **{**asked, "before": audit_models.address_of_key(rows[-1].key)})
    return render_template(
        "settings/audit.html",
        fields=first,
        more_fields=rarer,
        rows=audit_models.event_rows(rows, zone),
        chain=audit_models.chain_words(state),
        next_url=more,
        newest_url=url_for(".audit_trail", **asked) if before else "",
        csv_url=url_for(".audit_csv", **asked),
    )


def _staff(session: Session) -> list[accounts.Colleague]:
    if viewer().role is Role.ADMINISTRATOR:
        return accounts.staff(session)
    return accounts.colleagues(session, viewer(), *(role for role in Role if role.is_staff))


@bp.get("/audit.csv")
@requires(Permission.SEE_AUDIT, fresh=True)
def audit_csv() -> ResponseReturnValue:
    """The same events, all pages, streamed; each is itself in the trail before it leaves."""
    reader, now = viewer(), clock.now()
    chosen = audit_models.read_filter(request.args, reader.timezone)

    def read(before: Key | None) -> tuple[Iterable[Sequence[object]], Key | None]:
        with transaction(reader) as session:
            page = open_trail(
                session, reader, chosen, before=before, now=now, limit=CSV_PAGE, action="export"
            )
        lines = [audit_models.csv_row(row, reader.timezone) for row in page]
        return lines, page[-1].key if len(page) == CSV_PAGE else None

    name = f"audit-{clock.today(reader.timezone).isoformat()}.csv"
    return csv_in_pages(audit_models.HEADS, read, name)
