"""What is computed from a person's own facts: the folded text a search finds, the age, the next record number."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_NUMBER = re.compile(r"[0-9]+$")
FIRST_MRN = "P-0001"
_KEPT = 500


def folded(text: str) -> str:
    """`text` in small letters without accents and doubled spaces: "Núñez-Øye " and "nunez-oye" are the same."""
    small = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", small).translate(_LETTERS)
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


def search_text(given: str, family: str, mrn: str) -> str:
    """What a search for a patient looks into: folded family name, given name and MRN, at most 500 characters."""
    return folded(f"{family} {given} {mrn}")[:_KEPT]


def words_of(query: str) -> tuple[str, ...]:
    """The folded words of a search, commas left out; all of them have to be found."""
    return tuple(folded(query.replace(",", " ")).split())


def age_on(birth: dt.date, day: dt.date) -> int:
    """Whole years lived on `day`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def full_name(given: str, family: str) -> str:
    """ "Rosalind Achterberg"; a missing part leaves no gap."""
    return f"{given} {family}".strip()


def address_text(line: str | None, city: str | None, state: str | None, postal_code: str | None) -> str:
    """ "14 Harbor Lane, Portland, ME 04101", as far as it is known."""
    place = " ".join(part for part in (state, postal_code) if part)
    return ", ".join(part for part in (line, city, place) if part)


def listed_name(given: str, family: str) -> str:
    """ "Achterberg, Rosalind", as lists in order of family names show it."""
    return ", ".join(part for part in (family, given) if part)


def family_of(name: str, family: str | None = None) -> tuple[str, str]:
    """(family name, given names) of a name written in one: `family` where it is known, else the last word."""
    name = " ".join(name.split())
    if family and name.endswith(f" {family}"):
        return family, name.removesuffix(f" {family}")
    given, _, last = name.rpartition(" ")
    return family or last, given


def number_after(mrn: str) -> str:
    """The record number that follows: "HL-0099" gives "HL-0100"; one without digits at its end gets "-2"."""
    found = _NUMBER.search(mrn)
    if found is None:
        return f"{mrn}-2"
    return mrn[: found.start()] + str(int(found[0]) + 1).zfill(len(found[0]))
