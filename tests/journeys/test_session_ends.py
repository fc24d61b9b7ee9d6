"""A session that ends while somebody types: the page says so at the next autosave, and keeps what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
Window = Callable[..., Person]
TYPED = "Walked to the door and back."


def test_a_session_that_was_ended_elsewhere_is_said_while_typing(demo_clinic: Clinic, person: Window) -> None:
    therapist = person(demo_clinic.url)
    therapist.sign_in(*demo_clinic.accounts["therapist"])
    page = therapist.page
    page.locator("#drafts").get_by_role("link").first.click()
    remarks = page.get_by_label(re.compile("Remarks"))
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    page.context.clear_cookies()
    remarks.fill(TYPED)
    dialog = page.locator("#session-dialog")
    expect(dialog.get_by_text("You are signed out")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("Not saved")
    expect(remarks).to_have_value(TYPED)

    with page.expect_popup() as opened:
        dialog.get_by_role("link").click()
    email, password = demo_clinic.accounts["therapist"]
    opened.value.get_by_label("Work email").fill(email)
    opened.value.get_by_label("Password").fill(password)
    opened.value.get_by_role("button", name="Sign in").click()
    opened.value.wait_for_url(lambda url: "/sign-in" not in url)
    dialog.get_by_role("button", name="Go on here").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    page.reload()
    expect(remarks).to_have_value(TYPED)
