"""A whole day of the demo clinic's therapist, from the first visit to the last, with the keyboard alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import servers
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
Window = Callable[..., Person]
MOST_TABS = 90
FOCUS = "(selector) => document.activeElement.matches(selector)"


@pytest.fixture
def day(demo_file: Path, tmp_path: Path) -> Iterator[Clinic]:
    """The demo clinic of this test's own: every visit of its day will be signed."""
    shutil.copy(demo_file, tmp_path / "demo.db")
    app = servers.application(f"sqlite:///{tmp_path / 'demo.db'}", tmp_path)
    with servers.served(app) as url:
        yield Clinic(url, app, servers.demo_accounts(app))


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, as somebody without a mouse has to."""
    for _ in range(MOST_TABS):
        if page.evaluate(FOCUS, selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {selector} on {page.title()}")


def over(page: Page, text: str) -> None:
    """Write over the field that has the focus."""
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def leads_on(page: Page, *keys: str) -> None:
    """Keys that lead to another page."""
    with page.expect_navigation():
        for key in keys:
            page.keyboard.press(key)


def visits_of(page: Page) -> Locator:
    return page.locator("#visits tbody tr")


def add(page: Page, typed: str) -> None:
    """A treatment, typed with its minutes: the field has the focus again afterwards."""
    rows = page.locator("table.treats tbody tr").count()
    tab_to(page, "#new_activity")
    page.keyboard.type(typed)
    leads_on(page, "Enter")
    expect(page.locator("table.treats tbody tr")).to_have_count(rows + 1)
    assert page.evaluate(FOCUS, "#new_activity")


def document(page: Page) -> None:
    """One visit from top to bottom: minutes, treatments, decision, teach-back, pain, remark, signature."""
    tab_to(page, "#minutes")
    over(page, "60")
    add(page, "gait 20/12")
    add(page, "pne 15")
    for name in page.locator("#decision input").evaluate_all("all => [...new Set(all.map(one => one.name))]"):
        tab_to(page, f"[name={name}]")
        page.keyboard.press("ArrowUp")
    for section in page.locator("[name=sections]").all():
        number = section.input_value()
        tab_to(page, f"[name=teach_back-{number}]")
        page.keyboard.press("Space")
    tab_to(page, "#remarks")
    page.keyboard.type("Walked to the door and back.")
    leads_on(page, "ControlOrMeta+Shift+Enter")
    expect(page.get_by_text("Signed, so it stays as it is.")).to_be_visible()


def followed_to_its_rule(page: Page) -> None:
    """Each line of the bill names its code and says by which rule it came about."""
    lines = page.locator(".bill .line")
    expect(lines.nth(1)).to_be_visible()
    for line in lines.all():
        said = line.inner_text()
        assert re.search(r"\d{5}", said)
        assert re.search(r"guide rule \d|8-minute rule|midpoint|not timed", said, re.IGNORECASE), said


def work_the_day(therapist: Person) -> int:
    """Every visit of the day, the earliest first; how many there were."""
    page = therapist.page
    booked = visits_of(page).count()
    for place in range(booked):
        row = f"#visits tbody tr:nth-child({place + 1})"
        tab_to(page, f"{row} td.act button, {row} td.act a")
        leads_on(page, "Enter")
        document(page)
        followed_to_its_rule(page)
        tab_to(page, "nav a[href='/today'], header a[href='/today']")
        leads_on(page, "Enter")
    return booked


def test_a_day_of_eight_patients_is_documented_by_keyboard(day: Clinic, person: Window) -> None:
    therapist = person(day.url)
    therapist.sign_in(*day.accounts["therapist"])
    assert work_the_day(therapist) == 8
    expect(visits_of(therapist.page).get_by_text("signed")).to_have_count(8)
    therapist.unharmed()
