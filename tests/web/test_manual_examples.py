"""The examples of CMS Pub 100-04, chapter 5, section 20.2 C, on the visit page: its live lines say the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from flask.testing import FlaskClient

from tests.people import House
from tests.web.test_visits import Form, begin, page

EXAMPLES = (
    ("example 1", {"97112": 24, "97110": 23}, {"97110": 1, "97112": 2}, 47),
    ("example 2", {"97112": 20, "97110": 20}, {"97110": 2, "97112": 1}, 40),
    ("example 3", {"97110": 33, "97140": 7}, {"97110": 2, "97140": 1}, 40),
    (
        "example 4",
        {"97110": 18, "97140": 13, "97116": 10, "97035": 8},
        {"97110": 1, "97116": 1, "97140": 1},
        49,
    ),
    ("example 5", {"97112": 7, "97110": 7, "97140": 7}, {"97110": 1}, 21),
)
LINE = re.compile(r'class="line__code">(\d{5})</span>\s*<span>(\d+) min, (\d+) units?</span>')


def shown(client: FlaskClient, url: str, treatments: dict[str, int]) -> str:
    """The live part of the page after these rows are typed in place of those before."""
    data = {name: value for name, value in Form(page(client, url)).data.items() if "treatments-" not in name}
    for place, (code, minutes) in enumerate(treatments.items()):
        data |= {
            f"treatments-{place}-activity": [code],
            f"treatments-{place}-minutes": [str(minutes)],
            f"treatments-{place}-pne_minutes": ["0"],
            f"treatments-{place}-assistant_minutes": ["0"],
        }
    data["minutes"] = ["60"]
    answer = client.post(f"{url}/preview", data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def test_the_manuals_own_examples_hold_on_the_screen(
    sign_in: Callable[[str], FlaskClient], house: House
) -> None:
    client = sign_in("therapist")
    url = begin(client, house)
    for name, treatments, wanted, together in EXAMPLES:
        said = shown(client, url, treatments)
        lines = {code: int(units) for code, _, units in LINE.findall(said)}
        assert lines == wanted, name
        units = sum(wanted.values())
        assert f"{together} timed minutes, {units} unit{'s' * (units > 1)}" in said, name
