"""The shipped pack against the guide and the content brief: nothing of the fourteen sections is missing."""

from __future__ import annotations

from collections import Counter

import pytest

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.domain.curriculum import HomeworkKind, QuestionKind, Rhythm, Section
from pne_tracker.domain.pack_rules import PENALTIES, REWARDS
from pne_tracker.domain.planner import DEFAULT_WEIGHTS

PACK = load_shipped()
NUMBERS = range(1, 15)

TITLES = (
    "Pain Knowledge",
    "Sensitive Nerves",
    "Nerve Sensors",
    "Nosy Neighbors (spreading pain)",
    "Calming Nerves",
    "Pain and the Brain",
    "Brain's Pain Map (the neuromatrix)",
    "Body, Inc.'s CEO (central sensitization)",
    "Lions and Stress (stress response to pain)",
    "Tissue Issues",
    "Neurogenic Inflammation",
    "The Brain's Body Maps (homunculus)",
    "Immune System and Pain",
    "Emotions and Pain",
)

TOPICS = {
    1: "pain neuroscience education|recovery|rehabilitation|knows|believes|baseline",
    2: "nervous system|alarm|nociception|danger|peripheral|sensitiz|hyperalgesia|allodynia|images",
    3: "neuroplasticity|ion channels|temperature|stress|movement|immunity|blood flow|homeostasis|survival"
    "|brain",
    4: "spreading pain|tissue|hyperalgesia|immune responses|central sensitization|story",
    5: "endogenous|chemicals|aerobic exercise|understanding of pain|pacing|graded exposure|sore but safe"
    "|hurt does not equal harm|sleep hygiene|diaphragmatic breathing|nervous system|stress",
    6: "output|nociception|inhibition|facilitation|threat value|images",
    7: "neuromatrix|pain map|fmri|areas|memory|focus|concentration|emotion|fine motor|temperature|struggles"
    "|strategies",
    8: "nerve sensitivity|central sensitization|biological|psychosocial|ceo|brain",
    9: "sympathetic nervous system|stress biology|fight or flight|adrenaline|cortisol|immune response|output"
    "|metaphor|self-care",
    10: "tissue injury|injury without pain|pain without injury|output|hypersensitive nervous system|heal",
    11: "neurogenic inflammation|retrograde|orthodromic|antidromic|persistent swelling|immune response"
    "|thoughts|impulses|emotional stress|worry|fear|inflamed",
    12: "primary somatosensory cortex|body maps|movement|use|decreased use|biological|laterality|assessed"
    "|graded motor imagery",
    13: "immune|prolonged pain|spreading pain|old injuries|scars|immune health|fix it"
    "|earlier concepts|coping plan",
    14: "emotions|fear|catastroph|nociception|threat|alarm|nerves|metaphor",
}

HOMEWORK = {
    1: {HomeworkKind.QUIZ},
    2: {HomeworkKind.JOURNAL},
    3: {HomeworkKind.READING},
    4: {HomeworkKind.CONVERSATION},
    5: {HomeworkKind.EXERCISE_LOG, HomeworkKind.SLEEP_LOG, HomeworkKind.BREATHING},
    6: {HomeworkKind.JOURNAL},
    7: {HomeworkKind.JOURNAL},
    8: {HomeworkKind.JOURNAL},
    9: {HomeworkKind.STRESS_LOG, HomeworkKind.JOURNAL},
    10: {HomeworkKind.JOURNAL},
    11: {HomeworkKind.PRACTICE},
    12: {HomeworkKind.LATERALITY, HomeworkKind.IMAGERY},
    13: {HomeworkKind.REVIEW},
    14: {HomeworkKind.JOURNAL},
}

# key: rhythm, entries, days, done at, required
SCHEDULES = {
    "s01-quiz": (Rhythm.ONCE, 1, 7, 1, True),
    "s02-journal": (Rhythm.ONCE, 1, 7, 1, True),
    "s03-reading": (Rhythm.ONCE, 1, 7, 1, True),
    "s04-talk": (Rhythm.ONCE, 1, 7, 1, True),
    "s05-exercise": (Rhythm.WEEKLY, 6, 14, 5, True),
    "s05-sleep": (Rhythm.DAILY, 7, 7, 5, True),
    "s05-breathing": (Rhythm.DAILY, 7, 7, 5, False),
    "s06-journal": (Rhythm.ONCE, 1, 7, 1, True),
    "s07-journal": (Rhythm.FREE, 2, 7, 2, True),
    "s08-journal": (Rhythm.ONCE, 1, 7, 1, True),
    "s09-stress": (Rhythm.DAILY, 7, 7, 5, True),
    "s09-reflect": (Rhythm.ONCE, 1, 7, 1, True),
    "s10-journal": (Rhythm.ONCE, 1, 7, 1, True),
    "s11-practice": (Rhythm.WEEKLY, 5, 7, 5, True),
    "s12-laterality": (Rhythm.WEEKLY, 10, 14, 8, True),
    "s13-plan": (Rhythm.ONCE, 1, 7, 1, True),
    "s14-journal": (Rhythm.FREE, 2, 7, 2, True),
}

PREREQUISITES = {
    1: ((), ()),
    2: ((1,), ()),
    3: ((1, 2), ()),
    4: ((1, 2), (3,)),
    5: ((1, 2), (3,)),
    6: ((1,), (2,)),
    7: ((1, 6), ()),
    8: ((1, 6), (2,)),
    9: ((1,), (2,)),
    10: ((1, 6), (5,)),
    11: ((1, 2), (9,)),
    12: ((1, 6), (7,)),
    13: ((1, 2, 5), (4, 9)),
    14: ((1, 6), (9,)),
}

FLAGS = {
    "spreading-pain": ((4,), 25),
    "poor-sleep": ((5, 13), 30),
    "stress": ((9,), 25),
    "fear-of-movement": ((5, 14), 30),
    "focus-memory": ((7,), 20),
    "old-injuries-flaring": ((13,), 20),
    "body-image": ((12,), 20),
    "lasting-swelling": ((11,), 20),
    "low-mood": ((8, 14), 25),
    "sensitive-to-touch": ((2, 3), 25),
}

TAUGHT_IN = {
    "hurt-is-not-harm": ({5}, {1, 10, 14}),
    "you-can-change-pain": ({1, 13}, {5}),
    "body-alarm": ({2}, {1, 6}),
    "touchy-alarm": ({2}, {3, 8}),
    "sensors-change": ({3}, {13}),
    "pain-can-spread": ({4}, {8, 13}),
    "small-steps": ({5}, {10, 13}),
    "sleep-matters": ({5}, {13}),
    "own-pain-relief": ({5}, {6, 11}),
    "brain-makes-pain": ({6}, {7, 10}),
    "danger-meaning": ({6}, {8, 14}),
    "many-brain-areas": ({7}, {6}),
    "volume-stays-up": ({8}, {4}),
    "whole-life-counts": ({8}, {9, 14}),
    "stress-system": ({9}, {11, 13}),
    "tissues-heal": ({10}, {5}),
    "injury-can-be-silent": ({10}, {6}),
    "nerve-swelling": ({11}, {13}),
    "body-map": ({12}, {7}),
    "immune-joins-in": ({13}, {4, 11}),
    "feelings-count": ({14}, {9, 11}),
}


def section(number: int) -> Section:
    """A section of the shipped pack."""
    return PACK.by_number[number]


def test_the_fourteen_sections_carry_the_titles_of_the_guide() -> None:
    assert tuple(one.title for one in PACK.sections) == TITLES


def test_teaching_everything_once_takes_203_minutes() -> None:
    assert sum(one.minutes.typical for one in PACK.sections) == 203


@pytest.mark.parametrize("number", NUMBERS)
def test_the_note_covers_every_topic_that_the_guide_lists(number: int) -> None:
    note = section(number).education.lower()
    missing = [topic for topic in TOPICS[number].split("|") if topic not in note]
    assert missing == []
    assert 2 <= note.count(". ") + 1 <= 5


@pytest.mark.parametrize("number", NUMBERS)
def test_the_homework_of_the_guide_is_there_in_its_kind(number: int) -> None:
    assert {item.kind for item in section(number).homework} == HOMEWORK[number]


def test_homework_asks_for_what_the_brief_says() -> None:
    found = {
        key: (
            item.schedule.rhythm,
            item.schedule.entries,
            item.schedule.days,
            item.schedule.done_at,
            item.required,
        )
        for key, (_, item) in PACK.templates.items()
    }
    imagery = found.pop("s12-imagery")
    assert found == SCHEDULES
    assert imagery[-1] is False
    assert PACK.templates["s12-imagery"][1].unlocked_by_therapist is True


def test_homework_is_asked_by_name_of_its_section_and_tells_the_therapist_what_to_look_for() -> None:
    for key, (home, item) in PACK.templates.items():
        assert key.startswith(f"s{home.number:02}-")
        assert item.look_for, key
        assert item.barrier, key


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("s02-journal", {"flag", "activity", "limit"}),
        ("s04-talk", {"who", "told", "asked"}),
        ("s06-journal", {"first", "first-scene", "second", "second-scene"}),
        ("s07-journal", {"problem", "strategy", "result"}),
        ("s08-journal", {"stressor-1", "size-1", "stressor-5", "size-5", "discuss"}),
        ("s10-journal", {"silent-1", "silent-2", "before-1", "before-3", "try"}),
        ("s11-practice", {"strategy", "ease-before", "ease-after"}),
        ("s13-plan", {"relaxation", "breathing", "goals", "exercise-log", "sleep-log", "goal", "goal-date"}),
    ],
)
def test_a_journal_asks_for_the_fields_that_make_it_done(key: str, asked: set[str]) -> None:
    _, item = PACK.templates[key]
    assert asked <= {prompt.id for prompt in item.prompts}


def test_prerequisites_are_those_of_the_brief() -> None:
    assert {one.number: (one.hard, one.soft) for one in PACK.sections} == PREREQUISITES


def test_every_concept_is_taught_and_returned_to_where_the_map_says() -> None:
    found = {
        concept.id: (
            {one.number for one in PACK.sections if concept.id in one.primary},
            {one.number for one in PACK.sections if concept.id in one.secondary},
        )
        for concept in PACK.concepts
    }
    assert found == TAUGHT_IN


def test_flags_pull_up_their_sections_by_their_weight() -> None:
    assert {flag.id: (flag.sections, flag.weight) for flag in PACK.flags} == FLAGS


def test_the_baseline_asks_one_question_about_each_concept() -> None:
    assert Counter(question.concept for question in PACK.baseline) == Counter(PACK.concept_ids)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_primary_concept_is_asked_twice_and_in_both_parallel_sets(number: int) -> None:
    one = section(number)
    assert len(one.questions) >= 5
    for concept in one.primary:
        asked = [question for question in one.questions if question.concept == concept]
        assert len(asked) >= 2, concept
        assert {question.parallel_set for question in asked} == {"a", "b"}, concept
    sets = Counter(question.parallel_set for question in one.questions)
    assert sets["a"] == sets["b"]


def test_true_and_false_are_about_equal_and_no_option_is_the_usual_answer() -> None:
    asked = [question for one in PACK.sections for question in one.questions]
    for questions in (asked, list(PACK.baseline)):
        plain = Counter(one.answer for one in questions if one.kind is QuestionKind.TRUE_FALSE)
        assert 0.4 <= plain["true"] / plain.total() <= 0.6
    chosen = Counter(one.answer for one in asked if one.kind is QuestionKind.CHOOSE_ONE)
    assert set(chosen) == {"a", "b", "c"}
    assert max(chosen.values()) / chosen.total() <= 0.45


def test_the_right_option_does_not_stand_out_by_its_length() -> None:
    asked = [one for part in PACK.sections for one in part.questions if one.options]
    longest = [
        one
        for one in asked
        if dict(one.options)[one.answer].en == max((o.en for _, o in one.options), key=len)
    ]
    assert len(longest) / len(asked) < 0.75


@pytest.mark.parametrize("number", NUMBERS)
def test_the_therapist_has_images_talking_points_and_a_teach_back(number: int) -> None:
    one = section(number)
    assert one.images
    assert 4 <= len(one.talking_points) <= 6
    assert one.teach_back is not None
    assert one.teach_back.listen_for


def test_a_pack_may_set_every_weight_that_the_planner_has_and_no_other() -> None:
    assert set(DEFAULT_WEIGHTS) == PENALTIES | REWARDS


def test_the_planner_weights_are_those_of_the_brief() -> None:
    assert dict(PACK.weights) == {
        "order_step": 2,
        "start_here": 300,
        "concept_gap_primary": 30,
        "concept_gap_secondary": 15,
        "concept_gap_partial_primary": 15,
        "concept_gap_partial_secondary": 8,
        "concept_gap_more": 5,
        "prerequisite_hard": -100,
        "prerequisite_soft": -5,
        "revisits_first": -100,
        "homework_due": 160,
        "homework_overdue_per_day": 1,
        "homework_overdue_max": 10,
        "homework_missed": 5,
        "revisit_due": 140,
        "homework_too": 10,
        "check_needed": 130,
        "weeks_since_taught_per_week": 1,
        "weeks_since_taught_max": 10,
    }
