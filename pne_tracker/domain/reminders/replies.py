"""Text messages that come in: stop, start and help in English and Spanish; anything else is for staff to read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Reply(StrEnum):
    """What an incoming text asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    WORDS = "words"


_ENGLISH: Final = {
    Reply.STOP: (
        *("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "optout", "opt out"),
        *("revoke", "no more", "no more texts", "no more messages", "remove me", "stop it"),
        *(
            "stop texting",
            "stop texting me",
            "stop texts",
            "stop messages",
            "stop the texts",
            "stop the messages",
        ),
        *("stop messaging me", "stop sending messages", "do not text me", "don t text me", "dont text me"),
    ),
    Reply.START: ("start", "unstop", "yes", "resume", "subscribe", "optin", "opt in"),
    Reply.HELP: ("help", "info"),
}
_SPANISH: Final = {
    Reply.STOP: (
        *("alto", "parar", "pare", "basta", "baja", "cancelar", "detener", "salir", "no mas"),
        *("no mas mensajes", "terminar", "no quiero mas mensajes", "no me escriban", "no me escriban mas"),
        *("no me manden mensajes", "no me manden mas mensajes", "dejen de escribirme", "no enviar mas"),
    ),
    Reply.START: ("inicio", "iniciar", "comenzar", "empezar", "si", "alta", "reanudar"),
    Reply.HELP: ("ayuda", "informacion"),
}
_POLITE: Final = frozenset({"please", "thanks", "por", "favor", "gracias"})


def _by_word(words: Mapping[Reply, Iterable[str]]) -> dict[str, Reply]:
    return {word: reply for reply, some in words.items() for word in some}


_MEANING_EN: Final = _by_word(_ENGLISH)
_MEANING_ES: Final = _by_word(_SPANISH)


def meaning(text: str) -> Reply:
    """What a text asks for: the whole text is the word, whatever its case, accents, dots, or a "please" around it."""
    said = _plain(text)
    return _MEANING_EN.get(said) or _MEANING_ES.get(said) or Reply.WORDS


def is_spanish(text: str) -> bool:
    """Whether it is one of the Spanish words."""
    return _plain(text) in _MEANING_ES


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    words = re.findall(r"[a-z]+", "".join(one for one in letters if not unicodedata.combining(one)))
    while len(words) > 1 and words[-1] in _POLITE:
        words.pop()
    while len(words) > 1 and words[0] in _POLITE:
        words.pop(0)
    return " ".join(words)
