"""What a caregiver sees of somebody: tasks without what was written, the path without numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from pne_tracker.blueprints.portal.words import KIND_ICONS, date_text, standing, state_text
from pne_tracker.domain.homework import HomeworkStatus
from pne_tracker.queries.readers import Reading
from pne_tracker.services.caregivers import Care
from pne_tracker.web.portal_context import language

RECENT_DAYS = 14


@dataclass(frozen=True, slots=True)
class CareModel:
    """One person: open and lately done tasks, and the parts that were talked about."""

    name: str
    sees_tasks: bool
    sees_path: bool
    tasks: list[dict[str, Any]]
    parts: list[dict[str, Any]]


def care_model(care: Care) -> CareModel:
    """The page's words for what one person shares."""
    shown = [item for item in care.tasks if item.wanted or (care.today - item.due_on).days <= RECENT_DAYS]
    titles = {section.number: section.patient_title for section in care.pack.sections} if care.pack else {}
    return CareModel(
        name=care.person.name,
        sees_tasks=care.person.sees_tasks,
        sees_path=care.person.sees_path,
        tasks=[
            {
                "icon": KIND_ICONS[item.template.kind],
                "title": item.template.title.in_language(language()),
                "done": item.status in {HomeworkStatus.DONE, HomeworkStatus.DONE_LATE},
                "detail": str(_("by %(day)s", day=date_text(item.due_on, "day"))),
            }
            for item in shown
        ],
        parts=[
            {
                "number": row.number,
                "title": titles[row.number].in_language(language()),
                "state": row.state.value,
                "say": state_text(row.state),
                "url": "",
            }
            for row in care.sections
            if row.taught and row.number in titles
        ],
    )


def reader_row(one: Reading) -> dict[str, str]:
    """One person on one day, in the patient's words."""
    roles = {
        "therapist": _("therapist"),
        "assistant": _("assistant"),
        "lead": _("clinic lead"),
        "biller": _("billing office"),
        "administrator": _("administrator"),
        "patient": _("you"),
        "caregiver": _("someone you let look"),
    }
    did = [
        (one.read, _("looked")),
        (one.changed, _("wrote or changed")),
        (one.listed, _("saw your name in a list")),
        (one.outside, _("was not on your care team that day")),
    ]
    return {
        "day": standing(date_text(one.on)),
        "who": one.who or str(_("the system")),
        "role": str(roles.get(one.role, "")),
        "did": ", ".join(str(words) for times, words in did if times),
    }
