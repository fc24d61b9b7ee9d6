"""Adding a treatment by typing: a code or part of its name, and its minutes: "gait 20/12"."""

from __future__ import annotations

import re

from pne_tracker.blueprints.visits.forms import TypedTreatment
from pne_tracker.domain.billing import CODES, PNE, CodeTable
from pne_tracker.domain.errors import BadInputError

_TYPED = re.compile(r"(?P<what>.*?)(?:\s+(?P<minutes>\d{1,4})\s*(?:min)?(?:\s*/\s*(?P<pne>\d{1,4}))?)?")
_SHOWN = 4
AT = "new_activity"
NOT_KNOWN = (
    "Type a code or part of its name. A code that this clinic bills besides those listed is added by the biller: "
    "Billing, Payers and claims, Codes and tables."
)


def activities(codes: CodeTable = CODES) -> list[tuple[str, str]]:
    """(what to type, its words) of everything that can be added."""
    return [(PNE, "PNE on its own"), *((code.code, f"{code.code} {code.label}") for code in codes.values())]


def typed_treatment(text: str, codes: CodeTable = CODES) -> TypedTreatment:
    """The row that a text means among `codes`, minutes and PNE minutes where they are typed with it.

    A name that begins with the text goes before one that only holds it: "exercise" is not "pool exercise".
    Raises BadInputError when nothing or more than one treatment fits.
    """
    found = _TYPED.fullmatch(text.strip())
    assert found is not None
    activity = _activity(found["what"], codes)
    pne = found["pne"] or "0"
    return TypedTreatment(activity, found["minutes"] or "", "0" if activity == PNE else pne, "0")


def _name(key: str, words: str) -> str:
    return words.removeprefix(f"{key} ").casefold()


def _activity(what: str, codes: CodeTable) -> str:
    wanted = what.casefold().split()
    if not wanted:
        raise BadInputError("Type a treatment, like gait 20, or choose one from the list.", at=AT)
    known = activities(codes)
    exact = [key for key, words in known if what.casefold().strip() in {key.casefold(), words.casefold()}]
    begins = [key for key, words in known if _name(key, words).startswith(what.casefold().strip())]
    fits = exact or begins or [key for key, words in known if all(one in words.casefold() for one in wanted)]
    if len(fits) == 1:
        return fits[0]
    if not fits:
        raise BadInputError(f"No treatment is called “{what}”. {NOT_KNOWN}", at=AT)
    words = dict(known)
    some = ", ".join(words[key] for key in fits[:_SHOWN])
    more = " and others" if len(fits) > _SHOWN else ""
    raise BadInputError(f"More than one treatment fits: {some}{more}. Type more of the name.", at=AT)
