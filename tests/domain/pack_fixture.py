"""The tables of the curriculum written out a second time, by hand: the planner tests' own pack."""

from __future__ import annotations

from pne_tracker.domain.curriculum import (
    Concept,
    Flag,
    HomeworkKind,
    HomeworkTemplate,
    Minutes,
    Pack,
    Prompt,
    Rhythm,
    Schedule,
    Section,
    Text,
)

SAME = Text("text", "texto")
K = HomeworkKind

# number: title, low/typical/high, primary, secondary, hard, soft
SECTIONS = {
    1: ("Pain Knowledge", (10, 15, 20), "you-can-change-pain", "hurt-is-not-harm body-alarm", (), ()),
    2: ("Sensitive Nerves", (10, 15, 20), "body-alarm touchy-alarm", "", (1,), ()),
    3: ("Nerve Sensors", (10, 12, 15), "sensors-change", "touchy-alarm", (1, 2), ()),
    4: ("Nosy Neighbors", (8, 10, 15), "pain-can-spread", "volume-stays-up immune-joins-in", (1, 2), (3,)),
    5: (
        "Calming Nerves",
        (12, 20, 25),
        "hurt-is-not-harm small-steps sleep-matters own-pain-relief",
        "you-can-change-pain tissues-heal",
        (1, 2),
        (3,),
    ),
    6: (
        "Pain and the Brain",
        (10, 15, 20),
        "brain-makes-pain danger-meaning",
        "body-alarm own-pain-relief many-brain-areas injury-can-be-silent",
        (1,),
        (2,),
    ),
    7: ("Brain's Pain Map", (10, 12, 15), "many-brain-areas", "brain-makes-pain body-map", (1, 6), ()),
    8: (
        "Body, Inc.'s CEO",
        (10, 15, 20),
        "volume-stays-up whole-life-counts",
        "touchy-alarm pain-can-spread danger-meaning",
        (1, 6),
        (2,),
    ),
    9: ("Lions and Stress", (10, 15, 20), "stress-system", "whole-life-counts feelings-count", (1,), (2,)),
    10: (
        "Tissue Issues",
        (10, 12, 15),
        "tissues-heal injury-can-be-silent",
        "hurt-is-not-harm brain-makes-pain small-steps",
        (1, 6),
        (5,),
    ),
    11: (
        "Neurogenic Inflammation",
        (10, 12, 15),
        "nerve-swelling",
        "own-pain-relief stress-system immune-joins-in feelings-count",
        (1, 2),
        (9,),
    ),
    12: ("The Brain's Body Maps", (12, 20, 25), "body-map", "", (1, 6), (7,)),
    13: (
        "Immune System and Pain",
        (10, 15, 20),
        "immune-joins-in you-can-change-pain",
        "sensors-change pain-can-spread small-steps sleep-matters stress-system nerve-swelling",
        (1, 2, 5),
        (4, 9),
    ),
    14: (
        "Emotions and Pain",
        (10, 15, 20),
        "feelings-count",
        "hurt-is-not-harm danger-meaning whole-life-counts",
        (1, 6),
        (9,),
    ),
}
ONCE, DAILY, WEEKLY = Rhythm.ONCE, Rhythm.DAILY, Rhythm.WEEKLY
# key: kind, rhythm, entries, days, done at, per week, required
HOMEWORK = {
    "s01-quiz": (K.QUIZ, ONCE, 1, 7, 1, None, True),
    "s02-journal": (K.JOURNAL, ONCE, 1, 7, 1, None, True),
    "s03-reading": (K.READING, ONCE, 1, 7, 1, None, True),
    "s04-talk": (K.CONVERSATION, ONCE, 1, 7, 1, None, True),
    "s05-exercise": (K.EXERCISE_LOG, WEEKLY, 6, 14, 5, 3, True),
    "s05-sleep": (K.SLEEP_LOG, DAILY, 7, 7, 5, None, True),
    "s05-breathing": (K.BREATHING, DAILY, 7, 7, 5, None, False),
    "s06-journal": (K.JOURNAL, ONCE, 1, 7, 1, None, True),
    "s07-journal": (K.JOURNAL, Rhythm.FREE, 2, 7, 2, None, True),
    "s08-journal": (K.JOURNAL, ONCE, 1, 7, 1, None, True),
    "s09-stress": (K.STRESS_LOG, DAILY, 7, 7, 5, None, True),
    "s09-reflect": (K.JOURNAL, ONCE, 1, 7, 1, None, True),
    "s10-journal": (K.JOURNAL, ONCE, 1, 7, 1, None, True),
    "s11-practice": (K.PRACTICE, WEEKLY, 5, 7, 5, 5, True),
    "s12-laterality": (K.LATERALITY, WEEKLY, 10, 14, 8, 5, True),
    "s12-imagery": (K.IMAGERY, Rhythm.FREE, 10, 14, 8, None, False),
    "s13-plan": (K.REVIEW, ONCE, 1, 7, 1, None, True),
    "s14-journal": (K.JOURNAL, Rhythm.FREE, 2, 7, 2, None, True),
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


def template(key: str) -> HomeworkTemplate:
    """A homework template of table 2, its prompts reduced to one."""
    kind, rhythm, entries, days, done_at, per_week, required = HOMEWORK[key]
    return HomeworkTemplate(
        key,
        kind,
        SAME,
        SAME,
        Schedule(rhythm, entries, days, done_at, per_week),
        required,
        prompts=(Prompt("note", SAME),),
    )


def _section(number: int) -> Section:
    title, minutes, primary, secondary, hard, soft = SECTIONS[number]
    return Section(
        number=number,
        slug=f"section-{number}",
        title=title,
        patient_title=SAME,
        minutes=Minutes(*minutes),
        education="",
        summary=SAME,
        primary=tuple(primary.split()),
        secondary=tuple(secondary.split()),
        hard=hard,
        soft=soft,
        homework=tuple(template(key) for key in HOMEWORK if key.startswith(f"s{number:02}-")),
    )


PACK = Pack(
    id="why-you-hurt",
    version="test",
    title=SAME,
    pass_mark=0.75,
    sections=tuple(_section(number) for number in SECTIONS),
    concepts=tuple(
        Concept(name, SAME, SAME)
        for name in sorted({name for row in SECTIONS.values() for name in (*row[2].split(), *row[3].split())})
    ),
    flags=tuple(
        Flag(name, name.replace("-", " ").capitalize(), SAME, sections, weight)
        for name, (sections, weight) in FLAGS.items()
    ),
    weights={},
)
