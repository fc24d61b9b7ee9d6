"""The shape of a message template, the words it may take, and how it is rendered.

A variable that carries health information does not exist: `VARIABLES` is the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pne_tracker.domain.curriculum import Text
from pne_tracker.domain.messages import gsm7


class Channel(StrEnum):
    """The ways a message goes out."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    PORTAL = "portal"


VARIABLES: Final[Mapping[str, tuple[int, int]]] = {
    "sender": (40, 40),
    "link": (60, 300),
    "stop": (0, 300),
    "minutes": (3, 3),
    "days": (3, 3),
    "day": (12, 40),
    "time": (8, 8),
    "phone": (20, 20),
}
"""Each variable with the most characters it may have in a text message and elsewhere; `sender` is the clinic."""
ADDRESSES: Final = frozenset({"link", "stop"})
_FIELD: Final = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Template:
    """One message. Mail reads `subject`, `lines`, the button `action` and `closing`; the others one line each."""

    name: str
    version: int
    subject: Text
    lines: tuple[Text, ...]
    action: Text | None
    closing: tuple[Text, ...]
    sms: Text
    push: Text | None = None

    def texts(self, channel: Channel) -> tuple[Text, ...]:
        """What is said on that channel."""
        match channel:
            case Channel.SMS:
                return (self.sms,)
            case Channel.PUSH:
                return (self.push,) if self.push else ()
            case _:
                action = (self.action,) if self.action else ()
                return (self.subject, *self.lines, *action, *self.closing)

    def needs(self, channel: Channel) -> frozenset[str]:
        """The variables that channel's words name; a button needs its link."""
        named = _named(self.texts(channel))
        button = self.action is not None and channel is not Channel.SMS
        return named | {"link"} if button else named

    @property
    def variables(self) -> frozenset[str]:
        """All variables it takes, on any channel."""
        return frozenset().union(*(self.needs(channel) for channel in Channel))


def _named(texts: Iterable[Text]) -> frozenset[str]:
    return frozenset(name for text in texts for words in (text.en, text.es) for name in _FIELD.findall(words))


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in one language, ready for its channel: mail reads all of it, the others `short`."""

    subject: str
    lines: tuple[str, ...]
    action: str
    link: str
    closing: tuple[str, ...]
    short: str


def check_values(template: Template, values: Mapping[str, str], channel: Channel) -> None:
    """Raise ValueError when `values` lack one that is needed, hold a stranger, or would break a message."""
    missing, strange = template.needs(channel) - set(values), set(values) - template.variables
    if missing or strange:
        raise ValueError(
            f"{template.name} by {channel}: missing {sorted(missing)}, unknown {sorted(strange)}"
        )
    for name, value in values.items():
        longest = VARIABLES[name][channel is not Channel.SMS or name not in template.needs(channel)]
        if not value or len(value) > longest or not value.isprintable():
            raise ValueError(f"{name} must be one line of 1 to {longest} characters")
        if name in ADDRESSES and not value.startswith(("https://", "http://")):
            raise ValueError(f"{name} must be an address")


def render(template: Template, language: str, values: Mapping[str, str], channel: Channel) -> Rendered:
    """The words of a message in `language` ("en", "es", or a tag like "es-MX")."""

    def words(text: Text | None) -> str:
        return text.in_language(language).format_map(values) if text else ""

    mail = channel in {Channel.EMAIL, Channel.PORTAL}
    short = words({Channel.SMS: template.sms, Channel.PUSH: template.push}.get(channel))
    return Rendered(
        subject=words(template.subject) if mail else "",
        lines=tuple(words(line) for line in template.lines if mail),
        action=words(template.action) if mail else "",
        link=values.get("link", ""),
        closing=tuple(words(line) for line in template.closing if mail),
        short=gsm7.folded(short) if channel is Channel.SMS else short,
    )


def sender_name(clinic: str) -> str:
    """A clinic's name as messages give it: one printable line of at most 40 characters."""
    line = " ".join("".join(one if one.isprintable() else " " for one in clinic).split())
    longest = VARIABLES["sender"][0]
    return line if len(line) <= longest else line[: longest - 1].rsplit(" ", 1)[0].rstrip(",;:&-") + "."
