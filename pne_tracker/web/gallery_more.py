"""Invented sections, clinic figures and portal data of the component gallery."""

from __future__ import annotations

from datetime import time
from typing import Any

from pne_tracker.adapters.qr import qr_code
from pne_tracker.web.charts import Night, nights_chart

TITLES = (
    "Pain Knowledge",
    "Sensitive Nerves",
    "Nerve Sensors",
    "Nosy Neighbors",
    "Calming Nerves",
    "Pain and the Brain",
    "Brain’s Pain Map",
    "Body, Inc.’s CEO",
    "Lions and Stress",
    "Tissue Issues",
    "Neurogenic Inflammation",
    "The Brain’s Body Maps",
    "Immune System and Pain",
    "Emotions and Pain",
)
LETTERS = {
    "n": "not_started",
    "t": "taught",
    "u": "understood",
    "c": "complete",
    "r": "revisit",
    "s": "skipped",
}
DATES = ("12 Oct", "15 Oct", "19 Oct", "26 Oct", "2 Nov", "9 Nov", "skipped")
SAYS = {
    "complete": "All done",
    "understood": "This makes sense to you",
    "revisit": "Let us look at this again on Monday",
    "taught": "We talked about it",
    "skipped": "Not part of your plan",
    "not_started": "Later",
}


def states(letters: str) -> list[str]:
    """Fourteen states from fourteen letters."""
    return [LETTERS[letter] for letter in letters]


def sections(letters: str) -> list[dict[str, Any]]:
    """The fourteen sections in those states."""
    return [
        {
            "number": i + 1,
            "title": title,
            "state": state,
            "url": f"#s{i + 1}",
            "date": DATES[i] if i < len(DATES) else "",
            "say": SAYS[state],
        }
        for i, (title, state) in enumerate(zip(TITLES, states(letters), strict=True))
    ]


def lead() -> dict[str, Any]:
    """Figures of the completion screen."""
    taught = (41, 39, 36, 34, 31, 27, 24, 20, 17, 13, 10, 8, 6, 4)
    known = (38, 34, 31, 22, 27, 24, 15, 16, 14, 11, 8, 5, 5, 3)
    return {
        "figures": [
            {
                "label": "Open episodes",
                "value": "42",
                "detail": "6 discharged, 3 inactive counted apart",
                "url": "#e",
            },
            {
                "label": "Completion",
                "value": "38\N{NO-BREAK SPACE}%",
                "detail": "219 of 577 sections, 11 skipped",
                "url": "#c",
            },
            {"label": "Stalled 14 days", "value": "5", "detail": "2 of them 21 days or more", "url": "#st"},
        ],
        "funnel": [
            {
                "number": i + 1,
                "title": TITLES[i],
                "taught": t,
                "understood": u,
                "taught_url": "#t",
                "understood_url": "#u",
            }
            for i, (t, u) in enumerate(zip(taught, known, strict=True))
        ],
        "heat": [
            {"name": name, "url": "#p", "states": states(letters), "tail": tail}
            for name, letters, tail in (
                ("O. Brandvold", "cruurccutrnnnn", "6 of 14"),
                ("R. Achterberg", "ccurcurnnnnnnn", "5 of 14"),
                ("L. Marchetti", "cccuucurtsnnnn", "7 of 13"),
                ("M. Quispe", "ccccccccuccuuu", "14 of 14"),
                ("H. Nakagawa", "tnnnnnnnnnnnnn", "0 of 14"),
            )
        ],
        "filters": [
            {
                "name": "clinic",
                "label": "Clinic",
                "value": "1",
                "options": [("1", "Harbor Lane"), ("0", "All clinics")],
            },
            {"name": "therapist", "label": "Therapist", "value": "", "options": [("", "Everyone")]},
            {"name": "since", "label": "Since", "type": "date", "value": "2026-08-25"},
            {"name": "q", "label": "Search", "type": "search", "value": ""},
        ],
    }


def portal() -> dict[str, Any]:
    """What a patient sees."""
    clock = time.fromisoformat
    return {
        "qr": qr_code("https://pne.example.org/welcome/an-invented-link"),
        "today": [
            {
                "title": "How did you sleep?",
                "detail": "About 1 minute",
                "url": "#sleep",
                "done": False,
                "kind": "sleep",
            },
            {
                "title": "Four short questions",
                "detail": "You stopped at question 3",
                "url": "#quiz",
                "done": False,
                "kind": "quiz",
            },
            {
                "title": "Walk for 10 minutes",
                "detail": "Done at 8:20",
                "url": "#walk",
                "done": True,
                "kind": "exercise",
            },
        ],
        "answers": [
            ("a", "The bruise is not real"),
            ("b", "My nerves are broken"),
            ("c", "My brain did not see a danger, so it made no pain"),
        ],
        "nights": nights_chart(
            [
                Night("Mon", clock("22:10"), clock("06:30"), 2, 0.74),
                Night("Tue"),
                Night("Wed", clock("22:40"), clock("06:55"), 1, 0.80),
                Night("Thu", clock("22:30"), clock("06:15"), 2, 0.76),
                Night("Fri"),
                Night("Sat", clock("23:20"), clock("07:25"), 1, 0.82),
                Night("Sun", clock("22:40"), clock("06:50"), 0, 0.88),
            ],
            title="Seven nights",
            finding="Each bar runs from bed time to getting up. Tuesday and Friday have no entry.",
        ),
        "entries": [
            {
                "text": "The walk was hard on the hill. I sat down, took ten slow breaths, and went on.",
                "when": "18 November.",
                "shared": True,
                "read_text": "Maya read it on 20 November.",
                "url": "#edit",
            },
            {
                "text": "I was cross with my son today. I will tell him.",
                "when": "15 November",
                "shared": False,
            },
        ],
    }
