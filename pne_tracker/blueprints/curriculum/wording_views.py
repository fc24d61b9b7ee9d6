"""The clinic's own words: the list of sections, and one section with both languages side by side."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.curriculum.area import bp
from pne_tracker.blueprints.curriculum.wording_models import section_list, texts_now, wording_view
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import BadInputError, ConflictError, DomainError
from pne_tracker.services import section_wording as wording
from pne_tracker.services.section_wording import WordingPage, field_name
from pne_tracker.web.display import count_text
from pne_tracker.web.forms import row_seen
from pne_tracker.web.policies import requires, viewer


@bp.get("/<uuid:clinic_id>/wording")
@requires(Permission.MANAGE_CLINIC)
def wording_list(clinic_id: UUID) -> ResponseReturnValue:
    """Every section, and which of its texts are the clinic's own."""
    page = _read(clinic_id)
    return render_template("curriculum/wording.html", page=page, rows=section_list(page, viewer()))


@bp.get("/<uuid:clinic_id>/wording/<slug>")
@requires(Permission.MANAGE_CLINIC)
def section_wording(clinic_id: UUID, slug: str) -> ResponseReturnValue:
    """The texts of one section."""
    page = _read(clinic_id)
    _, reworded = page.sections(slug)
    view = wording_view(page, slug, texts_now(reworded), {})
    return render_template("curriculum/section_wording.html", view=view)


@bp.post("/<uuid:clinic_id>/wording/<slug>")
@requires(Permission.MANAGE_CLINIC)
def change_wording(clinic_id: UUID, slug: str) -> ResponseReturnValue:
    """Take a text back, show a preview, or keep the texts; what is typed stays."""
    page = _read(clinic_id)
    loaded, reworded = page.sections(slug)
    texts = {key: request.form.get(field_name(*key), text) for key, text in texts_now(reworded).items()}
    back = request.form.get("back", "")
    if back:
        texts |= {key: text for key, text in texts_now(loaded).items() if back in {key[0], "all"}}
        return _page(page, slug, texts)
    try:
        texts = wording.checked_texts(loaded, texts)
        advice = wording.advice_on(loaded, texts)
        if request.form.get("do") != "save":
            return _page(page, slug, texts, _by_name(advice), preview=True)
        if advice and "anyway" not in request.form:
            return _page(page, slug, texts, _by_name(advice), status=422, ask_anyway=True)
        changed = _keep(clinic_id, slug, texts)
    except (BadInputError, ConflictError) as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _page(page, slug, texts, _beside(error), status=status)
    flash(f"{count_text(changed, 'text')} kept. Signed visits keep what they were signed with.", "good")
    return redirect(url_for("curriculum.section_wording", clinic_id=clinic_id, slug=slug), 303)


def _keep(clinic_id: UUID, slug: str, texts: wording.Texts) -> int:
    with transaction(viewer()) as session:
        return wording.keep_wording(
            session,
            viewer(),
            clinic_id,
            slug,
            texts,
            based_on=row_seen(request.form.get("based_on")),
            now=clock.now(),
        )


def _read(clinic_id: UUID) -> WordingPage:
    with transaction(viewer()) as session:
        return wording.read_wording(session, viewer(), clinic_id)


def _by_name(advice: dict[tuple[str, str], tuple[str, ...]]) -> dict[str, str]:
    return {field_name(*key): " ".join(said) for key, said in advice.items()}


def _beside(error: DomainError) -> dict[str, str]:
    return {error.at: error.message}


def _page(
    page: WordingPage,
    slug: str,
    texts: wording.Texts,
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
    ask_anyway: bool = False,
    preview: bool = False,
) -> ResponseReturnValue:
    view = wording_view(
        page,
        slug,
        texts,
        errors or {},
        ask_anyway=ask_anyway,
        preview=preview,
        based_on=request.form.get("based_on"),
    )
    return render_template("curriculum/section_wording.html", view=view), status
