"""One patient's way through care while it is acted out: what every act needs to know."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.recall import Scheduler
from pne_tracker.services.demo.agenda import Agenda, local, visit_days
from pne_tracker.services.demo.answers import Mood
from pne_tracker.services.demo.clinic import ZONE, DemoClinic
from pne_tracker.services.demo.conditions import PROBLEMS, Problem
from pne_tracker.services.demo.people import Extra, Stage, Story
from pne_tracker.services.patients import PatientDraft

SEED = 14


@dataclass(frozen=True, slots=True)
class World:
    """The stage on which all courses take place. `today` is the clinic's day of `now`."""

    session: Session
    clinic: DemoClinic
    pack: Pack
    agenda: Agenda
    password_hash: str
    now: dt.datetime
    today: dt.date
    scheduler: Scheduler | None = None


@dataclass(slots=True)
class Course:
    """One story as it unfolds; ids are set as the rows come to be."""

    world: World
    story: Story
    number: int
    rng: Random
    days: tuple[dt.date, ...]
    patient_id: uuid.UUID = field(default_factory=uuid.uuid4)
    episode_id: uuid.UUID = field(default_factory=uuid.uuid4)
    draft: PatientDraft | None = None
    patient: Viewer | None = None
    entries: Counter[uuid.UUID] = field(default_factory=Counter)

    @property
    def session(self) -> Session:
        """The one session of the demo."""
        return self.world.session

    @property
    def therapist(self) -> Viewer:
        """Who is in charge."""
        return self.world.clinic.viewers[self.story.therapist]

    @property
    def assistant(self) -> Viewer | None:
        """The assistant of the team, if there is one."""
        teamed = self.discipline == "PT" and (self.number % 2 == 0 or not self.story.portal)
        return self.world.clinic.viewers["teo"] if teamed else None

    @property
    def discipline(self) -> str:
        """PT, or OT with the occupational therapist."""
        return "OT" if self.therapist.name.startswith("Hanne") else "PT"

    @property
    def problem(self) -> Problem:
        """What the patient came for."""
        return PROBLEMS[self.story.problem]

    @property
    def opened_on(self) -> dt.date:
        """The day of the first visit; today where that is still a draft."""
        return self.days[0] if self.days else self.world.today

    @property
    def silent_after(self) -> dt.date:
        """The last day on which anything is handed in."""
        if not self.days:
            return self.world.today
        if self.story.extra is Extra.AT_HOME:
            return self.world.today - dt.timedelta(days=1)
        last = self.days[-1]
        match self.story.stage:
            case Stage.STALLED | Stage.DISCHARGED:
                return last
            case Stage.ON_HOLD | Stage.DECEASED:
                return last + dt.timedelta(days=3)
            case _:
                return self.world.today

    def at(self, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
        """That wall time in the clinic, as an instant."""
        return local(day, dt.time(hour, minute), ZONE)

    def day_of(self, when: dt.datetime) -> dt.date:
        """The clinic's day of an instant."""
        return when.astimezone(ZoneInfo(ZONE)).date()

    def pain_on(self, day: dt.date) -> int:
        """The worst pain of that day: falling over the course, a little up and down."""
        first, latest = self.story.pain
        length = max((self.world.today - self.opened_on).days, 1)
        share = (day - self.opened_on).days / length
        return max(0, min(10, round(first + (latest - first) * share + self.rng.gauss(0, 0.6))))

    def mood_on(self, day: dt.date) -> Mood:
        """How the patient is on that day."""
        length = max((self.world.today - self.opened_on).days, 1)
        rest = (0.2 if "poor-sleep" in self.story.flags else 0.5) + 0.4 * (day - self.opened_on).days / length
        pain = max(0, self.pain_on(day) - 1)
        return Mood(day, pain, min(rest, 1.0), self.story.grasp, self.story.language, self.problem.part)


def course_of(world: World, story: Story, number: int) -> Course:
    """The course of a story; the same story gives the same course whatever the others do."""
    rng = Random(f"{SEED}:{number}")  # noqa: S311 (it tells stories, it guards nothing)
    last = world.today - dt.timedelta(days=story.gap)
    return Course(world, story, number, rng, visit_days(last, story.visits, story.per_week))
