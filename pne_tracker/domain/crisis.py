"""Words of great distress in what a patient wrote, and what to show then (curriculum.md 9).

A hit only shows where help is. It is stored, counted and reported nowhere, and no hit means nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from pne_tracker.domain.curriculum import Text

NOTICE: Final = Text(
    en=(
        "No one reads this page day and night. Do not use it in an emergency. If you think of hurting "
        "yourself, or need to talk now, call or text 988 at any time. If a life is in danger, call 911."
    ),
    es=(
        "Nadie lee esta página las 24 horas. No la use en una emergencia. Si piensa en hacerse daño o "
        "necesita hablar ahora, llame al 988 y oprima el 2, o envíe la palabra AYUDA por mensaje de texto al "
        "988, a cualquier hora. Si hay una vida en peligro, llame al 911."
    ),
)
CARD: Final = Text(
    en=(
        "It sounds like things may be very hard right now. You can talk to someone: call or text 988. It is "
        "free, day and night. Your words are saved. This app has not told anyone."
    ),
    es=(
        "Parece que este momento es muy difícil. Puede hablar con alguien: llame al 988 y oprima el 2, o "
        "envíe AYUDA al 988. Es gratis, de día y de noche. Lo que escribió quedó guardado. Esta aplicación "
        "no ha avisado a nadie."
    ),
)
PHRASES: Final = (
    *("kill myself", "end my life", "suicide", "suicidal", "want to die", "better off dead", "hurt myself"),
    *("cut myself", "overdose", "no reason to live", "can't go on", "no way out"),
    *("matarme", "quitarme la vida", "suicidio", "suicidarme", "quiero morir", "no quiero vivir"),
    *("mejor muerto", "mejor muerta", "hacerme daño", "cortarme", "sobredosis", "ya no puedo más"),
    "no hay salida",
)
_APOSTROPHES: Final = re.compile("['\u2019\u2018\u02bc`\u00b4]")
_WORD: Final = re.compile(r"[a-z0-9]+")


def shows_card(texts: Iterable[str]) -> bool:
    """Whether any text holds a listed phrase: whole words, in either language, case and accents ignored."""
    return any(_hit(text) for text in texts)


def _hit(text: str) -> bool:
    spaced = _spaced(text)
    return any(phrase in spaced for phrase in _LOOKED_FOR)


def _spaced(text: str) -> str:
    """The words alone, lower-case, without accents or apostrophes, each with a space on both sides."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return f" {' '.join(_WORD.findall(letters))} "


_LOOKED_FOR: Final = tuple(_spaced(phrase) for phrase in PHRASES)
