"""What a patient's telephone has to load before the first page stands."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Response

from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
MOST = 120_000
PACKED_ALREADY = ("font/woff2", "image/png")


def weight(response: Response) -> int:
    """Bytes of one answer's body as a server that compresses would send it."""
    body = response.body()
    kind = response.headers.get("content-type", "")
    return len(body) if kind.startswith(PACKED_ALREADY) else len(gzip.compress(body, 6))


@pytest.mark.parametrize("first", ["/sign-in", "/portal"])
def test_the_first_load_of_the_portal_is_light_and_all_ours(
    first: str, small_clinic_on_sqlite: Clinic, person: Callable[..., Person]
) -> None:
    clinic = small_clinic_on_sqlite
    window = person(clinic.url, viewport={"width": 390, "height": 844})
    if first == "/portal":
        window.sign_in(*clinic.accounts["patient"])
    loads: dict[str, int] = {}
    window.context.new_cdp_session(window.page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    window.page.on(
        "requestfinished", lambda request: loads.setdefault(request.url, weight(request.response()))
    )
    window.page.goto(first, wait_until="networkidle")
    assert len(loads) >= 6, loads
    assert sum(loads.values()) <= MOST, loads
    assert all(url.startswith(clinic.url) for url in loads)
    window.unharmed()
