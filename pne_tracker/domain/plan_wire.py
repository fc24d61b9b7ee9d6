"""The JSON contract of `plan`: plain data in, plain data out. Strict: what is not understood is refused.

Required are `pack`, `today` and `minutes`. `sections`, `flags` and `allow_new_with_revisits` may be left
out; `visits_left` and `visits_per_week` may be null or left out, and then that part of the forecast is null.
In a section every key may be left out: `taught`, `checks`, `homework`, `flagged` (dates a therapist flagged
it to revisit) and `skipped` (null or false; true, a reason as text, or `{"reason": ..., "date": ...}`). A
check has `date`, `kind`, and `result` for a teach-back or `score` for a quiz or recall question, and may
have `concepts`. A homework item has `kind`, `status`, `due`, and may have `required` (default true) and
`reviewed`. A flag is its id, or `{"id": ..., "date": ...}`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from pne_tracker.domain.curriculum import HomeworkKind, Pack
from pne_tracker.domain.homework import HomeworkFact, HomeworkStatus
from pne_tracker.domain.plan_fields import Fields, bad
from pne_tracker.domain.planner_shapes import Plan, PlannerInput, RecordedFlag
from pne_tracker.domain.progress import (
    Check,
    CheckKind,
    SectionEvidence,
    Skip,
    TeachBackResult,
)

DAY_MINUTES: Final = 1440
MOST_VISITS: Final = 1000

_TOP: Final = frozenset(
    {
        *("pack", "today", "minutes", "visits_left", "visits_per_week", "sections", "flags"),
        "allow_new_with_revisits",
    }
)
_SECTION: Final = frozenset({"taught", "checks", "homework", "flagged", "skipped"})
_CHECK: Final = frozenset({"date", "kind", "result", "score", "concepts"})
_HOMEWORK: Final = frozenset({"kind", "required", "status", "due", "reviewed"})
_KINDS: Final = {item.value: item.value for item in HomeworkKind} | {"log": "log"}
_STATUSES: Final = {item.value: item for item in HomeworkStatus}
_CHECK_KINDS: Final = {item.value: item for item in CheckKind}
_RESULTS: Final = {item.value: item for item in TeachBackResult}


def read(given: object, pack_of: Callable[[str], Pack | None]) -> tuple[Pack, PlannerInput]:
    """The pack and the planner's input from plain data of the contract's shape.

    `pack_of` finds a pack by id, or gives None. Raises BadInputError with `at` such as
    `sections.1.checks[0].date` and one of the codes `not_an_object`, `missing_key`, `unknown_key`,
    `unknown_pack`, `unknown_section`, `unknown_flag`, `unknown_concept`, `unknown_value`, `bad_text`,
    `bad_list`, `bad_date`, `date_after_today`, `bad_number`, `bad_score`, `bad_flag`, `bad_skip`.
    """
    top = Fields.of(given, "", _TOP)
    pack = pack_of(top.text("pack"))
    if pack is None:
        raise bad("There is no such pack. Name one that is loaded.", "pack", "unknown_pack")
    today = top.day("today")
    return pack, PlannerInput(
        today=today,
        minutes=top.whole("minutes", DAY_MINUTES),
        sections=_sections(top, pack, today),
        flags=_flags(top, pack, today),
        visits_left=top.optional_whole("visits_left", MOST_VISITS),
        visits_per_week=top.optional_whole("visits_per_week", MOST_VISITS),
        allow_new_with_revisits=top.flag("allow_new_with_revisits", default=False),
    )


def _sections(top: Fields, pack: Pack, today: date) -> dict[int, SectionEvidence]:
    given = top.optional_object("sections")
    numbers = {str(section.number): section.number for section in pack.sections}
    found = {}
    for key, value in given.items():
        if key not in numbers:
            raise bad("The pack has no such section.", f"sections.{str(key)[:40]}", "unknown_section")
        found[numbers[key]] = _section(value, f"sections.{key}", pack, today)
    return found


def _section(given: object, at: str, pack: Pack, today: date) -> SectionEvidence:
    one = Fields.of(given, at, _SECTION)
    return SectionEvidence(
        taught=one.days("taught", today),
        checks=tuple([_check(item, where, pack, today) for item, where in one.items("checks")]),
        homework=tuple([_homework(item, where, today) for item, where in one.items("homework")]),
        flagged=one.days("flagged", today),
        skip=_skip(one, today),
    )


def _check(given: object, at: str, pack: Pack, today: date) -> Check:
    one = Fields.of(given, at, _CHECK)
    on = one.day("date", today)
    kind = one.choice("kind", _CHECK_KINDS)
    wanted, other = ("result", "score") if kind is CheckKind.TEACH_BACK else ("score", "result")
    if one.get(other) is not None:
        raise bad(f"A {kind.value} has {wanted}. Remove {other}.", f"{at}.{other}", "unknown_key")
    return Check(
        kind=kind,
        on=on,
        result=one.choice("result", _RESULTS) if wanted == "result" else None,
        score=one.score("score") if wanted == "score" else None,
        concepts=_concepts(one, pack),
    )


def _concepts(one: Fields, pack: Pack) -> dict[str, float]:
    given = one.optional_object("concepts")
    if not given:
        return {}
    scores = Fields(given, f"{one.at}.concepts")
    unknown = given.keys() - pack.concept_ids
    if unknown:
        name = min(str(key) for key in unknown)[:40]
        raise bad("The pack has no such concept.", f"{scores.at}.{name}", "unknown_concept")
    return {concept: scores.score(concept) for concept in given}


def _homework(given: object, at: str, today: date) -> HomeworkFact:
    one = Fields.of(given, at, _HOMEWORK)
    return HomeworkFact(
        kind=one.choice("kind", _KINDS),
        required=one.flag("required", default=True),
        status=one.choice("status", _STATUSES),
        due=one.day("due"),
        reviewed=one.day("reviewed", today) if one.get("reviewed") is not None else None,
        review_recorded="reviewed" in one,
    )


def _skip(one: Fields, today: date) -> Skip | None:
    given, at = one.get("skipped"), f"{one.at}.skipped"
    if given is None or given is False:
        return None
    if given is True:
        return Skip()
    if isinstance(given, str) and given.strip():
        return Skip(given)
    if isinstance(given, dict):
        fields = Fields.of(given, at, frozenset({"reason", "date"}))
        reason = fields.text("reason")
        return Skip(reason, fields.day("date", today) if fields.get("date") is not None else None)
    raise bad("Give null, or the reason for skipping the section as text.", at, "bad_skip")


def _flags(top: Fields, pack: Pack, today: date) -> tuple[RecordedFlag, ...]:
    known = {flag.id for flag in pack.flags}
    found: dict[str, RecordedFlag] = {}
    for item, at in top.items("flags"):
        recorded: date | None = None
        if isinstance(item, dict):
            one = Fields.of(item, at, frozenset({"id", "date"}))
            name: object = one.text("id")
            recorded = one.day("date", today) if one.get("date") is not None else None
        else:
            name = item
        if not isinstance(name, str) or name not in known:
            raise bad("The pack has no such flag.", at, "unknown_flag")
        found[name] = RecordedFlag(name, recorded)
    return tuple(found.values())


def write(made: Plan) -> dict[str, Any]:
    """The plan as plain data of the contract's shape; the evidence behind a reason stays inside."""
    finish = made.forecast.finish_on
    return {
        "ranked": [
            {
                "action": one.action.value,
                "section": one.section,
                "score": one.score,
                "reasons": [
                    {"code": reason.code, "weight": reason.weight, "text": reason.text}
                    for reason in one.reasons
                ],
            }
            for one in made.ranked
        ],
        "today": [
            {
                "action": step.action.value,
                "section": step.section,
                "minutes": step.minutes,
                "homework": list(step.homework),
            }
            for step in made.today
        ],
        "forecast": {
            "sections_left": made.forecast.sections_left,
            "per_visit": made.forecast.per_visit,
            "finish_on": None if finish is None else finish.isoformat(),
        },
    }
