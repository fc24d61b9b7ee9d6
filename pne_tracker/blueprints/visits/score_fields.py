"""Outcome ratings on the visit form: read as texts, shown again as typed, turned into drafts of scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from pne_tracker.domain.outcome_catalogue import BY_TOTAL, EVERY
from pne_tracker.domain.outcome_draft import NPRS_PARTS, Rating, ScoreDraft
from pne_tracker.domain.outcomes import GROC, MAX_ACTIVITIES, NPRS, PSFS

PREFIX = "scores-"
TOTAL = "total"
_PLACES = range(1, MAX_ACTIVITIES + 1)
_FIXED = (
    *(f"{PREFIX}nprs-{part}" for part in NPRS_PARTS),
    *(f"{PREFIX}psfs-{what}_{place}" for place in _PLACES for what in ("name", "rate")),
    f"{PREFIX}groc-change",
)


@dataclass(frozen=True, slots=True)
class TypedScores:
    """The texts by the name of their field, and the measures entered by total that the form has rows for."""

    texts: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """What is typed in that field."""
        return dict(self.texts).get(name, "")


def typed_scores(form: MultiDict[str, str]) -> TypedScores:
    """The ratings of a request, every text as it was sent."""
    others = [one for one in dict.fromkeys(form.getlist("other_measures")) if one in BY_TOTAL]
    if form.get("do") == "add_measure" and form.get("new_measure", "") in BY_TOTAL:
        others = list(dict.fromkeys([*others, form["new_measure"]]))
    others = [one for one in others if one != form.get("remove_measure")]
    names = [*_FIXED, *(f"{PREFIX}{one}-{TOTAL}" for one in others)]
    return TypedScores(tuple((name, form.get(name, "").strip()) for name in names), tuple(others))


def as_typed_scores(drafts: Sequence[ScoreDraft], activities: Sequence[str]) -> TypedScores:
    """Stored ratings as the form shows them; without activities of today, those rated last are named."""
    texts: dict[str, str] = {}
    for draft in drafts:
        for place, (name, value) in enumerate(draft.ratings, start=1):
            shown = "" if value is None else f"{value:g}"
            if draft.measure == PSFS.id:
                texts[f"{PREFIX}psfs-name_{place}"] = name
                texts[f"{PREFIX}psfs-rate_{place}"] = shown
            else:
                texts[f"{PREFIX}{draft.measure}-{name}"] = shown
    if not any(draft.measure == PSFS.id for draft in drafts):
        texts |= {
            f"{PREFIX}psfs-name_{place}": name for place, name in zip(_PLACES, activities, strict=False)
        }
    others = tuple(draft.measure for draft in drafts if draft.measure in BY_TOTAL)
    return TypedScores(tuple(texts.items()), others)


def read_scores(typed: TypedScores, errors: dict[str, str]) -> tuple[ScoreDraft, ...]:
    """The ratings as drafts, rows without any rating left out; what is no number is in `errors` by its field."""
    texts = dict(typed.texts)
    found = [
        ScoreDraft(NPRS.id, tuple((part, _number(texts, f"nprs-{part}", errors)) for part in NPRS_PARTS)),
        ScoreDraft(PSFS.id, tuple(_activities(texts, errors))),
        ScoreDraft(GROC.id, (("change", _number(texts, "groc-change", errors)),)),
        *(ScoreDraft(one, ((TOTAL, _number(texts, f"{one}-{TOTAL}", errors)),)) for one in typed.others),
    ]
    return tuple(one for one in found if _written(one))


def _written(draft: ScoreDraft) -> bool:
    return draft.measure in BY_TOTAL or any(value is not None for _, value in draft.ratings)


def _activities(texts: Mapping[str, str], errors: dict[str, str]) -> Iterator[Rating]:
    for place in _PLACES:
        name = texts.get(f"{PREFIX}psfs-name_{place}", "")
        value = _number(texts, f"psfs-rate_{place}", errors)
        if name or value is not None:
            yield name, value


def _number(texts: Mapping[str, str], name: str, errors: dict[str, str]) -> float | None:
    text = texts.get(f"{PREFIX}{name}", "").replace("\N{MINUS SIGN}", "-").replace(",", ".")
    if not text:
        return None
    plain = text.removeprefix("+").removeprefix("-")
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit() or len(plain) > 6:
        errors[f"{PREFIX}{name}"] = "Write a number, like 4."
        return None
    return float(text)


def measure_options(taken: Iterable[str]) -> list[tuple[str, str]]:
    """The measures that can still be added by total score."""
    gone = set(taken)
    return [
        (one.id, f"{one.short}, {one.name.lower()}" if one.short not in one.name else one.name)
        for one in EVERY.values()
        if not one.built_in and one.id not in gone
    ]
