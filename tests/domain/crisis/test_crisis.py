"""Words of great distress: whole phrases in both languages, whatever the case or accents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.crisis import CARD, NOTICE, PHRASES, shows_card


@pytest.mark.parametrize("phrase", PHRASES)
def test_each_listed_phrase_shows_the_card(phrase: str) -> None:
    assert shows_card([f"Some days I think: {phrase.upper()}, and then not."])


@pytest.mark.parametrize(
    "text",
    [
        "I can\u2019t go on",
        "i cant  go\non",
        "Ya no puedo mas",
        "HACERME DANO",
        "hacerme da\u0303o".replace("da\u0303o", "dan\u0303o"),
        "«Quiero morir»",
    ],
)
def test_case_accents_and_punctuation_do_not_hide_a_phrase(text: str) -> None:
    assert shows_card([text])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The stairs are killing me.",
        "Me muero de dolor.",
        "I cut my self-made cake.",
        "Suicides in the news made me sad.",
        "There is no way outside today.",
        "No hay salidas por aquí.",
        "I want to diet.",
    ],
)
def test_everyday_words_show_nothing(text: str) -> None:
    assert not shows_card([text])


def test_one_text_of_many_is_enough() -> None:
    assert shows_card(["fine", "still fine", "no way out"])


@given(st.text(), st.sampled_from(PHRASES), st.text())
def test_a_phrase_between_any_other_words_is_found(before: str, phrase: str, after: str) -> None:
    assert shows_card([f"{before} {phrase} {after}"])


def test_the_notice_and_the_card_are_the_agreed_words() -> None:
    assert NOTICE.en == (
        "No one reads this page day and night. Do not use it in an emergency. If you think of hurting yourself, or "
        "need to talk now, call or text 988 at any time. If a life is in danger, call 911."
    )
    assert NOTICE.es == (
        "Nadie lee esta página las 24 horas. No la use en una emergencia. Si piensa en hacerse daño o necesita hablar "
        "ahora, llame al 988 y oprima el 2, o envíe la palabra AYUDA por mensaje de texto al 988, a cualquier hora. "
        "Si hay una vida en peligro, llame al 911."
    )
    assert CARD.en == (
        "It sounds like things may be very hard right now. You can talk to someone: call or text 988. It is free, day "
        "and night. Your words are saved. This app has not told anyone."
    )
    assert CARD.es == (
        "Parece que este momento es muy difícil. Puede hablar con alguien: llame al 988 y oprima el 2, o envíe AYUDA "
        "al 988. Es gratis, de día y de noche. Lo que escribió quedó guardado. Esta aplicación no ha avisado a nadie."
    )
