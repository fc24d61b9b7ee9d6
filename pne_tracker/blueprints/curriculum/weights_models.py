"""The planner's weights, and what other ones would do, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.blueprints.curriculum.weights_forms import WeightsForm
from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.clinic_weights import GROUPS, flag_field, weights_of
from pne_tracker.queries.next_steps import FirstStep
from pne_tracker.queries.weights_preview import Moved
from pne_tracker.services.planner_weights import TriedWeights, WeightsPage
from pne_tracker.web.display import count_text, joined, long_date

NOTHING = "Nothing left to do"


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One weight: its field on the form, what it means, and the pack's number."""

    field: Any
    label: str
    meaning: str
    pack: int


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One patient of the preview."""

    name: str
    url: str
    before: str
    after: str
    scores: str


@dataclass(frozen=True, slots=True)
class TriedView:
    """What would change."""

    title: str
    lines: tuple[str, ...]
    changed: list[PatientRow]
    same: list[PatientRow]
    more: bool


@dataclass(frozen=True, slots=True)
class WeightsView:
    """The page. `tried` is None until somebody asks what would change."""

    clinic_id: str
    clinic: str
    pack: str
    own: str
    has_own: bool
    groups: list[tuple[str, list[WeightRow]]]
    may_change: bool
    history: list[tuple[str, str]]
    tried: TriedView | None


def weights_view(
    page: WeightsPage, form: WeightsForm, viewer: Viewer, tried: TriedWeights | None = None
) -> WeightsView:
    """The page for this viewer."""
    known = weights_of(page.pack)
    groups = [
        (
            title,
            [WeightRow(form[one.code], one.label, one.meaning, known.weights[one.code]) for one in weights],
        )
        for title, weights in GROUPS
    ]
    flags = [
        WeightRow(
            form[flag_field(flag.id)],
            flag.label,
            f"Added to section{'s' if len(flag.sections) > 1 else ''} {joined([str(n) for n in flag.sections])}.",
            known.flags[flag.id],
        )
        for flag in page.pack.flags
    ]
    zone = ZoneInfo(viewer.timezone)
    return WeightsView(
        clinic_id=str(page.clinic_id),
        clinic=page.clinic,
        pack=f"{page.pack.title.en}, version {page.pack.version}",
        own=f"{count_text(page.own.count, 'weight')} of {known.count} changed"
        if page.own.count
        else "none changed",
        has_own=page.own.count > 0,
        groups=[*groups, ("Yellow flags", flags)],
        may_change=viewer.may(Permission.STEER_CARE),
        history=[
            (
                f"{long_date(one.at.astimezone(zone), year=True)}, {one.by}",
                "; ".join(one.lines) or "The pack’s own again",
            )
            for one in page.history
        ],
        tried=_tried(tried) if tried else None,
    )


def _tried(tried: TriedWeights) -> TriedView:
    found = tried.patients
    changed, every = len(found.changed), len(found.changed) + len(found.same)
    if not tried.lines:
        title = "These are the weights that count already"
    elif not every:
        title = "No open episode yet, so nobody’s suggestion changes"
    elif not changed:
        title = f"Nobody’s first suggestion changes, of {count_text(every, 'patient')}"
    else:
        title = f"{changed} of {count_text(every, 'patient')} would get another first suggestion"
    return TriedView(
        title=title,
        lines=tried.lines,
        changed=[_row(one) for one in found.changed],
        same=[_row(one) for one in found.same],
        more=found.more,
    )


def _row(one: Moved) -> PatientRow:
    return PatientRow(
        name=one.name,
        url=url_for("patients.show", patient_id=one.patient_id, episode=one.episode_id),
        before=_title(one.before),
        after=_title(one.after),
        scores=_scores(one.before, one.after),
    )


def _title(one: FirstStep | None) -> str:
    return one.title if one else NOTHING


def _scores(before: FirstStep | None, after: FirstStep | None) -> str:
    old, new = before.score if before else 0, after.score if after else 0
    return str(old) if old == new else f"{old} to {new}"
