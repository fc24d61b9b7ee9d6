"""What the demo's lead made of the curriculum: other weights, own words, and a newer version that waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pne_tracker.domain.clinic_homework import ClinicItem
from pne_tracker.domain.clinic_weights import ClinicWeights, weights_of
from pne_tracker.domain.curriculum import Minutes, Pack, Text
from pne_tracker.domain.quiz import NOT_SURE
from pne_tracker.queries.recall import due_question
from pne_tracker.services import (
    clinic_homework,
    own_quizzes,
    pack_versions,
    planner_weights,
    recall,
    section_wording,
)
from pne_tracker.services.demo.course import Course, World
from pne_tracker.services.demo.own_quiz import OWN_QUIZ
from pne_tracker.services.demo.people import Stage

SLEEP = ("poor-sleep", 36)
WORDED = 5
NEXT_VERSION = "2027.01"
LONGER = {2: Minutes(12, 18, 22), 9: Minutes(12, 18, 24)}
OWN_SUMMARY = (
    "Your nerves can calm down. Your brain makes its own pain relief, and moving helps. Do a set amount, on good "
    "days and bad. Then add a little. Ask for our walking group on Tuesdays.",
    "Sus nervios pueden calmarse. Su cerebro produce su propio alivio, y moverse ayuda. Haga una cantidad fija, en "
    "días buenos y malos. Luego sume un poco. Pregunte por nuestro grupo de caminata de los martes.",
)
OWN_TASK = (
    Text("Walk with our group", "Camine con nuestro grupo"),
    Text(
        "Come on Tuesdays at ten. We meet at the front door. Walk as far as feels safe, and rest when you like.",
        "Venga los martes a las diez. Nos vemos en la puerta. Camine hasta donde se sienta bien y descanse cuando "
        "quiera.",
    ),
)
ASKED_EVERY, ANSWERED_AGO = 4, (26, 19, 12, 8, 4, 1)
WEIGHTED, REWORDED, UPLOADED = dt.timedelta(days=24), dt.timedelta(days=45), dt.timedelta(days=2)


def plan_curriculum(world: World) -> None:
    """Put the lead's choices on the agenda."""
    world.agenda.at(world.now - REWORDED, lambda when: _reword(world, when))
    world.agenda.at(world.now - WEIGHTED, lambda when: _weigh(world, when))
    world.agenda.at(world.now - WEIGHTED, lambda when: _write_task(world, when))
    world.agenda.at(world.now - WEIGHTED, lambda when: _load_quiz(world, when))
    world.agenda.at(world.now - UPLOADED, lambda when: _bring_in(world, when))


def _reword(world: World, when: dt.datetime) -> None:
    lead, clinic_id = world.clinic.viewers["ruth"], world.clinic.clinic_id
    texts = {("summary", "en"): OWN_SUMMARY[0], ("summary", "es"): OWN_SUMMARY[1]}
    slug = world.pack.by_number[WORDED].slug
    section_wording.keep_wording(world.session, lead, clinic_id, slug, texts, based_on=None, now=when)


def _weigh(world: World, when: dt.datetime) -> None:
    lead, known = world.clinic.viewers["ruth"], weights_of(world.pack)
    wanted = ClinicWeights(known.weights, {**known.flags, SLEEP[0]: SLEEP[1]})
    planner_weights.keep_weights(world.session, lead, world.clinic.clinic_id, wanted, based_on=None, now=when)


def _write_task(world: World, when: dt.datetime) -> None:
    lead, slug = world.clinic.viewers["ruth"], world.pack.by_number[WORDED].slug
    item = ClinicItem(slug, "exercise_log", *OWN_TASK, times=4, days=28)
    clinic_homework.keep(world.session, lead, world.clinic.clinic_id, item, now=when)


def _load_quiz(world: World, when: dt.datetime) -> None:
    """A quiz of the clinic's own that therapists can give; the first-visit check stays ours."""
    lead, clinic_id = world.clinic.viewers["ruth"], world.clinic.clinic_id
    loaded = own_quizzes.upload(world.session, lead, clinic_id, OWN_QUIZ, now=when)
    own_quizzes.put_to_use(
        *(world.session, lead, clinic_id, loaded),
        first_visit=False,
        homework=True,
        attested=True,
        now=when,
    )


def _bring_in(world: World, when: dt.datetime) -> None:
    lead = world.clinic.viewers["ruth"]
    pack_versions.upload(world.session, lead, world.clinic.clinic_id, next_version(world.pack), now=when)


def next_version(pack: Pack) -> Pack:
    """The pack with more time for two sections."""
    sections = tuple(replace(one, minutes=LONGER.get(one.number, one.minutes)) for one in pack.sections)
    return replace(pack, version=NEXT_VERSION, sections=sections)


def plan_recall(course: Course) -> None:
    """Let some patients answer the recall questions of the last weeks, as well as they understood."""
    if course.number % ASKED_EVERY or course.story.stage not in {Stage.GOING, Stage.COMPLETE}:
        return
    for ago in ANSWERED_AGO:
        day = course.world.today - dt.timedelta(days=ago)
        if course.days and day > course.days[0]:
            course.world.agenda.at(course.at(day, 20, 5), lambda when: _answer(course, when))


def _answer(course: Course, when: dt.datetime) -> None:
    patient, scheduler = course.patient, course.world.scheduler
    due = due_question(course.session, patient, course.day_of(when)) if patient else None
    if due is None or patient is None or scheduler is None:
        return
    knows = course.rng.random() < course.story.grasp
    picked = due.question.answer if knows else NOT_SURE
    recall.answer(
        course.session, patient, due.card_id, due.question.id, picked, scheduler=scheduler, now=when
    )
