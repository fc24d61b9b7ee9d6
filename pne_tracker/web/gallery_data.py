"""Invented people and figures for the component gallery: every macro in every state, no database."""

from __future__ import annotations

from datetime import date
from typing import Any

from pne_tracker.web.charts import line_chart
from pne_tracker.web.gallery_more import lead, portal, sections, states
from pne_tracker.web.gallery_tools import invented_tools


def gallery() -> dict[str, Any]:
    """The context of `dev/gallery.html` and `dev/gallery_portal.html`."""
    return {"shown": invented()}


def invented() -> dict[str, Any]:
    """Everything the two galleries show, by name."""
    return {
        "sections": sections("cucrtusnnnnnnn"),
        "states": states("cucrtusnnnnnnn"),
        **_patient(),
        **_visit(),
        "history": _history(),
        **lead(),
        **portal(),
        **invented_tools(),
    }


def _history() -> list[dict[str, Any]]:
    maya = "Maya Okonjo, PT, 23 November"
    return [
        {"icon": "play", "title": "Started", "who": f"{maya}, 10:02"},
        {"icon": "pen-line", "title": "Signed", "who": f"{maya}, 10:47"},
        {
            "icon": "octagon-x",
            "title": "Entered in error",
            "who": "Maya Okonjo, PT, 24 November, 08:05",
            "text": "Another patient's visit.",
            "effects": [
                "2 billing lines left the billing lists",
                "Progress: section 4 from taught to not started",
            ],
        },
    ]


def _patient() -> dict[str, Any]:
    return {
        "since": [
            {"label": "Homework", "value": "2 of 3", "detail": "done, 1 of them late", "url": ""},
            {"label": "Check", "value": "3 of 4", "detail": "section 6", "url": ""},
            {"label": "Pain", "value": "6 to 5", "detail": "within measurement error", "url": ""},
            {"label": "Sleep", "value": "78\N{NO-BREAK SPACE}%", "detail": "5 of 7 nights logged", "url": ""},
            {"label": "Journal", "value": "1 new", "detail": "Read it", "url": "#journal"},
            {"label": "Reminders", "value": "4 sent", "detail": "3 opened", "url": ""},
        ],
        "suggestion": {
            "state": "revisit",
            "title": "Go back to 4, Nosy Neighbors",
            "score": 199,
            "reasons": [
                {"text": "Teach-back on 26 October: not yet", "weight": 140, "url": "#check"},
                {"text": "Missed 2 of 4 on pain can spread without new harm", "weight": 30},
                {"text": "Spreading pain, recorded 9 November", "weight": 25},
                {"text": "Last taught 4 weeks ago", "weight": 14},
                {"text": "A section before it is open", "weight": -10},
            ],
        },
        "blocks": [
            {
                "action": "review_homework",
                "minutes": 5,
                "text": "Review 4: ask how the talk with her daughter went",
            },
            {
                "action": "revisit",
                "minutes": 10,
                "text": "Revisit 4, then let her explain it in her own words",
            },
            {"action": "teach", "minutes": 10, "text": "Teach 8 with the picture of the company"},
        ],
        "others": [
            {
                "state": "revisit",
                "title": "go back to 7, Brain’s Pain Map",
                "score": 160,
                "reasons": [
                    {"text": "Quiz on 18 November: 50 %", "weight": 140, "url": "#check"},
                    {"text": "Lost focus or memory, recorded 9 November", "weight": 20, "url": "#flags"},
                ],
            },
            {
                "state": "understood",
                "title": "wait for the homework of 3, Nerve Sensors",
                "score": 0,
                "reasons": [{"text": "Waits for her drawing, due 30 November", "weight": 0, "url": "#task"}],
            },
        ],
        "ledger": [
            _ledger(
                1, "Pain Knowledge", "complete", "12 Oct", "18", "explains, 12 Oct", "80 %", "1 of 1", "91 %"
            ),
            _ledger(
                4, "Nosy Neighbors", "revisit", "26 Oct, 2 times", "22", "not yet, 26 Oct", "50 %", "0 of 1"
            ),
            _ledger(11, "Neurogenic Inflammation", "skipped", note="Skipped: no swelling at any time"),
            _ledger(12, "The Brain’s Body Maps", "not_started"),
        ],
        "tasks": [
            {
                "kind": "conversation",
                "title": "Tell someone about nosy neighbors",
                "detail": "Section 4, due 20 November",
                "status": "late",
                "status_text": "3 days over",
            },
            {
                "kind": "sleep",
                "title": "Sleep log",
                "detail": "Daily to 6 December, 5 of 7 nights",
                "status": "started",
            },
            {
                "kind": "exercise",
                "title": "Walking log",
                "detail": "Three times a week, 3 of 3",
                "status": "done",
                "url": "#walk",
            },
            {
                "kind": "journal",
                "title": "Bruises that did not hurt",
                "detail": "Section 6, she rates it 8",
                "status": "done_late",
            },
        ],
        "beliefs": [
            _belief("Pain can spread without new harm", 1, 2, 4, gap=True, numbers=(4, 13)),
            _belief("The brain weighs many things at once", 2, 2, 4, gap=True, numbers=(7,)),
            _belief("Sore can still be safe", 0, 3, 4, gap=False, numbers=(5, 10)),
            _belief("Pain is made to protect me", None, 4, 4, gap=False, numbers=(1, 6)),
        ],
        "pain": line_chart(
            [
                (date(2026, 10, 12), 8),
                (date(2026, 10, 19), 8),
                (date(2026, 10, 26), 7),
                (date(2026, 11, 2), 7),
                (date(2026, 11, 9), 6),
                (date(2026, 11, 16), 5),
            ],
            title="Worst pain over six visits",
            finding="Fell from 8 on 12 October to 5 on 16 November, more than the measurement error.",
            error=2,
            chart_id="pain",
            value_head="Worst",
        ),
        "function": line_chart(
            [
                (date(2026, 10, 12), 2.7),
                (date(2026, 10, 21), 3),
                (date(2026, 11, 2), 3.7),
                (date(2026, 11, 16), 5.3),
            ],
            title="Own activities over four scores",
            finding="Rose from 2.7 to 5.3, past the change of 2 that exceeds measurement error.",
            error=2,
            goal=7,
            chart_id="function",
            value_head="Mean",
        ),
    }


def _ledger(number: int, title: str, state: str, *known: str, note: str = "") -> dict[str, Any]:
    names = ("taught", "minutes", "teach_back", "quiz", "homework", "recall")
    cells = dict(zip(names, known, strict=False))
    by = "Maya Okonjo" if known else ""
    return {
        "number": number,
        "title": title,
        "url": "#section",
        "state": state,
        "by": by,
        "note": note,
    } | cells


def _belief(
    idea: str, then: int | None, now: int, of: int, *, gap: bool, numbers: tuple[int, ...]
) -> dict[str, Any]:
    return {
        "idea": idea,
        "then": then,
        "now": now,
        "of": of,
        "gap": gap,
        "sections": [(n, f"#s{n}") for n in numbers],
    }


def _visit() -> dict[str, Any]:
    return {
        "treatments": [
            {
                "label": "97116 gait practice",
                "activity": "97116",
                "minutes": 20,
                "pne": 12,
                "assistant": 0,
                "whole": False,
            },
            {
                "label": "97110 exercise",
                "activity": "97110",
                "minutes": 15,
                "pne": 0,
                "assistant": 15,
                "whole": False,
            },
            {
                "label": "PNE on its own",
                "activity": "pne",
                "minutes": 10,
                "pne": 10,
                "assistant": 0,
                "whole": True,
            },
        ],
        "totals": {"minutes": 45, "pne_minutes": 22, "assistant_minutes": 15},
        "teach_back": [("explains", "Explains"), ("prompts", "With prompts"), ("not_yet", "Not yet")],
        "lines": [
            {
                "code": "97110",
                "minutes": 15,
                "units": 1,
                "modifiers": ["GP", "CQ"],
                "charge": "34.20",
                "reasons": ["All 15 minutes were the assistant’s: CQ applies."],
            },
            {
                "code": "97116",
                "minutes": 20,
                "units": 1,
                "modifiers": ["GP"],
                "charge": "38.50",
                "reasons": [
                    "12 minutes with PNE stay inside gait practice: only its code is reported (rule 2).",
                    "5 minutes over, under the 8 that make a unit.",
                ],
            },
        ],
        "unbilled": [
            {"activity": "pne", "minutes": 10, "reason": "Held back until you say where they belong."}
        ],
        "findings": [
            {
                "code": "pne_needs_decision",
                "level": "needs_decision",
                "message": "10 PNE minutes stand alone beside gait practice.",
                "action_text": "Decide",
                "action_url": "#decision",
            },
            {
                "code": "dx",
                "level": "blocking",
                "message": "M54.5 is not specific enough. Choose a longer code.",
            },
            {"code": "report", "level": "warning", "message": "Progress report due in 3 visits."},
        ],
        "queue": [
            {
                "name": "Desta Okafor",
                "day": "17 Nov",
                "payer": "Medicare",
                "lines": "97110 × 1 GP, 97116 × 1 GP",
                "why": "12 PNE minutes stay inside gait practice.",
                "charge": "$72.70",
                "status": "ready",
            },
            {
                "name": "Owen Brandvold",
                "day": "18 Nov",
                "payer": "Medicare",
                "lines": "97530 × 2 GO",
                "why": "M54.5 is not specific enough. Choose a longer code.",
                "charge": "$79.40",
                "status": "blocked",
            },
        ],
    }
