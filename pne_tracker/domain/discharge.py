"""Ending an episode: why it ends and what became of its goals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pne_tracker.domain.errors import BadInputError

MAX_WORDS: Final = 500


class EndReason(StrEnum):
    """Why a course of treatment ends."""

    GOALS_MET = "goals_met"
    NO_MORE_CHANGE = "no_more_change"
    OWN_WISH = "own_wish"
    NOT_COMING = "not_coming"
    REFERRED = "referred"
    MOVED = "moved"
    PAYER = "payer"
    ILLNESS = "illness"
    DIED = "died"
    OTHER = "other"


class GoalResult(StrEnum):
    """What became of the episode's goals."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


END_REASONS: Final = {
    EndReason.GOALS_MET: "Goals reached",
    EndReason.NO_MORE_CHANGE: "No further change expected now",
    EndReason.OWN_WISH: "The patient wishes to stop",
    EndReason.NOT_COMING: "The patient no longer comes",
    EndReason.REFERRED: "Referred to somebody else",
    EndReason.MOVED: "Moved away",
    EndReason.PAYER: "The payer no longer covers it",
    EndReason.ILLNESS: "Illness or surgery in between",
    EndReason.DIED: "The patient died",
    EndReason.OTHER: "Another reason",
}
GOAL_RESULTS: Final = {
    GoalResult.MET: "Met",
    GoalResult.PARTLY: "Partly met",
    GoalResult.NOT_MET: "Not met",
    GoalResult.UNKNOWN: "Not known",
}


@dataclass(frozen=True, slots=True)
class Discharge:
    """What is recorded when an episode ends; `words` are free, and asked for where the reason says nothing."""

    reason: EndReason
    result: GoalResult
    words: str = ""


def discharge_of(reason: str, result: str, words: str) -> Discharge:
    """A discharge as a form gives it. Raises BadInputError at the field to change."""
    if reason not in {one.value for one in EndReason}:
        raise BadInputError("Choose why the episode ends.", at="reason")
    if result not in {one.value for one in GoalResult}:
        raise BadInputError("Choose what became of the goals.", at="result")
    words = words.strip()
    if len(words) > MAX_WORDS:
        raise BadInputError(f"Shorten this to {MAX_WORDS} characters.", at="words")
    if reason == EndReason.OTHER and not words:
        raise BadInputError("Say in a few words why it ends.", at="words")
    return Discharge(EndReason(reason), GoalResult(result), words)


def reason_words(reason: str | None) -> str:
    """A kept reason for people; "" for none."""
    return END_REASONS[EndReason(reason)] if reason else ""


def result_words(result: str | None) -> str:
    """A kept result for people; "" for none."""
    return GOAL_RESULTS[GoalResult(result)] if result else ""
