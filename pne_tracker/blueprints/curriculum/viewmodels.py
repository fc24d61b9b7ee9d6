"""A clinic's curriculum at a glance, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from pne_tracker.blueprints.curriculum.version_models import holds
from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.services.planner_weights import WeightsPage
from pne_tracker.web.display import count_text


@dataclass(frozen=True, slots=True)
class Area:
    """One page of the curriculum: what it is for, and how it stands."""

    title: str
    url: str
    text: str
    standing: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page."""

    clinic: str
    facts: list[tuple[str, str]]
    areas: list[Area]
    others: list[tuple[str, str]]


def overview(
    page: WeightsPage, own_texts: int, quizzes: int, others: Iterable[tuple[UUID, str]], viewer: Viewer
) -> Overview:
    """The pages of one clinic's curriculum, and the other clinics."""
    pack = page.pack
    return Overview(
        clinic=page.clinic,
        facts=[
            ("Clinic", page.clinic),
            ("Curriculum", f"{pack.title.en}, version {pack.version}"),
            ("Holds", holds(pack)),
        ],
        areas=_areas(page, own_texts, quizzes, viewer),
        others=[(name, url_for("curriculum.show", clinic_id=clinic_id)) for clinic_id, name in others],
    )


def _areas(page: WeightsPage, own_texts: int, quizzes: int, viewer: Viewer) -> list[Area]:
    clinic_id = page.clinic_id
    areas = [
        Area(
            "Planner’s weights",
            url_for("curriculum.weights", clinic_id=page.clinic_id),
            "How much each reason counts when the next section is suggested.",
            f"{count_text(page.own.count, 'weight')} of your own" if page.own.count else "the pack’s own",
        ),
        Area(
            "Wording",
            url_for("curriculum.wording_list", clinic_id=clinic_id),
            "Your own words in place of the pack’s, for the note and for patients.",
            count_text(own_texts, "text") + " of your own" if own_texts else "the pack’s own",
        ),
        Area(
            "Homework",
            url_for("curriculum.homework_list", clinic_id=clinic_id),
            "Your own tasks, beside those of the curriculum.",
            "",
        ),
        Area(
            "Quizzes",
            url_for("curriculum.quizzes", clinic_id=clinic_id),
            "A questionnaire your clinic may use, asked at the first visit or as homework.",
            f"{quizzes} of your own" if quizzes else "the pack’s own",
        ),
        Area(
            "Versions",
            url_for("curriculum.versions", clinic_id=clinic_id),
            "The curricula that are loaded, a newer one brought in, and episodes moved to it.",
            f"version {page.pack.version}",
        ),
    ]
    if viewer.may(Permission.STEER_CARE):
        areas.append(
            Area(
                "How suggestions fared",
                url_for("curriculum.choices", clinic_id=clinic_id),
                "How many visits began with the suggested section, and why others did not.",
                "",
            )
        )
    return areas
