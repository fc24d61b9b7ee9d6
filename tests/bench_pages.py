"""The pages against their floors, over HTTP, signed in: quality figures P1 to P4, P6, P12 and P13."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.access import Role
from pne_tracker.domain.progress import State
from pne_tracker.models import Account, Clinic, Homework, Payer, SectionState, new_id
from tests.bench_stage import Person, Server, against, application, ask, p95, served, sign_in, turns

ROUNDS, WRITES, FEW = 30, 25, 10
RACE_SECONDS, CONNECTIONS = 3.0, 8
CONVERSATION = {"way": "drew", "who": "partner", "told": "Pain is an alarm.", "asked": "Why now?"}
Where = Callable[[int], tuple[str, str]]
"""The address and the cookie of the request of a turn."""
SCAN = """
SELECT episode_standing.* FROM episode_standing JOIN patient ON patient.id = episode_standing.patient_id
WHERE episode_standing.status = 'open' AND patient.language LIKE 'es%'"""
SCAN_DAYS = """
SELECT homework_standing.days FROM homework_standing
JOIN homework ON homework.id = homework_standing.homework_id
JOIN episode_standing ON episode_standing.episode_id = homework_standing.episode_id
JOIN patient ON patient.id = episode_standing.patient_id
WHERE homework.due_on >= date('now', '-28 days') AND episode_standing.status = 'open'
AND patient.language LIKE 'es%'"""


@dataclass
class Stage:
    """The database of this measurement: both servers on it, and people who are signed in."""

    app: Flask
    server: Server
    floor: Server
    patients: list[Person]
    therapists: list[Person]
    lead: Person


def measure(url: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Every row, by the name of the quality table."""
    instance = folder / "instance"
    app = application(url, instance)
    with ExitStack() as kept:
        server = kept.enter_context(served("app", url, instance))
        floor = kept.enter_context(served("anchor", url, instance))
        stage = Stage(app, server, floor, *_people(app))
        rows = {
            "P1 open homework": _open(stage),
            "P2 complete an item": _complete(stage),
            "P3 caseload": _caseload(stage),
            **_completion(stage),
            "P6 matrix as CSV": _matrix(stage),
        }
        second = kept.enter_context(served("app", url, instance))
        other = kept.enter_context(served("anchor", url, instance))
        rows["P12 open homework, 8 connections"] = _race(stage, (server, second), (floor, other))
        most = max(server.memory("VmHWM"), second.memory("VmHWM"))
        rows["P13 memory of the server"] = {"mib": round(most), "most": 250, "ok": most <= 250}
    with app.app_context():
        db.engine.dispose()
    return rows


def _people(app: Flask) -> tuple[list[Person], list[Person], Person]:
    with app.app_context(), reading(UNSCOPED) as session:

        def addresses(role: Role) -> list[str]:
            mine = (Account.role == role, Account.email.startswith(f"{role.value}-0"))
            return list(
                session.scalars(select(Account.email).where(*mine).order_by(Account.email).limit(500))
            )

        lead = session.scalars(select(Account.email).where(Account.role == Role.LEAD)).first()
        patients, therapists = addresses(Role.PATIENT), addresses(Role.THERAPIST)
    dice = random.Random(6)
    chosen = dice.sample(patients, min(FEW, len(patients)))
    full = therapists[:-1] or therapists
    staff = dice.sample(full, min(4, len(full)))
    assert lead is not None
    return [sign_in(app, one) for one in chosen], [sign_in(app, one) for one in staff], sign_in(app, lead)


def _pages(server: Server, of: Where, queries: list[int]) -> Callable[[int], float]:
    """One request a turn, to what `of` names: an address and a cookie."""
    connection = server.connect()

    def work(number: int) -> float:
        path, cookie = of(number)
        answer = ask(connection, path, cookie)
        queries.append(answer.queries)
        return answer.ms

    return work


def _compare(
    stage: Stage,
    own: Callable[[int], tuple[str, str]],
    bare: Callable[[int], tuple[str, str]],
    most: float,
    few: int,
) -> dict[str, Any]:
    queries: list[int] = []
    works = {"own": _pages(stage.server, own, queries), "floor": _pages(stage.floor, bare, [])}
    found = turns(works, ROUNDS, FEW)
    queries = queries[FEW:]
    row = against(found["own"], found["floor"], most)
    return row | {"queries": max(queries), "most_queries": few, "ok": row["ok"] and max(queries) <= few}


def _open(stage: Stage) -> dict[str, Any]:
    def who(number: int) -> Person:
        return stage.patients[number % len(stage.patients)]

    return _compare(
        stage,
        lambda number: ("/portal", who(number).cookie),
        lambda number: (f"/open/{who(number).viewer.patient_id}", ""),
        3,
        6,
    )


def _complete(stage: Stage) -> dict[str, Any]:
    person = stage.patients[0]
    fresh = iter(_fresh_items(stage, person, 2 * (WRITES + 3)))
    connection, bare = stage.server.connect(), stage.floor.connect()
    page = ask(connection, "/portal/settings", person.cookie).body.decode()
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
    assert token
    form = urlencode({**CONVERSATION, "_n": 1, "_version": 0, "_do": "send", "csrf_token": token[1]})
    queries: list[int] = []

    def own(_number: int) -> float:
        answer = ask(connection, f"/portal/homework/{next(fresh)}", person.cookie, form)
        assert answer.status == 303, answer.body[:300]
        queries.append(answer.queries)
        return answer.ms

    def floor(_number: int) -> float:
        return ask(bare, f"/done/{next(fresh)}", form=urlencode(CONVERSATION)).ms

    found = turns({"own": own, "floor": floor}, WRITES)
    row = against(found["own"], found["floor"], 3)
    most = round(statistics.median(queries))
    return row | {"queries": most, "most_queries": 10, "ok": row["ok"] and most <= 10}


def _fresh_items(stage: Stage, person: Person, count: int) -> list[uuid.UUID]:
    """Items like one the patient has, given today, in a section that is not understood yet."""
    with stage.app.app_context(), transaction(person.viewer) as session:
        like = session.scalars(
            select(Homework).where(
                Homework.patient_id == person.viewer.patient_id, Homework.kind == "conversation"
            )
        ).first()
        assert like is not None
        ids, today = [new_id() for _ in range(count)], dt.date.today()
        values = {column.name: getattr(like, column.name) for column in Homework.__table__.columns}
        values |= dict.fromkeys(
            ("done_on", "closed_as", "reviewed_on", "reviewed_at", "reviewed_by", "reply")
        )
        values |= {"expected": 1, "done_at": 1, "required": False}
        values |= {
            "assigned_on": today,
            "due_on": today + dt.timedelta(days=3),
            "section": _open_section(session, like),
        }
        session.execute(insert(Homework), [values | {"id": one} for one in ids])
    return ids


def _open_section(session: Session, like: Homework) -> int:
    """A section of the episode that homework cannot make complete yet, where there is one."""
    stands = session.execute(
        select(SectionState.section, SectionState.state)
        .where(SectionState.episode_id == like.episode_id)
        .order_by(SectionState.section)
    ).all()
    waiting = [section for section, state in stands if state not in {State.UNDERSTOOD, State.COMPLETE}]
    return waiting[0] if waiting else like.section


def _caseload(stage: Stage) -> dict[str, Any]:
    def who(number: int) -> Person:
        return stage.therapists[number % len(stage.therapists)]

    return _compare(
        stage,
        lambda number: ("/today", who(number).cookie),
        lambda number: (f"/caseload/{who(number).viewer.account_id}", ""),
        2.5,
        8,
    )


def _completion(stage: Stage) -> dict[str, dict[str, Any]]:
    with stage.app.app_context(), reading(UNSCOPED) as session:
        clinic, payer = session.scalars(select(Clinic.id)).first(), session.scalars(select(Payer.id)).first()
    therapist = stage.therapists[0].viewer.account_id
    addresses = {
        "whole": "/completion",
        "by clinic": f"/completion?clinic={clinic}",
        "by therapist": f"/completion?therapist={therapist}",
        "by payer": f"/completion?payer={payer}",
        "by status": "/completion?status=all",
    }
    rows = {
        f"P4 completion, {name}": _compare(
            stage,
            lambda _number, path=path: (path, stage.lead.cookie),  # type: ignore[misc]
            lambda _number, path=path: (path, ""),  # type: ignore[misc]
            2.5,
            8,
        )
        for name, path in addresses.items()
    }
    empty = turns({"hello": _pages(stage.floor, lambda _number: ("/hello", ""), [])}, ROUNDS, FEW)["hello"]
    for row in rows.values():
        row["times_hello"] = round(row["p95_ms"] / p95(empty), 1)
    own = _pages(stage.server, lambda _number: ("/completion?language=es", stage.lead.cookie), [])
    found = turns({"own": own, "floor": lambda _number: _scan(stage, SCAN, SCAN_DAYS)}, FEW)
    return rows | {"P4 completion, by language": against(found["own"], found["floor"], 1.5)}


def _scan(stage: Stage, *statements: str) -> float:
    """Fetching all rows of these statements by the driver alone, in ms."""
    with stage.app.app_context():
        connection = db.engine.raw_connection()
        start = time.perf_counter()
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()
        spent = (time.perf_counter() - start) * 1000
        connection.close()
    return spent


def _matrix(stage: Stage) -> dict[str, Any]:
    own, bare = stage.server.connect(), stage.floor.connect()
    address = "/completion/export.csv?status=all"
    stage.server.forget_peak()
    idle = stage.server.memory()
    found = turns(
        {
            "own": lambda _number: ask(own, address, stage.lead.cookie).ms,
            "floor": lambda _number: ask(bare, "/matrix.csv?told=1").ms,
            "untold": lambda _number: ask(bare, "/matrix.csv").ms,
        },
        5,
        1,
    )
    row = against(found["own"], found["floor"], 2)
    row["times_untold"] = round(row["p95_ms"] / p95(found["untold"]), 1)
    above = stage.server.memory("VmHWM") - idle
    return row | {"mib_above_idle": round(above, 1), "most_mib": 32, "ok": row["ok"] and above <= 32}


def _race(stage: Stage, own: tuple[Server, ...], floor: tuple[Server, ...]) -> dict[str, Any]:
    """Requests a second of eight connections to two processes, one kind after the other, twice."""
    ours, bare = [], []
    for _ in range(2):
        ours.append(_rate(own, [("/portal", one.cookie) for one in stage.patients]))
        bare.append(_rate(floor, [(f"/open/{one.viewer.patient_id}", "") for one in stage.patients]))
    share = max(ours) / max(bare)
    return {
        "per_second": round(max(ours)),
        "floor_per_second": round(max(bare)),
        "share": round(share, 2),
        "least": 0.5,
        "ok": share >= 0.5,
    }


def _rate(servers: tuple[Server, ...], asked: list[tuple[str, str]]) -> float:
    until, counts = time.perf_counter() + RACE_SECONDS, [0] * CONNECTIONS

    def person(place: int) -> None:
        connection = servers[place % len(servers)].connect()
        for path, cookie in itertools.cycle(asked[place:] + asked[:place]):
            if time.perf_counter() > until:
                return
            ask(connection, path, cookie)
            counts[place] += 1

    threads = [threading.Thread(target=person, args=(place,)) for place in range(CONNECTIONS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sum(counts) / RACE_SECONDS
