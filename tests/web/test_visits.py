"""The visit page, as a therapist uses it: with buttons alone, without scripts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pne_tracker.db import reading
from pne_tracker.models import (
    Addendum,
    AuditEvent,
    BillingLine,
    Homework,
    SectionState,
    Treatment,
    Visit,
    VisitStatus,
)
from tests.people import House
from tests.raw import raw
from tests.web.pages import bytes_of, post

SignIn = Callable[[str], FlaskClient]


class Form(HTMLParser):
    """What a browser would send of the visit form: names and values of its filled controls."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self._inside = False
        self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == "visit"
        if not self._inside or not given.get("name"):
            return
        if tag == "textarea":
            self._area = given["name"]
            self.data[self._area] = [""]
        elif tag == "input":
            kind = given.get("type", "text")
            if kind not in {"radio", "checkbox"} or "checked" in given:
                self.data.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.data[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "form":
            self._inside = False


def page(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def begin(client: FlaskClient, house: House) -> str:
    """Start a visit; its address."""
    answer = post(client, "/visits", {"episode_id": str(house.episode_id)})
    assert answer.status_code == 303
    return answer.headers["Location"].split("#")[0]


def press(client: FlaskClient, url: str, *, path: str = "", **changes: object) -> TestResponse:
    """Change fields of the page as it stands now and press a button of it (`do`, `remove`, ...)."""
    data: dict[str, object] = dict(Form(page(client, url)).data)
    for name, value in changes.items():
        data[name.replace("__", "-")] = value
    return client.post(url + path, data=data, headers={"HX-Request": "true"} if path else {})


def text(answer: TestResponse) -> str:
    return unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True)))


def with_gait_and_pne(client: FlaskClient, house: House) -> str:
    """A draft with 20 minutes of gait practice, 12 of them PNE, and 15 minutes of PNE alone."""
    url = begin(client, house)
    assert press(client, url, do="add_treatment", new_activity="97116").status_code == 303
    assert press(client, url, do="add_treatment", new_activity="pne").status_code == 303
    saved = press(
        client,
        url,
        do="save",
        treatments__0__minutes="20",
        treatments__0__pne_minutes="12",
        treatments__1__minutes="15",
    )
    assert saved.status_code == 303
    return url


def visit_id(url: str) -> uuid.UUID:
    return uuid.UUID(url.rsplit("/", 1)[1])


def bill(house: House) -> list[tuple[str, int]]:
    with reading(house.therapist) as session:
        rows = session.execute(select(BillingLine.code, BillingLine.units).order_by(BillingLine.position))
        return [(row[0], row[1]) for row in rows]


def test_a_visit_opens_with_todays_plan(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    shown = page(client, begin(client, house))
    assert "1, Pain Knowledge" in shown
    assert re.search(r'value="s01-quiz"[^>]*checked|checked[^>]*value="s01-quiz"', shown)
    assert Form(shown).data["minutes"] == ["45"]


def test_the_name_is_in_no_title_and_no_address(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = begin(client, house)
    shown = page(client, url)
    assert "Achterberg" not in re.findall(r"<title>(.*?)</title>", shown, re.DOTALL)[0]
    assert "achterberg" not in url.lower()


def test_separate_gives_one_unit_each(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    shown = unescape(page(client, url))
    assert "15 PNE minutes need your decision before you sign" in shown
    assert "97116 × 2: $77.00" in shown
    assert "97112 × 1, 97116 × 1: $79.50" in shown
    signed = press(client, url, do="sign", **{"decision-1": "separate"})
    assert (signed.status_code, signed.headers["Location"]) == (303, url)
    assert bill(house) == [("97112", 1), ("97116", 1)]


def test_combined_gives_two_units_of_gait_practice(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    assert press(client, url, do="sign", **{"decision-1": "97116"}).status_code == 303
    assert bill(house) == [("97116", 2)]


def test_without_the_decision_the_server_says_the_same_as_the_button(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    assert 'aria-disabled="true"' in page(client, url)
    refused = press(client, url, do="sign", remarks="Walked to the lake.")
    assert refused.status_code == 422
    assert "15 minutes of PNE stand beside another treatment" in text(refused)
    assert bill(house) == []
    assert "Walked to the lake." in page(client, url)


def test_a_second_click_on_sign_has_no_second_effect(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    data = {**Form(page(client, url)).data, "decision-1": "separate", "do": "sign"}
    answers = [client.post(url, data=data) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    with reading(house.therapist) as session:
        assert session.scalar(select(func.count()).select_from(BillingLine)) == 2
        assert session.scalar(select(func.count()).select_from(Homework)) == 1
        assert session.scalar(select(func.count()).where(AuditEvent.action == "sign")) == 1


def test_no_post_changes_a_signed_visit(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    draft = Form(page(client, url)).data
    press(client, url, do="sign", **{"decision-1": "separate"})

    def stored() -> tuple[object, ...]:
        with reading(house.therapist) as session:
            visit = session.scalars(select(Visit)).one()
            rows = session.execute(select(Treatment.activity, Treatment.minutes)).all()
            states = session.execute(select(SectionState.section, SectionState.state)).all()
            return visit.version, visit.content_hash, visit.content, sorted(rows), sorted(states)

    before = stored()
    for change in (
        {"do": "save"},
        {"do": "close"},
        {"do": "sign"},
        {"do": "add_treatment", "new_activity": "97110"},
        {"do": "add_section", "new_section": "5"},
        {"do": "discard"},
        {"remove": "0"},
        {"remove_section": "1"},
    ):
        answer = client.post(url, data={**draft, "treatments-0-minutes": "60", **change})
        assert answer.status_code in {303, 409}, change
        assert stored() == before, change
    for version in ("1", "2", "99"):
        answer = client.post(f"{url}/preview", data={**draft, "remarks": "x", "version": version})
        assert answer.status_code == 409
        assert stored() == before


def test_letters_in_minutes_are_kept_with_a_clear_sentence(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    refused = press(
        client,
        url,
        do="save",
        treatments__0__minutes="twenty",
        minutes="4x",
        remarks="Slept badly.",
        **{"message-s01-quiz": "No hurry."},
    )
    assert refused.status_code == 422
    shown = refused.get_data(as_text=True)
    for kept in ('value="twenty"', 'value="4x"', "Slept badly.", "No hurry."):
        assert kept in shown
    assert "Write whole minutes, like 20." in shown
    assert 'href="#treatments-0-minutes"' in shown
    with reading(house.therapist) as session:
        assert session.scalars(select(Treatment.minutes).order_by(Treatment.position)).all() == [20, 15]


def test_more_pne_than_minutes_is_refused_at_its_place(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    refused = press(client, url, do="save", treatments__0__pne_minutes="21")
    assert refused.status_code == 422
    assert "part of this treatment's 20 and cannot be more" in text(refused)
    assert 'href="#treatments-0-pne_minutes"' in refused.get_data(as_text=True)


def test_a_row_is_removed_even_while_it_cannot_be_read(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    assert press(client, url, remove="0", treatments__0__minutes="twenty").status_code == 303
    assert Form(page(client, url)).data["treatments-0-activity"] == ["pne"]


def test_sections_come_with_their_homework_and_go_with_it(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = begin(client, house)
    press(client, url, do="add_section", new_section="4")
    assert Form(page(client, url)).data["homework"] == ["s01-quiz", "s04-talk"]
    press(client, url, remove_section="1")
    assert Form(page(client, url)).data["homework"] == ["s04-talk"]


def test_enter_in_a_field_saves_and_removes_nothing(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    shown = page(client, with_gait_and_pne(client, house))
    first = re.search(r"<button[^>]*type=\"submit\"[^>]*>", shown[shown.index('id="visit"') :])
    assert first is not None
    assert 'value="save"' in first[0]


def test_typing_previews_the_lines_and_keeps_the_draft(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    shown = press(client, url, path="/preview", **{"decision-1": "separate", "remarks": "As she types."})
    assert shown.status_code == 200
    said = text(shown)
    assert "2 lines, 2 units" in said
    assert "As she types." in said
    assert "Ready to sign." in said
    assert "<html" not in said
    assert "As she types." in page(client, url)


def test_a_preview_of_what_cannot_be_read_says_so_and_saves_nothing(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    shown = press(client, url, path="/preview", treatments__0__minutes="x", remarks="lost?")
    assert shown.status_code == 422
    assert "Not saved: 1 thing to fix first." in text(shown)
    assert "lost?" not in page(client, url)


def test_of_two_people_on_one_draft_the_second_sees_both_texts(sign_in: SignIn, house: House) -> None:
    maya, teo = sign_in("therapist"), sign_in("assistant")
    url = begin(maya, house)
    hers = {**Form(page(maya, url)).data, "do": "save", "remarks": "Hers: pain at night."}
    press(teo, url, do="save", remarks="His: pain at work.")
    conflict = maya.post(url, data=hers)
    assert conflict.status_code == 409
    said = text(conflict)
    assert "Teo Lindqvist, PTA saved this visit after you opened it" in said
    assert "His: pain at work." in said
    assert "Hers: pain at night." in said
    assert "hx-post" not in conflict.get_data(as_text=True)
    again = {**Form(conflict.get_data(as_text=True)).data, "do": "save"}
    assert maya.post(url, data=again).status_code == 303
    assert "Hers: pain at night." in page(maya, url)


def test_the_page_that_saved_may_save_again_before_it_heard_of_it(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = begin(client, house)
    data = Form(page(client, url)).data
    assert client.post(f"{url}/preview", data={**data, "remarks": "one"}).status_code == 200
    assert client.post(url, data={**data, "remarks": "one two", "do": "save"}).status_code == 303
    assert "one two" in page(client, url)


@pytest.mark.parametrize(
    ("who", "status"),
    [("other_therapist", 404), ("foreign_therapist", 404), ("lead", 403), ("biller", 403), ("patient", 403)],
)
def test_who_does_not_treat_gets_nothing(sign_in: SignIn, house: House, who: str, status: int) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    data = {**Form(page(client, url)).data, "decision-1": "separate", "do": "sign"}
    stranger = sign_in(who)
    assert stranger.get(url).status_code == status
    for path, form in (
        (url, data),
        (f"{url}/preview", data),
        (f"{url}/addenda", {"text": "x"}),
        (f"{url}/withdraw", {"reason": "x"}),
        ("/visits", {"episode_id": str(house.episode_id)}),
    ):
        answer = post(stranger, path, form)
        assert answer.status_code == status, path
    assert bill(house) == []


def test_out_of_reach_looks_like_never_existed(sign_in: SignIn, house: House) -> None:
    url = begin(sign_in("therapist"), house)
    stranger = sign_in("other_therapist")
    assert bytes_of(stranger.get(url)) == bytes_of(stranger.get(f"/visits/{uuid.uuid4()}"))


def test_an_assistant_writes_and_cannot_sign(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    teo = sign_in("assistant")
    assert press(teo, url, do="save", **{"decision-1": "separate"}).status_code == 303
    assert "Ready for signature" in page(teo, url)
    assert press(teo, url, do="sign").status_code == 403
    assert bill(house) == []


def test_an_addendum_is_read_below_the_signed_note(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    press(client, url, do="sign", **{"decision-1": "separate"})
    assert post(client, f"{url}/addenda", {"text": " "}).status_code == 422
    assert post(client, f"{url}/addenda", {"text": "The left leg."}).status_code == 303
    shown = page(client, url)
    assert "The left leg." in shown
    assert "Maya Okonjo, PT" in shown
    assert 'id="visit"' not in shown


def test_a_visit_entered_in_error_stays_readable(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    press(client, url, do="sign", **{"decision-1": "separate"})
    assert post(client, f"{url}/withdraw", {"reason": ""}).status_code == 422
    assert post(client, f"{url}/withdraw", {"reason": "Another patient's visit."}).status_code == 303
    shown = page(client, url)
    assert "entered in error" in shown
    assert "Another patient" in shown
    with reading(house.therapist) as session:
        assert session.scalars(select(Visit.status)).one() is VisitStatus.ENTERED_IN_ERROR
        assert session.scalars(select(Homework.closed_as)).all() == ["withdrawn"]
        assert session.scalar(select(func.count()).select_from(Addendum)) == 1


def test_the_history_tells_who_did_what_and_what_a_withdrawal_undid(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    press(client, url, do="sign", **{"decision-1": "separate"})
    post(client, f"{url}/withdraw", {"reason": "Another patient's visit."})
    shown = page(client, url).split('id="history"')[1]
    for step in ("Started", "Saved", "Signed", "Entered in error", "Maya Okonjo, PT"):
        assert step in shown
    assert "2 billing lines left the billing lists" in shown
    assert "1 item of homework withdrawn" in shown
    assert "section 1 from taught to not started" in shown


def past_the_triggers(change: str) -> None:
    """What somebody could do who owns the database."""
    with raw() as connection:
        if connection.dialect.name == "sqlite":
            for table in ("visit", "billing_line"):
                connection.exec_driver_sql(f"DROP TRIGGER keep_{table}_update")
            connection.exec_driver_sql(change)
        else:
            for table in ("visit", "billing_line"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER keep_{table}_update")
            connection.exec_driver_sql(change)
            for table in ("visit", "billing_line"):
                connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER keep_{table}_update")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE visit SET minutes = 60, content = '{}'", "What was signed is not what is stored now."),
        ("UPDATE billing_line SET units = 4", "The stored billing lines are not the ones that were signed."),
        ("UPDATE visit SET note = 'nothing'", "The stored note is not the one that was signed."),
    ],
)
def test_a_visit_changed_past_the_application_says_so_and_leaves_an_event(
    sign_in: SignIn, house: House, change: str, sentence: str
) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    press(client, url, do="sign", **{"decision-1": "separate"})
    assert "no longer agrees" not in page(client, url)
    past_the_triggers(change)
    shown = page(client, url)
    assert "This visit no longer agrees with its seal" in shown
    assert sentence in shown
    with reading(house.therapist) as session:
        assert (
            session.scalars(select(AuditEvent).where(AuditEvent.action == "mismatch")).one().details["parts"]
        )


def test_a_draft_is_thrown_away(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = begin(client, house)
    assert press(client, url, do="discard").status_code == 303
    assert client.get(url).status_code == 404


def test_the_list_shows_drafts_and_past_visits(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = with_gait_and_pne(client, house)
    assert "My open drafts" in page(client, "/visits")
    press(client, url, do="sign", **{"decision-1": "separate"})
    shown = page(client, "/visits?status=signed&whose=mine")
    assert "My open drafts" not in shown
    assert url in shown
    assert "No visit fits" in page(client, "/visits?since=2099-01-01")
    assert "No visits yet" in page(sign_in("other_therapist"), "/visits")
    with reading(house.therapist) as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "list")).first()
        assert event is not None
        assert event.details == {"patients": [str(house.patient_id)]}


def test_reading_a_visit_leaves_an_event(sign_in: SignIn, house: House) -> None:
    client = sign_in("therapist")
    url = begin(client, house)
    page(client, url)
    with reading(house.therapist) as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.subject_id == visit_id(url)))
        seen = {(event.action, event.patient_id) for event in events}
    assert seen == {(action, house.patient_id) for action in ("start", "save", "read")}


def test_starting_needs_an_episode(sign_in: SignIn, house: House, app: Flask) -> None:
    client = sign_in("therapist")
    assert post(client, "/visits", {"episode_id": "nonsense"}).status_code == 404
    assert post(client, "/visits", {"episode_id": str(uuid.uuid4())}).status_code == 404
    answer = post(client, "/visits", {"episode_id": str(house.episode_id), "section": "nine"})
    assert answer.status_code == 400


def test_homework_is_adjusted_in_the_visit_and_what_is_wrong_stays_typed(
    sign_in: SignIn, house: House
) -> None:
    client = sign_in("therapist")
    url = begin(client, house)
    press(client, url, do="add_section", new_section="5")
    refused = press(client, url, do="save", **{"times-s05-sleep": "often", "homework": "s05-sleep"})
    assert refused.status_code == 422
    assert ("Write a whole number, like 7." in text(refused), 'value="often"' in refused.text) == (True, True)
    assert (
        press(client, url, do="save", **{"times-s05-sleep": "4", "homework": "s05-sleep"}).status_code == 303
    )
    assert Form(page(client, url)).data["times-s05-sleep"] == ["4"]
    assert "times-s01-quiz" not in Form(page(client, url)).data
