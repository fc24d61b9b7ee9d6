"""A patient's whole record, as a file and as a paper: for the patient, and for staff whom the patient asked."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.adapters.pdf import render_paper
from pne_tracker.blueprints.records import (  # noqa: F401  (they hang their pages on the blueprint)
    amendment_views,
    deletion_views,
    retention_views,
)
from pne_tracker.blueprints.records.area import bp
from pne_tracker.blueprints.records.paper import record_paper
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.record_file import record_json
from pne_tracker.services.record_exports import (
    HandedOut,
    export_own_record,
    export_record,
    open_record_page,
)
from pne_tracker.web.policies import requires, viewer
from pne_tracker.web.portal_context import language, portal_context

__all__ = ["bp"]

JSON, PDF = "json", "pdf"


@bp.get("/portal/record")
@requires(Permission.USE_PORTAL)
def own() -> ResponseReturnValue:
    """What the record is, and the two ways to take it along."""
    return render_template("portal/record.html", **portal_context())


@bp.get("/portal/record.json")
@requires(Permission.USE_PORTAL)
def own_json() -> ResponseReturnValue:
    """Every row of the patient's own record, private entries too."""
    with transaction(viewer()) as session:
        return _file(export_own_record(session, viewer(), JSON, now=clock.now()), "patient")


@bp.get("/portal/record.pdf")
@requires(Permission.USE_PORTAL)
def own_pdf() -> ResponseReturnValue:
    """The same to read, in the patient's language."""
    with transaction(viewer()) as session:
        handed = export_own_record(session, viewer(), PDF, now=clock.now())
    return _paper(handed, language())


@bp.get("/patients/<uuid:patient_id>/record")
@requires(Permission.EXPORT_RECORDS)
def of_patient(patient_id: UUID) -> ResponseReturnValue:
    """What staff hand out when the patient asks for the record."""
    with transaction(viewer()) as session:
        name = open_record_page(session, viewer(), patient_id, now=clock.now())
    return render_template("records/hand_out.html", patient_id=patient_id, name=name)


@bp.get("/patients/<uuid:patient_id>/record.json")
@requires(Permission.EXPORT_RECORDS, fresh=True)
def json_of_patient(patient_id: UUID) -> ResponseReturnValue:
    """Every row, without the words of private entries."""
    with transaction(viewer()) as session:
        return _file(export_record(session, viewer(), patient_id, JSON, now=clock.now()), "staff")


@bp.get("/patients/<uuid:patient_id>/record.pdf")
@requires(Permission.EXPORT_RECORDS, fresh=True)
def pdf_of_patient(patient_id: UUID) -> ResponseReturnValue:
    """The same to read, in the patient's language."""
    with transaction(viewer()) as session:
        handed = export_record(session, viewer(), patient_id, PDF, now=clock.now())
    spoken = handed.record.tables["patient"][0]["language"]
    return _paper(handed, "es" if spoken.startswith("es") else "en")


def _file(handed: HandedOut, made_for: str) -> Response:
    record = handed.record
    text = record_json(record.tables, record.people, record.withheld, made_at=clock.now(), made_for=made_for)
    return _download(text.encode(), "application/json", JSON)


def _paper(handed: HandedOut, spoken: str) -> Response:
    """The PDF is made in memory after the transaction, so nobody waits for it and nothing stays on disk."""
    now = clock.now()
    return _download(
        render_paper(record_paper(handed, now=now, language=spoken), at=now), "application/pdf", PDF
    )


def _download(content: bytes, mimetype: str, ending: str) -> Response:
    response = Response(content, mimetype=mimetype)
    day = clock.today(viewer().timezone).isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="record-{day}.{ending}"'
    return response
