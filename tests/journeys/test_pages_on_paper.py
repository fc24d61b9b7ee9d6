"""Pages with a button that prints: what goes home holds its own words alone, and no mark hides a title."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from pne_tracker.domain.access import Role
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
SHEET = {"width": 720, "height": 960}
HIDDEN_TITLES = """() => [...document.querySelectorAll(".bead")].filter((bead) => {
  const cap = bead.querySelector(".bead__cap").getBoundingClientRect();
  const ring = 4;
  return bead.querySelector(".bead__title").getBoundingClientRect().top < cap.bottom + ring;
}).map((bead) => bead.textContent.trim())"""


def test_what_is_printed_for_a_patient_has_no_line_about_codes(
    demo_clinic: Clinic, person: Callable[..., Person]
) -> None:
    window = person(demo_clinic.url, viewport=SHEET)
    window.sign_in(*demo_clinic.accounts[Role.THERAPIST])
    page = window.page
    page.goto("/patients")
    page.locator("main a[href^='/patients/0']").first.click()
    page.emulate_media(media="print")
    expect(page.locator(".bead")).to_have_count(14)
    assert page.evaluate(HIDDEN_TITLES) == []
    expect(page.locator(".foot")).to_be_visible()
    page.emulate_media(media="screen")
    page.locator(".bead a").first.click()
    page.get_by_role("link", name="Print the handout").click()
    page.emulate_media(media="print")
    expect(page.locator(".handout")).to_have_count(2)
    expect(page.locator(".foot")).to_be_hidden()
    shadow = page.locator(".handout").first.evaluate("(one) => getComputedStyle(one).boxShadow")
    assert shadow == "none"
