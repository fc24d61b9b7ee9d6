"""A clinic's own words for a message: typed, looked at in both languages, kept, taken back. HTTP only."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.reminders.area import bp
from pne_tracker.blueprints.reminders.wording_models import texts_typed, wording_model
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError, ConflictError
from pne_tracker.domain.messages.own_words import Key, cleaned, faults, field_name, texts_of
from pne_tracker.services.reminders.wording import MessageWords, keep_words, read_words
from pne_tracker.web.forms import row_seen
from pne_tracker.web.policies import requires, viewer


@bp.get("/reminders/rules/<uuid:clinic_id>/wording/<name>")
@requires(Permission.MANAGE_REMINDERS)
def wording(clinic_id: UUID, name: str) -> ResponseReturnValue:
    """The words a message goes out with now, and who changed them."""
    page = _read(clinic_id, name)
    return _page(page, clinic_id, texts_of(page.now))


@bp.post("/reminders/rules/<uuid:clinic_id>/wording/<name>")
@requires(Permission.MANAGE_REMINDERS)
def change_wording(clinic_id: UUID, name: str) -> ResponseReturnValue:
    """Take texts back, show them as they would arrive, or keep them; what is typed stays."""
    page = _read(clinic_id, name)
    texts, ours = texts_typed(request.form, texts_of(page.now)), texts_of(page.ours)
    back = request.form.get("back", "")
    if back:
        return _page(page, clinic_id, texts | {key: ours[key] for key in ours if back in {key[0], "all"}})
    texts = cleaned(texts)
    wrong = {field_name(*key): said for key, said in faults(page.ours, texts).items()}
    if wrong:
        return _page(page, clinic_id, texts, wrong, status=422)
    if request.form.get("do") != "save":
        return _page(page, clinic_id, texts, preview=True)
    try:
        with transaction(viewer()) as session:
            changed = keep_words(
                session,
                viewer(),
                clinic_id,
                name,
                texts,
                based_on=row_seen(request.form.get("based_on")),
                now=clock.now(),
            )
    except (BadInputError, ConflictError) as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _page(page, clinic_id, texts, {error.at: error.message}, status=status)
    flash("The words are kept. Messages from now on say them." if changed else "Nothing was changed.", "good")
    return redirect(url_for(".wording", clinic_id=clinic_id, name=name), 303)


def _read(clinic_id: UUID, name: str) -> MessageWords:
    with transaction(viewer()) as session:
        return read_words(session, viewer(), clinic_id, name)


def _page(
    page: MessageWords,
    clinic_id: UUID,
    texts: Mapping[Key, str],
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 200,
    preview: bool = False,
) -> ResponseReturnValue:
    model = wording_model(
        page,
        clinic_id,
        texts,
        errors or {},
        preview_from=clock.today(page.zone) if preview else None,
        based_on=request.form.get("based_on"),
    )
    return render_template("reminders/wording.html", page=model), status
