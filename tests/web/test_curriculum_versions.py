"""Versions of a curriculum: brought in with mistakes by line, chosen, and episodes moved with their progress."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import SHIPPED, load_shipped
from pne_tracker.db import transaction
from pne_tracker.domain.curriculum import Minutes, Pack, Section
from pne_tracker.domain.pack_diff import pack_changes, renumbered
from pne_tracker.domain.visit_draft import HomeworkDraft, SectionDraft
from pne_tracker.models import AuditEvent, Clinic, Episode, Homework, PackVersion, Visit
from pne_tracker.queries.curricula import newest
from pne_tracker.queries.progress import section_rows
from pne_tracker.services import curricula, marks, progress, visits
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit
from tests.web.pages import post, token

SignIn = Callable[[str], FlaskClient]
YAML = SHIPPED.read_text(encoding="utf-8")
NEXT_YAML = YAML.replace(f'version: "{load_shipped().version}"', 'version: "2027.01"')


@pytest.fixture(autouse=True)
def _at_noon(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: house.now)


def address(house: House) -> str:
    return f"/curriculum/{house.clinic_id}/versions"


def upload(client: FlaskClient, house: House, text: str) -> tuple[int, str]:
    form = {"file": (io.BytesIO(text.encode()), "pack.yaml"), "csrf_token": token(client)}
    answer = client.post(address(house), data=form, content_type="multipart/form-data")
    return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


def in_another_order(pack: Pack) -> Pack:
    """A newer version that teaches section 10 before section 9, and takes longer over section 2."""
    swap = {9: 10, 10: 9}

    def moved(section: Section) -> Section:
        return replace(
            section,
            number=swap.get(section.number, section.number),
            hard=tuple(swap.get(one, one) for one in section.hard),
            soft=tuple(swap.get(one, one) for one in section.soft),
            minutes=Minutes(12, 18, 22) if section.number == 2 else section.minutes,
        )

    sections = sorted((moved(section) for section in pack.sections), key=lambda one: one.number)
    flags = tuple(
        replace(flag, sections=tuple(sorted(swap.get(one, one) for one in flag.sections)))
        for flag in pack.flags
    )
    return replace(pack, version="2027.01", sections=tuple(sections), flags=flags)


def load_newer(house: House, pack: Pack) -> uuid.UUID:
    with transaction(house.lead) as session:
        later = house.now + dt.timedelta(seconds=1)
        return curricula.store(session, house.lead.organisation_id, pack, now=later).id


def states(session: Session, house: House) -> dict[int, str]:
    rows = section_rows(session, [house.episode_id])[house.episode_id]
    return {row.number: row.state.value for row in rows if row.state.value != "not_started"}


def teach(house: House) -> uuid.UUID:
    """Section 9 explained with its log sent home, section 10 not yet, section 11 left out."""
    with transaction(house.therapist) as session:
        form = replace(
            GAIT_AND_PNE(house.today - dt.timedelta(days=3), decision="separate"),
            sections=(SectionDraft(9, "explains"), SectionDraft(10, "not_yet")),
            homework=(HomeworkDraft("s09-stress", house.today + dt.timedelta(days=4)),),
        )
        visit = signed_visit(session, replace(house, now=house.now - dt.timedelta(days=3)), form)
        marks.skip(
            session,
            house.therapist,
            house.episode_id,
            11,
            reason="No swelling.",
            on_date=house.today,
            now=house.now - dt.timedelta(days=1),
        )
        return visit.id


def move_form(client: FlaskClient, house: House) -> dict[str, str]:
    page = client.get(f"/curriculum/episodes/{house.episode_id}/version").get_data(as_text=True)
    return dict(re.findall(r'name="(target|version)" value="([^"]*)"', page))


def test_a_file_with_mistakes_is_answered_line_by_line(app: Flask, house: House, sign_in: SignIn) -> None:
    broken = YAML.replace("pass_mark: 0.75", "pass_mark: 7", 1)
    line = next(n for n, text in enumerate(broken.splitlines(), start=1) if text == "pass_mark: 7")
    status, page = upload(sign_in("lead"), house, broken)
    assert status == 422
    assert "Lines to mend" in page
    assert re.search(rf"<th scope=\"row\">{line}</th>", page)
    assert "pass_mark" in page
    status, page = upload(sign_in("lead"), house, "a: &b [1]\nc: *b\n")
    assert status == 422
    with transaction(house.lead) as session:
        assert len(session.scalars(select(PackVersion)).all()) == 1


def test_a_loaded_version_changes_nothing_until_it_is_chosen(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    lead = sign_in("lead")
    status, where = upload(lead, house, NEXT_YAML.replace("pass_mark: 0.75", "pass_mark: 0.8", 1))
    assert status == 303
    page = lead.get(where).get_data(as_text=True)
    assert "Pass mark: 75% becomes 80%" in page
    assert "0 episodes" in page
    post(lead, where + "/choose")
    assert "New episodes begin with this version" in lead.get(where).get_data(as_text=True)
    with transaction(house.lead) as session:
        clinic = session.get_one(Clinic, house.clinic_id)
        assert newest(session, clinic).version == "2027.01"
        assert session.get_one(Episode, house.episode_id).pack_version_id == house.pack_version_id
        said = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == "curriculum_version"))
        assert {"upload", "choose"} <= set(said)


def test_the_same_version_with_other_content_is_refused(app: Flask, house: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    assert upload(lead, house, YAML)[0] == 303
    status, page = upload(lead, house, YAML.replace("pass_mark: 0.75", "pass_mark: 0.8", 1))
    assert status == 422
    assert "holds something else" in page


def test_a_lead_sees_what_a_move_changes_before_it_happens(app: Flask, house: House, sign_in: SignIn) -> None:
    teach(house)
    load_newer(house, in_another_order(load_shipped()))
    page = sign_in("lead").get(f"/curriculum/episodes/{house.episode_id}/version").get_data(as_text=True)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "place 9 becomes 10" in text
    assert "10 to 20 becomes 12 to 22, usually 18" in text
    assert "All together: usually 203 becomes 206" in text
    assert "9, Lions and Stress (stress response to pain) 10, Lions and Stress" in text
    assert "Move to version 2027.01" in text


def test_progress_stays_with_its_section_when_the_order_changes(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    visit_id = teach(house)
    with transaction(house.therapist) as session:
        assert states(session, house) == {9: "understood", 10: "revisit", 11: "skipped"}
    load_newer(house, in_another_order(load_shipped()))
    lead = sign_in("lead")
    moved = post(lead, f"/curriculum/episodes/{house.episode_id}/version", move_form(lead, house))
    assert moved.status_code == 303
    with transaction(house.therapist) as session:
        assert states(session, house) == {10: "understood", 9: "revisit", 11: "skipped"}
        assert session.scalars(select(Homework.section)).all() == [10]
        assert progress.differences(session) == []
        visit = session.get_one(Visit, visit_id)
        assert visit.content is not None
        assert [one["number"] for one in visit.content["sections"]] == [9, 10]
        later = replace(
            GAIT_AND_PNE(house.today, decision="separate"),
            sections=(SectionDraft(9, "explains"),),
        )
        signed_visit(session, house, later)
        assert states(session, house)[9] == "complete"
    assert sign_in("therapist").get(f"/patients/{house.patient_id}").status_code == 200
    assert "follows the newest version" in lead.get(
        f"/curriculum/episodes/{house.episode_id}/version"
    ).get_data(as_text=True)


def test_an_episode_stays_where_a_section_it_began_is_gone(app: Flask, house: House, sign_in: SignIn) -> None:
    teach(house)
    pack = in_another_order(load_shipped())
    sections = (replace(one, slug="another") if one.number == 11 else one for one in pack.sections)
    load_newer(house, replace(pack, sections=tuple(sections)))
    lead = sign_in("lead")
    page = lead.get(f"/curriculum/episodes/{house.episode_id}/version").get_data(as_text=True)
    assert "no longer has Neurogenic Inflammation" in page
    assert move_form(lead, house) == {}


def test_a_draft_is_signed_or_discarded_before_the_move(app: Flask, house: House, sign_in: SignIn) -> None:
    target = load_newer(house, in_another_order(load_shipped()))
    lead = sign_in("lead")
    form = move_form(lead, house)
    with transaction(house.therapist) as session:
        visits.start_visit(session, house.therapist, house.episode_id, on_date=house.today, now=house.now)
    answer = post(lead, f"/curriculum/episodes/{house.episode_id}/version", form)
    assert answer.status_code == 409
    assert "A visit is still being written" in answer.get_data(as_text=True)
    with transaction(house.therapist) as session:
        assert session.get_one(Episode, house.episode_id).pack_version_id != target


def test_who_may_move_and_who_is_named(app: Flask, house: House, sign_in: SignIn) -> None:
    version = f"{address(house)}/{house.pack_version_id}"
    assert "Rosalind Achterberg" in sign_in("lead").get(version).get_data(as_text=True)
    seen = sign_in("administrator").get(version)
    assert seen.status_code == 200
    assert "Achterberg" not in seen.get_data(as_text=True)
    for who in ("administrator", "therapist"):
        page = sign_in(who).get(f"/curriculum/episodes/{house.episode_id}/version")
        assert page.status_code == 403
    assert sign_in("lead").get(f"/curriculum/episodes/{uuid.uuid4()}/version").status_code == 404


def test_equal_packs_differ_in_nothing_and_numbers_follow_slugs() -> None:
    pack = load_shipped()
    assert pack_changes(pack, pack) == ()
    assert renumbered(pack, in_another_order(pack)) == {**{n: n for n in range(1, 15)}, 9: 10, 10: 9}
