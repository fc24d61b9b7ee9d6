"""Where two versions of a draft differ, in words: for the person who has to choose between them."""

from __future__ import annotations

from pne_tracker.domain.billing import PNE, SEPARATE
from pne_tracker.domain.note import label_of
from pne_tracker.domain.outcome_draft import ScoreDraft
from pne_tracker.domain.planner_text import spoken, written
from pne_tracker.domain.visit_draft import DraftInput, TreatmentDraft

Difference = tuple[str, str, str]
"""What differs, what is stored, what is typed."""


def differences(stored: DraftInput, typed: DraftInput) -> tuple[Difference, ...]:
    """Every part in which the two are not the same, in the order of the page."""
    pairs = zip(_parts(stored), _parts(typed), strict=True)
    return tuple(
        (name, theirs or "nothing", mine or "nothing")
        for (name, theirs), (_, mine) in pairs
        if theirs != mine
    )


def _parts(draft: DraftInput) -> tuple[tuple[str, str], ...]:
    return (
        ("Date", written(draft.on_date)),
        ("Minutes", "" if draft.minutes is None else str(draft.minutes)),
        ("Treatments", "; ".join(_treatment(row) for row in draft.treatments)),
        (
            "Sections",
            "; ".join(
                f"{one.number}, {spoken(one.teach_back)}" if one.teach_back else str(one.number)
                for one in draft.sections
            ),
        ),
        (
            "Homework",
            "; ".join(
                f"{item.template_key} by {written(item.due_on)}"
                f"{f', {item.times} times' if item.times else ''}{'' if item.required else ', optional'}"
                for item in draft.homework
            ),
        ),
        ("Messages", "; ".join(item.message for item in draft.homework if item.message)),
        ("Why more than three", draft.insist.strip()),
        ("Remarks", draft.remarks.strip()),
        ("Outcomes", "; ".join(_score(one) for one in draft.scores)),
        ("Note", draft.note.strip()),
        ("KX attested", "yes" if draft.kx_attested else ""),
    )


def _score(draft: ScoreDraft) -> str:
    rated = ", ".join(f"{name} {value:g}" for name, value in draft.ratings if value is not None)
    return f"{draft.known.short}: {rated}"


def _treatment(row: TreatmentDraft) -> str:
    text = f"{label_of(row.activity)} {row.minutes} min"
    if row.activity != PNE and row.pne:
        text += f", {row.pne} with PNE"
    if row.assistant:
        text += f", {row.assistant} by the assistant"
    if row.decision == SEPARATE:
        text += ", given apart"
    elif row.combined_with:
        text += f", part of {label_of(row.combined_with)}"
    return f"{text}, for {row.impairment}" if row.impairment else text
