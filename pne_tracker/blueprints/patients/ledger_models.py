"""The evidence ledger in words: fourteen rows, and the sentence above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from pne_tracker.blueprints.patients.section_models import RESULTS
from pne_tracker.domain.plan_words import short_title
from pne_tracker.domain.progress import Check
from pne_tracker.queries.episode_record import EpisodeRecord
from pne_tracker.queries.ledger import LedgerRow, TaughtLine
from pne_tracker.web.display import percent_text, short_date


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One section as its row shows it; what is not known is empty."""

    number: int
    title: str
    url: str
    state: str
    taught: str
    by: str
    minutes: str
    teach_back: str
    quiz: str
    homework: str
    recall: str
    note: str


def ledger_lines(episode: EpisodeRecord) -> list[LedgerLine]:
    """The rows of an episode."""
    return [_line(episode, row) for row in episode.ledger]


def skipped_words(rows: Sequence[LedgerRow]) -> str:
    """Why sections are left out: the one reason, or each with its section."""
    found = [(row.number, row.skipped) for row in rows if row.skipped]
    if len(found) == 1:
        return found[0][1].rstrip(".")
    return "; ".join(f"{number}: {reason.rstrip('.')}" for number, reason in found)


def _line(episode: EpisodeRecord, row: LedgerRow) -> LedgerLine:
    return LedgerLine(
        number=row.number,
        title=short_title(episode.plan.pack, row.number),
        url=url_for("patients.section", episode_id=episode.id, number=row.number, _anchor="evidence"),
        state=row.state.value,
        taught=_taught(row.taught),
        by=_by(row.taught),
        minutes=str(row.minutes) if row.taught else "",
        teach_back=_check(row.teach_back),
        quiz=_check(row.quiz),
        homework=f"{row.settled} of {row.assigned}" if row.assigned else "",
        recall=percent_text(row.recall) if row.recall is not None else "",
        note=f"Skipped: {row.skipped}" if row.skipped else "",
    )


def _taught(lines: Sequence[TaughtLine]) -> str:
    if not lines:
        return ""
    times = f", {len(lines)} times" if len(lines) > 1 else ""
    return f"{short_date(lines[-1].on)}{times}"


def _by(lines: Sequence[TaughtLine]) -> str:
    names = dict.fromkeys(line.by.split(",")[0] for line in reversed(lines))
    return ", ".join(names)


def _check(check: Check | None) -> str:
    if check is None:
        return ""
    result = RESULTS[check.result] if check.result is not None else percent_text(check.score or 0)
    return f"{result}, {short_date(check.on)}"
