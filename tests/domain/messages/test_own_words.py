"""A clinic's own words say nothing about health, name what they must, and fit one text message whatever the values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.messages import gsm7
from pne_tracker.domain.messages.own_words import (
    KEYS,
    REWORDED,
    checked,
    cleaned,
    faults,
    field_name,
    from_dict,
    texts_of,
    to_dict,
    with_words,
)
from pne_tracker.domain.messages.templates import Channel, check_values, render
from pne_tracker.domain.messages.wordings import NEWEST
from tests.domain.messages.test_messages import longest

TASK, VISIT = NEWEST["reminder"], NEWEST["visit"]


@pytest.mark.parametrize("name", REWORDED)
def test_our_own_words_pass_the_check_and_count_as_none(name: str) -> None:
    ours = NEWEST[name]
    assert faults(ours, texts_of(ours)) == {}
    assert checked(ours, texts_of(ours)) == {}
    assert with_words(ours, texts_of(ours)) == ours
    assert with_words(ours, {}) is ours


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        (("subject", "en"), "", "Write this text"),
        (("subject", "en"), "Your pain homework", "Leave out “pain”"),
        (("subject", "es"), "Su sueño", "Leave out “sueno”"),
        (("lines", "en"), "Hello {patient}.", "Braces hold one of these alone: {sender}."),
        (("lines", "en"), "Hello {sender.secret}.", "Braces hold"),
        (("lines", "en"), "Hello {sender", "Braces hold"),
        (("lines", "en"), "Go to {link}.", "Braces hold"),
        (("action", "en"), "Open " * 10, "Shorten this text to 40"),
        (("push", "es"), "Hola\x07", "cannot be shown"),
        (("sms", "en"), "{sender}: something waits. Reply STOP to end.", "Put {link} into"),
        (("sms", "en"), "{sender}: something waits. {link}", "the word STOP"),
        (("sms", "es"), "{sender}: algo espera. {link} STOP", "the word ALTO"),
        (("sms", "es"), "{sender}: algo esperará. {link} ALTO", "have no á"),
        (
            ("sms", "en"),
            "{sender}: something waits for you here. Come and see it when you have time. {link} Reply STOP",
            "Shorten this by",
        ),
    ],
)
def test_what_cannot_be_sent_is_named_beside_its_text(key: tuple[str, str], text: str, said: str) -> None:
    wrong = faults(TASK, cleaned(texts_of(TASK) | {key: text}))
    assert list(wrong) == [key]
    assert said in wrong[key]
    with pytest.raises(BadInputError) as error:
        checked(TASK, texts_of(TASK) | {key: text})
    assert error.value.at == field_name(*key)


def test_a_visit_keeps_its_day_and_time_wherever_it_is_read() -> None:
    for field in ("lines", "sms", "push"):
        wrong = faults(VISIT, texts_of(VISIT) | {(field, "en"): "See you at {sender}."})
        assert "{day} and" in wrong[field, "en"]


def test_both_languages_have_as_many_paragraphs() -> None:
    wrong = faults(TASK, texts_of(TASK) | {("lines", "en"): "Something waits for you."})
    assert wrong == {("lines", "es"): "Write as many paragraphs in Spanish as in English, one a line."}


words = st.text(st.sampled_from("abc é{}.senderlinkdaytimeSTOPALTO\n|€"), max_size=90)


@given(st.sampled_from(REWORDED), st.sampled_from(KEYS), words)
def test_whatever_is_accepted_can_be_sent_with_the_longest_values(
    name: str, key: tuple[str, str], text: str
) -> None:
    ours = NEWEST[name]
    texts = cleaned(texts_of(ours) | {key: text})
    if faults(ours, texts):
        return
    own = with_words(ours, from_dict(to_dict(texts)))
    for language in ("en", "es"):
        for channel in (Channel.EMAIL, Channel.SMS, Channel.PUSH):
            values = longest(own, channel)
            check_values(own, values, channel)
            shown = render(own, language, values, channel)
            assert "{" not in shown.short + shown.subject
            if channel is Channel.SMS:
                assert gsm7.segments(shown.short) == 1
    assert own.closing == ours.closing
