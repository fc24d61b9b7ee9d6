"""Each homework item of the guide, assigned, done on a phone, and seen by the therapist."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pne_tracker.adapters import clock
from pne_tracker.adapters.packs import load_shipped
from pne_tracker.db import transaction
from pne_tracker.services.assigning import assign
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
Window = Callable[..., Person]
PHONE = {"width": 390, "height": 844}
WORDS = "A few words of mine."
ANSWER = "Well seen. We talk about it on Thursday."
TYPED = {
    "in_bed": "22:40",
    "lights_out": "23:00",
    "minutes_to_sleep": "20",
    "awakenings": "1",
    "minutes_awake": "15",
    "last_waking": "06:30",
    "out_of_bed": "06:50",
    "caffeine": "1",
    "screens": "30",
    "planned_minutes": "15",
    "done_minutes": "15",
    "minutes": "5",
    "breaths": "6",
    "time": "00:05",
    "in-the-cup": "Money 6\nMy knee 4",
}
FORMS = [
    *("s02-journal", "s04-talk", "s05-exercise", "s05-sleep", "s05-breathing", "s06-journal", "s07-journal"),
    *("s08-journal", "s09-stress", "s09-reflect", "s10-journal", "s11-practice", "s13-plan", "s14-journal"),
]


def given(clinic: Clinic, key: str) -> uuid.UUID:
    """The item, assigned today by the therapist of the small house."""
    house = clinic.house
    assert house
    with clinic.app.app_context(), transaction(house.therapist) as session:
        today = clock.today("America/New_York")
        row = assign(
            session,
            house.therapist,
            house.episode_id,
            key,
            today=today,
            now=clock.now(),
            insist="For the test.",
        )
        return row.id


def fill_in(page: Page) -> None:
    """Every box of the form, as somebody in no hurry would."""
    form = page.locator("form[hx-post]")
    for box in form.locator("textarea:visible, input[type=text]:visible, input[type=time]:visible").all():
        box.fill(TYPED.get(box.get_attribute("name") or "", WORDS))
    for box in form.locator("input[type=date]:visible").all():
        if not box.input_value():
            box.fill((dt.date.fromisoformat("2027-01-04")).isoformat())
    names = {radio.get_attribute("name") for radio in form.locator("input[type=radio]").all()}
    for name in sorted(name for name in names if name and not name.startswith("_")):
        radios = form.locator(f"input[type=radio][name='{name}']")
        chosen = radios.nth(min(4, radios.count() - 1)) if radios.count() > 5 else radios.first
        chosen.check(force=True)
    page.locator("h1").click()
    page.wait_for_load_state("networkidle")


def send(page: Page) -> None:
    """Press the one filled button, and read the thanks."""
    page.get_by_role("button", name=re.compile("Save and send|Save this night")).click()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()


def fits(page: Page) -> None:
    """Nothing to scroll sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def two(clinic: Clinic, person: Window) -> tuple[Person, Person]:
    """The patient at a phone and the therapist at a desk, both signed in."""
    patient, therapist = person(clinic.url, viewport=PHONE, has_touch=True), person(clinic.url)
    # A draft still on its way when the form is sent comes too late and is refused, as it should be.
    patient.expected = {409}
    patient.sign_in(*clinic.accounts["patient"])
    therapist.sign_in(*clinic.accounts["therapist"])
    return patient, therapist


def seen_by(therapist: Person, homework_id: uuid.UUID) -> Page:
    """The therapist's page of the item, with what was handed in."""
    page = therapist.page
    page.goto(f"/homework/{homework_id}")
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()
    expect(page.locator("#main")).to_contain_text("handed in")
    return page


def reviewed(therapist: Person, patient: Person, homework_id: uuid.UUID) -> None:
    """The therapist answers with a word and marks the item reviewed; the patient reads both."""
    page = therapist.page
    page.get_by_label("Answer to the patient").fill(ANSWER)
    page.get_by_role("button", name="Mark reviewed").click()
    expect(page.locator("#review")).to_contain_text("Reviewed")
    patient.page.goto(f"/portal/homework/{homework_id}?n=1")
    expect(patient.page.get_by_text("read this")).to_be_visible()
    expect(patient.page.get_by_text(ANSWER)).to_be_visible()


def test_every_form_of_the_guide_is_done_on_a_phone_and_read(
    small_clinic_on_sqlite: Clinic, person: Window
) -> None:
    patient, therapist = two(small_clinic_on_sqlite, person)
    for key in FORMS:
        homework_id = given(small_clinic_on_sqlite, key)
        patient.page.goto(f"/portal/homework/{homework_id}")
        fits(patient.page)
        fill_in(patient.page)
        send(patient.page)
        fits(patient.page)
        read = seen_by(therapist, homework_id)
        if key not in {"s05-exercise", "s05-sleep", "s05-breathing"}:
            expect(read.locator("#main")).to_contain_text(re.compile(f"{WORDS}|Money"))
        reviewed(therapist, patient, homework_id)
    patient.page.goto("/portal/logs")
    fits(patient.page)
    expect(patient.page.get_by_text("Your cup is 4 of 10 full.").first).to_be_visible()
    patient.unharmed()
    therapist.unharmed()


def test_the_quiz_is_answered_on_a_phone(small_clinic_on_sqlite: Clinic, person: Window) -> None:
    patient, therapist = two(small_clinic_on_sqlite, person)
    homework_id = given(small_clinic_on_sqlite, "s01-quiz")
    page = patient.page
    page.goto(f"/portal/homework/{homework_id}")
    end = page.get_by_text("That was the last one.")
    while not end.is_visible():
        fits(page)
        page.locator("input[name=answer]").first.check(force=True)
        page.get_by_role("button", name="Answer").click()
        page.get_by_role("link", name=re.compile("Next question|See how it went")).click()
        expect(page.get_by_role("button", name="Answer").or_(end)).to_be_visible()
    seen_by(therapist, homework_id)
    reviewed(therapist, patient, homework_id)
    patient.unharmed()


def test_a_drawing_is_made_by_finger_and_reaches_the_therapist(
    small_clinic_on_sqlite: Clinic, person: Window
) -> None:
    patient, therapist = two(small_clinic_on_sqlite, person)
    homework_id = given(small_clinic_on_sqlite, "s03-reading")
    page = patient.page
    page.goto(f"/portal/homework/{homework_id}")
    page.get_by_role("link", name="Draw here, or add a photo").click()
    fits(page)
    box = page.locator("canvas").bounding_box()
    assert box
    for start in (40, 80):
        page.mouse.move(box["x"] + start, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + start + 60, box["y"] + 120, steps=5)
        page.mouse.up()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Keep my drawing").click()
    expect(page.locator(".drawing polyline")).to_have_count(1)
    send(page)
    expect(seen_by(therapist, homework_id).locator(".drawing polyline")).to_have_count(1)
    reviewed(therapist, patient, homework_id)
    patient.unharmed()
    therapist.unharmed()


def test_left_or_right_is_timed_on_the_device_and_the_ladder_opens(
    small_clinic_on_sqlite: Clinic, person: Window
) -> None:
    patient, therapist = two(small_clinic_on_sqlite, person)
    homework_id, imagery = (given(small_clinic_on_sqlite, key) for key in ("s12-laterality", "s12-imagery"))
    page = patient.page
    page.goto(f"/portal/homework/{homework_id}")
    fits(page)
    page.get_by_role("radio", name="Hand").check(force=True)
    page.get_by_label("How many to look at").select_option("10")
    page.locator("input[name=pain_before][value='3']").check(force=True)
    page.get_by_role("button", name="Start").click()
    place = page.locator("[data-practice-place]")
    for number in range(1, 11):
        expect(place).to_have_text(f"Picture {number} of 10")
        fits(page)
        page.wait_for_timeout(350)  # a person looks first: faster taps are no judgement
        page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
    expect(page.get_by_role("heading", name="That was the last picture")).to_be_visible()
    page.locator("input[name=pain_after][value='3']").check(force=True)
    send(page)
    desk = seen_by(therapist, homework_id)
    expect(desk.get_by_text("Step 1 of 4, left or right")).to_be_visible()
    page.goto(f"/portal/homework/{imagery}")
    expect(page.get_by_text("opens it for you")).to_be_visible()
    reviewed(therapist, patient, homework_id)
    desk.get_by_role("button", name="Unlock 2: imagined movement").click()
    expect(desk.get_by_text("Step 2 of 4, imagined movement")).to_be_visible()
    page.goto(f"/portal/homework/{imagery}")
    fill_in(page)
    send(page)
    seen_by(therapist, imagery)
    reviewed(therapist, patient, imagery)
    patient.unharmed()
    therapist.unharmed()


def test_left_or_right_works_without_javascript(small_clinic_on_sqlite: Clinic, person: Window) -> None:
    clinic = small_clinic_on_sqlite
    homework_id = given(clinic, "s12-laterality")
    patient = person(clinic.url, viewport=PHONE, java_script_enabled=False)
    patient.sign_in(*clinic.accounts["patient"])
    page = patient.page
    page.goto(f"/portal/homework/{homework_id}")
    page.get_by_role("radio", name="Foot").check(force=True)
    page.get_by_label("How many to look at").select_option("10")
    page.locator("input[name=pain_before][value='3']").check(force=True)
    page.get_by_role("button", name="Start").click()
    for number in range(1, 11):
        expect(page.get_by_text(f"Picture {number} of 10")).to_be_visible()
        page.get_by_role("button", name="Left").click()
    expect(page.get_by_text("Your speed was not measured this time.")).to_be_visible()


def test_no_item_of_the_pack_is_left_out() -> None:
    done = {*FORMS, "s01-quiz", "s03-reading", "s12-laterality", "s12-imagery"}
    assert done == set(load_shipped().templates)


def test_the_arrows_of_todays_card_stand_in_one_line(small_clinic_on_sqlite: Clinic, person: Window) -> None:
    for key in ("s02-journal", "s05-exercise"):
        given(small_clinic_on_sqlite, key)
    patient = person(small_clinic_on_sqlite.url, viewport=PHONE)
    patient.sign_in(*small_clinic_on_sqlite.accounts["patient"])
    arrows = patient.page.locator(".today li > a > .icon").all()
    places = [arrow.bounding_box() for arrow in arrows]
    assert len(places) == 2
    assert len({round(place["x"]) for place in places if place}) == 1
