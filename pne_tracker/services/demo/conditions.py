"""The pain problems of the demo's people: diagnoses that claims can carry, goals, activities, treatments."""

from __future__ import annotations

from dataclasses import dataclass

from pne_tracker.domain.visit_draft import TreatmentDraft


@dataclass(frozen=True, slots=True)
class Problem:
    """One pain problem. `codes` are ICD-10-CM leaves, `activities` are rated 0 to 10 (PSFS)."""

    reason: str
    codes: tuple[str, ...]
    goal: str
    activities: tuple[str, str, str]
    impairment: str
    part: str


PROBLEMS = {
    "back": Problem(
        "Low back pain for over a year",
        ("M54.59", "G89.29"),
        "Work in the garden for half an hour",
        ("Bend to the ground", "Stand in a queue", "Carry shopping"),
        "control of the trunk while bending",
        "back",
    ),
    "back-leg": Problem(
        "Low back and left leg pain",
        ("M54.16", "M54.50"),
        "Walk to the harbor and back",
        ("Walk half a mile", "Climb stairs", "Sit through a film"),
        "balance and step length",
        "back",
    ),
    "neck": Problem(
        "Neck pain with headaches",
        ("M54.2", "G44.209"),
        "Drive for an hour without stopping",
        ("Look over the shoulder", "Read at a desk", "Lift a child"),
        "position sense of the neck",
        "neck",
    ),
    "shoulder": Problem(
        "Stiff, sore right shoulder",
        ("M75.01", "M25.511"),
        "Reach the top shelf again",
        ("Reach overhead", "Put on a coat", "Sleep on the side"),
        "timing of the shoulder blade",
        "shoulder",
    ),
    "knee": Problem(
        "Right knee pain with arthritis",
        ("M17.11", "M25.561"),
        "Walk the dog around the lake",
        ("Walk downhill", "Kneel", "Get up from a low chair"),
        "balance on one leg",
        "knee",
    ),
    "widespread": Problem(
        "Pain in many places and tiredness",
        ("M79.7", "G89.4"),
        "Cook for the family on Sundays",
        ("Stand to cook", "Hang up washing", "Walk to the shop"),
        "pacing and coordination of movement",
        "back",
    ),
    "hand": Problem(
        "Right hand and wrist pain after a fracture",
        ("G90.511", "M25.531"),
        "Play the guitar again",
        ("Open a jar", "Type for an hour", "Turn a key"),
        "grip control and sense of the hand",
        "hand",
    ),
    "after-surgery": Problem(
        "Back pain that stayed after surgery",
        ("M96.1", "G89.28"),
        "Go back to half days at work",
        ("Sit at a desk", "Lift a box", "Drive to work"),
        "posture control in sitting",
        "back",
    ),
    "whiplash": Problem(
        "Neck pain after a collision at work",
        ("S13.4XXD", "M54.2"),
        "Drive the van again",
        ("Turn the head in traffic", "Load parcels", "Work a full shift"),
        "control of head and eyes",
        "neck",
    ),
    "hip": Problem(
        "Pain at the side of the left hip",
        ("M25.552", "M70.62"),
        "Dance at a wedding in spring",
        ("Lie on the left side", "Stand on one leg", "Walk for an hour"),
        "balance of the pelvis in walking",
        "back",
    ),
}

_Row = tuple[str, int, int | str | None]
_PT: tuple[tuple[_Row, ...], ...] = (
    (("97116", 20, 12), ("pne", 15, "separate"), ("97140", 10, 0)),
    (("97110", 25, 12), ("97140", 15, 0)),
    (("97530", 20, 8), ("97110", 15, 0), ("pne", 10, "combined")),
    (("97112", 25, 15), ("97110", 15, 0)),
    (("97113", 30, 12), ("pne", 12, "separate")),
    (("pne", 30, None),),
    (("97110", 30, 15), ("97140", 10, 0)),
)
_OT: tuple[tuple[_Row, ...], ...] = (
    (("97535", 25, 12), ("97530", 15, 0)),
    (("97530", 25, 12), ("pne", 12, "combined")),
    (("97112", 20, 20), ("97535", 20, 0)),
    (("pne", 30, None),),
)
FIRST_VISIT = {"PT": ("97162", 25), "OT": ("97166", 25)}


def first_treatments(discipline: str) -> tuple[TreatmentDraft, ...]:
    """The first visit: an assessment, then PNE on its own."""
    code, minutes = FIRST_VISIT[discipline]
    return (TreatmentDraft(code, minutes), TreatmentDraft("pne", 15))


def treatments(
    discipline: str, pattern: int, impairment: str, *, assisted: bool
) -> tuple[TreatmentDraft, ...]:
    """What is done at a later visit, by the number of its pattern; every decision is made."""
    patterns = _PT if discipline == "PT" else _OT
    rows = patterns[pattern % len(patterns)]
    return tuple(_row(row, rows[0][0], impairment, assisted and place == 0) for place, row in enumerate(rows))


def _row(row: _Row, companion: str, impairment: str, assisted: bool) -> TreatmentDraft:
    activity, minutes, rest = row
    if activity == "pne":
        decision = rest if isinstance(rest, str) else None
        return TreatmentDraft(
            activity,
            minutes,
            decision=decision,
            combined_with=companion if decision == "combined" else None,
            impairment=impairment,
        )
    pne = rest if isinstance(rest, int) else 0
    return TreatmentDraft(activity, minutes, pne, minutes // 2 if assisted else 0)
