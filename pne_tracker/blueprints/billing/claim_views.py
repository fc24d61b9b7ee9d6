"""One claim: why it is as it is, what happened to it, and what a biller does about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.billing.area import bp
from pne_tracker.blueprints.billing.claim_models import ClaimView, coverage_data
from pne_tracker.blueprints.billing.forms import AnswerForm, CoverageForm, FollowForm
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.queries.claim_pages import ClaimPage, claim_page
from pne_tracker.services import audit, claim_answers, coverages
from pne_tracker.web.forms import Form, refusal
from pne_tracker.web.policies import requires, viewer


@bp.get("/claims/<uuid:claim_id>")
@requires(Permission.BILL)
def claim(claim_id: UUID) -> ResponseReturnValue:
    """The claim with its reasons, its minutes, its history."""
    return _page(claim_id, AnswerForm(on_date=clock.today(viewer().timezone)), FollowForm())


@bp.post("/claims/<uuid:claim_id>/answer")
@requires(Permission.BILL)
def answer(claim_id: UUID) -> ResponseReturnValue:
    """Enter what the payer answered."""
    form = AnswerForm()

    def keep() -> None:
        facts: dict[str, Any] = {
            "on_date": form.on_date.data,
            "reason": form.reason.data,
            "payer_number": form.payer_number.data,
            "today": clock.today(viewer().timezone),
            "now": clock.now(),
        }
        with transaction(viewer()) as session:
            if form.result.data == "denied":
                claim_answers.deny(session, viewer(), claim_id, **facts)
            else:
                claim_answers.pay(session, viewer(), claim_id, cents=form.cents(), **facts)

    return _answered(
        claim_id, form, keep, "The answer is kept.", lambda: _page(claim_id, form, FollowForm(None))
    )


@bp.post("/claims/<uuid:claim_id>/void")
@requires(Permission.BILL)
def void(claim_id: UUID) -> ResponseReturnValue:
    """Take back what went out."""
    return _follow(claim_id, claim_answers.void, "The void waits to go out. Until then it can be undone.")


@bp.post("/claims/<uuid:claim_id>/rebill")
@requires(Permission.BILL)
def rebill(claim_id: UUID) -> ResponseReturnValue:
    """Bill the visit again."""
    return _follow(
        claim_id, claim_answers.rebill, "The new claim waits to go out. Until then it can be undone."
    )


@bp.post("/claims/<uuid:claim_id>/keep")
@requires(Permission.BILL)
def keep(claim_id: UUID) -> ResponseReturnValue:
    """Undo a void or a second billing that has not gone out."""
    form, kept = Form(), []

    def back() -> None:
        with transaction(viewer()) as session:
            kept.append(claim_answers.keep(session, viewer(), claim_id, now=clock.now()))

    if status := refusal(form, back):
        return _page(claim_id, AnswerForm(None), FollowForm(None), form), status
    flash("The claim before stands again.", "good")
    return redirect(url_for("billing.claim", claim_id=kept[0]), 303)


def _follow(claim_id: UUID, act: Callable[..., UUID], said: str) -> ResponseReturnValue:
    form, made = FollowForm(), [claim_id]

    def go() -> None:
        with transaction(viewer()) as session:
            made[0] = act(
                session,
                viewer(),
                claim_id,
                reason=form.reason.data,
                reference=form.reference.data,
                now=clock.now(),
            )

    if status := refusal(form, go):
        return _page(claim_id, AnswerForm(None), form), status
    flash(said, "good")
    return redirect(url_for("billing.claim", claim_id=made[0]), 303)


def _answered(
    claim_id: UUID, form: Form, act: Callable[[], None], said: str, again: Callable[[], str]
) -> ResponseReturnValue:
    with transaction(viewer()) as session:
        claim_page(session, viewer(), claim_id)
    if status := refusal(form, act):
        return again(), status
    flash(said, "good")
    return redirect(url_for("billing.claim", claim_id=claim_id), 303)


@bp.route("/claims/<uuid:claim_id>/insurance", methods=["GET", "POST"])
@requires(Permission.BILL)
def insurance(claim_id: UUID) -> ResponseReturnValue:
    """What the insurance card of the claim's episode says."""
    page = _read(claim_id)
    form = CoverageForm(data=coverage_data(page))
    view = ClaimView(page, viewer().timezone)
    if not form.is_submitted():
        return render_template("billing/insurance.html", form=form, view=view)

    def save() -> None:
        with transaction(viewer()) as session:
            coverages.save_coverage(
                session, viewer(), page.episode_id, page.row.patient_id, form.draft(), now=clock.now()
            )

    if status := refusal(form, save):
        return render_template("billing/insurance.html", form=form, view=view), status
    flash("The insurance is kept. Waiting claims of this episode were checked again.", "good")
    return redirect(url_for("billing.claim", claim_id=claim_id), 303)


def _read(claim_id: UUID) -> ClaimPage:
    with transaction(viewer()) as session:
        page = claim_page(session, viewer(), claim_id)
        audit.record(
            session,
            viewer(),
            "read",
            "claim",
            subject_id=claim_id,
            patient_id=page.row.patient_id,
            now=clock.now(),
        )
    return page


def _page(claim_id: UUID, answer_form: AnswerForm, follow_form: FollowForm, other: Form | None = None) -> str:
    view = ClaimView(_read(claim_id), viewer().timezone)
    errors = [*answer_form.summary, *follow_form.summary, *(other.summary if other else [])]
    return render_template(
        "billing/claim.html", view=view, answer=answer_form, follow=follow_form, errors=errors
    )
