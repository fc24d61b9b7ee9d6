"""The first visit of an imported patient, from the therapist's sign-in to the biller's line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import exports, steps
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
Window = Callable[..., Person]
APART = {steps.RETRAINING: 1, steps.GAIT: 1}
TOGETHER = {steps.GAIT: 2}


def first_visit(
    clinic: Clinic, person: Window, decision: str, wanted: dict[str, int], **options: bool
) -> None:
    """Everybody's part in it, one after the other, each at a window of their own."""
    therapist, patient, lead, biller = (person(clinic.url, **options) for _ in range(4))
    living, dead = exports.people()
    someone = living[0]
    lead.sign_in(*clinic.accounts["lead"])
    before = steps.completion(lead, section=1)

    therapist.sign_in(*clinic.accounts["therapist"])
    steps.bring_in_the_export(therapist)
    steps.find(therapist, dead[0])
    expect(therapist.page.get_by_role("link", name="Open an episode")).to_have_count(0)
    steps.find(therapist, someone)
    steps.open_an_episode(therapist)
    steps.follow_the_suggestion(therapist)
    steps.write_the_visit(therapist)
    expect(therapist.page.locator("#decision")).to_contain_text("15 PNE minutes need your decision")
    steps.decide(therapist, "Given apart")
    steps.expect_units(therapist.page, APART)
    steps.decide(therapist, "Part of")
    steps.expect_units(therapist.page, TOGETHER)
    steps.decide(therapist, decision)
    steps.expect_units(therapist.page, wanted)
    steps.sign(therapist)
    assert steps.units(therapist.page) == wanted
    taught = steps.completion(lead, section=1)
    assert taught == (before[0] + 1, before[1])

    steps.find(therapist, someone)
    steps.accept(patient, steps.invite(therapist), someone, "first.patient@example.org")
    steps.do_the_quiz(patient)
    understood = steps.completion(lead, section=1)
    assert understood == (before[0] + 1, before[1] + 1)

    biller.sign_in(*clinic.accounts["biller"])
    lines = [line for line in steps.billing_lines(biller) if line["Family name"] == someone.family]
    assert {line["Code"]: int(line["Units"]) for line in lines} == wanted
    for window in (therapist, patient, lead, biller):
        window.unharmed()


def test_a_first_visit_from_import_to_billing_line(small_clinic: Clinic, person: Window) -> None:
    first_visit(small_clinic, person, "Given apart", APART)


def test_a_first_visit_without_javascript(small_clinic_on_sqlite: Clinic, person: Window) -> None:
    first_visit(small_clinic_on_sqlite, person, "Part of", TOGETHER, java_script_enabled=False)
