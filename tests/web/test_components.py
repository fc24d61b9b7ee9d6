"""The look: every macro, rendered alone, without a database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template
from flask_babel import Babel
from wtforms import (
    BooleanField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from pne_tracker.web.drawn import drawn
from pne_tracker.web.gallery_data import invented

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "pne_tracker" / "static"
COMPONENTS = sorted(p for p in (TEMPLATES / "components").glob("*.html") if not p.name.startswith("_"))
STATES = ("not_started", "taught", "understood", "complete", "revisit", "skipped")
PAYLOAD = '"><img src=x onerror=alert(1)>'
WORDS_OF_THE_CODE = {"state", "states", "level", "status", "kind", "action", "type", "icon", "id", "code"}


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    app = Flask("look", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.secret_key = "look"
    Babel(app)
    app.jinja_env.globals |= {"csrf_token": lambda: "the-token", "drawn": drawn}
    with app.test_request_context():
        yield app


def draw(app: Flask, file: str, macro: str, *args: Any, **kwargs: Any) -> str:
    module = app.jinja_env.get_template(f"components/{file}.html").module
    return str(getattr(module, macro)(*args, **kwargs))


def page(app: Flask, name: str, data: dict[str, Any] | None = None) -> str:
    tabs = [{"label": "Today", "url": "#", "icon": "house", "current": True}]
    return render_template(name, shown=data or invented(), portal_tabs=tabs)


class Elements(HTMLParser):
    """The start tags of a page with their attributes, and the forms they stand in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.forms: list[tuple[str, list[str]]] = []
        self.wrapped: list[dict[str, str | None]] = []
        self._labels = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self._labels += tag == "label"
        if tag == "form":
            self.forms.append((found.get("method") or "get", []))
        if tag == "input":
            if self.forms:
                self.forms[-1][1].append(found.get("name") or "")
            if self._labels:
                self.wrapped.append(found)

    def handle_endtag(self, tag: str) -> None:
        self._labels -= tag == "label"


def poisoned(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {k: poisoned(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [poisoned(v, key) for v in value]
    return value + PAYLOAD if isinstance(value, str) and key not in WORDS_OF_THE_CODE else value


GALLERIES = ("dev/gallery.html", "dev/gallery_portal.html")


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.stem)
def test_every_macro_is_described_where_it_stands_and_in_the_guide(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    described = source.split("#}")[0]
    names = [n for n in re.findall(r"{% macro (\w+)\(", source) if not n.startswith("_")]
    assert names
    if path.stem != "brand":
        assert f"`{path.name}`" in (ROOT / "docs" / "look.md").read_text(encoding="utf-8")
    for name in names:
        assert name in described or name in {"choice_row", "field_notes"}


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_told_in_words_and_shape_not_only_in_colour(app: Flask, state: str) -> None:
    section = {"number": 4, "title": "Nosy Neighbors", "state": state, "url": "/s4", "date": ""}
    html = draw(app, "path", "path", [section], key=False)
    assert draw(app, "st", "state_words", state).strip() in html
    assert ("icons.svg#" in html) == (state != "not_started")


def test_only_the_suggested_section_carries_the_flag(app: Flask) -> None:
    html = draw(app, "path", "path", invented()["sections"], next=4)
    assert html.count("bead__flag") == 1
    assert "Nosy Neighbors: to revisit, suggested next" in html


def test_the_key_counts_each_state(app: Flask) -> None:
    html = draw(app, "path", "path_key", invented()["states"])
    assert [int(n) for n in re.findall(r"<span>(\d+) ", html)] == [7, 1, 2, 2, 1, 1]


def test_the_tally_names_the_skipped_only_when_there_are_some(app: Flask) -> None:
    assert "skipped" not in draw(app, "tally", "tally", 7, 5, 2)
    assert "<b>1</b> skipped" in draw(app, "tally", "tally", 7, 5, 2, of=13, skipped=1)


def test_a_field_ties_label_hint_and_error_to_its_input(app: Flask) -> None:
    html = draw(app, "field", "field", "minutes", "Minutes", hint="Whole minutes", error="Enter a number")
    tags = Elements(html).tags
    box = next(attrs for tag, attrs in tags if tag == "input")
    assert box["aria-describedby"] == "minutes-h minutes-e"
    assert box["aria-invalid"] == "true"
    assert ("label", {"for": "minutes"}) in tags
    assert html.index("Whole minutes") < html.index("Enter a number") < html.index("<input")


def test_a_password_is_never_written_back(app: Flask) -> None:
    class Door(Form):
        name = StringField("Name")
        secret = PasswordField("Password")

    form = Door(data={"name": "swordfish", "secret": "swordfish"})
    assert "swordfish" in draw(app, "form_field", "form_field", form.name)
    assert "swordfish" not in draw(app, "form_field", "form_field", form.secret)


def test_the_error_summary_leads_to_each_field_and_is_silent_without_errors(app: Flask) -> None:
    html = draw(app, "error_summary", "error_summary", [("minutes", "Enter a number")])
    assert 'href="#minutes"' in html
    assert "One thing to fix" in html
    assert draw(app, "error_summary", "error_summary", []).strip() == ""


class Everything(Form):
    minutes = IntegerField("Minutes")
    day = StringField("Day")
    why = TextAreaField("Why")
    discipline = SelectField("Discipline", choices=[("PT", "PT"), ("OT", "OT")])
    answer = RadioField("Answer", choices=[("yes", "Yes"), ("no", "No")])
    agreed = BooleanField("I agree")


def test_a_form_keeps_what_was_typed_whatever_the_kind_of_field(app: Flask) -> None:
    form = Everything(
        data={"minutes": 20, "day": "Mon", "why": "sore", "discipline": "OT", "answer": "no", "agreed": True}
    )
    html = "".join(draw(app, "form_field", "form_field", field) for field in form)
    tags = Elements(html).tags
    checked = [attrs["value"] for tag, attrs in tags if tag == "input" and "checked" in attrs]
    assert checked == ["no", "1"]
    assert [attrs["value"] for tag, attrs in tags if tag == "option" and "selected" in attrs] == ["OT"]
    assert 'value="20"' in html
    assert ">\nsore</textarea>" in html


def test_a_button_that_cannot_work_yet_says_why(app: Flask) -> None:
    html = draw(app, "button", "button", "Send", name="send", disabled_because="Choose a visit first.")
    assert 'aria-disabled="true"' in html
    assert 'aria-describedby="send-why"' in html
    assert 'id="send-why">Choose a visit first.' in html


def test_signing_waits_for_open_decisions(app: Flask) -> None:
    waiting, ready = (draw(app, "sign_bar", "sign_bar", open_count=n) for n in (2, 0))
    assert "2 decisions" in waiting
    assert "Ready to sign" in ready
    assert 'aria-disabled="true"' in waiting
    assert 'aria-disabled="true"' not in ready


def test_a_bill_shows_each_reason_and_the_minutes_held_back(app: Flask) -> None:
    data = invented()
    html = draw(app, "bill_lines", "bill_lines", data["lines"], "72.70", unbilled=data["unbilled"])
    for line in data["lines"] + data["unbilled"]:
        for reason in line.get("reasons", [line.get("reason")]):
            assert reason in html
    assert "2 lines, 2 units" in html
    assert "$72.70" in html


@pytest.mark.parametrize("name", GALLERIES)
def test_what_people_type_stays_text(app: Flask, name: str) -> None:
    html = page(app, name, poisoned(invented()))
    assert "&lt;img src=x" in html
    assert "<img" not in html
    assert not any(key.startswith("on") for _, attrs in Elements(html).tags for key in attrs)


@pytest.mark.parametrize("name", GALLERIES)
def test_every_form_that_changes_something_carries_the_token(app: Flask, name: str) -> None:
    forms = [fields for method, fields in Elements(page(app, name)).forms if method == "post"]
    assert forms
    assert all("csrf_token" in fields for fields in forms)


@pytest.mark.parametrize("name", GALLERIES)
def test_ids_are_unique_and_every_input_has_a_name_to_be_called_by(app: Flask, name: str) -> None:
    found = Elements(page(app, name))
    ids = Counter(attrs["id"] for _, attrs in found.tags if attrs.get("id"))
    assert [key for key, n in ids.items() if n > 1] == []
    labels = {attrs.get("for") for tag, attrs in found.tags if tag == "label"}
    for tag, attrs in found.tags:
        if tag in {"input", "select", "textarea"} and attrs.get("type") != "hidden":
            assert "aria-label" in attrs or attrs.get("id") in labels or attrs in found.wrapped, attrs


@pytest.mark.parametrize("name", GALLERIES)
def test_every_icon_is_in_the_sprite(app: Flask, name: str) -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    assert set(re.findall(r"icons\.svg#([^\"]+)", page(app, name))) <= sprite


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    named = re.compile(r'(?:\bicon(?:_end)?=|\b(?:icon|draw)\()"([a-z0-9-]+)"')
    wrong = {
        (path.name, name)
        for path in TEMPLATES.rglob("*.html")
        for name in named.findall(path.read_text(encoding="utf-8"))
        if name not in sprite
    }
    assert wrong == set()


def test_every_icon_and_every_component_is_used_by_a_page() -> None:
    pages = [path for path in TEMPLATES.rglob("*.html") if path.parent.name != "dev"]
    code = [path for path in (ROOT / "pne_tracker").rglob("*.py") if not path.name.startswith("gallery_")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*pages, *code))
    sprite = re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8"))
    assert [name for name in sprite if f'"{name}"' not in text] == []
    assert [path.name for path in COMPONENTS if f'"components/{path.name}"' not in text] == []


def test_no_template_writes_inline_style_or_script_or_trusts_text() -> None:
    banned = re.compile(
        r"\|\s*safe\b|\sstyle=|<style|\son[a-z]+=\"|hx-on|<script(?![^>]*src=)|autoescape false"
    )
    for path in TEMPLATES.rglob("*.html"):
        assert not banned.search(path.read_text(encoding="utf-8")), path.name
