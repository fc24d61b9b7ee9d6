"""Messages say that something waits, and nothing about health; a text message is one segment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.messages import gsm7
from pne_tracker.domain.messages.templates import (
    ADDRESSES,
    VARIABLES,
    Channel,
    Template,
    check_values,
    render,
    sender_name,
)
from pne_tracker.domain.messages.wordings import CURRENT, NEWEST, TEMPLATES
from tests.domain.curriculum.readability import grades

HEALTH = (
    "pain",
    "dolor",
    "nerve",
    "nervio",
    "therap",
    "terapi",
    "diagnos",
    "sleep",
    "exercise",
    "homework",
    "tarea",
)
LANGUAGES = ("en", "es")


def longest(template: Template, channel: Channel) -> dict[str, str]:
    """The longest values that channel lets in."""
    place = 0 if channel is Channel.SMS else 1
    return {
        name: "https://x.example/".ljust(VARIABLES[name][place], "a")
        if name in ADDRESSES
        else "W" * VARIABLES[name][place]
        for name in template.needs(channel)
    }


def test_the_list_of_variables_holds_nothing_about_health() -> None:
    assert set(VARIABLES) == {"sender", "link", "stop", "minutes", "days", "day", "time", "phone"}


@pytest.mark.parametrize("template", CURRENT, ids=lambda one: f"{one.name}-{one.version}")
def test_a_template_names_only_variables_of_the_list(template: Template) -> None:
    assert template.variables <= set(VARIABLES)


def test_no_version_is_there_twice_and_the_newest_is_used() -> None:
    assert len(TEMPLATES) == len(CURRENT)
    assert all(NEWEST[name].version >= version for name, version in TEMPLATES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", CURRENT, ids=lambda one: one.name)
def test_a_text_message_is_one_segment_with_the_longest_values(template: Template, language: str) -> None:
    values = longest(template, Channel.SMS)
    check_values(template, values, Channel.SMS)
    assert gsm7.segments(render(template, language, values, Channel.SMS).short) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.PUSH, Channel.SMS])
@pytest.mark.parametrize("template", CURRENT, ids=lambda one: one.name)
def test_no_message_has_a_word_about_health(template: Template, channel: Channel, language: str) -> None:
    shown = render(template, language, longest(template, channel), channel)
    said = " ".join((shown.subject, *shown.lines, shown.action, *shown.closing, shown.short)).lower()
    assert not [word for word in HEALTH if word in said]


@pytest.mark.parametrize("template", CURRENT, ids=lambda one: one.name)
def test_english_reads_at_grade_six_at_most(template: Template) -> None:
    values = dict.fromkeys(template.variables, "Maya") | {"link": "", "stop": ""}
    for text in (*template.lines, *template.closing):
        assert max(grades(text.en.format_map(values))) <= 6, text.en


@pytest.mark.parametrize("name", ["reminder", "visit"])
def test_every_reminder_tells_how_to_stop(name: str) -> None:
    template = NEWEST[name]
    assert "stop" in template.needs(Channel.EMAIL)
    assert "STOP" in template.sms.en
    assert "ALTO" in template.sms.es


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sender": "Harbor Lane"}, "missing"),
        ({"sender": "Harbor Lane", "link": "https://x.example", "pain": "7"}, "unknown"),
        ({"sender": "Harbor\r\nBcc: a@b.example", "link": "https://x.example"}, "one line"),
        ({"sender": "Harbor Lane", "link": "javascript:alert(1)"}, "address"),
        ({"sender": "Harbor Lane", "link": "https://x.example/" + "a" * 60}, "60 characters"),
    ],
)
def test_a_value_that_would_break_a_message_is_refused(values: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_values(NEWEST["reminder"], values, Channel.SMS)


@given(st.text())
def test_a_folded_text_fits_the_alphabet(text: str) -> None:
    assert gsm7.septets(gsm7.folded(text)) >= len(text)


@given(st.text(min_size=1, max_size=200))
def test_the_name_of_any_clinic_becomes_a_sender(name: str) -> None:
    sender = sender_name(name)
    assert len(sender) <= VARIABLES["sender"][0]
    assert sender.isprintable()


def test_the_euro_takes_two_places_and_long_texts_split() -> None:
    assert gsm7.septets("€") == 2
    assert [gsm7.segments("a" * length) for length in (160, 161, 306, 307)] == [1, 2, 2, 3]
