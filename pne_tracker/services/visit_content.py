"""A visit as it is signed, in plain data that is sealed and stays readable when pack, payer and names change."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.visit_draft import TreatmentDraft
from pne_tracker.queries.visit_facts import VisitFacts, names_of
from pne_tracker.queries.visit_preview import Preview

CONTENT_VERSION = 2


def content_of(session: Session, viewer: Viewer, facts: VisitFacts, preview: Preview) -> dict[str, Any]:
    """The visit as it is signed, in plain data: it stays readable when pack, payer and names change."""
    draft, pack = facts.draft, facts.pack
    signing = (viewer.account_id, *(one.by for one in facts.decided.values()))
    names = names_of(session, viewer, *signing, known=facts.therapist)
    return {
        "content": CONTENT_VERSION,
        "on_date": draft.on_date.isoformat(),
        "minutes": draft.minutes,
        "signed_by": names.get(viewer.account_id, viewer.name),
        "therapist": {"name": facts.therapist.name, "npi": facts.therapist.npi},
        "discipline": facts.episode.discipline.value,
        "payer": {"name": facts.payer.name, "unit_rule": facts.payer.unit_rule},
        "pack": {"id": pack.id, "version": pack.version},
        "diagnoses": list(facts.diagnoses),
        "treatments": [_treatment(row, place, facts, names) for place, row in enumerate(draft.treatments)],
        "sections": [
            {
                "number": one.number,
                "title": pack.by_number[one.number].title,
                "education": pack.by_number[one.number].education,
                "teach_back": one.teach_back,
            }
            for one in draft.sections
        ],
        "homework": [
            {
                "key": item.template_key,
                "title": pack.templates[item.template_key][1].title.en,
                "due_on": item.due_on.isoformat(),
                "required": item.required,
                "message": item.message,
                "times": item.times,
            }
            for item in draft.homework
        ],
        "insist": draft.insist,
        "lines": [
            {
                "code": line.code,
                "minutes": line.minutes,
                "units": line.units,
                "modifiers": list(line.modifiers),
                "charge": line.charge,
                "reasons": list(line.reasons),
            }
            for line in preview.lines
        ],
        "unbilled": [
            {"activity": one.activity, "minutes": one.minutes, "reason": one.reason}
            for one in preview.bill.unbilled
        ],
        "rule": preview.rule,
        "total": preview.total,
        "kx_attested": draft.kx_attested,
        "remarks": draft.remarks,
        "note": [list(part) for part in preview.note],
        "note_text": preview.note_text,
        "note_typed": bool(draft.note),
        "scores": [
            {
                "measure": one.measure.id,
                "name": one.measure.name,
                "version": one.measure.version,
                "score": one.scored.score,
                "items": one.scored.items,
                "first": one.first,
                "change": one.change.words if one.change else None,
                "said": one.sentence,
            }
            for one in preview.scores
        ],
    }


def _treatment(
    row: TreatmentDraft, place: int, facts: VisitFacts, names: dict[uuid.UUID, str]
) -> dict[str, Any]:
    decided = facts.decided.get(place)
    return {
        "activity": row.activity,
        "minutes": row.minutes,
        "pne_minutes": row.pne,
        "assistant_minutes": row.assistant,
        "decision": row.decision,
        "combined_with": row.combined_with,
        "decided_by": names.get(decided.by) if decided else None,
        "decided_at": decided.at.isoformat() if decided else None,
        "impairment": row.impairment,
    }
