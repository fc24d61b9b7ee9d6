"""What the beat of the reminders costs: quality figure P9.

The same due reminders among few and among many planned; one process, one commit a message, against a bare loop
that selects, marks, commits, builds and sends; and how soon the first message leaves.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil
import smtplib
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, update

from pne_tracker.adapters.channels.letter import Letter
from pne_tracker.adapters.channels.mime import mail_of
from pne_tracker.db import UNSCOPED, db, transaction
from pne_tracker.domain.messages.templates import Channel, render
from pne_tracker.domain.messages.wordings import NEWEST
from pne_tracker.factory import create_app
from pne_tracker.jobs.dispatch import Engine
from pne_tracker.jobs.ways import ways_of
from pne_tracker.models import Reminder, new_id
from tests.conftest import NOW, _migrate, settings_for
from tests.jobs.mail_sink import MailSink, mail_server
from tests.jobs.reminding import by_mail, give_homework, many_due
from tests.people import House, build_house

START = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
MOST_GROWTH, LEAST_SHARE, SOONEST = 1.2, 0.35, 0.5
FEW, MANY, DUE = 1_000, 100_000, 1_000


def measure(many: int | None = None, due: int | None = None) -> dict[str, Any]:
    """The figures with `many` reminders planned and `due` of them due."""
    planned = many or MANY
    count = due or DUE
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        template = root / "template.db"
        _migrate(f"sqlite:///{template}", root)
        small = _beat(root, template, FEW, count)
        large = _beat(root, template, planned, count)
        bare = _bare(root, template, count)
    growth = large["seconds"] / small["seconds"]
    share = bare["seconds"] / large["seconds"]
    return {
        "planned": planned,
        "due": count,
        "beat_seconds": round(large["seconds"], 2),
        "growth_from_1000": round(growth, 2),
        "messages_per_second": round(count / large["seconds"]),
        "share_of_bare_loop": round(share, 2),
        "first_message_seconds": round(large["first"], 3),
        "ok": growth <= MOST_GROWTH and share >= LEAST_SHARE and large["first"] <= SOONEST,
    }


def _fresh(root: Path, template: Path, name: str) -> tuple[Flask, House]:
    path = root / f"{name}.db"
    shutil.copy(template, path)
    app = create_app(settings_for(f"sqlite:///{path}", root / name))
    with app.app_context():
        with transaction(UNSCOPED) as session:
            house = build_house(session, now=NOW)
        by_mail(house)
        give_homework(house)
    return app, house


def _beat(root: Path, template: Path, planned: int, due: int) -> dict[str, float]:
    """Seconds of a beat with `due` of `planned` reminders due, and until the first message."""
    app, house = _fresh(root, template, f"planned-{planned}")
    sink, first = MailSink(), [0.0]

    def taken(_count: int) -> None:
        first[0] = first[0] or time.perf_counter()

    sink.on_data = taken
    with app.app_context(), mail_server(sink) as address:
        many_due(house, due, START)
        _plan_ahead(house, planned)
        settings = settings_for("sqlite:///unused", root)
        engine = _engine(settings, address)
        start = time.perf_counter()
        report = engine.beat()
        seconds = time.perf_counter() - start
        db.session.remove()
        db.engine.dispose()
    assert report.sent >= due, report
    return {"seconds": seconds, "first": first[0] - start}


def _engine(settings: Any, address: str) -> Engine:
    settings = dataclasses.replace(settings, smtp_url=address)
    return Engine(settings, ways_of(settings, lambda _name: None), lambda: START)


def _plan_ahead(house: House, count: int) -> None:
    """`count` reminders that are due some day."""
    with transaction(UNSCOPED) as session:
        like = session.scalars(select(Reminder).where(Reminder.homework_id.is_not(None))).first()
        assert like is not None
        values = {column.name: getattr(like, column.name) for column in Reminder.__table__.columns}
        for begin in range(0, count, 5_000):
            session.execute(
                insert(Reminder),
                [
                    values
                    | {
                        "id": (one := new_id()),
                        "idempotency_key": f"ahead:{one}",
                        "due_at": START + dt.timedelta(days=1, minutes=number),
                        "expires_at": START + dt.timedelta(days=3, minutes=number),
                    }
                    for number in range(begin, min(begin + 5_000, count))
                ],
            )


def _bare(root: Path, template: Path, count: int) -> dict[str, float]:
    """Select, mark, commit, build, send, for each: nothing decided, nothing fenced, nothing kept of the outcome."""
    app, house = _fresh(root, template, "bare")
    with app.app_context(), mail_server(MailSink()) as address:
        many_due(house, count, START)
        host, port = address.removeprefix("smtp://").split(":")
        smtp = smtplib.SMTP(host, int(port))
        start = time.perf_counter()
        for _ in range(count):
            with transaction(UNSCOPED) as session:
                row = session.execute(
                    select(Reminder.id, Reminder.patient_id)
                    .where(
                        Reminder.settled_at.is_(None), Reminder.message_id.is_(None), Reminder.due_at <= START
                    )
                    .order_by(Reminder.due_at)
                    .limit(1)
                ).first()
                assert row is not None
                session.execute(update(Reminder).where(Reminder.id == row.id).values(settled_at=START))
            smtp.send_message(_mail(str(row.patient_id)))
        seconds = time.perf_counter() - start
        smtp.quit()
        db.session.remove()
        db.engine.dispose()
    return {"seconds": seconds}


def _mail(key: str) -> Any:
    values = {"sender": "Harbor Lane", "link": "http://127.0.0.1/portal", "stop": "http://127.0.0.1/stop"}
    words = render(NEWEST["reminder"], "en", values, Channel.EMAIL)
    return mail_of(Letter(key, "a@example.org", "Harbor Lane", words, START), "reminders@clinic.example")


if __name__ == "__main__":
    print(json.dumps(measure()))
