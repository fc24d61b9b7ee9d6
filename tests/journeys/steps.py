"""What people do on the pages, step by step, with and without JavaScript."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from pne_tracker.adapters.packs import load_shipped
from tests.journeys import exports
from tests.journeys.browsers import Person
from tests.journeys.exports import Someone

GAIT = "97116"
RETRAINING = "97112"
NEW_PASSWORD = "four calm words by the sea"


def bring_in_the_export(therapist: Person) -> None:
    """From the list of patients to the report of the import."""
    page = therapist.page
    page.goto("/patients")
    page.get_by_role("main").get_by_role("link", name="Import").first.click()
    page.locator("input[type=file]").set_input_files(exports.files())
    page.get_by_role("main").locator("form button[type=submit]").first.click()
    page.get_by_role("button", name="Bring them in").click()
    page.wait_for_url("**/patients/import/report")


def find(therapist: Person, someone: Someone) -> None:
    """Search by name and open the record."""
    page = therapist.page
    page.goto("/patients")
    page.get_by_label("Name or record number").fill(f"{someone.family} {someone.given}")
    page.get_by_label("Name or record number").press("Enter")
    page.get_by_role("main").get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(someone.family)


def open_an_episode(therapist: Person) -> None:
    """From a record without an episode to one with fourteen sections."""
    page = therapist.page
    page.get_by_role("link", name="Open an episode").click()
    page.get_by_label("Diagnoses").fill("M54.16, M79.7")
    page.get_by_label("Payer", exact=True).select_option(index=0)
    page.get_by_label("Reason for treatment").fill("low back and left leg")
    page.get_by_label("Goal, in the patient").fill("Walk to the market and back")
    page.get_by_role("button", name="Open the episode").click()
    expect(page.get_by_role("heading", level=2, name=re.compile("."))).not_to_have_count(0)


def follow_the_suggestion(therapist: Person) -> None:
    """Start the visit that the next-section card proposes."""
    page = therapist.page
    page.get_by_role("button", name="Start visit with this plan").click()
    page.wait_for_url(re.compile(r"/visits/[0-9a-f-]{36}"))


def write_the_visit(therapist: Person) -> None:
    """20 minutes of gait training of which 12 are PNE, 15 minutes of PNE alone; section 1, not yet checked."""
    page = therapist.page
    _add_treatment(page, GAIT)
    _add_treatment(page, "pne")
    minutes = page.get_by_label(re.compile("^Minutes, "))
    minutes.nth(0).fill("20")
    page.get_by_label(re.compile(f"^Of which PNE, {GAIT}")).fill("12")
    minutes.nth(1).fill("15")
    page.get_by_label("The visit lasted").fill("45")
    save(therapist)


def save(therapist: Person) -> None:
    """Leave the last field: the draft is kept by itself, or by the enter key where no script runs."""
    page = therapist.page
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_label("The visit lasted").press("Enter")
    page.wait_for_load_state()


def _add_treatment(page: Page, activity: str) -> None:
    rows = page.get_by_label(re.compile("^Minutes, "))
    before = rows.count()
    page.get_by_label("Treatment to add").fill(activity)
    page.get_by_role("button", name="Add treatment").click()
    expect(rows).to_have_count(before + 1)


def _answer(page: Page, legend: str, choice: str) -> None:
    group = page.get_by_role("group", name=legend)
    group.get_by_role("radio", name=choice, exact=True).check()


def decide(therapist: Person, choice: str) -> None:
    """Say where the stand-alone minutes belong."""
    page = therapist.page
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("#decision").get_by_role("radio", name=re.compile(choice)).check()
        if not _runs_scripts(page):
            page.get_by_label("The visit lasted").press("Enter")
    page.wait_for_load_state()


def _runs_scripts(page: Page) -> bool:
    return bool(page.evaluate("() => typeof window.htmx !== 'undefined'"))


def units(page: Page) -> dict[str, int]:
    """Units by code, as the billing lines beside the visit say."""
    found: dict[str, int] = {}
    for line in page.locator(".bill .line__top").all_inner_texts():
        if match := re.search(r"(\d{5})\s.*?(\d+) units?", line, re.DOTALL):
            found[match[1]] = found.get(match[1], 0) + int(match[2])
    return found


def expect_units(page: Page, wanted: dict[str, int]) -> None:
    """Waits until the lines are those."""
    for _ in range(50):
        if units(page) == wanted:
            return
        page.wait_for_timeout(100)
    assert units(page) == wanted


def sign(therapist: Person) -> None:
    """Sign, and read the signed visit."""
    page = therapist.page
    page.get_by_role("button", name="Sign visit").click()
    expect(page.get_by_text("Signed, so it stays as it is.")).to_be_visible()


def invite(therapist: Person) -> str:
    """The link that the desk hands over, from the open record."""
    page = therapist.page
    page.get_by_role("button", name="Invite to the portal").click()
    expect(page.get_by_role("heading", name="Hand this link to the patient")).to_be_visible()
    link = re.search(r"/welcome/\S+", page.get_by_role("main").inner_text())
    assert link
    return link[0]


def accept(patient: Person, link: str, someone: Someone, email: str) -> None:
    """Use the invitation; that signs in."""
    page = patient.page
    page.goto(link)
    page.get_by_label("Month").select_option(str(someone.birth_date.month))
    page.get_by_label("Day").fill(str(someone.birth_date.day))
    page.get_by_label("Year").fill(str(someone.birth_date.year))
    page.get_by_label("Your email").fill(email)
    page.get_by_label("Choose a password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/portal")


def do_the_quiz(patient: Person) -> None:
    """Open the quiz among today's tasks and answer every question right."""
    page = patient.page
    page.goto("/portal")
    page.get_by_role("link", name=re.compile("Your first pain quiz")).click()
    answer, end = page.get_by_role("button", name="Answer"), page.get_by_text("That was the last one.")
    expect(answer.or_(end)).to_be_visible()
    while not end.is_visible():
        page.locator(f"input[name=answer][value='{_right_answer(page)}']").check()
        answer.click()
        page.get_by_role("link", name=re.compile("Next question|See how it went")).click()
        expect(answer.or_(end)).to_be_visible()


def _right_answer(page: Page) -> str:
    asked = page.locator("input[name=question]").input_value()
    pack = load_shipped()
    every = [*pack.baseline, *(one for section in pack.sections for one in section.questions)]
    return next(one.answer for one in every if one.id == asked)


def completion(lead: Person, section: int) -> tuple[int, int]:
    """(taught, understood) of one section, as the completion screen shows them."""
    page = lead.page
    page.goto("/completion")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile(f"^{section},")))
    if not row.count():
        return (0, 0)
    cells = row.first.get_by_role("cell").all_inner_texts()
    return int(cells[-2]), int(cells[-1])


def billing_lines(biller: Person) -> list[dict[str, str]]:
    """The lines as the biller's CSV has them."""
    page = biller.page
    page.goto("/billing")
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    text = Path(coming.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
