"""Who reaches what, made from the route map: a page added tomorrow is covered tomorrow."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import MetaData, Table, func, select
from werkzeug.test import TestResponse

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.adapters.recall import SCHEDULER
from pne_tracker.adapters.x12 import write_837p
from pne_tracker.db import UNSCOPED, db, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.models import Account, AuditEvent, Base, Clinic
from pne_tracker.services.demo.load import load
from pne_tracker.web.policies import describe
from tests.people import House
from tests.visit_forms import signed_visit
from tests.web.pages import PARAMETER, bytes_of, fill, post

PRINCIPALS = (
    "therapist",
    "other_therapist",
    "assistant",
    "lead",
    "biller",
    "administrator",
    "patient",
    "foreign_therapist",
)
UUID_TEXT = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WITHOUT_DEMO_ROWS = {
    "/papers/<uuid:paper_id>.pdf",
    "/billing/papers/<uuid:paper_id>.pdf",
    "/portal/papers/<uuid:paper_id>.pdf",
    "/passkeys/<uuid:passkey_id>/remove",
    "/billing/setup/codes/<uuid:code_id>/retire",
    "/reminders/tasks/<uuid:task_id>",
    "/portal/people/<uuid:access_id>/end",
    "/portal/flare/<uuid:log_id>/take-back",
}
TABLES = {
    "message_id": ("patient_message", "outbox_message"),
    "batch_id": ("claim_batch",),
    "card_id": ("recall_card",),
    "token_id": ("api_token",),
    "condition_id": ("condition", "diagnosis"),
}
TRAIL = {"audit_event", "sign_in_try", "account_session"}


def _content() -> dict[str, int]:
    """A figure for the content of each table, but for the trail and the door's own counters."""
    with transaction(UNSCOPED) as session:
        connection = session.connection()
        return {
            table.name: hash(tuple(sorted(map(repr, connection.execute(select(table)).all()))))
            for table in Base.metadata.sorted_tables
            if table.name not in TRAIL
        }


def _calls(app: Flask) -> Iterator[tuple[dict[str, Any], str]]:
    for rule in describe(app):
        for method in rule["methods"]:
            yield rule, method


@pytest.mark.parametrize("who", PRINCIPALS)
def test_only_roles_that_a_policy_names_get_past_the_door(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient], who: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client, role = sign_in(who), house.viewers[who].role.value
    for rule, method in _calls(app):
        if not rule["public"] and role not in rule["roles"]:
            answer = client.open(fill(rule["rule"], {}), method=method)
            assert answer.status_code == 403, (who, method, rule["rule"])


def test_a_suspended_account_reaches_nothing(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in("therapist")
    with transaction(UNSCOPED) as session:
        session.get_one(Account, house.therapist.account_id).active = False
    for rule, method in _calls(app):
        if not rule["public"]:
            answer = client.open(fill(rule["rule"], {}), method=method)
            assert answer.status_code in {302, 401}, (method, rule["rule"])


def _foreign_ids(metadata: MetaData, organisation_id: uuid.UUID) -> dict[str, list[uuid.UUID]]:
    """Ids of the rows of one organisation, by the name a rule's parameter has for their table."""
    found: dict[str, list[uuid.UUID]] = {}
    with transaction(UNSCOPED) as session:
        for table in metadata.sorted_tables:
            if "organisation_id" in table.c and "id" in table.c:
                found[table.name] = _some(session.connection(), table, organisation_id)
    return found


def _some(connection: Any, table: Table, organisation_id: uuid.UUID) -> list[uuid.UUID]:
    rows = connection.execute(
        select(table.c.id).where(table.c.organisation_id == organisation_id).order_by(table.c.id).limit(2)
    )
    return [row[0] for row in rows]


def _swaps(rule: str, ids: dict[str, list[uuid.UUID]]) -> list[dict[str, uuid.UUID]]:
    """For each id in the rule, foreign ones in its place."""
    swaps = []
    for kind, name in PARAMETER.findall(rule):
        if kind != "uuid":
            continue
        tables = TABLES.get(name, (name.removesuffix("_id"),))
        swaps += [{name: one} for table in tables for one in ids.get(table, [])]
    return swaps


def _bare(answer: TestResponse) -> bytes:
    """The page without the id that was asked for, which the way back to it repeats."""
    return UUID_TEXT.sub(b"", bytes_of(answer))


def test_an_id_of_another_organisation_answers_like_a_random_one_and_changes_nothing(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the demo is loaded once")
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction(UNSCOPED) as session:
        session.get_one(Clinic, house.clinic_id).slug = "first-house"
        session.flush()
        load(session, load_shipped(), "no password", write_837p, now=house.now, scheduler=SCHEDULER)
        demo = session.scalars(
            select(Account.organisation_id).where(Account.email.like("%harbor-lane.example.org")).limit(1)
        ).one()
    ids = _foreign_ids(Base.metadata, demo)
    clients = {who: sign_in(who) for who in ("therapist", "lead", "biller", "administrator", "patient")}
    before, tried, uncovered = _content(), 0, set()
    for who, client in clients.items():
        role = house.viewers[who].role.value
        for rule, method in _calls(app):
            if (
                rule["policy"] == Permission.PUBLIC
                or role not in rule["roles"]
                or "<uuid:" not in rule["rule"]
            ):
                continue
            swaps = _swaps(rule["rule"], ids)
            if not swaps:
                uncovered.add(rule["rule"])
            unknown = client.open(fill(rule["rule"], {}), method=method)
            for swap in swaps:
                answer = client.open(fill(rule["rule"], swap), method=method)
                tried += 1
                assert answer.status_code == 404, (who, method, rule["rule"], swap)
                assert _bare(answer) == _bare(unknown), (who, method, rule["rule"])
    changed = {name for name, content in _content().items() if content != before[name]}
    assert changed == set()
    assert uncovered <= WITHOUT_DEMO_ROWS
    assert tried > 100


def test_reading_every_page_writes_audit_events_and_nothing_else(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    ids = {
        "patient_id": house.patient_id,
        "episode_id": house.episode_id,
        "clinic_id": house.clinic_id,
        "payer_id": house.payer_id,
        "account_id": house.therapist.account_id,
    }
    with transaction(house.therapist) as session:
        ids["visit_id"] = signed_visit(session, house).id
    clients = {who: sign_in(who) for who in PRINCIPALS}
    for who, desk in (("therapist", ""), ("biller", "/billing")):
        issued = post(clients[who], f"{desk}/visits/{ids['visit_id']}/superbill")
        ids["paper_id"] = uuid.UUID(issued.headers["Location"].rsplit("/", 1)[1].removesuffix(".pdf"))
    before = _content()
    for who, client in clients.items():
        role = house.viewers[who].role.value
        for rule, method in _calls(app):
            if method == "GET" and (rule["public"] or role in rule["roles"]):
                answer = client.get(fill(rule["rule"], ids))
                assert answer.status_code < 500, (who, rule["rule"], answer.status_code)
    changed = {name for name, content in _content().items() if content != before[name]}
    assert changed == set()


def test_every_page_about_a_patient_leaves_an_event_of_who_looked(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    with transaction(house.therapist) as session:
        visit_id = signed_visit(session, house).id
    ids = {"patient_id": house.patient_id, "episode_id": house.episode_id, "visit_id": visit_id}
    client, silent, looked = sign_in("therapist"), set(), 0
    for rule in describe(app):
        about = any(f":{name}>" in rule["rule"] for name in ids)
        if not about or "therapist" not in rule["roles"] or "GET" not in rule["methods"]:
            continue
        before = _events_of(house.patient_id)
        if client.get(fill(rule["rule"], ids)).status_code == 200:
            looked += 1
            silent |= {rule["rule"]} if _events_of(house.patient_id) == before else set()
    assert silent == set()
    assert looked > 10


def _events_of(patient_id: uuid.UUID) -> int:
    with transaction(UNSCOPED) as session:
        events = select(func.count()).select_from(AuditEvent).where(AuditEvent.patient_id == patient_id)
        return session.scalar(events) or 0
