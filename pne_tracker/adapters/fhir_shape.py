"""Values out of FHIR R4 JSON whose shape nobody promised: each getter gives the type or BadInputError."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Final

from pne_tracker.adapters.contact_points import email, phone
from pne_tracker.adapters.import_text import clean, day
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.exchange import AddressRecord, ContactRecord

Json = dict[str, object]

NPI_SYSTEM: Final = "http://hl7.org/fhir/sid/us-npi"
MOST_CONTACTS: Final = 20
EMAIL_NOTE: Final = "A mail address is not well formed and was left out."
PHONE_NOTE: Final = "A telephone number is not a number and was left out."
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_NPI: Final = re.compile(r"[0-9]{10}")
_ZIP9: Final = re.compile(r"[0-9]{9}")
_CONTACT_USES: Final = ("home", "work", "mobile", "temp")
_WHEN: Final = re.compile(
    r"(?P<day>[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)"
    r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?"
)


def _misshapen(what: str) -> BadInputError:
    return BadInputError(f"The {what} does not have the form that FHIR R4 gives it; correct the export.")


def objects(value: object, what: str) -> list[Json]:
    """The objects of a JSON array; [] when absent."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise _misshapen(what)
    return value


def part(value: object, what: str) -> Json:
    """A JSON object; {} when absent."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _misshapen(what)
    return value


def text(value: object, what: str, longest: int = 200) -> str | None:
    """A clean string; None when absent or empty."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _misshapen(what)
    return clean(value, what, longest)


def texts(value: object, what: str) -> list[str]:
    """The clean strings of a JSON array without its empty places (FHIR writes null there)."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise _misshapen(what)
    return [found for one in value if (found := text(one, what)) is not None]


def flag(value: object, what: str, absent: bool) -> bool:
    """A JSON boolean; `absent` when there is none."""
    if value is None:
        return absent
    if not isinstance(value, bool):
        raise _misshapen(what)
    return value


def resource_id(value: object) -> str | None:
    """A FHIR id (1 to 64 letters, digits, `-` and `.`); None for anything else."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def needed_id(resource: Json) -> str:
    """The id of a resource; BadInputError when it has none or not one of FHIR's form."""
    if resource.get("id") is None:
        raise BadInputError("The resource has no id; export it with its id.")
    found = resource_id(resource["id"])
    if found is None:
        raise BadInputError("The id is not a FHIR id: 1 to 64 letters, digits, hyphens and full stops.")
    return found


def referenced_id(value: object, kind: str, what: str) -> str | None:
    """The id in a reference to a resource of that kind, relative, absolute, versioned or urn:uuid."""
    found = text(part(value, what).get("reference"), what, 2000)
    if found is None:
        return None
    if found.startswith("urn:uuid:"):
        return resource_id(found.removeprefix("urn:uuid:"))
    steps = found.partition("/_history/")[0].rsplit("/", 2)
    return resource_id(steps[-1]) if len(steps) > 1 and steps[-2] == kind else None


def when(value: object, what: str) -> str | None:
    """A FHIR date or dateTime as written, whole or partial; BadInputError for anything else."""
    found = text(value, what, 40)
    if found is not None and not _WHEN.fullmatch(found):
        raise BadInputError(f"The {what} is not a date; write it as YYYY-MM-DD.")
    return found


def day_of(value: object, what: str) -> dt.date | None:
    """The calendar day of a date or dateTime as written there; None when absent or partial."""
    found = when(value, what)
    if found is None or _is_partial(found, what):
        return None
    instant_of(found, what)
    return day(found[:10], what)


def instant_of(value: object, what: str) -> dt.datetime | None:
    """The instant of a dateTime; noon UTC for a whole day; None when absent or partial."""
    found = when(value, what)
    if found is None or _is_partial(found, what):
        return None
    date = day(found[:10], what)
    if len(found) == 10:
        return dt.datetime.combine(date, dt.time(12), dt.UTC)
    try:
        return dt.datetime.fromisoformat(found)
    except ValueError:
        raise BadInputError(f"The {what} has no time of the clock; correct it.") from None


def _is_partial(found: str, what: str) -> bool:
    if "T" in found and found.index("T") < 10:
        raise BadInputError(f"The {what} has a time but no whole date; correct it.")
    if len(found) >= 10:
        return False
    day((found + "-01-01")[:10], what)
    return True


def npi_of(resource: Json) -> str | None:
    """The ten digits of the National Provider Identifier among the identifiers; None without."""
    for one in objects(resource.get("identifier"), "identifier"):
        if one.get("system") == NPI_SYSTEM:
            found = text(one.get("value"), "NPI", 40)
            return found if found and _NPI.fullmatch(found) else None
    return None


def address_of(resource: Json) -> AddressRecord:
    """The current postal address: home before others, never an old one; empty when there is none."""
    current = [one for one in objects(resource.get("address"), "address") if one.get("use") != "old"]
    if not current:
        return AddressRecord()
    chosen = next((one for one in current if one.get("use") == "home"), current[0])
    return AddressRecord(
        line=clean(", ".join(texts(chosen.get("line"), "address line")), "address line"),
        city=text(chosen.get("city"), "city", 120),
        state=text(chosen.get("state"), "state", 40),
        postal_code=_postal_code(text(chosen.get("postalCode"), "postal code", 20)),
    )


def _postal_code(found: str | None) -> str | None:
    if found is None or not found.strip("0-"):
        return None
    return f"{found[:5]}-{found[5:]}" if _ZIP9.fullmatch(found) else found


def contacts_of(resource: Json) -> tuple[tuple[ContactRecord, ...], tuple[str, ...]]:
    """The current telephone numbers and mail addresses (20 at most), each once; notes on what was left."""
    found: dict[tuple[str, str], ContactRecord] = {}
    notes: list[str] = []
    for place, one in enumerate(_current_contacts(resource), start=1):
        system, typed = str(one["system"]), text(one.get("value"), "contact point", 2000)
        if typed is None:
            continue
        value = email(typed) if system == "email" else phone(typed)
        if value is None:
            notes.append(EMAIL_NOTE if system == "email" else PHONE_NOTE)
            continue
        use = one.get("use")
        kept = ContactRecord(
            system=system,
            use=use if isinstance(use, str) and use in _CONTACT_USES else None,
            value=value,
            rank=_rank(one.get("rank"), place),
        )
        found.setdefault((system, value), kept)
    return tuple(list(found.values())[:MOST_CONTACTS]), tuple(dict.fromkeys(notes))


def _current_contacts(resource: Json) -> Iterator[Json]:
    for one in objects(resource.get("telecom"), "contact point")[: 2 * MOST_CONTACTS]:
        if one.get("system") in ("phone", "sms", "email") and one.get("use") != "old":
            yield one


def _rank(value: object, place: int) -> int:
    usable = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1000
    return value if usable and isinstance(value, int) else place


def first_contact(contacts: Iterable[ContactRecord], system: str) -> str | None:
    """The value of the contact point of that system with the lowest rank."""
    fitting = [one for one in contacts if one.system == system]
    return min(fitting, key=lambda one: one.rank).value if fitting else None
