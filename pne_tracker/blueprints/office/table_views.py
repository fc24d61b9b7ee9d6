"""Codes and their dated tables: what holds, a new edition after a look at it, the clinic's own codes."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.office.area import bp
from pne_tracker.blueprints.office.forms import CodeForm, EditionForm
from pne_tracker.blueprints.office.table_models import (
    edition_rows,
    own_code_rows,
    preview_page,
    shipped_code_rows,
)
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.billing.dated import Kind
from pne_tracker.domain.billing.table_sheet import compare, read_table
from pne_tracker.domain.errors import BadInputError
from pne_tracker.queries import code_tables as table_queries
from pne_tracker.services import code_tables
from pne_tracker.web.forms import refusal
from pne_tracker.web.policies import requires, viewer


@bp.get("/codes")
@requires(Permission.MANAGE_BILLING)
def codes() -> ResponseReturnValue:
    """The codes, and every edition of the tables."""
    return _page(CodeForm(), EditionForm())


@bp.post("/codes")
@requires(Permission.MANAGE_BILLING)
def add_code() -> ResponseReturnValue:
    """Add an own code."""
    form = CodeForm()

    def keep() -> None:
        with transaction(viewer()) as session:
            timed = form.timed.data == "timed"
            code_tables.add_code(
                session, viewer(), form.code.data, form.label.data, timed=timed, now=clock.now()
            )

    if status := refusal(form, keep):
        return _page(form, EditionForm(formdata=None)), status
    flash(f"{form.code.data.upper()} is added. Give it a fee with each payer.", "good")
    return redirect(url_for("office.codes"), 303)


@bp.post("/codes/<uuid:code_id>/retire")
@requires(Permission.MANAGE_BILLING)
def retire_code(code_id: UUID) -> ResponseReturnValue:
    """No longer offer an own code, or offer it again."""
    with transaction(viewer()) as session:
        today = clock.today(viewer().timezone)
        offered = code_tables.retire_code(session, viewer(), code_id, today=today, now=clock.now())
    flash(
        "The code is offered again." if offered else "The code is no longer offered. Signed lines keep it.",
        "good",
    )
    return redirect(url_for("office.codes"), 303)


@bp.post("/codes/preview")
@requires(Permission.MANAGE_BILLING)
def preview_edition() -> ResponseReturnValue:
    """What an edition would change, and every row that is refused."""
    form = EditionForm()
    try:
        if not form.validate():
            return _page(CodeForm(formdata=None), form), 422
        kind, day, text = Kind(form.kind.data), form.first_day(), form.read()
        sheet = read_table(kind, text)
    except BadInputError as error:
        form.refuse(error)
        return _page(CodeForm(formdata=None), form), 422
    with transaction(viewer()) as session:
        before = table_queries.edition_before(session, kind, day)
    page = preview_page(kind, day, sheet, compare(before.rows, sheet.rows))
    return render_template("office/edition_preview.html", page=page, text=text, kind=kind.value, day=day)


@bp.post("/codes/import")
@requires(Permission.MANAGE_BILLING)
def import_edition() -> ResponseReturnValue:
    """Keep the edition that the preview showed."""
    form = EditionForm()
    kept: list[int] = []

    def keep() -> None:
        with transaction(viewer()) as session:
            kept.append(
                code_tables.load_edition(
                    session,
                    viewer(),
                    Kind(form.kind.data),
                    form.first_day(),
                    form.read(),
                    now=clock.now(),
                )
            )

    if status := refusal(form, keep):
        return _page(CodeForm(formdata=None), form), status
    flash(f"The edition is kept with {kept[0]} rows. Waiting claims were checked by it.", "good")
    return redirect(url_for("office.codes"), 303)


def _page(form: CodeForm, edition: EditionForm) -> str:
    with transaction(viewer()) as session:
        editions = table_queries.editions(session)
        own = table_queries.own_codes(session)
    return render_template(
        "office/codes.html",
        form=form,
        edition=edition,
        editions=edition_rows(editions, clock.today(viewer().timezone), viewer().timezone),
        own=own_code_rows(own),
        shipped=shipped_code_rows(),
    )
