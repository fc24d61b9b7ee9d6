"""A clinic with two houses in which anything may happen, by dice: what is refused did not happen.

The history goes through the services wherever somebody does it on a screen; what comes in by itself (checks of
recall, messages that went out) is written as the rows that are then there.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import select, update

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.access import Role, Viewer
from pne_tracker.domain.barriers import BarrierReason
from pne_tracker.domain.billing.visit import Discipline
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.choices import REASONS
from pne_tracker.domain.discharge import Discharge, EndReason, GoalResult
from pne_tracker.domain.episode_draft import EpisodeDraft
from pne_tracker.domain.errors import DomainError
from pne_tracker.domain.outcomes import score_groc, score_nprs, score_psfs
from pne_tracker.domain.reminders.reasons import Reason
from pne_tracker.domain.reminders.states import MessageStatus, ReminderStatus
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.models import (
    AccountClinic,
    Check,
    CheckKind,
    Clinic,
    Episode,
    Homework,
    OutboxMessage,
    Patient,
    Reminder,
    Visit,
    VisitStatus,
    new_id,
)
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.services import (
    accounts,
    barriers,
    completion_counts,
    discharges,
    entries,
    episodes,
    homework_review,
    marks,
    message_standing,
    outcomes,
    progress,
    received,
    visits,
)
from pne_tracker.services.curricula import store
from pne_tracker.services.entries import Typed
from pne_tracker.services.signing import sign_visit
from pne_tracker.services.visit_drafts import save_draft
from tests.people import House, add_patient, add_payer
from tests.services.homework_samples import JOURNAL, SLEEP, assign

CODES = ("M54.16", "M54.2", "G43.909", "M17.11", "Z98.1")
ITEMS = ("s06-journal", "s05-sleep", "s05-exercise")
EXERCISE = {
    "activity": "walk",
    "minutes": "12",
    "effort": "3",
    "pain_before": "4",
    "pain_after": "4",
}
TREATMENTS = ("97110", "97116", "97140", "97530", "pne", "pne")
"""What a visit may hold; PNE on its own is given apart from the rest."""
OPENED = {0: (100, 120), 1: (100, 120), 2: (3, 12)}
"""How many days ago the first of the people came, at least and at most."""
STEADY = 2
"""The first of the people go the whole way and stay there, whatever else happens."""


@dataclass(frozen=True)
class Person:
    """A patient under treatment, with who signs."""

    patient: Viewer
    episode_id: uuid.UUID
    therapist: Viewer


class Town:
    """Two clinics of one organisation, therapists, payers, and `people` patients who differ in all that filters ask."""

    def __init__(self, house: House, seed: int, people: int = 6) -> None:
        self.house, self.dice = house, random.Random(seed)
        self.concepts = sorted(one.id for one in load_shipped().concepts)[:4]
        with transaction(UNSCOPED) as session:
            first = session.get_one(Clinic, house.clinic_id)
            second = accounts.create_clinic(
                session,
                name="Harbor North",
                slug="harbor-north",
                timezone="America/Los_Angeles",
                organisation="harbor-lane",
                now=house.now,
            )
            session.flush()
            for name in ("therapist", "other_therapist", "lead"):
                account = house.viewers[name].account_id
                session.add(
                    AccountClinic(
                        organisation_id=first.organisation_id, account_id=account, clinic_id=second.id
                    )
                )
            self.clinics = [first.id, second.id]
            self.payers = [
                house.payer_id,
                add_payer(session, first, "Blue Harbor", "ama_midpoint", house.now).id,
            ]
        with transaction(house.therapist) as session:
            progress.rebuild(session, [house.episode_id])
        both = frozenset(self.clinics)
        self.lead = replace(house.lead, clinic_ids=both)
        self.therapists = [
            replace(house.viewers[name], clinic_ids=both) for name in ("therapist", "other_therapist")
        ]
        self.people = [self._person(number) for number in range(people)]

    def _person(self, number: int) -> Person:
        house, dice = self.house, self.dice
        patient_id, therapist = new_id(), dice.choice(self.therapists)
        with transaction(UNSCOPED) as session:
            clinic = session.get_one(Clinic, dice.choice(self.clinics))
            patient = add_patient(session, clinic, patient_id, f"P{number}", "Walker", f"W-{number}")
            patient.language = dice.choice(["en", "en", "es", "es-MX"])
            patient.timezone = dice.choice([None, "America/Chicago"])
            session.flush()
            account = accounts.create_account(
                session,
                email=f"walker{number}@harbor-lane.example",
                role=Role.PATIENT,
                name=f"P{number} Walker",
                clinics=[clinic],
                password_hash=None,
                patient=patient,
                now=house.now,
            )
            viewer = replace(
                house.patient,
                account_id=account.id,
                clinic_ids=frozenset({clinic.id}),
                patient_id=patient_id,
            )
        draft = EpisodeDraft(
            therapist_id=therapist.account_id,
            discipline=dice.choice(["PT", "OT"]),
            payer_id=dice.choice(self.payers),
            opened_on=self.day(*OPENED.get(number, (5, 90))),
            codes=tuple(dice.sample(CODES, dice.randint(1, 2))),
        )
        with transaction(self.lead) as session:
            episode_id = episodes.open_episode(
                session, self.lead, patient_id, draft, today=house.today, now=house.now
            )
        return Person(viewer, episode_id, therapist)

    def day(self, least: int, most: int) -> dt.date:
        """A day so many days ago."""
        return self.house.today - dt.timedelta(days=self.dice.randint(least, most))

    def instant(self, least: int, most: int) -> dt.datetime:
        """An instant so many days ago, at any hour."""
        hours = self.dice.randint(24 * least, 24 * most)
        return self.house.now - dt.timedelta(hours=hours, minutes=self.dice.choice([0, 0, 17, 59]))

    def live(self, steps: int) -> None:
        """So many things happen, each to one of the people who are not steady."""
        acts = [self.teach] * 6 + [self.check] * 4 + [self.assign] * 4 + [self.hand_in] * 6
        acts += [self.score] * 4 + [self.remind] * 4 + [self.name_barrier] * 3 + [self.answer] * 2
        acts += [
            self.withdraw,
            self.mark,
            self.close_item,
            self.move,
            self.transfer,
            self.take_back,
            self.answer_of_channel,
            self.come_back,
            self.beat,
        ]
        for _ in range(steps):
            act, person = self.dice.choice(acts), self.dice.choice(self.people[STEADY:])
            try:
                act(person)
            except DomainError:
                continue

    def finish(self, person: Person, first: int, last: int) -> None:
        """All is taught and understood, from `first` days ago until `last` days ago, and still known after."""
        for section in range(1, 15):
            day = first - (first - last) * (section - 1) // 13
            form = DraftInput(
                on_date=self.house.today - dt.timedelta(days=day),
                minutes=30,
                treatments=(TreatmentDraft("97110", 30, 15),),
                sections=(SectionDraft(section, "explains"),),
            )
            self._visit(person, form)
        self._check(person, 1, {self.concepts[0]: 1.0}, self.instant(1, last - 1))

    def pass_with_less(self, person: Person) -> None:
        """The episode goes by a newer version of its pack, in which half of the answers pass."""
        easier = replace(load_shipped(), version="easier", pass_mark=0.5)
        with transaction(UNSCOPED) as session:
            episode = session.get_one(Episode, person.episode_id)
            later = self.house.now + dt.timedelta(days=1)
            episode.pack_version_id = store(session, episode.organisation_id, easier, now=later).id
            progress.rebuild(session, [episode.id])

    def owe(self, person: Person) -> None:
        """A section is understood, and homework that it requires is still out."""
        mine = replace(self.house, patient_id=person.patient.patient_id, episode_id=person.episode_id)
        with transaction(person.therapist) as session:
            homework_id = assign(session, mine, "s06-journal", assigned_on=self.day(1, 1))
            session.get_one(Homework, homework_id).required = True
        form = DraftInput(
            on_date=self.house.today,
            minutes=30,
            treatments=(TreatmentDraft("97110", 30, 15),),
            sections=(SectionDraft(6, "explains"),),
        )
        self._visit(person, form)

    def teach(self, person: Person) -> None:
        dice = self.dice
        result = dice.choice([None, "explains", "explains", "prompted", "not_yet"])
        given = []
        for activity in dict.fromkeys(dice.choices(TREATMENTS, k=dice.randint(1, 3))):
            minutes = dice.randint(8, 30)
            if activity == "pne":
                apart = {"decision": "separate", "impairment": "balance"}
                given.append(TreatmentDraft("pne", minutes, **apart))
            else:
                given.append(TreatmentDraft(activity, minutes, dice.choice([0, minutes // 2])))
        form = DraftInput(
            on_date=self.day(0, 45),
            minutes=sum(one.minutes for one in given),
            treatments=tuple(given),
            sections=(SectionDraft(dice.randint(1, 14), result),),
        )
        own = dice.choice([None, None, dice.randint(1, 14)])
        self._visit(person, form, own, dice.choice(["", *REASONS]) if own else "", sign=dice.random() < 0.9)

    def _visit(
        self, person: Person, form: DraftInput, own: int | None = None, why: str = "", *, sign: bool = True
    ) -> None:
        now, therapist = self.house.now, person.therapist
        with transaction(therapist) as session:
            visit = visits.start_visit(
                session,
                therapist,
                person.episode_id,
                on_date=form.on_date,
                now=now,
                section=own,
                why=why,
                reason="as we said",
            )
            visit = save_draft(session, therapist, visit.id, form, visit.version, now)
            if sign:
                sign_visit(session, viewer=therapist, visit_id=visit.id, version=visit.version, now=now)

    def withdraw(self, person: Person) -> None:
        with transaction(person.therapist) as session:
            signed = select(Visit.id).where(
                Visit.episode_id == person.episode_id, Visit.status == VisitStatus.SIGNED
            )
            ids = sorted(session.scalars(signed))
            chosen = self.dice.choice(ids or [uuid.uuid4()])
            visits.withdraw_visit(session, person.therapist, chosen, "wrong", now=self.house.now)

    def check(self, person: Person) -> None:
        chosen = self.dice.sample(self.concepts, self.dice.randint(1, 2))
        scores = {concept: self.dice.choice([0.0, 0.5, 0.75, 1.0]) for concept in chosen}
        self._check(person, self.dice.randint(1, 14), scores, self.instant(0, 50))

    def _check(self, person: Person, section: int, scores: dict[str, float], at: dt.datetime) -> None:
        with transaction(person.therapist) as session:
            session.add(
                Check(
                    id=new_id(),
                    episode_id=person.episode_id,
                    section=section,
                    kind=self.dice.choice(list(CheckKind)),
                    score=sum(scores.values()) / len(scores),
                    concepts=scores,
                    on_date=at.date(),
                    at=at,
                )
            )
            progress.rebuild(session, [person.episode_id])

    def mark(self, person: Person) -> None:
        act = self.dice.choice([marks.skip, marks.unskip, marks.revisit])
        with transaction(person.therapist) as session:
            act(
                session,
                person.therapist,
                person.episode_id,
                self.dice.randint(1, 14),
                reason="agreed",
                on_date=self.house.today,
                now=self.house.now,
            )

    def assign(self, person: Person) -> None:
        first = self.day(0, 35)
        due = first + dt.timedelta(days=self.dice.choice([3, 7, 14]))
        mine = replace(self.house, patient_id=person.patient.patient_id, episode_id=person.episode_id)
        with transaction(person.therapist) as session:
            assign(session, mine, self.dice.choice(ITEMS), assigned_on=first, due_on=due)
            progress.rebuild(session, [person.episode_id])

    def _item(self, person: Person) -> tuple[uuid.UUID, str]:
        with reading(person.patient) as session:
            found = session.execute(
                select(Homework.id, Homework.template_key)
                .where(Homework.episode_id == person.episode_id)
                .order_by(Homework.id)
            ).all()
        return self.dice.choice([(row[0], row[1]) for row in found] or [(uuid.uuid4(), ITEMS[0])])

    def hand_in(self, person: Person, at: dt.datetime | None = None) -> None:
        homework_id, key = self._item(person)
        at = at or self.instant(0, 30)
        typed = {
            "s06-journal": JOURNAL,
            "s05-sleep": {**SLEEP, "wake_day": str((at - dt.timedelta(days=self.dice.randint(0, 6))).date())},
            "s05-exercise": {**EXERCISE, "day": str(at.date())},
        }[key]
        with transaction(person.patient) as session:
            sent = Typed(self.dice.randint(1, 6), typed, 0, sure=True)
            entries.hand_in(session, person.patient, homework_id, sent, now=at)

    def take_back(self, person: Person) -> None:
        homework_id, _key = self._item(person)
        with transaction(person.patient) as session:
            entries.take_back(session, person.patient, homework_id, 1, now=self.house.now)

    def close_item(self, person: Person) -> None:
        homework_id, _key = self._item(person)
        act = self.dice.choice([homework_review.waive, homework_review.withdraw])
        with transaction(person.patient) as session:
            barriers.tell(session, person.patient, homework_id, "time", now=self.instant(0, 20))
        with transaction(person.therapist) as session:
            act(session, person.therapist, homework_id, reason="agreed", now=self.house.now)

    def name_barrier(self, person: Person) -> None:
        homework_id, _key = self._item(person)
        act = self.dice.choice([barriers.tell, barriers.tell, barriers.untell])
        with transaction(person.patient) as session:
            reason = self.dice.choice(list(BarrierReason)).value
            act(session, person.patient, homework_id, reason, now=self.instant(0, 40))

    def answer(self, person: Person) -> None:
        with transaction(person.patient) as session:
            word = self.dice.choice(["yes", "yes", "not_sure", "no", "closed"])
            received.answer(session, person.patient, word, now=self.instant(0, 20))

    def score(self, person: Person) -> None:
        high, rated = self.dice.randint(0, 10), self.dice.choices(range(11), k=3)
        measure, scored = self.dice.choice(
            [
                ("nprs", score_nprs(now=0, least=0, worst=high)),
                ("psfs", score_psfs(list(zip(("a", "b", "c"), rated, strict=True)))),
                ("groc", score_groc(high - 5)),
            ]
        )
        house = self.house
        with transaction(person.therapist) as session:
            outcomes.record_score(
                session,
                person.therapist,
                person.episode_id,
                measure,
                scored,
                on_date=self.day(0, 60),
                today=house.today,
                now=house.now,
            )

    def move(self, person: Person) -> None:
        step = self.dice.choice(["hold", "reopen", "discharge", "reopen"])
        if step == "discharge":
            self.end(person)
            return
        with transaction(person.therapist) as session:
            episodes.move_episode(session, person.therapist, person.episode_id, step, now=self.house.now)

    def end(self, person: Person) -> None:
        """The episode ended some days ago."""
        with transaction(person.therapist) as session:
            discharges.discharge_episode(
                session,
                person.therapist,
                person.episode_id,
                Discharge(EndReason.GOALS_MET, GoalResult.MET),
                today=self.day(0, 10),
                now=self.house.now,
            )

    def transfer(self, person: Person) -> None:
        with transaction(UNSCOPED) as session:
            episode = session.get_one(Episode, person.episode_id)
            episode.payer_id = self.dice.choice(self.payers)

    def come_back(self, person: Person) -> None:
        """The patient has another episode, from some day on."""
        with transaction(UNSCOPED) as session:
            before = session.get_one(Episode, person.episode_id)
            draft = EpisodeDraft(
                therapist_id=person.therapist.account_id,
                discipline="OT" if before.discipline == "PT" else "PT",
                payer_id=self.dice.choice(self.payers),
                opened_on=self.day(1, 30),
                codes=(self.dice.choice(CODES),),
            )
        house, patient_id = self.house, person.patient.patient_id
        assert patient_id is not None
        with transaction(self.lead) as session:
            episodes.open_episode(session, self.lead, patient_id, draft, today=house.today, now=house.now)

    def beat(self, _person: Person) -> None:
        limit = self.dice.choice([1, 7, 500])
        with transaction(UNSCOPED) as session:
            message_standing.count(session, limit=limit)
        with transaction(UNSCOPED) as session:
            completion_counts.fold(session, limit=limit)

    def answer_of_channel(self, person: Person) -> None:
        """It is told later that messages arrived, or that they did not."""
        status = self.dice.choice([ReminderStatus.DELIVERED, ReminderStatus.FAILED])
        with transaction(UNSCOPED) as session:
            mine = (
                Reminder.patient_id == person.patient.patient_id,
                Reminder.status == ReminderStatus.SENT,
                Reminder.due_at < self.instant(0, 40),
            )
            session.execute(update(Reminder).where(*mine).values(status=status))

    def remind(self, person: Person) -> None:
        """A message went out that names one or two things; or it was kept back."""
        dice, at = self.dice, self.instant(0, 40)
        with transaction(UNSCOPED) as session:
            patient = session.get_one(Patient, person.patient.patient_id)
            items = sorted(
                session.scalars(select(Homework.id).where(Homework.episode_id == person.episode_id))
            )
            organisation, channel = patient.organisation_id, dice.choice(["email", "sms", "portal"])
            message = OutboxMessage(
                id=new_id(),
                organisation_id=organisation,
                clinic_id=patient.clinic_id,
                patient_id=patient.id,
                idempotency_key=uuid.uuid4().hex,
                channel=channel,
                recipient="",
                template="reminder",
                template_version=1,
                language="en",
                variables={},
                status=MessageStatus.SENT,
                not_before=at,
                expires_at=at + dt.timedelta(hours=20),
                created_at=at,
                settled_at=at,
            )
            session.add(message)
            session.flush()
            status = dice.choice(
                [
                    ReminderStatus.SENT,
                    ReminderStatus.SENT,
                    ReminderStatus.DELIVERED,
                    ReminderStatus.SUPPRESSED,
                ]
            )
            for reason in dice.sample(list(Reason), dice.randint(1, 2)):
                session.add(
                    Reminder(
                        id=new_id(),
                        organisation_id=organisation,
                        patient_id=patient.id,
                        homework_id=dice.choice([None, *items]),
                        message_id=message.id,
                        reason=reason.value,
                        idempotency_key=uuid.uuid4().hex,
                        wall_time="2026-11-20T18:00",
                        timezone="America/New_York",
                        due_at=at,
                        expires_at=at + dt.timedelta(hours=20),
                        status=status,
                        created_at=at,
                        settled_at=at,
                    )
                )
        if dice.random() < 0.4:
            self._soon_after(person, at)

    def _soon_after(self, person: Person, at: dt.datetime) -> None:
        """An entry comes in around a day after."""
        self.hand_in(person, at + dt.timedelta(hours=self.dice.choice([0, 3, 24, 25])))


def filters(town: Town) -> list[CompletionFilter]:
    """Open episodes, all, and a few filters by dice."""
    dice, today = town.dice, town.house.today
    found = [CompletionFilter(), CompletionFilter(status=None)]
    for _ in range(5):
        since = dice.choice([None, None, today - dt.timedelta(days=dice.randint(5, 60))])
        found.append(
            CompletionFilter(
                clinic_id=dice.choice([None, None, *town.clinics]),
                therapist_id=dice.choice([None, None, *(one.account_id for one in town.therapists)]),
                payer_id=dice.choice([None, None, *town.payers]),
                status=dice.choice([None, None, *EpisodeStatus]),
                discipline=dice.choice([None, None, None, *Discipline]),
                diagnosis=dice.choice([None, None, None, "low_back", "neck", "headache", "knee"]),
                language=dice.choice([None, None, "en", "es"]),
                since=since,
                until=dice.choice([None, today - dt.timedelta(days=dice.randint(0, 20))]),
            )
        )
    return found
