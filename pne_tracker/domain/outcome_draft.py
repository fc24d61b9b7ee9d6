"""Outcome ratings as they are written on a visit, complete or not, and the scores they become at signing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.outcome_catalogue import BY_TOTAL, EVERY, score_total
from pne_tracker.domain.outcomes import (
    GROC,
    MAX_ACTIVITIES,
    MIN_ACTIVITIES,
    NPRS,
    PSFS,
    Change,
    Measure,
    Scored,
    change_over,
    score_groc,
    score_nprs,
    score_psfs,
)

NPRS_PARTS = ("now", "least", "worst")
MAX_NAME = 80
Rating = tuple[str, float | None]
"""What is rated, and the rating; None while it is not written."""


@dataclass(frozen=True, slots=True)
class ScoreDraft:
    """One measure on a visit. Ratings: NPRS `now`, `least`, `worst`; PSFS the activities in the patient's words;
    GROC `change`; every other measure `total`."""

    measure: str
    ratings: tuple[Rating, ...]

    @property
    def known(self) -> Measure:
        """The measure."""
        return EVERY[self.measure]


def refuse_impossible_score(draft: ScoreDraft) -> None:
    """Raise BadInputError for a measure that does not exist or a rating out of range, with its place."""
    if draft.measure not in EVERY:
        raise BadInputError("Choose a measure from the list.", at="new_measure")
    measure = draft.known
    if len(draft.ratings) > MAX_ACTIVITIES:
        raise BadInputError(f"Name at most {MAX_ACTIVITIES} activities.", at=f"scores.{draft.measure}.name_1")
    for place, (name, value) in enumerate(draft.ratings, start=1):
        at = _place(draft, name, place)
        if len(name) > MAX_NAME:
            raise BadInputError(
                f"Shorten the activity to {MAX_NAME} characters.", at=at.replace("rate", "name")
            )
        if value is not None:
            score_total(measure, value, at=at)


def _place(draft: ScoreDraft, name: str, place: int) -> str:
    return f"scores.{draft.measure}.{f'rate_{place}' if draft.measure == PSFS.id else name}"


def scored(draft: ScoreDraft) -> Scored:
    """The score of complete ratings. Raises BadInputError, with the place that is missing, for others."""
    if draft.measure in BY_TOTAL:
        return score_total(draft.known, _given(draft, "total"))
    if draft.measure == NPRS.id:
        return _nprs(draft)
    if draft.measure == GROC.id:
        return score_groc(int(_given(draft, "change")))
    rated = [
        (name, int(_psfs_rating(draft, name, value, place)))
        for place, (name, value) in enumerate(draft.ratings, start=1)
    ]
    if len(rated) < MIN_ACTIVITIES:
        raise BadInputError(
            f"Rate {MIN_ACTIVITIES} to {MAX_ACTIVITIES} activities, or empty them.",
            at=f"scores.psfs.rate_{len(rated) + 1}",
        )
    return score_psfs(rated)


def _psfs_rating(draft: ScoreDraft, name: str, value: float | None, place: int) -> float:
    if not name.strip():
        raise BadInputError("Name the activity that is rated.", at=f"scores.psfs.name_{place}")
    if value is None:
        raise BadInputError("Rate this activity from 0 to 10, or empty it.", at=_place(draft, name, place))
    return value


def _given(draft: ScoreDraft, part: str) -> float:
    value = dict(draft.ratings).get(part)
    if value is None:
        raise BadInputError("Write the score, or empty the row.", at=f"scores.{draft.measure}.{part}")
    return value


def _nprs(draft: ScoreDraft) -> Scored:
    found = dict(draft.ratings)
    for part in NPRS_PARTS:
        if found.get(part) is None:
            raise BadInputError(
                f"Rate the pain {part if part == 'now' else f'at its {part}'} too, or empty all three.",
                at=f"scores.nprs.{part}",
            )
    now, least, worst = (int(found[part] or 0) for part in NPRS_PARTS)
    try:
        return score_nprs(now=now, least=least, worst=worst)
    except BadInputError as error:
        raise BadInputError(error.message, at=f"scores.nprs.{error.at}") from error


@dataclass(frozen=True, slots=True)
class ScoreRead:
    """A complete score of a visit beside the first one of the episode; `change` is None for the first,
    unless the score tells the change by itself."""

    measure: Measure
    scored: Scored
    first: float | None
    change: Change | None

    @property
    def sentence(self) -> str:
        """ "NPRS 5 of 10: 2 better since the first (7), more than the error." """
        measure = self.measure
        top = f" of {measure.high}" if measure.low >= 0 else ""
        text = f"{measure.short} {self.scored.score:g}{top}"
        if self.change is None:
            return f"{text}: the first score."
        if measure.is_change or self.first is None:
            return f"{text}: {self.change.words}."
        return f"{text}, first {self.first:g}: {self.change.words}."


def read_scores(drafts: Iterable[ScoreDraft], firsts: Mapping[str, float]) -> tuple[ScoreRead, ...]:
    """The complete ones among the drafts, each compared with the episode's first score of its measure."""
    found = []
    for draft in drafts:
        try:
            made = scored(draft)
        except BadInputError:
            continue
        first = firsts.get(draft.measure)
        change = change_over(draft.known, [made.score] if first is None else [first, made.score])
        found.append(ScoreRead(draft.known, made, first, change))
    return tuple(found)
