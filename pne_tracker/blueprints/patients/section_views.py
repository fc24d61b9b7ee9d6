"""One section of an episode, the marks on it, and the steps of the episode: flags, hold, reopen, reviewed."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pne_tracker.adapters import clock
from pne_tracker.blueprints.patients.area import bp, refusal
from pne_tracker.blueprints.patients.card_models import ranked_options
from pne_tracker.blueprints.patients.episode_forms import FlagsForm, flag_choices
from pne_tracker.blueprints.patients.forms import ChooseForm, MarkForm
from pne_tracker.blueprints.patients.section_models import section_view
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.queries import episodes as episode_queries
from pne_tracker.services import episodes, flags, marks, patient_reading, recall, visits
from pne_tracker.web.policies import requires, viewer

STEPS = {
    "hold": "The episode is on hold.",
    "reopen": "The episode is open again.",
}
MARKS = {
    "skip": (marks.skip, "The section is skipped."),
    "unskip": (marks.unskip, "The section is back in."),
    "revisit": (marks.revisit, "The section is flagged to be revisited."),
}


@bp.route("/episodes/<uuid:episode_id>/sections/<int:number>", methods=["GET", "POST"])
@requires(Permission.SEE_PATIENTS, glass=True)
def section(episode_id: UUID, number: int) -> ResponseReturnValue:
    """Where a section stands and why; leave it out, take it back in, or flag it to be revisited."""
    now, today = clock.now(), clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        page = patient_reading.open_section(session, viewer(), episode_id, number, today=today, now=now)
    form = MarkForm()
    status = None
    if form.is_submitted():
        mark, said = MARKS.get(request.form.get("do", ""), MARKS["unskip"])

        def keep() -> None:
            with transaction(viewer()) as session:
                reason = (form.reason.data or "").strip()
                mark(session, viewer(), episode_id, number, reason=reason, on_date=today, now=now)

        status = refusal(form, keep)
        if status is None:
            flash(said, "good")
            return redirect(request.path, 303)
    body = render_template("patients/section.html", view=section_view(page, viewer()), form=form)
    return body, status or 200


@bp.route("/episodes/<uuid:episode_id>/flags", methods=["GET", "POST"])
@requires(Permission.EDIT_PATIENTS)
def ask_flags(episode_id: UUID) -> ResponseReturnValue:
    """The ten questions again; the answers count from today."""
    now, today = clock.now(), clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        facts = episode_queries.episode_facts(session, viewer(), episode_id)
        patient = patient_reading.open_facts(session, viewer(), facts.patient_id, today=today, now=now)
        choices = episode_queries.choices_for_episode(session, viewer(), episode_id)
    form = FlagsForm(flags=sorted(facts.draft.flags))
    form.flags.choices = flag_choices(choices.flags)
    status = None
    if form.is_submitted():

        def keep() -> None:
            with transaction(viewer()) as session:
                held = frozenset(form.flags.data or ())
                flags.record_flags(session, viewer(), episode_id, held, today=today, now=now)

        status = refusal(form, keep)
        if status is None:
            flash("The answers are kept.", "good")
            return redirect(url_for("patients.show", patient_id=facts.patient_id, episode=episode_id), 303)
    body = render_template("patients/flags.html", form=form, name=patient.name, facts=facts)
    return body, status or 200


@bp.post("/episodes/<uuid:episode_id>/status")
@requires(Permission.EDIT_PATIENTS)
def move_episode(episode_id: UUID) -> ResponseReturnValue:
    """Put an episode on hold, or open it again."""
    step = request.form.get("step", "")
    with transaction(viewer()) as session:
        episodes.move_episode(session, viewer(), episode_id, step, now=clock.now())
        facts = episode_queries.episode_facts(session, viewer(), episode_id)
    flash(STEPS[step], "good")
    return redirect(url_for("patients.show", patient_id=facts.patient_id, episode=episode_id), 303)


@bp.post("/episodes/<uuid:episode_id>/reviewed")
@requires(Permission.REVIEW_HOMEWORK)
def reviewed(episode_id: UUID) -> ResponseReturnValue:
    """Stamp what came back as looked at, and go back to where the button was."""
    with transaction(viewer()) as session:
        episodes.mark_reviewed(session, viewer(), episode_id, now=clock.now())
        facts = episode_queries.episode_facts(session, viewer(), episode_id)
    flash("Marked as reviewed. The patient sees that you looked.", "good")
    if request.form.get("back") == "today":
        return redirect(url_for("today.index"), 303)
    return redirect(url_for("patients.show", patient_id=facts.patient_id, episode=episode_id), 303)


@bp.post("/episodes/<uuid:episode_id>/recall")
@requires(Permission.EDIT_PATIENTS)
def switch_recall(episode_id: UUID) -> ResponseReturnValue:
    """Ask this patient recall questions, or none."""
    enabled = request.form.get("ask") == "1"
    with transaction(viewer()) as session:
        facts = episode_queries.episode_facts(session, viewer(), episode_id)
        recall.switch(session, viewer(), facts.patient_id, enabled=enabled, now=clock.now())
    flash("Recall questions are asked again." if enabled else "No recall question is asked any more.", "good")
    where = url_for("patients.show", patient_id=facts.patient_id, episode=episode_id, _anchor="ledger")
    return redirect(where, 303)


@bp.route("/episodes/<uuid:episode_id>/choose", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_VISITS)
def choose(episode_id: UUID) -> ResponseReturnValue:
    """Every section in the planner's order, to start a visit with another one than suggested, and why."""
    now = clock.now()
    today = clock.today(viewer().timezone)
    with transaction(viewer()) as session:
        head, plan = patient_reading.open_plan(session, viewer(), episode_id, today=today, now=now)
    form = ChooseForm(section=request.args.get("section"))
    form.offer(ranked_options(plan, today))
    if not form.is_submitted():
        return render_template("patients/choose.html", head=head, form=form)
    started: list[UUID] = []

    def begin() -> None:
        why, note = form.reason(plan)
        with transaction(viewer()) as session:
            visit = visits.start_visit(
                session,
                viewer(),
                episode_id,
                on_date=today,
                now=now,
                section=form.section.data,
                why=why,
                reason=note,
            )
            started.append(visit.id)

    if status := refusal(form, begin):
        return render_template("patients/choose.html", head=head, form=form), status
    return redirect(url_for("visits.show", visit_id=started[0]), 303)
