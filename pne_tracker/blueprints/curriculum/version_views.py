"""The versions of a clinic's curriculum: the list with the upload, one version, and moving an episode to it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import Mistake, PackFileError, pack_from_bytes
from pne_tracker.blueprints.curriculum.area import bp
from pne_tracker.blueprints.curriculum.version_models import move_view, version_view, versions_view
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError, ConflictError, RefusedError
from pne_tracker.services import episode_moves, pack_versions
from pne_tracker.web.forms import row_seen
from pne_tracker.web.policies import requires, viewer


@bp.get("/<uuid:clinic_id>/versions")
@requires(Permission.MANAGE_CLINIC)
def versions(clinic_id: UUID) -> ResponseReturnValue:
    """Every version, and the way to bring in another."""
    return _versions(clinic_id)


@bp.post("/<uuid:clinic_id>/versions")
@requires(Permission.MANAGE_CLINIC)
def upload_version(clinic_id: UUID) -> ResponseReturnValue:
    """Read a pack file: every mistake with its line, or the stored version's page."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _versions(clinic_id, error="Choose the pack's file first."), 422
    try:
        pack = pack_from_bytes(sent.stream)
        with transaction(viewer()) as session:
            stored = pack_versions.upload(session, viewer(), clinic_id, pack, now=clock.now())
            version_id = stored.id
    except PackFileError as error:
        said = "This file cannot be used yet. Every line to mend is below."
        return _versions(clinic_id, error=said, mistakes=error.mistakes), 422
    except BadInputError as error:
        return _versions(clinic_id, error=error.message), 422
    flash("The version is loaded. Nothing changes until you choose it or move an episode.", "good")
    return redirect(url_for("curriculum.version", clinic_id=clinic_id, version_id=version_id), 303)


def _versions(clinic_id: UUID, error: str = "", mistakes: tuple[Mistake, ...] = ()) -> str:
    with transaction(viewer()) as session:
        page = pack_versions.read_versions(session, viewer(), clinic_id)
    return render_template(
        "curriculum/versions.html", view=versions_view(page, viewer()), error=error, mistakes=mistakes
    )


@bp.get("/<uuid:clinic_id>/versions/<uuid:version_id>")
@requires(Permission.MANAGE_CLINIC)
def version(clinic_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """What a version holds and changes, and whose episodes follow it."""
    with transaction(viewer()) as session:
        page = pack_versions.read_version(session, viewer(), clinic_id, version_id, now=clock.now())
    return render_template("curriculum/version.html", view=version_view(page, viewer()))


@bp.post("/<uuid:clinic_id>/versions/<uuid:version_id>/choose")
@requires(Permission.MANAGE_CLINIC)
def choose_version(clinic_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """New episodes begin with this version."""
    with transaction(viewer()) as session:
        pack_versions.choose(session, viewer(), clinic_id, version_id, now=clock.now())
    flash("New episodes begin with this version. Open ones keep theirs.", "good")
    return redirect(url_for("curriculum.version", clinic_id=clinic_id, version_id=version_id), 303)


@bp.get("/episodes/<uuid:episode_id>/version")
@requires(Permission.STEER_CARE)
def episode_version(episode_id: UUID) -> ResponseReturnValue:
    """What moving an episode to a newer version would change."""
    return _move_page(episode_id)


@bp.post("/episodes/<uuid:episode_id>/version")
@requires(Permission.STEER_CARE)
def move_episode(episode_id: UUID) -> ResponseReturnValue:
    """Move the episode to the version looked at."""
    target = row_seen(request.form.get("target")) or UUID(int=0)
    text = request.form.get("version", "")
    seen = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    try:
        with transaction(viewer()) as session:
            episode_moves.move(session, viewer(), episode_id, target, row_version=seen, now=clock.now())
    except (ConflictError, RefusedError) as error:
        return _move_page(episode_id, error.message), 409
    flash("The episode follows the newer version now. Its progress stayed.", "good")
    return redirect(url_for("curriculum.episode_version", episode_id=episode_id), 303)


def _move_page(episode_id: UUID, error: str = "") -> str:
    target = row_seen(request.args.get("to"))
    with transaction(viewer()) as session:
        page = episode_moves.read_move(session, viewer(), episode_id, target, now=clock.now())
    return render_template("curriculum/move.html", view=move_view(page), error=error)
