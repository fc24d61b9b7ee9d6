"""Bringing patients in by upload: choose, look at what would happen, confirm, see what happened."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.imports.forms import ImportForm
from pne_tracker.blueprints.imports.viewmodels import as_kept, first_patients, report_page
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError, RefusedError
from pne_tracker.queries import accounts
from pne_tracker.services.imports import ImportReport, ImportTarget, import_records
from pne_tracker.services.imports_kept import GONE, KeptImport, keep, kept_import, purge
from pne_tracker.web.policies import requires, viewer

bp = Blueprint("imports", __name__, url_prefix="/patients/import")
KEPT = "import"


@bp.get("")
@requires(Permission.IMPORT_PATIENTS)
def index() -> ResponseReturnValue:
    """Choose the clinic and the files."""
    purge(_root(), clock.now())
    form = _form()
    if "too_large" in request.args:
        form.refuse(BadInputError(_too_large(), at="files"))
        return _page(form), 413
    return _page(form)


@bp.post("/preview")
@requires(Permission.IMPORT_PATIENTS)
def preview() -> ResponseReturnValue:
    """Read the files and show what bringing them in would do; only the records are kept."""
    purge(_root(), clock.now())
    form = _form()
    if not form.validate():
        return _page(form), 422
    try:
        kept = keep(
            _root(),
            form.read(clock.today(viewer().timezone)),
            account_id=viewer().account_id,
            clinic_id=UUID(form.clinic.data),
            now=clock.now(),
        )
        report = _previewed(kept)
    except BadInputError as error:
        form.refuse(error if error.at else BadInputError(error.message, at="files"))
        return _page(form), 422
    cookie[KEPT] = kept.token
    clinic = dict(form.clinic.choices)[form.clinic.data]
    return render_template(
        "imports/preview.html",
        report=report_page(as_kept(report)),
        patients=first_patients(report),
        patient_total=report.resources["Patient"].total - len(report.resources["Patient"].rejected),
        clinic=clinic,
        token=kept.token,
    )


@bp.post("/confirm")
@requires(Permission.IMPORT_PATIENTS)
def confirm() -> ResponseReturnValue:
    """Bring in what the preview showed."""
    kept = _chosen()
    if kept is None:
        return _gone()
    try:
        report = _imported(kept, dry_run=False)
    except RefusedError:
        return _gone()
    kept.write_report(as_kept(report))
    kept.forget_records()
    return redirect(url_for("imports.report"), 303)


@bp.post("/cancel")
@requires(Permission.IMPORT_PATIENTS)
def cancel() -> ResponseReturnValue:
    """Forget the upload."""
    kept = _chosen()
    if kept is not None:
        kept.remove()
        cookie.pop(KEPT, None)
    flash("Nothing was brought in. The upload is deleted.", "info")
    return redirect(url_for("imports.index"), 303)


@bp.get("/report")
@requires(Permission.IMPORT_PATIENTS)
def report() -> ResponseReturnValue:
    """What the import came to."""
    try:
        kept = _kept(cookie.get(KEPT, ""))
        page = report_page(kept.report())
    except RefusedError:
        return redirect(url_for("imports.index"), 303)
    return render_template("imports/report.html", report=page)


@bp.errorhandler(413)
def too_large(_error: Exception) -> ResponseReturnValue:
    """Back to the form, which says how much fits. Raised before anybody has looked who asks."""
    return redirect(url_for("imports.index", too_large="yes"), 303)


def _root() -> Path:
    return Path(current_app.instance_path) / "imports"


def _form() -> ImportForm:
    form = ImportForm()
    with transaction(viewer()) as session:
        form.clinic.choices = [(str(one.id), one.name) for one in accounts.clinics(session, viewer())]
    return form


def _page(form: ImportForm) -> str:
    return render_template("imports/index.html", form=form, megabytes=_megabytes())


def _megabytes() -> int:
    return int(current_app.config["MAX_CONTENT_LENGTH"]) // (1024 * 1024)


def _too_large() -> str:
    return f"The files are larger than {_megabytes()} MB together. Send the parts of the export one by one."


def _previewed(kept: KeptImport) -> ImportReport:
    """A dry run; without anything to bring in nothing is kept."""
    try:
        return _imported(kept, dry_run=True)
    except BaseException:
        kept.remove()
        raise


def _imported(kept: KeptImport, *, dry_run: bool) -> ImportReport:
    target = ImportTarget(viewer().organisation_id, kept.clinic_id)
    with transaction(viewer()) as session:
        return import_records(
            session, clinic=target, records=kept.items(), actor=viewer(), now=clock.now(), dry_run=dry_run
        )


def _kept(token: str) -> KeptImport:
    return kept_import(_root(), token, account_id=viewer().account_id, now=clock.now())


def _chosen() -> KeptImport | None:
    """The upload that the form names, when it is the one of this session's last preview."""
    token = request.form.get("token", "")
    if token != cookie.get(KEPT):
        return None
    try:
        return _kept(token)
    except RefusedError:
        return None


def _gone() -> ResponseReturnValue:
    flash(GONE, "warn")
    return redirect(url_for("imports.index"), 303)
