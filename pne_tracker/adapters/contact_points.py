"""Telephone numbers and mail addresses in one form each, so that the same one is found again."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers

REGION: Final = "US"
_LONGEST_PHONE: Final = 40
_LONGEST_EMAIL: Final = 254
_DIGIT: Final = re.compile(r"[0-9]")
# The common ways to write a US number skip the library's general parser, the slowest step of an import.
_PLAIN_US: Final = re.compile(
    r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]{0,2}([2-9][0-9]{2})[ .-]?([0-9]{4})"
)
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
)


def phone(value: str) -> str | None:
    """E.164 where the number is valid and has no extension, else as typed; None for what is no number.

    Numbers without a country code are read as numbers of the US.
    """
    if len(value) > _LONGEST_PHONE or not _DIGIT.search(value):
        return None
    if plain := _PLAIN_US.fullmatch(value):
        digits = "".join(plain.groups())
        number = phonenumbers.PhoneNumber(country_code=1, national_number=int(digits))
        known = phonenumbers.is_valid_number_for_region(number, REGION) or phonenumbers.is_valid_number(
            number
        )
        return f"+1{digits}" if known else value
    return _parsed(value)


def _parsed(value: str) -> str:
    try:
        number = phonenumbers.parse(value, REGION)
    except phonenumbers.NumberParseException:
        return value
    if number.extension or not phonenumbers.is_valid_number(number):
        return value
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def phone_text(kept: str) -> str:
    """A number as it is written in the US, "(207) 555-0142", one of elsewhere with its country; the rest as it is."""
    if not _E164.fullmatch(kept):
        return kept
    number = phonenumbers.parse(kept)
    at_home = number.country_code == phonenumbers.country_code_for_region(REGION)
    form = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(number, form.NATIONAL if at_home else form.INTERNATIONAL))


def email(value: str) -> str | None:
    """The address in lower case; None when it is not of the form name@host.domain in ASCII (RFC 5321)."""
    value = value.lower()
    local = value.partition("@")[0]
    usable = len(value) <= _LONGEST_EMAIL and len(local) <= 64 and _EMAIL.fullmatch(value)
    return value if usable else None
