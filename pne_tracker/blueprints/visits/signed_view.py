"""A signed visit in words: its frozen content as the page shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pne_tracker.blueprints.visits.history_view import StepShown, history_view
from pne_tracker.blueprints.visits.words import activity_words, facts, heading, record_url
from pne_tracker.domain.billing import PNE
from pne_tracker.domain.note import label_of, note_text
from pne_tracker.domain.seal import sentence_of
from pne_tracker.queries.visits import SignedPage
from pne_tracker.web.display import long_date

TEACH_BACK_WORDS: dict[str | None, str] = {
    "explains": "explains",
    "prompted": "explains with prompts",
    "not_yet": "not yet",
    None: "not asked for",
}


@dataclass(frozen=True)
class SignedView:
    """Everything `visits/signed.html` shows."""

    page: SignedPage
    zone: str
    may_withdraw: bool
    text: str = ""
    reason: str = ""
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def heading(self) -> str:
        """As of the draft."""
        return heading(self.page.head)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Facts under the heading."""
        minutes = self.page.content.get("minutes")
        return [*facts(self.page.head), ("Lasted", f"{minutes} min"), ("Signed", self.signed)]

    @property
    def signed(self) -> str:
        """Who signed and when."""
        page = self.page
        return f"{page.signed_by}, {self._when(page.signed_at)}"

    @property
    def record_url(self) -> str:
        """Back to the patient."""
        return record_url(self.page.head.patient_id)

    def error_of(self, place: str) -> str:
        """The message of that field, or nothing."""
        return dict(self.errors).get(place, "")

    @property
    def addenda(self) -> list[tuple[str, str]]:
        """Who added what and when, oldest first."""
        return [
            (f"{one.by}, {self._when(one.at)}{_KINDS.get(one.act, '')}", one.text)
            for one in self.page.history
            if one.text
        ]

    @property
    def history(self) -> list[StepShown]:
        """What happened to the visit, oldest first."""
        return history_view(self.page.history, self.zone)

    @property
    def broken(self) -> list[str]:
        """What no longer agrees with the seal, a sentence each."""
        return [sentence_of(part) for part in self.page.broken]

    @property
    def note_text(self) -> str:
        """The note as plain text, to be copied."""
        content = self.page.content
        return str(content.get("note_text") or note_text([tuple(part) for part in content.get("note", [])]))

    def _when(self, at: dt.datetime) -> str:
        local = at.astimezone(ZoneInfo(self.zone))
        return f"{long_date(local.date(), year=True)}, {local:%H:%M}"

    @property
    def withdrawn(self) -> bool:
        """Whether the visit was entered in error."""
        return self.page.head.status == "entered_in_error"

    @property
    def treatments(self) -> list[dict[str, Any]]:
        """The treatments as signed."""
        return [
            {**row, "label": activity_words(row["activity"]), "said": _decided(row)}
            for row in self.page.content.get("treatments", [])
        ]

    @property
    def totals(self) -> dict[str, int]:
        """Minutes of all treatments together."""
        rows = self.page.content.get("treatments", [])
        return {
            "minutes": sum(row["minutes"] for row in rows),
            "pne_minutes": sum(
                row["minutes"] if row["activity"] == PNE else row["pne_minutes"] for row in rows
            ),
            "assistant_minutes": sum(row["assistant_minutes"] for row in rows),
        }

    @property
    def sections(self) -> list[dict[str, Any]]:
        """Sections taught, with the teach-back in words."""
        return [
            {**one, "result": TEACH_BACK_WORDS[one["teach_back"]]}
            for one in self.page.content.get("sections", [])
        ]

    @property
    def homework(self) -> list[dict[str, Any]]:
        """Homework that went out."""
        return [
            {**item, "due": long_date(dt.date.fromisoformat(item["due_on"]))}
            for item in self.page.content.get("homework", [])
        ]


_KINDS = {"entered_in_error": ": entered in error"}


def _decided(row: Mapping[str, Any]) -> str:
    if not row["decision"]:
        return ""
    where = (
        f"part of {label_of(row['combined_with'])}"
        if row["combined_with"]
        else "given apart from the other treatments"
    )
    return f"PNE on its own, {row['minutes']} min: {where}, decided by {row['decided_by']}."
