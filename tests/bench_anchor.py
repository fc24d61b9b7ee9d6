"""The floors: bare Flask views with SQLAlchemy's ORM. No sign-in, no audit, no scope, no base template.

They return the rows that the page of the application shows, as the same kind of page.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, redirect, render_template_string, request
from sqlalchemy import case, create_engine, func, select
from sqlalchemy.orm import Session, registry

from pne_tracker import models
from pne_tracker.db import READ_ONLY, engine_options, prepare_engine
from pne_tracker.models import EntryStatus, EpisodeStatus, new_id

_plain = registry()


def _bare(model: type[Any]) -> Any:
    """A class on the same table that carries none of our guards."""
    made = type(model.__name__, (), {})
    _plain.map_imperatively(made, model.__table__)
    return made


Entry, Episode, Homework = _bare(models.Entry), _bare(models.Episode), _bare(models.Homework)
Patient, SectionState = _bare(models.Patient), _bare(models.SectionState)
OPEN_PAGE = """<!doctype html><title>Open</title><h1>{{ patient.given_name }}</h1><ul>
{% for item in items %}<li><a href="/done/{{ item.id }}">{{ item.template.title.en }}</a> {{ item.due_on }}
{{ written.get(item.id, 0) }}</li>{% endfor %}</ul><p>{{ states | length }}</p>"""
CASELOAD_PAGE = """<!doctype html><title>Caseload</title><table>
{% for episode, patient in rows %}<tr><td>{{ patient.family_name }}, {{ patient.given_name }}<td>{{ patient.mrn }}
<td>{% for state in states[episode.id] %}<i>{{ state }}</i>{% endfor %}<td>{{ counts[episode.id] }}</tr>
{% endfor %}</table>"""
MATRIX = """
SELECT patient.family_name, patient.given_name, patient.mrn, account.name, episode_standing.opened_on,
       episode_standing.path
FROM episode_standing JOIN patient ON patient.id = episode_standing.patient_id
JOIN account ON account.id = episode_standing.therapist_id"""


def bare_application(url: str) -> Flask:
    """The bare application on that database."""
    app = Flask("anchor")
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    readers = engine.execution_options(**READ_ONLY)

    @app.get("/hello")
    def hello() -> str:
        return "<!doctype html><title>Hello</title><p>Hello"

    @app.get("/open/<uuid:patient_id>")
    def open_homework(patient_id: uuid.UUID) -> str:
        with Session(readers) as session:
            patient = session.get_one(Patient, patient_id)
            items = session.scalars(
                select(Homework)
                .where(
                    Homework.patient_id == patient_id,
                    Homework.done_on.is_(None),
                    Homework.closed_as.is_(None),
                )
                .order_by(Homework.due_on)
            ).all()
            ids = [item.id for item in items]
            written: dict[uuid.UUID, int] = {}
            for entry in session.scalars(select(Entry).where(Entry.homework_id.in_(ids))):
                written[entry.homework_id] = written.get(entry.homework_id, 0) + 1
            states = session.scalars(select(SectionState).where(SectionState.patient_id == patient_id)).all()
            return render_template_string(
                OPEN_PAGE, patient=patient, items=items, written=written, states=states
            )

    @app.post("/done/<uuid:homework_id>")
    def done(homework_id: uuid.UUID) -> Any:
        now = dt.datetime.now(dt.UTC)
        with Session(engine) as session:
            item = session.get_one(Homework, homework_id)
            session.add(
                Entry(
                    id=new_id(),
                    organisation_id=item.organisation_id,
                    homework_id=item.id,
                    patient_id=item.patient_id,
                    occurrence=1,
                    status=EntryStatus.DONE,
                    values={name: request.form[name] for name in ("who", "told", "asked")},
                    derived={},
                    for_date=now.date(),
                    saved_at=now,
                    handed_in_at=now,
                    late=False,
                    shared=True,
                    from_paper=False,
                    version=1,
                )
            )
            item.done_on, item.version = now.date(), item.version + 1
            place = f"/open/{item.patient_id}"
            session.commit()
        return redirect(place, 303)

    @app.get("/caseload/<uuid:account_id>")
    def caseload(account_id: uuid.UUID) -> str:
        with Session(readers) as session:
            rows = session.execute(
                select(Episode, Patient)
                .join(Patient, Patient.id == Episode.patient_id)
                .where(Episode.therapist_id == account_id, Episode.status == EpisodeStatus.OPEN)
                .order_by(Patient.family_name)
            ).all()
            ids = [row[0].id for row in rows]
            states: dict[uuid.UUID, list[str]] = {one: [] for one in ids}
            for state in session.scalars(
                select(SectionState)
                .where(SectionState.episode_id.in_(ids))
                .order_by(SectionState.episode_id, SectionState.section)
            ):
                states[state.episode_id].append(state.state)
            late = func.sum(case((Homework.done_on > Homework.due_on, 1), else_=0))
            counts = {
                row[0]: tuple(row[1:])
                for row in session.execute(
                    select(Homework.episode_id, func.count(), func.count(Homework.done_on), late)
                    .where(Homework.episode_id.in_(ids))
                    .group_by(Homework.episode_id)
                )
            }
            return render_template_string(CASELOAD_PAGE, rows=rows, states=states, counts=counts)

    @app.get("/matrix.csv")
    def matrix() -> Response:
        def lines() -> Iterator[str]:
            connection = engine.raw_connection()
            buffer = io.StringIO()
            writer = csv.writer(buffer)
            cursor = connection.cursor()
            cursor.execute(MATRIX)
            for row in cursor:
                writer.writerow([*row[:5], *row[5]])
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
            connection.close()

        return Response(lines(), mimetype="text/csv")

    return app
