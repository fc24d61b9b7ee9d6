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

from flask import Flask, Response, redirect, request
from sqlalchemy import case, create_engine, func, select
from sqlalchemy.orm import Session, registry

from pne_tracker import models
from pne_tracker.db import READ_ONLY, engine_options, prepare_engine
from pne_tracker.domain.access import Role
from pne_tracker.domain.standing import Measured
from pne_tracker.models import EVERYBODY, NO_DAY, EntryStatus, EpisodeStatus, new_id

_plain = registry()


def _bare(model: type[Any]) -> Any:
    """A class on the same table that carries none of our guards."""
    made = type(model.__name__, (), {})
    _plain.map_imperatively(made, model.__table__)
    return made


Entry, Episode, Homework = _bare(models.Entry), _bare(models.Episode), _bare(models.Homework)
Patient, SectionState = _bare(models.Patient), _bare(models.SectionState)
Account, Clinic, Payer = _bare(models.Account), _bare(models.Clinic), _bare(models.Payer)
Count, Standing = _bare(models.CompletionCount), _bare(models.EpisodeStanding)
OPEN_PAGE = """<!doctype html><title>Open</title><h1>{{ patient.given_name }}</h1><ul>
{% for item in items %}<li><a href="/done/{{ item.id }}">{{ item.template.title.en }}</a> {{ item.due_on }}
{{ written.get(item.id, 0) }}</li>{% endfor %}</ul><p>{{ states | length }}</p>"""
CASELOAD_PAGE = """<!doctype html><title>Caseload</title><table>
{% for episode, patient in rows %}<tr><td>{{ patient.family_name }}, {{ patient.given_name }}<td>{{ patient.mrn }}
<td>{% for state in states[episode.id] %}<i>{{ state }}</i>{% endfor %}<td>{{ counts[episode.id] }}</tr>
{% endfor %}</table>"""
CHOSEN = ("clinic", "therapist", "payer")
COMPLETION_PAGE = """<!doctype html><title>Completion</title><form>
{% for name, offered in choices.items() %}<select name="{{ name }}">{% for one in offered %}
<option value="{{ one.id }}">{{ one.name }}</option>{% endfor %}</select>{% endfor %}</form>
<p>{{ episodes }} {{ adherence }} {{ active }}</p><table>{% for section, letters in funnel | dictsort %}
<tr><td>{{ section }}<td>{{ letters }}</tr>{% endfor %}</table><ul>{% for standing, patient, therapist in stalled %}
<li>{{ patient.family_name }}, {{ patient.given_name }} {{ therapist.name }} {{ standing.active_on }}
{% for state in standing.path %}<i>{{ state }}</i>{% endfor %}</li>{% endfor %}</ul><table>
{% for standing, patient, therapist in rows %}<tr><td>{{ patient.family_name }}, {{ patient.given_name }}
{% for state in standing.path %}<td><i>{{ state }}</i>{% endfor %}</tr>{% endfor %}</table>"""
MATRIX = """
SELECT episode_standing.organisation_id, patient.id,
       patient.family_name, patient.given_name, patient.mrn, account.name, episode_standing.opened_on,
       episode_standing.path
FROM episode_standing JOIN patient ON patient.id = episode_standing.patient_id
JOIN account ON account.id = episode_standing.therapist_id"""

EVENT = """
INSERT INTO audit_event (organisation_id, at, actor_role, action, subject, details, patient_id, id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""


def bare_application(url: str) -> Flask:
    """The bare application on that database."""
    app = Flask("anchor")
    pages = {one: app.jinja_env.from_string(one) for one in (OPEN_PAGE, CASELOAD_PAGE, COMPLETION_PAGE)}
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
            return pages[OPEN_PAGE].render(patient=patient, items=items, written=written, states=states)

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
            return pages[CASELOAD_PAGE].render(rows=rows, states=states, counts=counts)

    @app.get("/completion")
    def completion() -> str:
        today = dt.date.today()
        chosen = {name: uuid.UUID(request.args[name]) for name in CHOSEN if name in request.args}
        statuses = list(EpisodeStatus) if "status" in request.args else [EpisodeStatus.OPEN]
        therapist = chosen.pop("therapist", None)
        with Session(readers) as session:
            clinic_ids = (
                [chosen["clinic"]] if "clinic" in chosen else session.scalars(select(Clinic.id)).all()
            )
            place = [Count.clinic_id.in_(clinic_ids), Count.therapist_id == (therapist or EVERYBODY)]
            where = [Standing.clinic_id.in_(clinic_ids), Standing.status.in_(statuses)]
            if therapist is not None:
                where.append(Standing.therapist_id == therapist)
            if "payer" in chosen:
                place.append(Count.payer_id == chosen["payer"])
                where.append(Standing.payer_id == chosen["payer"])
            funnel: dict[int, dict[str, int]] = {}
            episodes: dict[str, int] = {}
            for status, section, letter, n in session.execute(
                select(Count.status, Count.section, Count.letter, func.sum(Count.n))
                .where(*place, Count.day == NO_DAY, Count.measured.in_([Measured.EPISODE, Measured.SECTION]))
                .group_by(Count.status, Count.section, Count.letter)
            ):
                if section == 0:
                    episodes[status] = n
                elif status in statuses:
                    funnel.setdefault(section, {})[letter] = n
            adherence, active = (
                session.execute(
                    select(func.sum(Count.n), func.sum(Count.done), func.sum(Count.late)).where(
                        *place,
                        Count.measured == measured,
                        Count.status.in_(statuses),
                        Count.day > today - dt.timedelta(days=days),
                    )
                ).one()
                for measured, days in ((Measured.ENTRY, 28), (Measured.ACTIVE, 14))
            )
            listed = (
                select(Standing, Patient, Account)
                .join(Patient, Patient.id == Standing.patient_id)
                .join(Account, Account.id == Standing.therapist_id)
                .where(*where)
            )
            stalled = session.execute(
                listed.where(Standing.active_on <= today - dt.timedelta(days=14))
                .order_by(Standing.active_on, Standing.episode_id)
                .limit(6)
            ).all()
            rows = session.execute(
                listed.order_by(Standing.revisit.desc(), Standing.episode_id.desc()).limit(20)
            ).all()
            choices = {
                "clinic": session.scalars(select(Clinic).order_by(Clinic.name)).all(),
                "payer": session.scalars(select(Payer).order_by(Payer.name)).all(),
                "therapist": session.scalars(
                    select(Account).where(Account.role == Role.THERAPIST).order_by(Account.name).limit(61)
                ).all(),
            }
            return pages[COMPLETION_PAGE].render(
                choices=choices,
                episodes=episodes,
                adherence=tuple(adherence),
                active=tuple(active),
                funnel=funnel,
                stalled=stalled,
                rows=rows,
            )

    @app.get("/matrix.csv")
    def matrix() -> Response:
        is_told = "told" in request.args

        def lines() -> Iterator[str]:
            connection, trail = engine.raw_connection(), engine.raw_connection()
            buffer = io.StringIO()
            writer = csv.writer(buffer)
            cursor = connection.cursor()
            cursor.execute(MATRIX)
            while rows := cursor.fetchmany(1000):
                if is_told:
                    at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
                    told = [
                        (row[0], at, "lead", "export", "bare", "{}", row[1], new_id().hex) for row in rows
                    ]
                    trail.cursor().execute("BEGIN IMMEDIATE")
                    trail.cursor().executemany(EVENT, told)
                    trail.commit()
                for row in rows:
                    writer.writerow([*row[2:7], *row[7]])
                    yield buffer.getvalue()
                    buffer.seek(0)
                    buffer.truncate()
            connection.close()
            trail.close()

        return Response(lines(), mimetype="text/csv")

    return app
