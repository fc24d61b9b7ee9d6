"""A patient of seventy on a phone whose network goes away in the middle of a sentence."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pne_tracker.db import transaction
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic
from tests.people import House
from tests.services.homework_samples import assign

PHONE = {"viewport": {"width": 390, "height": 844}}
OpenWindow = Callable[..., Person]
KEPT = "() => Object.keys(localStorage).filter((name) => name.startsWith('pne-draft:')).length"


def _house(clinic: Clinic) -> House:
    assert clinic.house is not None
    return clinic.house


@pytest.fixture
def task(small_clinic_on_sqlite: Clinic) -> uuid.UUID:
    house = _house(small_clinic_on_sqlite)
    with small_clinic_on_sqlite.app.app_context(), transaction(house.therapist) as session:
        return assign(session, house, "s06-journal")


@pytest.fixture
def patient(person: OpenWindow, small_clinic_on_sqlite: Clinic) -> Person:
    somebody = person(small_clinic_on_sqlite.url, **PHONE)
    somebody.sign_in(*small_clinic_on_sqlite.accounts["patient"])
    return somebody


def _the_server_has(patient: Person, homework_id: uuid.UUID, text: str) -> None:
    """A window that kept nothing shows what the server has."""
    assert patient.page.evaluate(KEPT) == 0
    patient.page.goto("/portal")
    patient.page.goto(f"/portal/homework/{homework_id}")
    expect(patient.page.locator("textarea, input[type=text]").first).to_have_value(text)


def _write(page: Page, text: str) -> None:
    page.locator("textarea, input[type=text]").first.fill(text)


def _settled(page: Page) -> None:
    """What the worker fetches when it is installed has come: a late answer would bring the session's cookie again."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_load_state("networkidle")


def test_words_typed_without_a_network_are_kept_and_sent_when_it_is_back(
    patient: Person, task: uuid.UUID
) -> None:
    page = patient.page
    page.goto(f"/portal/homework/{task}")
    _write(page, "Before the gap")
    expect(page.locator("#saved")).to_contain_text("Kept as you type")
    assert page.evaluate(KEPT) == 0
    patient.context.set_offline(True)
    expect(page.locator("#device")).to_contain_text("No network.")
    _write(page, "Typed in the tunnel")
    expect(page.locator("#device")).to_contain_text("Kept on this phone until the network is back.")
    assert page.evaluate(KEPT) == 1
    page.get_by_role("button", name="Save and send").click()
    expect(page.locator("#device")).to_contain_text("Kept on this phone")
    patient.context.set_offline(False)
    expect(page.locator("#device")).to_contain_text("Your clinic has your words now.")
    _the_server_has(patient, task, "Typed in the tunnel")


def test_a_page_opened_without_a_network_says_so_and_the_words_come_back(
    patient: Person, task: uuid.UUID
) -> None:
    page = patient.page
    page.goto(f"/portal/homework/{task}")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    patient.context.set_offline(True)
    _write(page, "Typed in the tunnel")
    expect(page.locator("#device")).to_contain_text("Kept on this phone")
    page.goto("/portal")
    expect(page.get_by_role("heading", name="The network is gone")).to_be_visible()
    expect(page.get_by_text("Words of yours wait on this phone.")).to_be_visible()
    cached = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"
    )
    assert all(path == "/portal/offline" or path.startswith("/static/") for path in cached)
    patient.context.set_offline(False)
    page.goto(f"/portal/homework/{task}")
    expect(page.locator("textarea, input[type=text]").first).to_have_value("Typed in the tunnel")
    expect(page.locator("#device")).to_contain_text("Your clinic has your words now.")
    _the_server_has(patient, task, "Typed in the tunnel")


def test_nothing_stays_on_the_phone_after_signing_out(patient: Person, task: uuid.UUID) -> None:
    page = patient.page
    page.goto(f"/portal/homework/{task}")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    patient.context.set_offline(True)
    _write(page, "Mine alone")
    expect(page.locator("#device")).to_contain_text("Kept on this phone")
    page.goto("/portal")
    expect(page.get_by_role("heading", name="The network is gone")).to_be_visible()
    patient.context.set_offline(False)
    page.goto("/portal/settings")
    assert page.evaluate(KEPT) == 1
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in**")
    assert page.evaluate(KEPT) == 0


def test_a_question_typed_without_a_network_waits_on_the_phone_and_leaves_it_when_sent(
    patient: Person,
) -> None:
    page = patient.page
    page.goto("/portal/messages")
    box = page.get_by_role("textbox")
    box.fill("May I swim?")
    patient.context.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#device")).to_contain_text("Your words stay on this phone.")
    expect(box).to_have_value("May I swim?")
    patient.context.set_offline(False)
    expect(page.locator("#device")).to_contain_text("You can send it now.")
    page.goto("/portal/path")
    page.goto("/portal/messages")
    expect(box).to_have_value("May I swim?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("blockquote").first).to_have_text("May I swim?")
    assert page.evaluate(KEPT) == 0
    expect(box).to_have_value("")


def test_a_question_that_was_never_sent_leaves_the_phone_after_a_day_on_any_page(patient: Person) -> None:
    page = patient.page
    page.goto("/portal/messages")
    page.get_by_role("textbox").fill("May I swim?")
    page.goto("/portal/path")
    assert page.evaluate(KEPT) == 1
    page.clock.set_fixed_time(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25))
    page.goto("/portal/path")
    assert page.evaluate(KEPT) == 0


def test_a_button_pressed_without_a_network_says_so_and_leads_nowhere(patient: Person) -> None:
    page = patient.page
    page.goto("/portal/settings")
    patient.context.set_offline(True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#no-network")).to_contain_text("The network is gone.")
    expect(page.locator("#no-network")).to_be_in_viewport()
    expect(page).to_have_url(f"{patient.url}/portal/settings")
    patient.context.set_offline(False)
    expect(page.locator("#no-network")).to_be_hidden()


def test_words_typed_after_the_session_ended_are_kept_until_one_is_back(
    patient: Person, task: uuid.UUID
) -> None:
    page = patient.page
    page.goto(f"/portal/homework/{task}")
    _settled(page)
    cookies = patient.context.cookies()
    patient.context.clear_cookies()
    _write(page, "Typed too late")
    expect(page.get_by_role("dialog")).to_contain_text("You are signed out")
    expect(page.locator("#saved")).to_have_count(1)
    assert page.evaluate(KEPT) == 1
    patient.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.get_by_role("button", name="Go on here").click()
    expect(page.locator("#device")).to_contain_text("Your clinic has your words now.")
    _the_server_has(patient, task, "Typed too late")


def test_a_drawing_made_without_a_network_is_still_there_later(
    patient: Person, small_clinic_on_sqlite: Clinic
) -> None:
    house = _house(small_clinic_on_sqlite)
    with small_clinic_on_sqlite.app.app_context(), transaction(house.therapist) as session:
        reading = assign(session, house, "s03-reading")
    page = patient.page
    page.goto(f"/portal/homework/{reading}/drawing?n=1")
    patient.context.set_offline(True)
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Keep my drawing").click()
    expect(page.locator("#device")).to_contain_text("Your words stay on this phone.")
    patient.context.set_offline(False)
    page.goto("/portal")
    page.goto(f"/portal/homework/{reading}/drawing?n=1")
    page.get_by_role("button", name="Keep my drawing").click()
    expect(page.get_by_role("img", name="Your drawing")).to_be_visible()
    assert page.evaluate(KEPT) == 0
