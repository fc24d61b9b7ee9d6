"""What was answered is kept and nothing is half written when the server is killed (R2); a full disk, a database
that restarts and twenty writers at once are met with a clear answer, and pass by themselves (R11)."""

from __future__ import annotations

import datetime as dt
import http.client
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, insert, select, text

from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.models import AuditEvent, Entry, EntryStatus, Homework, new_id
from tests.jobs.reminding import give_homework
from tests.people import House
from tests.soak import rounds
from tests.web.killable import FORM, Killable
from tests.web.pages import token

SignIn = Callable[[str], FlaskClient]
WRITERS, EACH_ROUND = 20, 80
GONE = (ConnectionError, http.client.HTTPException, TimeoutError)
ANSWERS = {"who": "partner", "told": "Pain is an alarm.", "asked": ""}


@dataclass
class Desk:
    """Who writes: the cookie and token of a patient, with items to hand in one after the other."""

    cookie: str
    token: str
    items: Iterator[uuid.UUID] = field(default_factory=lambda: iter(()))
    sent: set[uuid.UUID] = field(default_factory=set)
    kept: set[uuid.UUID] = field(default_factory=set)
    refused: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    aim: int = 0
    reached: threading.Event = field(default_factory=threading.Event)

    @property
    def form(self) -> str:
        """What is handed in for each."""
        return urlencode({**ANSWERS, "_n": 1, "_version": 0, "csrf_token": self.token})

    def next(self) -> uuid.UUID | None:
        """The next item, once."""
        with self.lock:
            one = next(self.items, None)
            if one is not None:
                self.sent.add(one)
            return one

    def write(self, port: int) -> None:
        """Hand in one item after the other until there is none, or the server is gone."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Cookie": self.cookie, "Content-Type": FORM}
        while (item := self.next()) is not None:
            try:
                connection.request("POST", f"/portal/homework/{item}", body=self.form, headers=headers)
                answer = connection.getresponse()
                answer.read()
            except GONE:
                return
            if answer.status == 303:
                self.kept.add(item)
                if len(self.kept) >= self.aim:
                    self.reached.set()
            else:
                self.refused.append(answer.status)


def desk_of(client: FlaskClient, app: Flask) -> Desk:
    name = app.config["SESSION_COOKIE_NAME"]
    secret = token(client, "/portal/settings")
    cookie = client.get_cookie(name)
    assert cookie is not None
    return Desk(f"{name}={cookie.value}", secret)


def items_like(homework_id: uuid.UUID, count: int) -> list[uuid.UUID]:
    """So many more items of the same patient."""
    ids = [new_id() for _ in range(count)]
    with transaction(UNSCOPED) as session:
        like = session.get_one(Homework, homework_id)
        values = {column.name: getattr(like, column.name) for column in Homework.__table__.columns}
        session.execute(insert(Homework), [values | {"id": one} for one in ids])
    return ids


def write_all(desk: Desk, port: int) -> list[threading.Thread]:
    writers = [threading.Thread(target=desk.write, args=(port,)) for _ in range(WRITERS)]
    for one in writers:
        one.start()
    return writers


@pytest.fixture
def server(database_url: str, tmp_path: Path, house: House) -> Iterator[Killable]:
    db.session.remove()
    made = Killable(database_url, tmp_path)
    yield made
    made.close()


@pytest.mark.soak
def test_a_server_killed_under_twenty_writers_keeps_what_it_answered_and_halves_nothing(
    app: Flask, house: House, sign_in: SignIn, server: Killable
) -> None:
    like = give_homework(house, "s04-talk", due_on=dt.date(2100, 1, 1))
    desk, dice = desk_of(sign_in("patient"), app), random.Random(2)
    warm = items_like(like, 1)[0]
    assert server.warm(f"/portal/homework/{warm}", desk.cookie, desk.form) == 303
    desk.sent.add(warm)
    for _ in range(rounds(10, 1000)):
        desk.items = iter(items_like(like, EACH_ROUND))
        desk.aim = len(desk.kept) + dice.randint(1, 30)
        desk.reached.clear()
        writers = write_all(desk, server.start())
        desk.reached.wait(60)
        time.sleep(dice.random() * 0.02)
        server.kill()
        for one in writers:
            one.join()
    assert len(desk.kept) >= rounds(10, 1000), "too little was answered"
    assert desk.refused == []
    with reading(UNSCOPED) as session:
        entries = set(session.scalars(select(Entry.homework_id).where(Entry.status == EntryStatus.DONE)))
        done = set(session.scalars(select(Homework.id).where(Homework.done_on.is_not(None))))
        noted = set(session.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "hand_in")))
    assert desk.kept <= entries, "answered, and lost"
    assert entries == done == noted, "half written"
    assert entries <= desk.sent
    assert _is_sound()


def _is_sound() -> bool:
    if db.engine.dialect.name == "postgresql":
        return True
    with db.engine.connect() as connection:
        whole = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        strays = connection.execute(text("PRAGMA foreign_key_check")).all()
    return whole == ["ok"] and strays == []


@pytest.mark.soak
def test_twenty_writers_at_once_all_get_through(
    app: Flask, house: House, sign_in: SignIn, server: Killable
) -> None:
    like = give_homework(house, "s04-talk", due_on=dt.date(2100, 1, 1))
    desk = desk_of(sign_in("patient"), app)
    desk.items = iter(items_like(like, rounds(60, 2000)))
    for one in write_all(desk, server.start()):
        one.join()
    server.kill()
    assert desk.refused == []
    assert desk.kept == desk.sent


def test_a_full_disk_is_said_clearly_and_passes_by_itself(app: Flask, house: House, sign_in: SignIn) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the disk of another database is not ours to fill")
    like = give_homework(house, "s04-talk", due_on=dt.date(2100, 1, 1))
    client = sign_in("patient")
    form = {**ANSWERS, "_n": "1", "_version": "0", "csrf_token": token(client, "/portal/settings")}

    def no_room(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1")

    answers, items = [], items_like(like, 200)
    event.listen(db.engine, "begin", no_room)
    for item in items:
        answers.append(client.post(f"/portal/homework/{item}", data=form))
        if answers[-1].status_code != 303:
            break
    event.remove(db.engine, "begin", no_room)
    assert answers[-1].status_code == 503
    assert "Nothing was saved" in answers[-1].get_data(as_text=True)
    assert client.get("/healthz").status_code == 200
    _give_room()
    again = client.post(f"/portal/homework/{items[len(answers) - 1]}", data=form)
    assert again.status_code == 303
    assert _is_sound()


def _give_room() -> None:
    db.session.remove()
    db.engine.dispose()


def test_a_database_that_restarts_costs_at_most_one_clear_answer(
    app: Flask, house: House, sign_in: SignIn, postgres: str
) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server to restart")
    client = sign_in("patient")
    assert client.get("/portal").status_code == 200
    _end_connections()
    statuses = [client.get("/portal").status_code for _ in range(3)]
    assert statuses[0] in {200, 503}
    assert statuses[1:] == [200, 200]


def _end_connections() -> None:
    """What a restart does to everybody who is connected."""
    with db.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE usename = current_user AND pid <> pg_backend_pid()"
            )
        )
