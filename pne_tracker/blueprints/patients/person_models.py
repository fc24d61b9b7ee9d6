"""The person on a patient's page: birth, language, contact points, address, what was agreed to."""

from __future__ import annotations

from pne_tracker.adapters.contact_points import phone_text
from pne_tracker.queries.patient_facts import PatientFacts
from pne_tracker.web.display import long_date

CONTACT_WORDS = {"phone": "Telephone", "sms": "Text message", "email": "Email"}
CONSENT_WORDS = {"portal": "portal", "email": "email", "sms": "text messages", "push": "notices"}


def person_facts(facts: PatientFacts) -> list[tuple[str, str]]:
    """Facts as (term, value)."""
    person = []
    if facts.birth_date:
        person.append(("Born", long_date(facts.birth_date, year=True)))
    if facts.sex != "unknown":
        person.append(("Sex", facts.sex))
    person.append(("Language", {"en": "English", "es": "Spanish"}.get(facts.language[:2], facts.language)))
    person += [(CONTACT_WORDS.get(one.system, one.system), phone_text(one.value)) for one in facts.contacts]
    town = " ".join(part for part in (facts.city, facts.state, facts.postal_code) if part)
    address = ", ".join(part for part in (facts.address_line, town) if part)
    if address:
        person.append(("Address", address))
    granted = [CONSENT_WORDS[kind] for kind, one in sorted(facts.consents.items()) if one.granted]
    person.append(("Agreed to", ", ".join(granted) or "nothing yet"))
    person.append(("Portal", "has an account" if facts.has_portal else "no account yet"))
    return person
