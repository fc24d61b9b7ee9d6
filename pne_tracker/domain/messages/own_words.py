"""A clinic's own words for the messages that remind: which texts may be reworded, and what they must keep.

The way to stop is not among them: mail always ends with it, and a text message has to name its word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pne_tracker.domain.curriculum import LANGUAGES, Text
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.messages import gsm7
from pne_tracker.domain.messages.templates import ADDRESSES, VARIABLES, Channel, Template, render

Key = tuple[str, str]
"""A text of a message and its language: ("subject", "es")."""
REWORDED: Final = ("reminder", "visit")
"""The templates whose words a clinic may change: those that remind."""
STOP_WORDS: Final[Mapping[str, str]] = {"en": "STOP", "es": "ALTO"}
_BRACED: Final = re.compile(r"{([^{}]*)}")
_HEALTH: Final = re.compile(
    r"\b(?:pain(?:s|ful)?\b|ach(?:e|es|ing)\b|hurt|headache|nerv(?:e|io)|therap|physio|diagnos|sleep|insomn|exerci[sz]e"
    r"|homework|treatment|symptom|injur|surger|medic|disease|illness|patient|pacient|clinical|rehab|chronic|cronic"
    r"|anxi|ansied|depress|depres|opioid|migra[in]|dolor|duele|terapi|fisio|sueno\b|dormir|ejercici|tarea|tratamient"
    r"|sintoma|lesion|cirug|enferm)\w*"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A text of a message that a clinic may reword."""

    field: str
    label: str
    longest: int
    rows: int = 1


PLACES: Final = (
    Place("subject", "Subject of the mail", 80),
    Place("lines", "The mail", 600, rows=4),
    Place("action", "Button in the mail", 40),
    Place("sms", "Text message", gsm7.ONE, rows=3),
    Place("push", "Push message", 120, rows=2),
)
BY_FIELD: Final[Mapping[str, Place]] = {place.field: place for place in PLACES}
KEYS: Final[tuple[Key, ...]] = tuple((place.field, language) for place in PLACES for language in LANGUAGES)


def texts_of(template: Template) -> dict[Key, str]:
    """The texts of a template that may be reworded; those of a mail one line each."""
    return {key: _text_of(template, *key) for key in KEYS}


def _text_of(template: Template, field: str, language: str) -> str:
    if field == "lines":
        return "\n".join(line.in_language(language) for line in template.lines)
    text: Text | None = getattr(template, field)
    return text.in_language(language) if text else ""


def with_words(template: Template, own: Mapping[Key, str]) -> Template:
    """The template with the clinic's words; without any, as it is."""
    if not own:
        return template

    def text(field: str) -> Text:
        return Text(own[field, "en"], own[field, "es"])

    english, spanish = own["lines", "en"].split("\n"), own["lines", "es"].split("\n")
    return replace(
        template,
        subject=text("subject"),
        lines=tuple(Text(en, es) for en, es in zip(english, spanish, strict=True)),
        action=text("action"),
        sms=text("sms"),
        push=text("push"),
    )


def may_name(template: Template, field: str) -> tuple[str, ...]:
    """The variables that a text may name, in the order of `VARIABLES`."""
    known = template.needs(Channel.SMS) if field == "sms" else template.variables - ADDRESSES
    return tuple(name for name in VARIABLES if name in known)


def must_name(template: Template, field: str) -> tuple[str, ...]:
    """The variables that a text has to name: a text message all, a visit's mail and push message its day and time."""
    known = may_name(template, field)
    if field == "sms":
        return known
    return tuple(name for name in known if name in {"day", "time"}) if field in {"lines", "push"} else ()


def cleaned(texts: Mapping[Key, str]) -> dict[Key, str]:
    """The texts with blanks and empty lines taken away; a text of one line becomes one."""
    found = {}
    for field, language in KEYS:
        lines = [" ".join(line.split()) for line in texts[field, language].splitlines()]
        found[field, language] = ("\n" if field == "lines" else " ").join(line for line in lines if line)
    return found


def faults(template: Template, texts: Mapping[Key, str]) -> dict[Key, str]:
    """What is wrong with cleaned texts, one sentence beside each; empty when they can be sent."""
    found = {key: said for key in KEYS if (said := _fault(template, *key, texts[key]))}
    if not found and len({texts["lines", language].count("\n") for language in LANGUAGES}) > 1:
        found["lines", "es"] = "Write as many paragraphs in Spanish as in English, one a line."
    return found


def _fault(template: Template, field: str, language: str, text: str) -> str:
    allowed, longest = may_name(template, field), BY_FIELD[field].longest
    names = _BRACED.findall(text)
    strange = [name for name in names if name not in allowed]
    missing = [f"{{{name}}}" for name in must_name(template, field) if name not in names]
    health = _HEALTH.search(_plain(_BRACED.sub(" ", text)))
    if not text:
        return "Write this text, or take ours back."
    if len(text) > longest:
        return f"Shorten this text to {longest} characters."
    if any(not one.isprintable() and one != "\n" for one in text):
        return "Remove characters that cannot be shown."
    if strange or "{" in _BRACED.sub("", text) or "}" in _BRACED.sub("", text):
        return f"Braces hold one of these alone: {', '.join(f'{{{name}}}' for name in allowed)}."
    if missing:
        return f"Put {' and '.join(missing)} into this text."
    if health:
        return f"Leave out “{health[0]}”: others may read this message, so it says nothing about health."
    return _sms_fault(template, language, text) if field == "sms" else ""


def _plain(text: str) -> str:
    return "".join(
        one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one)
    )


def _sms_fault(template: Template, language: str, text: str) -> str:
    stop = STOP_WORDS[language]
    if not re.search(rf"\b{stop}\b", text):
        return f"Tell how to end the texts: the word {stop} must be in this one."
    unknown = sorted({one for one in text if one not in gsm7.BASIC and one not in gsm7.EXTENDED})
    if unknown:
        return f"Text messages have no {' '.join(unknown)}: write it another way."
    over = most_septets(replace(template, sms=Text(text, text)), language) - gsm7.ONE
    return f"Shorten this by {over}, so that one message holds the longest name and link." if over > 0 else ""


def most_septets(template: Template, language: str) -> int:
    """The places a text message takes with the longest values."""
    values = {name: "W" * VARIABLES[name][0] for name in template.needs(Channel.SMS)}
    return gsm7.septets(render(template, language, values, Channel.SMS).short)


def checked(template: Template, texts: Mapping[Key, str]) -> dict[Key, str]:
    """The texts as they are kept; none when they are the template's own. BadInputError beside the first fault."""
    good = cleaned(texts)
    wrong = faults(template, good)
    for key, said in wrong.items():
        raise BadInputError(said, at=field_name(*key))
    return {} if good == texts_of(template) else good


def field_name(field: str, language: str) -> str:
    """The name of a text in a form and in what is stored: "subject_es"."""
    return f"{field}_{language}"


def to_dict(texts: Mapping[Key, str]) -> dict[str, str]:
    """The texts as they are stored."""
    return {field_name(*key): text for key, text in texts.items()}


def from_dict(stored: Mapping[str, str]) -> dict[Key, str]:
    """Stored texts; none where the clinic went back to ours."""
    return {key: stored[field_name(*key)] for key in KEYS} if stored else {}
