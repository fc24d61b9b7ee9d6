"""Completion printed from the browser: tables stay tables, nothing is cut off, and the paper says what was chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pne_tracker.domain.access import Role
from pne_tracker.queries.completion.topics import TOPICS
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
SHEET = {"width": 720, "height": 960}
"""A sheet of letter paper between its margins, in the browser's pixels."""
WRONG_ON_PAPER = """() => {
  const seen = (one) => one.getClientRects().length > 0;
  const said = (one) => one.textContent.trim().slice(0, 40);
  const width = document.documentElement.clientWidth;
  const wrong = [];
  if (document.documentElement.scrollWidth > width) wrong.push("wider than the sheet");
  for (const cell of document.querySelectorAll("main td, main tbody th")) {
    if (!seen(cell)) continue;
    if (getComputedStyle(cell).display !== "table-cell") wrong.push(`no cell: ${said(cell)}`);
    if (cell.getBoundingClientRect().right > width + 1) wrong.push(`cut off: ${said(cell)}`);
  }
  for (const one of document.querySelectorAll(".subnav, .filters, header.bar, .pick, .btn")) {
    if (seen(one)) wrong.push(`of no use on paper: ${said(one)}`);
  }
  return wrong;
}"""


def test_completion_prints_whole(demo_clinic: Clinic, person: Callable[..., Person]) -> None:
    window = person(demo_clinic.url, viewport=SHEET)
    window.sign_in(*demo_clinic.accounts[Role.LEAD])
    window.page.emulate_media(media="print")
    topics = [f"/completion/about/{one}?status=all" for one in TOPICS]
    for address in ("/completion?status=all", "/completion/stalled?status=all", "/completion/goals", *topics):
        window.page.goto(address)
        assert window.page.evaluate(WRONG_ON_PAPER) == [], address
        if "status" in address:
            assert window.page.locator(".on-paper").inner_text().split() == ["Episodes", "All"], address
