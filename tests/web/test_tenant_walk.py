"""An organisation that tries everything with another's ids changes nothing there and sees nothing of it.

A random walk with a seed: hundreds of requests in `make test`, thousands in `make soak`, over every rule of the route
map, so that a page added tomorrow is walked tomorrow. `make soak` takes another seed each time; `WALK_SEED=n` repeats
one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.access import Permission, Role
from pne_tracker.models import (
    Account,
    Base,
    Clinic,
    Discipline,
    Episode,
    EpisodeStatus,
    Patient,
)
from pne_tracker.services import curricula, messages, retention
from pne_tracker.web.policies import describe
from tests.claims import claim_of, export, prepare, visit_on
from tests.people import House, _add_account, add_payer
from tests.raw import raw
from tests.services.homework_samples import assign
from tests.services.test_private_writing import CANARY, hand_in
from tests.soak import rounds

STEPS = rounds(250, 6000)
LOOK_EVERY = 50
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
FIELD = re.compile(r'name="([a-z_][\w.-]*)"')
SEEN = ("Achterberg", "Rosalind", "Fenwick", "Amadou", "Okonjo", "Abara", "Lundgren", "Harbor Lane", CANARY)
"""Names of the other organisation's patients, staff and clinic, and what its patient wrote."""
LEFT_OUT = {"security.logout", "settings.password", "door.end_others", "door.remove_app"}
"""They end the walk; the gallery under /dev/ shows invented people of the same names."""
WORDS = (
    "",
    "1",
    "on",
    "0",
    "2026-11-20",
    "97110",
    "accepted",
    "en",
    "patient_right",
    "medicare",
    "-1",
    "x" * 40,
)


@dataclass
class Walk:
    """Who walks, with whose ids, and what was done so far."""

    rng: random.Random
    clients: dict[str, FlaskClient]
    roles: dict[str, str]
    rules: list[dict[str, Any]]
    own: dict[str, list[uuid.UUID]]
    foreign: dict[str, list[uuid.UUID]]
    fields: set[str] = field(default_factory=lambda: {"patient_id", "episode_id", "clinic_id", "id"})
    log: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    answered: dict[int, int] = field(default_factory=dict)

    def an_id(self, name: str = "") -> uuid.UUID:
        """Mostly one of the other organisation, of the table a name speaks of where there is one."""
        ids = self.foreign if self.rng.random() < 0.7 else self.own
        fitting = ids.get(name.removesuffix("_id")) or ids[self.rng.choice(sorted(ids))]
        return self.rng.choice(fitting)

    def url(self, rule: str) -> str:
        def value(match: re.Match[str]) -> str:
            kind, name = match[1], match[2]
            return (
                str(self.an_id(name))
                if kind == "uuid"
                else str(self.rng.randint(1, 14))
                if kind == "int"
                else "x"
            )

        return PARAMETER.sub(value, rule)

    def form(self) -> dict[str, str]:
        """Fields that pages have shown, with ids of both organisations and plain words."""
        chosen = self.rng.sample(sorted(self.fields), k=min(len(self.fields), self.rng.randint(1, 12)))
        return {
            name: str(self.an_id(name)) if self.rng.random() < 0.5 else self.rng.choice(WORDS)
            for name in chosen
        }

    def step(self) -> bytes:
        who = self.rng.choice(sorted(self.clients))
        rule = self.rng.choice([one for one in self.rules if self.roles[who] in one["roles"]])
        method = self.rng.choice(rule["methods"])
        url, form = self.url(rule["rule"]), self.form()
        sent = {"query_string": form} if method == "GET" else {"data": form}
        if method != "GET" and self.rng.random() < 0.15:
            sent = {"json": form}
        self.log.append(f"{who} {method} {url} {form}")
        answer = self.clients[who].open(url, method=method, **sent)
        self.answered[answer.status_code // 100] = self.answered.get(answer.status_code // 100, 0) + 1
        if answer.status_code >= 500:
            self.failed.append(self.log[-1])
        if answer.status_code == 200 and answer.mimetype == "text/html":
            self.fields |= set(FIELD.findall(answer.get_data(as_text=True)))
        return answer.data


def of_organisation(organisation_id: uuid.UUID) -> dict[str, str]:
    """A digest of every row of one organisation, by table."""
    found = {}
    with raw() as connection:
        for table in Base.metadata.sorted_tables:
            owner = table.c.get(
                "organisation_id", table.c.get("id") if table.name == "organisation" else None
            )
            if owner is None:
                continue
            rows = connection.execute(
                select(table).where(owner == organisation_id).order_by(table.c.id)
            ).all()
            found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest() if rows else ""
    return found


def ids_of(organisation_id: uuid.UUID) -> dict[str, list[uuid.UUID]]:
    found = {}
    with raw() as connection:
        for table in Base.metadata.sorted_tables:
            if "organisation_id" in table.c and "id" in table.c:
                rows = connection.execute(
                    select(table.c.id)
                    .where(table.c.organisation_id == organisation_id)
                    .order_by(table.c.id)
                    .limit(5)
                )
                ids = [row[0] for row in rows]
                if ids:
                    found[table.name] = ids
    return found


@pytest.fixture
def other(house: House) -> uuid.UUID:
    """The house, with something in most tables: the organisation that must stay unchanged and unseen."""
    with transaction(house.therapist) as session:
        homework_id = assign(session, house, "s06-journal")
        prepare(session, house)
        visit = visit_on(session, house, house.today)
        session.flush()
        claim_id = claim_of(session, visit.id).id
    with transaction(house.viewers["biller"]) as session:
        export(session, house, claim_id)
    hand_in(house, homework_id, shared=True)
    with transaction(house.patient) as session:
        messages.ask(session, house.patient, f"May I walk? {CANARY}", now=house.now)
    with transaction(house.lead) as session:
        retention.hold(session, house.lead, house.untreated_id, f"Kept. {CANARY}", now=house.now)
    return house.therapist.organisation_id


@pytest.fixture
def walkers(house: House) -> dict[str, str]:
    """Every role of staff and a patient in the first organisation's neighbour, which has an episode too."""
    with transaction(UNSCOPED) as session:
        patient = session.get_one(Patient, house.foreign_patient_id)
        clinic = session.get_one(Clinic, patient.clinic_id)
        payer = add_payer(session, clinic, "Mesa", "cms_8min", house.now)
        pack = curricula.store(session, clinic.organisation_id, load_shipped(), now=house.now)
        for role in (Role.ASSISTANT, Role.LEAD, Role.BILLER, Role.ADMINISTRATOR):
            _add_account(session, house, f"walking_{role.value}", clinic, role, f"A {role.value}")
        _add_account(
            session, house, "walking_patient", clinic, Role.PATIENT, "Foreign Person", patient=patient
        )
        session.flush()
        session.add(
            Episode(
                organisation_id=clinic.organisation_id,
                clinic_id=clinic.id,
                patient_id=patient.id,
                therapist_id=house.viewers["foreign_therapist"].account_id,
                payer_id=payer.id,
                pack_version_id=pack.id,
                discipline=Discipline.PT,
                status=EpisodeStatus.OPEN,
                reason="knee",
                opened_on=dt.date(2026, 10, 12),
            )
        )
    names = ["foreign_therapist", *(one for one in house.viewers if one.startswith("walking_"))]
    return {name: house.viewers[name].role.value for name in names}


def come_back(house: House, walk: Walk, sign_in: Callable[[str], FlaskClient]) -> None:
    """Whoever was suspended or signed out by the walk itself signs in again."""
    with transaction(UNSCOPED) as session:
        for who in walk.clients:
            account = session.get_one(Account, house.viewers[who].account_id)
            account.active, house.uniquifiers[who] = True, account.uniquifier
    walk.clients = {who: sign_in(who) for who in walk.clients}


@pytest.mark.soak
def test_nothing_another_organisation_tries_changes_or_shows_anything(
    app: Flask, house: House, other: uuid.UUID, walkers: dict[str, str], sign_in: Callable[[str], FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"], app.config["PROPAGATE_EXCEPTIONS"] = False, False
    seed = int(os.environ.get("WALK_SEED", "0")) or rounds(14, random.randrange(1, 10**6))
    own = house.viewers["foreign_therapist"].organisation_id
    rules = [
        one
        for one in describe(app)
        if one["policy"] != Permission.PUBLIC
        and one["endpoint"] not in LEFT_OUT
        and not one["rule"].startswith("/dev/")
    ]
    clients = {who: sign_in(who) for who in walkers}
    walk = Walk(random.Random(seed), clients, walkers, rules, ids_of(own), ids_of(other))
    before, mine = of_organisation(other), of_organisation(own)
    for number in range(1, STEPS + 1):
        shown = walk.step()
        for words in SEEN:
            assert words.encode() not in shown, (seed, words, walk.log[-1])
        if number % LOOK_EVERY == 0 or number == STEPS:
            after = of_organisation(other)
            changed = {name for name in before if after[name] != before[name]}
            assert changed == set(), (seed, changed, walk.log[-LOOK_EVERY:])
            come_back(house, walk, sign_in)
    assert walk.failed == [], seed
    assert len(walk.foreign) > 20, "the other organisation has rows to try"
    assert walk.answered.get(2, 0) > STEPS // 10, walk.answered
    assert of_organisation(own) != mine, "the walk did something at home"
