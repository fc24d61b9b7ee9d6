"""A patient's record in the words and figures of its macros."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import url_for

from pne_tracker.blueprints.patients.card_models import CardView, ask_flags, card_view
from pne_tracker.blueprints.patients.care_models import CareView, care_view
from pne_tracker.blueprints.patients.ledger_models import LedgerLine, ledger_lines, skipped_words
from pne_tracker.blueprints.patients.outside_models import opening_rows, until_text
from pne_tracker.blueprints.patients.paper_models import PaperRow, paper_rows
from pne_tracker.blueprints.patients.person_models import person_facts
from pne_tracker.blueprints.patients.task_models import task_of
from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.icd10 import DiagnosisCode, look_up
from pne_tracker.domain.plan_words import short_title
from pne_tracker.domain.progress import Tally
from pne_tracker.queries.episode_record import EpisodeRecord
from pne_tracker.queries.patient_facts import EpisodeChoice, PatientFacts
from pne_tracker.services.patient_reading import PatientRecord
from pne_tracker.web.display import count_text, long_date, percent_text, short_date
from pne_tracker.web.outcome_views import OutcomeView, outcome_views
from pne_tracker.web.strip import StripView, strip_view

DOSE = "trials used 40 to 720"
SHOWN_CONDITIONS = 8


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """The episode as its page draws it."""

    record: EpisodeRecord
    path: list[dict[str, Any]]
    tally: Tally
    skipped: str
    ledger: list[LedgerLine]
    next: int | None
    since: StripView
    start_url: str
    start_text: str
    why_no_visit: str
    card: CardView
    ask_flags: str
    ended: str
    homework_open: list[dict[str, Any]]
    homework_closed: list[dict[str, Any]]
    adherence: str
    outcomes: list[OutcomeView]
    dose: str
    visits: list[dict[str, Any]]
    beliefs: list[dict[str, Any]]
    unchecked: str
    flags: list[dict[str, str]]
    codes: list[DiagnosisCode]
    facts: list[tuple[str, str]]
    care: CareView


@dataclass(frozen=True, slots=True)
class RecordView:
    """The whole page."""

    facts: PatientFacts
    head: list[tuple[str, str]]
    others: list[tuple[str, str]]
    episode: EpisodeView | None
    person: list[tuple[str, str]]
    conditions: list[tuple[str, str]]
    more_conditions: list[tuple[str, str]]
    papers: list[PaperRow]
    died: str
    may_edit: bool
    may_report: bool
    may_invite: bool
    outside_until: str
    last_opening: str


def record_view(record: PatientRecord, viewer: Viewer, today: dt.date) -> RecordView:
    """The record for this viewer."""
    facts = record.facts
    outside = record.outside_until is not None
    may_edit = viewer.may(Permission.EDIT_PATIENTS) and not outside
    opened = opening_rows(record.openings[:1], viewer.timezone)
    conditions = [(line.label, _condition(line.code, line.status, line.since)) for line in record.conditions]
    return RecordView(
        facts=facts,
        head=_head(facts, record.episode),
        others=[
            (_choice(one), url_for("patients.show", patient_id=facts.id, episode=one.id))
            for one in record.episodes
            if record.episode is None or one.id != record.episode.id
        ],
        episode=_episode(record, viewer, today) if record.episode else None,
        person=person_facts(facts),
        conditions=conditions[:SHOWN_CONDITIONS],
        more_conditions=conditions[SHOWN_CONDITIONS:],
        papers=paper_rows(record.papers, viewer.timezone),
        died=_died(facts),
        may_edit=may_edit,
        may_report=viewer.may(Permission.SIGN_VISITS) and record.may_treat,
        may_invite=viewer.may(Permission.INVITE_PATIENTS) and not facts.deceased and not outside,
        outside_until=until_text(record.outside_until, viewer.timezone),
        last_opening=f"{opened[0].who}, {opened[0].when}: {opened[0].why}." if opened else "",
    )


def _condition(code: str, status: str, since: dt.date | None) -> str:
    parts = [status, f"since {long_date(since, year=True)}" if since else "", code]
    return ", ".join(part for part in parts if part)


def _died(facts: PatientFacts) -> str:
    if not facts.deceased:
        return ""
    day = f" on {long_date(facts.deceased_on, year=True)}" if facts.deceased_on else ""
    return f"The patient died{day}"


def _choice(one: EpisodeChoice) -> str:
    reason = f", {one.reason}" if one.reason else ""
    if one.closed_on:
        return f"{one.discipline}{reason}, discharged {long_date(one.closed_on, year=True)}"
    return f"{one.discipline}{reason}, since {long_date(one.opened_on)}"


def _head(facts: PatientFacts, episode: EpisodeRecord | None) -> list[tuple[str, str]]:
    head = [("Age", str(facts.age))] if facts.age is not None else []
    head.append(("MRN", facts.mrn))
    if episode is None:
        return head
    reason = f", {episode.reason}" if episode.reason else ""
    head.append(("Episode", f"{episode.discipline}{reason}, since {long_date(episode.opened_on)}"))
    left = episode.plan.visits_left
    if left is not None:
        head.append(("Visits", f"{left} of {episode.visits_authorised} left"))
    if episode.goal:
        head.append(("Goal", episode.goal))
    return head


def _begun(episode: EpisodeRecord, viewer: Viewer) -> bool:
    """Whether starting a visit leads to a draft that is open already."""
    whose = viewer.begins_for(episode.care.therapist_id)
    return any(one.therapist_id == whose for one in episode.care.drafts)


def _episode(record: PatientRecord, viewer: Viewer, today: dt.date) -> EpisodeView:
    episode = record.episode
    assert episode is not None
    plan = episode.plan
    tasks = [task_of(line) for line in episode.homework]
    is_open = {"assigned", "started", "missed"}
    why_not = _why_no_visit(record, viewer)
    outside = record.outside_until is not None
    return EpisodeView(
        record=episode,
        path=_path(episode),
        tally=plan.tally,
        skipped=skipped_words(episode.ledger),
        ledger=ledger_lines(episode),
        next=plan.suggestion.section if plan.suggestion and not why_not else None,
        since=strip_view(
            episode.since,
            viewer.timezone,
            homework_url=url_for("homework.review", episode_id=episode.id),
            messages_url="" if outside else url_for("messages.thread", patient_id=record.facts.id),
        ),
        start_url="" if why_not else url_for("visits.start"),
        start_text="Go on with the open visit" if _begun(episode, viewer) else "",
        why_no_visit=why_not,
        card=card_view(plan, record.facts.id, episode.id),
        ask_flags=ask_flags(episode, viewer, today),
        ended=_ended(episode),
        homework_open=[one for one in tasks if one["status"] in is_open],
        homework_closed=[one for one in tasks if one["status"] not in is_open],
        adherence=_adherence(episode),
        outcomes=outcome_views(episode.scores),
        dose=f"{episode.pne_minutes} PNE minutes over {count_text(len(episode.signed), 'visit')}; {DOSE}.",
        visits=_visits(episode, viewer),
        beliefs=_beliefs(episode),
        unchecked=_unchecked(episode),
        flags=_flags(episode),
        codes=[look_up(code) for code in episode.codes],
        facts=_episode_facts(episode),
        care=care_view(episode.care, episode.id, viewer.timezone),
    )


def _why_no_visit(record: PatientRecord, viewer: Viewer) -> str:
    if record.facts.deceased:
        return "The patient has died. No visit can be started."
    if record.episode is not None and record.episode.status == "discharged":
        return "This episode is discharged. Reopen it to start a visit."
    if record.episode is not None and record.episode.status == "on_hold":
        return "This episode is on hold. Reopen it to start a visit."
    if not viewer.may(Permission.DOCUMENT_VISITS) or not record.may_treat:
        return "The care team of this episode starts its visits."
    return ""


def _ended(episode: EpisodeRecord) -> str:
    on = f"On {long_date(episode.closed_on, year=True)}" if episode.closed_on else ""
    goals = f"goals {episode.end_result.lower()}" if episode.end_result else ""
    said = ": ".join(
        part for part in (on, ", ".join(p for p in (episode.end_reason.lower(), goals) if p)) if part
    )
    return f"{said}. {episode.end_words} Everything in it stays readable.".replace(".  ", ". ")


def _path(episode: EpisodeRecord) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "title": short_title(episode.plan.pack, row.number),
            "state": row.state.value,
            "url": section_url(episode, row.number),
            "date": short_date(row.last_taught_on) if row.last_taught_on else "",
        }
        for row in episode.sections
    ]


def section_url(episode: EpisodeRecord, number: int) -> str:
    """The page of one section."""
    return url_for("patients.section", episode_id=episode.id, number=number)


def _adherence(episode: EpisodeRecord) -> str:
    found = episode.adherence
    if found.share is None:
        return "Nothing was expected in the last 28 days."
    late = f", {found.late} late" if found.late else ""
    share = percent_text(found.share)
    return f"Adherence {share}, last 28 days ({found.done} of {found.expected} expected{late})"


def _visits(episode: EpisodeRecord, viewer: Viewer) -> list[dict[str, Any]]:
    opens = viewer.may(Permission.DOCUMENT_VISITS)
    return [
        {
            "date": short_date(visit.on),
            "url": url_for("visits.show", visit_id=visit.id) if opens else "",
            "sections": ", ".join(map(str, visit.sections)) or "none",
            "minutes": f"{visit.pne_minutes} min",
            "status": visit.status,
        }
        for visit in episode.visits
    ]


def _beliefs(episode: EpisodeRecord) -> list[dict[str, Any]]:
    return [
        {
            "idea": row.idea,
            "then": row.then,
            "now": row.now,
            "of": row.of,
            "gap": row.gap,
            "sections": [(number, section_url(episode, number)) for number in row.sections],
        }
        for row in episode.beliefs.rows
    ]


def _unchecked(episode: EpisodeRecord) -> str:
    left = episode.beliefs.unchecked
    return f"Not checked yet: {count_text(left, 'idea')}." if left else ""


def _flags(episode: EpisodeRecord) -> list[dict[str, str]]:
    return [
        {
            "label": flag.label,
            "detail": ", ".join(
                part for part in (f"recorded {long_date(flag.recorded_on)}", flag.also) if part
            ),
        }
        for flag in episode.flags
    ]


def _episode_facts(episode: EpisodeRecord) -> list[tuple[str, str]]:
    pack = episode.plan.pack
    facts = [("Therapist", episode.therapist), ("Curriculum", f"{pack.title.en}, version {pack.version}")]
    if episode.team:
        facts.append(("Care team", "; ".join(episode.team)))
    facts.append(("Payer", episode.payer))
    if episode.provider:
        facts.append(("Referred by", episode.provider))
    if episode.plan_of_care_from:
        certified = episode.plan_of_care_certified_on
        said = f", certified {long_date(certified)}" if certified else ", not certified yet"
        facts.append(("Plan of care", f"from {long_date(episode.plan_of_care_from)}{said}"))
    return facts
