"""Why a reminder is sent, and why one is not."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """The occasions, the one that matters most first."""

    VISIT_TODAY = "visit_today"
    VISIT_TOMORROW = "visit_tomorrow"
    REPLIED = "replied"
    TASK_DUE_TODAY = "task_due_today"
    TASK_DUE = "task_due"
    TASK_MISSED = "task_missed"
    RECALL_DUE = "recall_due"
    NOTHING_LOGGED = "nothing_logged"

    @property
    def rank(self) -> int:
        """0 for what matters most."""
        return list(Reason).index(self)

    @property
    def is_visit(self) -> bool:
        """Whether it is about an appointment."""
        return self in {Reason.VISIT_TODAY, Reason.VISIT_TOMORROW}


TASK_STEPS: Final = (Reason.TASK_DUE, Reason.TASK_DUE_TODAY, Reason.TASK_MISSED)
"""The reminders of one task, one after the other."""
USEFUL_FOR: Final = {
    Reason.TASK_MISSED: dt.timedelta(days=3),
    Reason.RECALL_DUE: dt.timedelta(days=3),
    Reason.NOTHING_LOGGED: dt.timedelta(days=3),
    Reason.REPLIED: dt.timedelta(days=7),
}
"""How long after it is due a reminder still helps; the others end with their task's day or their visit."""


class Suppressed(StrEnum):
    """Why a reminder was not sent."""

    DONE_ALREADY = "done_already"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"
    VISIT_CHANGED = "visit_changed"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    NO_CONTACT_POINT = "no_contact_point"
    QUIET_HOURS = "quiet_hours"
    CAP_REACHED = "cap_reached"
    PAUSED = "paused"
    CLINIC_PAUSED = "clinic_paused"
    RULE_OFF = "rule_off"
    DECEASED = "deceased"
    DISCHARGED = "discharged"
    EXPIRED = "expired"


REASON_WORDS: Final = {
    Reason.VISIT_TODAY: "Visit today",
    Reason.VISIT_TOMORROW: "Visit tomorrow",
    Reason.REPLIED: "Therapist replied",
    Reason.TASK_DUE_TODAY: "Task due, that morning",
    Reason.TASK_DUE: "Task due, the evening before",
    Reason.TASK_MISSED: "Task missed",
    Reason.RECALL_DUE: "Recall question",
    Reason.NOTHING_LOGGED: "Nothing logged",
}
SUPPRESSED_WORDS: Final = {
    Suppressed.DONE_ALREADY: "done already",
    Suppressed.WAIVED: "the item was waived",
    Suppressed.WITHDRAWN: "the item was withdrawn",
    Suppressed.VISIT_CHANGED: "the visit was moved or called off",
    Suppressed.OPTED_OUT: "the patient opted out",
    Suppressed.NO_CONSENT: "the patient has not agreed to this channel",
    Suppressed.NO_CONTACT_POINT: "no address or number to reach the patient",
    Suppressed.QUIET_HOURS: "its time fell into quiet hours",
    Suppressed.CAP_REACHED: "1 a day and 3 a week were reached",
    Suppressed.PAUSED: "the patient's reminders are paused",
    Suppressed.CLINIC_PAUSED: "the clinic's reminders are paused",
    Suppressed.RULE_OFF: "this reminder is switched off",
    Suppressed.DECEASED: "the patient has died",
    Suppressed.DISCHARGED: "no open episode",
    Suppressed.EXPIRED: "too late to be of use",
}
