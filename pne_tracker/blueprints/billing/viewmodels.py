"""The biller's queue and its CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from pne_tracker.domain.billing.claim_states import VOIDS, ClaimStatus
from pne_tracker.queries.claim_choices import Choices
from pne_tracker.queries.claims import STATES, ClaimFilter, ClaimRow, LineRow, Totals
from pne_tracker.web.display import NBSP, count_text, money_text, short_date

HEADS = (
    *("Visit date", "Family name", "Given name", "MRN", "Birth date", "Payer", "Clinic", "Clinic NPI"),
    *("Place of service", "Signed by", "Rendering NPI", "State", "Claim", "Batch", "Exported at (UTC)"),
    *(
        "Code",
        "Modifiers",
        "Units",
        "Minutes",
        "Of which PNE",
        "Diagnoses",
        "Charge",
        "Claim net",
        "Claim paid",
    ),
    *("Why held", "Reasons", "Visit", "Line"),
)
STATE_WORDS = {
    "waiting": "Waiting",
    "ready": "Ready",
    "held": "Held",
    "exported": "Exported",
    "paid": "Paid",
    "denied": "Denied",
    "void": "Void",
    "all": "All",
}
TAGS = {
    ClaimStatus.READY: ("ready", "good", "check"),
    ClaimStatus.HELD: ("held", "stop", "octagon-x"),
    ClaimStatus.EXPORTED: ("exported", "good", "send"),
    ClaimStatus.PAID: ("paid", "good", "check-check"),
    ClaimStatus.DENIED: ("denied", "warn", "triangle-alert"),
    ClaimStatus.VOID: ("void", "", "x"),
    ClaimStatus.WITHDRAWN: ("withdrawn", "", "undo-2"),
}


def read_filter(args: Mapping[str, str], query: str = "") -> ClaimFilter:
    """The filter of an address; what cannot be read counts as not chosen."""
    state = args.get("state", "")
    return ClaimFilter(
        state if state in STATES else "all" if query else "waiting",
        _id(args.get("clinic")),
        _id(args.get("payer")),
        _id(args.get("therapist")),
        _day(args.get("since")),
        _day(args.get("until")),
        query,
    )


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def read_ids(texts: Sequence[str]) -> list[UUID]:
    """The ids of the boxes that are checked; what is no id is left out."""
    return [found for one in texts if (found := _id(one)) is not None]


def read_after(text: str | None) -> tuple[dt.date, UUID] | None:
    """The key of the page before, as `after_text` writes it."""
    day, _, claim_id = (text or "").partition("_")
    on_date, key = _day(day), _id(claim_id)
    return (on_date, key) if on_date is not None and key is not None else None


def after_text(row: ClaimRow) -> str:
    """The key of a page's last claim for the address of the next."""
    return f"{row.on_date.isoformat()}_{row.id}"


def address_of(chosen: ClaimFilter) -> dict[str, Any]:
    """The filter as the arguments of an address; a search is not part of it."""
    found = {
        "state": chosen.state if chosen.state != "waiting" else None,
        "clinic": chosen.clinic_id,
        "payer": chosen.payer_id,
        "therapist": chosen.therapist_id,
        "since": chosen.since,
        "until": chosen.until,
    }
    return {name: str(value) for name, value in found.items() if value is not None}


def filter_fields(offered: Choices, chosen: ClaimFilter) -> list[dict[str, Any]]:
    """The fields of the filter bar."""
    fields = [
        _select("state", "State", list(STATE_WORDS.items()), chosen.state, None),
        _select("payer", "Payer", offered.payers, chosen.payer_id, "All payers"),
        _select("therapist", "Therapist", offered.therapists, chosen.therapist_id, "Everyone"),
        {"name": "since", "label": "From", "type": "date", "value": str(chosen.since or "")},
        {"name": "until", "label": "To", "type": "date", "value": str(chosen.until or "")},
    ]
    if len(offered.clinics) > 1:
        fields.insert(1, _select("clinic", "Clinic", offered.clinics, chosen.clinic_id, "All clinics"))
    return fields


def _select(
    name: str, label: str, options: list[tuple[str, str]], value: object, blank: str | None
) -> dict[str, Any]:
    field = {"name": name, "label": label, "options": options, "value": str(value or "")}
    return field if blank is None else field | {"blank": blank}


def figures(found: Mapping[ClaimStatus, Totals], today: dt.date) -> list[dict[str, Any]]:
    """What waits, what is out and what came back, under the filter."""
    none = Totals()
    ready, held, out, paid, denied = (
        found.get(one, none)
        for one in (
            ClaimStatus.READY,
            ClaimStatus.HELD,
            ClaimStatus.EXPORTED,
            ClaimStatus.PAID,
            ClaimStatus.DENIED,
        )
    )
    oldest = min((one.oldest for one in (ready, held) if one.oldest), default=None)
    waits = "" if oldest is None else f"oldest visit {count_text((today - oldest).days, 'day')} ago"
    return [
        {"label": "Ready", "value": ready.claims, "detail": f"${money_text(ready.net_cents)}"},
        {"label": "Held", "value": held.claims, "detail": "each says why" if held.claims else waits},
        {
            "label": "Waiting since",
            "value": short_date(oldest) if oldest else "nothing waits",
            "detail": waits,
        },
        {"label": "Exported", "value": out.claims, "detail": f"${money_text(out.net_cents)} not answered"},
        {
            "label": "Paid",
            "value": f"${money_text(paid.paid_cents)}",
            "detail": f"{count_text(paid.claims, 'claim')}, {denied.claims} denied",
        },
    ]


def totals_text(found: Totals) -> str:
    """ "12 visits, 18 lines, 31 units, $842.10"."""
    text = (
        f"{count_text(found.claims, 'visit')}, {count_text(found.lines, 'line')}, "
        f"{count_text(found.units, 'unit')}, ${money_text(found.net_cents)}"
    )
    if found.paid_cents:
        text += f", ${money_text(found.paid_cents)} of it paid"
    return f"{text}. {found.without_fee} without a fee left out." if found.without_fee else text


def line_text(line: LineRow) -> str:
    """ "97116 × 1 GP"."""
    return " ".join([line.code, "×", str(line.units), *line.modifiers])


def rows(found: Sequence[ClaimRow], picked: frozenset[UUID] = frozenset()) -> list[dict[str, Any]]:
    """The table's rows."""
    return [
        {
            "id": one.id,
            "visit_id": one.visit_id,
            "name": f"{one.family_name}, {one.given_name}".strip(", "),
            "day": short_date(one.on_date).replace(" ", NBSP),
            "payer": one.payer,
            "therapist": one.therapist,
            "lines": ", ".join(line_text(line) for line in one.lines),
            "reasons": list(dict.fromkeys(line.reasons[0] for line in one.lines if line.reasons)),
            "charge": amount(one),
            "tag": tag_of(one),
            "said": said(one),
            "picked": one.id in picked,
        }
        for one in found
    ]


def tag_of(one: ClaimRow) -> tuple[str, str, str]:
    """The state's tag; one that is ready but worth a look says so."""
    if one.status is ClaimStatus.READY and any(item["level"] == "warning" for item in one.findings):
        return ("ready, check", "warn", "triangle-alert")
    return TAGS[one.status]


def amount(one: ClaimRow) -> str:
    """What the claim asks for; a void says what it takes back."""
    if one.net_cents is None:
        return "no fee"
    if one.frequency == VOIDS and one.charge_cents is not None:
        return f"$0.00 (takes ${money_text(one.charge_cents)} back)"
    return f"${money_text(one.net_cents)}"


def said(one: ClaimRow) -> list[str]:
    """Why a claim is held, or what became of it, in sentences."""
    found = [f"Held by hand: {one.hold_reason}"] if one.hold_reason and one.status is ClaimStatus.HELD else []
    shown = {"blocking", "needs_decision"} if one.status is ClaimStatus.HELD else {"blocking", "warning"}
    if one.status in {ClaimStatus.HELD, ClaimStatus.READY, ClaimStatus.EXPORTED}:
        found += [item["message"] for item in one.findings if item["level"] in shown]
    if one.status is ClaimStatus.PAID and one.paid_cents is not None and one.answered_on:
        found.append(f"${money_text(one.paid_cents)} on {short_date(one.answered_on)}")
    if one.frequency == "7":
        found.append("Replaces an earlier claim.")
    return found


def csv_rows(found: Iterable[ClaimRow]) -> Iterator[tuple[object, ...]]:
    """One row for each line, in the order of HEADS."""
    for one in found:
        for line in one.lines:
            yield _csv_row(one, line)


def _csv_row(one: ClaimRow, line: LineRow) -> tuple[object, ...]:
    return (
        one.on_date.isoformat(),
        *(one.family_name, one.given_name, one.mrn),
        one.birth_date.isoformat() if one.birth_date else "",
        *(one.payer, one.clinic, one.clinic_npi, one.place_of_service, one.therapist, one.therapist_npi),
        one.status.value,
        one.number,
        one.batch,
        one.exported_at.strftime("%Y-%m-%d %H:%M") if one.exported_at else "",
        line.code,
        " ".join(line.modifiers),
        *(line.units, line.minutes, line.pne_minutes),
        " ".join(one.diagnoses),
        *(_plain(line.charge_cents), _plain(one.net_cents), _plain(one.paid_cents)),
        " ".join(said(one)) if one.status is ClaimStatus.HELD else "",
        " ".join(line.reasons),
        one.visit_id,
        line.id,
    )


def _plain(cents: int | None) -> str:
    return "" if cents is None else f"{cents // 100}.{cents % 100:02}"
