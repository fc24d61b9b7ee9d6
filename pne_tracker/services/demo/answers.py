"""How the demo's people fill in their homework: the raw fields of one entry, by its kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Prompt, Question
from pne_tracker.domain.entry_parse import Raw
from pne_tracker.services.demo import words

OPTIONAL_ANSWERED: Final = 0.6
NOT_SURE: Final = "not_sure"


@dataclass(frozen=True, slots=True)
class Mood:
    """How somebody is on the day of an entry.

    `pain` is the usual pain, 0 to 10; `rest` from 0 (poor nights) to 1 (good ones); `grasp` from 0 to 1;
    `part` is the body part that hurts, as laterality forms name it.
    """

    day: dt.date
    pain: int
    rest: float
    grasp: float
    language: str
    part: str


def answers(
    item: HomeworkTemplate, mood: Mood, rng: Random, questions: Sequence[Question] = ()
) -> Mapping[str, Raw]:
    """The fields of one entry, as a form would send them."""
    if item.kind is HomeworkKind.QUIZ:
        return {one.id: _reply(one, mood.grasp, rng) for one in questions}
    write = _FORMS.get(item.kind)
    if write is not None:
        return write(mood, rng)
    given = ((prompt.id, _prompted(item.key, prompt, mood, rng)) for prompt in item.prompts)
    return {name: value for name, value in given if value}


def _reply(question: Question, grasp: float, rng: Random) -> str:
    if rng.random() < 0.4 + 0.6 * grasp:
        return question.answer
    wrong = [key for key, _ in question.options if key != question.answer]
    if not question.options:
        wrong = ["false" if question.answer == "true" else "true"]
    return rng.choice([*wrong, NOT_SURE])


def _prompted(key: str, prompt: Prompt, mood: Mood, rng: Random) -> str:
    if prompt.field == "scale":
        return _rated(key, prompt.id, mood, rng)
    if not prompt.required and rng.random() > OPTIONAL_ANSWERED:
        return ""
    if prompt.field == "choice":
        return _chosen(key, prompt, rng)
    if prompt.field == "yes_no":
        return "no"
    if prompt.field == "date":
        return (mood.day + dt.timedelta(days=14)).isoformat()
    spoken = words.WORDS[mood.language].get(key, {}).get(prompt.id, ())
    return rng.choice(spoken or words.ANY[mood.language])


def _rated(key: str, prompt_id: str, mood: Mood, rng: Random) -> str:
    """Sizes of stressors only for those that are always named; ease and pain around the usual."""
    if key == "s08-journal":
        return str(rng.randint(4, 8)) if prompt_id == "size-1" else ""
    if prompt_id == "ease-after":
        return str(_within(10 - mood.pain + rng.randint(0, 3)))
    if prompt_id == "ease-before":
        return str(_within(9 - mood.pain + rng.randint(-1, 1)))
    return str(_within(mood.pain + rng.randint(-1, 1)))


def _chosen(key: str, prompt: Prompt, rng: Random) -> str:
    options = [option for option, _ in prompt.options]
    if key == "s08-journal":
        return options[0]
    if key == "s13-plan":
        return rng.choices(options, (6, 3, 0, 1))[0]
    return rng.choice(options[:-1] or options)


def _within(value: int, low: int = 0, high: int = 10) -> str | int:
    return max(low, min(high, value))


def _exercise(mood: Mood, rng: Random) -> dict[str, Raw]:
    planned = rng.choice((10, 12, 15, 20, 25))
    after = mood.pain + rng.choice((-1, 0, 0, 1))
    return {
        "day": mood.day.isoformat(),
        "activity": rng.choice(words.ACTIVITIES[mood.language]),
        "planned_minutes": str(planned),
        "done_minutes": str(max(5, planned + rng.choice((-3, 0, 0, 0, 2)))),
        "effort": str(rng.randint(3, 6)),
        "pain_before": str(_within(mood.pain)),
        "pain_after": str(_within(after)),
        "pain_next_morning": str(_within(mood.pain + rng.choice((-1, 0, 0, 1, 2)))),
    }


def _sleep(mood: Mood, rng: Random) -> dict[str, Raw]:
    bed = 22 * 60 + rng.randrange(-20, 71, 5)
    light = bed + rng.randrange(5, 31, 5)
    waking = 6 * 60 + rng.randrange(-30, 61, 5)
    awakenings = rng.randint(1, 4) if rng.random() > mood.rest * 0.5 else rng.randint(0, 1)
    awake = awakenings * rng.randrange(5, 21, 5)
    return {
        "wake_day": mood.day.isoformat(),
        "in_bed": _clock(bed),
        "lights_out": _clock(light),
        "minutes_to_sleep": str(rng.randrange(10, 56 - round(30 * mood.rest), 5)),
        "awakenings": str(awakenings),
        "minutes_awake": str(awake),
        "last_waking": _clock(waking),
        "out_of_bed": _clock(waking + rng.randrange(5, 36, 5)),
        "quality": str(_within(round(1.5 + 2.5 * mood.rest) + rng.choice((-1, 0, 0, 1)), 1, 5)),
        "caffeine": str(rng.choice((0, 0, 1, 1, 2))),
        "screens": str(rng.choice((0, 15, 20, 30, 45))),
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _stress(mood: Mood, rng: Random) -> dict[str, Raw]:
    before = rng.randint(4, 8)
    return {
        "day": mood.day.isoformat(),
        "time": _clock(rng.randrange(9 * 60, 17 * 60, 15)),
        "stress_before": str(before),
        "stress_after": str(max(0, before - rng.randint(0, 3))),
        "tags": [rng.choice(("work", "money", "family", "health", "other"))],
        "body_signs": rng.choice(words.BODY_SIGNS[mood.language]),
        "helped": rng.choice(words.HELPED[mood.language]),
    }


def _breathing(mood: Mood, rng: Random) -> dict[str, Raw]:
    before = rng.randint(3, 7)
    return {
        "day": mood.day.isoformat(),
        "minutes": str(rng.choice((5, 5, 8, 10))),
        "breaths": str(rng.randint(5, 9)),
        "tension_before": str(before),
        "tension_after": str(before - rng.randint(0, 3)),
        "dizzy": "no",
    }


def _laterality(mood: Mood, rng: Random) -> dict[str, Raw]:
    better = round(4 * mood.grasp)
    left, right = (rng.randint(12 + better, 16 + better) for _ in range(2))
    slower = 900 - 700 * mood.grasp
    return {
        "day": mood.day.isoformat(),
        "body_part": mood.part,
        "step": "1",
        "pictures": "40",
        "left_shown": "20",
        "left_correct": str(left),
        "left_ms": str(round(rng.randrange(1500, 1900, 10) + slower)),
        "right_shown": "20",
        "right_correct": str(right),
        "right_ms": str(round(rng.randrange(1400, 1800, 10) + slower)),
        "pain_before": str(_within(mood.pain)),
        "pain_after": str(_within(mood.pain + rng.choice((-1, 0, 0)))),
    }


_FORMS: Final[Mapping[HomeworkKind, Callable[[Mood, Random], Mapping[str, Raw]]]] = {
    HomeworkKind.EXERCISE_LOG: _exercise,
    HomeworkKind.SLEEP_LOG: _sleep,
    HomeworkKind.STRESS_LOG: _stress,
    HomeworkKind.BREATHING: _breathing,
    HomeworkKind.LATERALITY: _laterality,
}
