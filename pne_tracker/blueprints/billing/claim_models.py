"""A claim's page, and the batches', in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.blueprints.billing.viewmodels import TAGS, amount, line_text, tag_of
from pne_tracker.domain.billing import CODES, PNE
from pne_tracker.domain.billing.claim import RELATIONSHIPS
from pne_tracker.domain.billing.claim_states import ClaimAct, ClaimStatus, Standing, may
from pne_tracker.queries.claim_pages import BatchRow, ClaimPage, Event
from pne_tracker.queries.claims import ClaimRow
from pne_tracker.web.display import long_date, money_text

ACTS = {
    "opened": "Opened",
    "held": "Held by hand",
    "released": "Let go",
    "checked": "Checked again",
    "insurance": "Insurance changed",
    "exported": "Exported",
    "paid": "Paid",
    "denied": "Denied",
    "voided": "Voided",
    "rebilled": "Billed again",
    "kept": "Kept after all",
    "withdrawn": "Withdrawn",
}
FREQUENCIES = {"1": "first claim", "7": "replaces an earlier claim", "8": "voids an earlier claim"}
DECIDED = {"separate": "given apart", "combined": "combined with {code}"}


@dataclass(frozen=True, slots=True)
class ClaimView:
    """Everything `billing/claim.html` shows."""

    page: ClaimPage
    zone: str

    @property
    def row(self) -> ClaimRow:
        """The claim."""
        return self.page.row

    @property
    def heading(self) -> str:
        """The patient and the day."""
        return f"{self.row.given_name} {self.row.family_name}, {long_date(self.row.on_date)}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Facts under the heading."""
        row = self.row
        found = [
            ("Payer", row.payer),
            ("Record number", row.mrn),
            ("Kind", FREQUENCIES[row.frequency]),
            ("Amount", amount(row)),
        ]
        if row.number:
            found.append(("Claim number", row.number))
        if self.page.reference:
            found.append(("Refers to", self.page.reference))
        return found

    @property
    def tag(self) -> tuple[str, str, str]:
        """The state."""
        return tag_of(self.row)

    @property
    def findings(self) -> list[dict[str, str]]:
        """What holds the claim or is worth a look, with where to mend it."""
        found: list[dict[str, str]] = []
        if self.row.hold_reason and self.row.status is ClaimStatus.HELD:
            message = f"Held by hand: {self.row.hold_reason}"
            found.append({"code": "held", "level": "blocking", "message": message})
        return found + [dict(one) | self._mend(one["code"]) for one in self.row.findings]

    def _mend(self, code: str) -> dict[str, str]:
        """Where what a finding names is put right; nothing where that is the patient's record."""
        page = self.page
        places = {
            "payer": ("Open the payer", url_for("office.payer", payer_id=page.payer_id)),
            "clinic": ("Open the clinic", url_for("office.place", clinic_id=page.clinic_id)),
            "taxonomy": ("Open the therapist", url_for("office.signer", account_id=page.therapist_id)),
            "npi": ("Open the therapist", url_for("office.signer", account_id=page.therapist_id)),
            "no_fee": ("Open the fees", url_for("office.fees", payer_id=page.payer_id)),
            "insurance": ("Open the insurance", url_for("billing.insurance", claim_id=self.row.id)),
            "subscriber": ("Open the insurance", url_for("billing.insurance", claim_id=self.row.id)),
            "patient_address": ("Open the insurance", url_for("billing.insurance", claim_id=self.row.id)),
            "year_without_threshold": ("Open the tables", url_for("office.codes")),
        }
        found = next((places[start] for start in places if code.startswith(start)), None)
        return {"action_text": found[0], "action_url": found[1]} if found and self.page.current else {}

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines as signed, each with its charge on the claim and where its minutes came from."""
        return [
            {
                "code": line.code,
                "label": CODES[line.code].label if line.code in CODES else "",
                "text": line_text(line),
                "minutes": line.minutes,
                "units": line.units,
                "modifiers": line.modifiers,
                "charge": self._charge(str(line.id)),
                "reasons": line.reasons,
                "source": ", ".join(f"{_activity(key)} {n} min" for key, n in line.source_minutes.items()),
            }
            for line in self.row.lines
        ]

    @property
    def minutes(self) -> list[tuple[str, str]]:
        """Each line with the activities its minutes came from."""
        return [(f"{line['code']} {line['label']}", line["source"]) for line in self.lines]

    def _charge(self, key: str) -> str | None:
        cents = self.page.charges.get(key)
        return None if cents is None else money_text(cents)

    @property
    def total(self) -> str | None:
        """The sum of the lines."""
        return None if self.row.charge_cents is None else money_text(self.row.charge_cents)

    @property
    def signed(self) -> list[tuple[str, str]]:
        """The signed facts that billing rests on."""
        signed = self.page.signed
        at = self.when(self.page.signed_at) if self.page.signed_at else ""
        return [
            ("Signed by", f"{signed['signed_by']}, {at}"),
            ("Visit lasted", f"{signed['minutes']} min"),
            ("Discipline", str(signed["discipline"])),
            ("Diagnoses on the claim", ", ".join(self.row.diagnoses) or "none"),
        ]

    @property
    def treatments(self) -> list[tuple[str, ...]]:
        """Activity, minutes, of which PNE, of which assistant, what was decided."""
        return [
            (
                _activity(one["activity"]),
                str(one["minutes"]),
                str(one["minutes"] if one["activity"] == PNE else one["pne_minutes"]),
                str(one["assistant_minutes"]),
                _decided(one),
            )
            for one in self.page.signed.get("treatments") or []
        ]

    @property
    def unbilled(self) -> list[dict[str, Any]]:
        """Minutes on no line, with the reason."""
        return self.page.signed.get("unbilled") or []

    @property
    def insurance(self) -> list[tuple[str, str]]:
        """What the card says."""
        card = self.page.coverage
        if card is None:
            return []
        found = [("Member id", card.member_id), ("The patient is", RELATIONSHIPS.get(card.relationship, ""))]
        if card.family_name:
            found.append(("Insured", f"{card.given_name} {card.family_name}"))
        if card.group_number:
            found.append(("Group", card.group_number))
        if card.authorisation:
            found.append(("Authorisation", card.authorisation))
        return found

    @property
    def history(self) -> list[dict[str, Any]]:
        """What happened to the visit's claims, the latest first."""
        return [self._event(one) for one in reversed(self.page.events)]

    def _event(self, one: Event) -> dict[str, Any]:
        details = [one.reason] if one.reason else []
        if one.cents is not None:
            details.insert(0, f"${money_text(one.cents)}")
        if one.on_date is not None:
            details.insert(0, long_date(one.on_date, year=True))
        return {
            "act": ACTS[one.act],
            "when": self.when(one.at),
            "by": one.by,
            "detail": ", ".join(details),
            "batch_id": one.batch_id,
            "kind": FREQUENCIES[one.frequency],
        }

    def when(self, at: dt.datetime) -> str:
        """An instant on the clinic's clock."""
        local = at.astimezone(ZoneInfo(self.zone))
        return f"{long_date(local.date(), year=True)}, {local:%H:%M}"

    def may(self, act: str) -> bool:
        """Whether that act can happen to this claim now."""
        standing = Standing(self.row.status, self.row.takes_claims)
        return self.page.current and may(ClaimAct(act), standing)

    @property
    def may_be_kept(self) -> bool:
        """Whether this claim follows another and has not gone out."""
        return self.may("kept") and self.page.replaces_id is not None


def _activity(activity: str) -> str:
    if activity == PNE:
        return "PNE on its own"
    return f"{activity} {CODES[activity].label}" if activity in CODES else activity


def _decided(row: dict[str, Any]) -> str:
    if not row.get("decision"):
        return ""
    words = DECIDED[row["decision"]].format(code=row["combined_with"])
    return f"{words}, decided by {row['decided_by']}"


def batch_rows(found: Sequence[BatchRow], zone: str) -> list[dict[str, Any]]:
    """The list of batches."""
    return [_batch(one, zone) for one in found]


def _batch(one: BatchRow, zone: str) -> dict[str, Any]:
    local = one.made_at.astimezone(ZoneInfo(zone))
    return {
        "id": one.id,
        "name": f"{one.control_number:09d}",
        "file": one.file_name,
        "payer": one.payer,
        "made": f"{long_date(local.date(), year=True)}, {local:%H:%M}",
        "by": one.made_by,
        "claims": one.claims,
        "lines": one.lines,
        "charge": f"${money_text(one.charge_cents)}",
        "hash": one.content_hash,
        "cut": one.cut,
    }


def batch_view(one: BatchRow, found: Sequence[ClaimRow], zone: str) -> dict[str, Any]:
    """A batch with its claims."""
    return _batch(one, zone) | {
        "rows": [
            {
                "id": row.id,
                "name": f"{row.family_name}, {row.given_name}",
                "day": long_date(row.on_date, year=True),
                "number": row.number,
                "lines": ", ".join(line_text(line) for line in row.lines),
                "charge": "" if row.charge_cents is None else f"${money_text(row.charge_cents)}",
                "tag": TAGS[row.status],
            }
            for row in found
        ]
    }


def coverage_data(page: ClaimPage) -> dict[str, Any]:
    """What the form of the insurance shows."""
    card = page.coverage
    if card is None:
        return {}
    names = (
        *("member_id", "group_number", "authorisation", "relationship", "family_name", "given_name"),
        *("birth_date", "sex", "address_line", "city", "state", "postal_code"),
    )
    return {name: getattr(card, name) for name in names}


def notice(counts: dict[str, int]) -> str:
    """What became of the chosen claims: "3 ready, 1 still held"."""
    return ", ".join(f"{number} {words}" for words, number in counts.items() if number) + "."
