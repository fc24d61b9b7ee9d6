"""The outcome ratings of the visit page, ready for the macros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pne_tracker.blueprints.visits.score_fields import PREFIX, TOTAL, TypedScores, measure_options
from pne_tracker.domain.outcome_catalogue import BY_TOTAL
from pne_tracker.domain.outcome_draft import NPRS_PARTS, ScoreRead
from pne_tracker.domain.outcomes import GROC, MAX_ACTIVITIES, MIN_ACTIVITIES, NPRS, PSFS

_NPRS_LABELS = {"now": "Pain now", "least": "Least in 24 hours", "worst": "Worst in 24 hours"}


@dataclass(frozen=True, slots=True)
class ScoreField:
    """One field: its name, label, text and what is wrong with it."""

    name: str
    label: str
    value: str
    error: str


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A measure entered by its total score."""

    id: str
    field: ScoreField
    source: str


@dataclass(frozen=True, slots=True)
class ScoresView:
    """Everything the group of outcomes shows; `said` are the changes in words with where their figures come from."""

    nprs: tuple[ScoreField, ...]
    psfs: tuple[tuple[ScoreField, ScoreField, bool], ...]
    groc: ScoreField
    others: tuple[TotalRow, ...]
    options: list[tuple[str, str]]
    said: tuple[tuple[str, str], ...]

    @property
    def open(self) -> bool:
        """Whether the less usual measures are shown at once."""
        rated = [rate for _, rate, _ in self.psfs] + [self.groc]
        return bool(self.others) or any(one.value or one.error for one in rated)


def scores_view(typed: TypedScores, read: Sequence[ScoreRead], errors: Mapping[str, str]) -> ScoresView:
    """The ratings as typed, and how the complete ones read."""

    def field(name: str, label: str) -> ScoreField:
        return ScoreField(
            f"{PREFIX}{name}", label, typed.text(f"{PREFIX}{name}"), errors.get(f"{PREFIX}{name}", "")
        )

    return ScoresView(
        nprs=tuple(field(f"{NPRS.id}-{part}", _NPRS_LABELS[part]) for part in NPRS_PARTS),
        psfs=tuple(
            (
                field(f"{PSFS.id}-name_{place}", f"Activity {place}"),
                field(f"{PSFS.id}-rate_{place}", f"Rating {place}"),
                place > MIN_ACTIVITIES,
            )
            for place in range(1, MAX_ACTIVITIES + 1)
        ),
        groc=field(f"{GROC.id}-change", "Change since the start"),
        others=tuple(
            TotalRow(one, field(f"{one}-{TOTAL}", _total_label(one)), BY_TOTAL[one].source)
            for one in typed.others
        ),
        options=measure_options(typed.others),
        said=tuple((one.sentence, one.measure.source) for one in read),
    )


def _total_label(measure_id: str) -> str:
    measure = BY_TOTAL[measure_id]
    return f"{measure.short}, total, {measure.low} to {measure.high}"
