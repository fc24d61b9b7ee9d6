"""Identifiers of claims and what is wrong with one as typed. Each check answers a sentence, "" when it is fine."""

from __future__ import annotations

import re

from pne_tracker.domain.billing.npi import npi_is_valid

_TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
_ZIP = re.compile(r"[0-9]{5}(-?[0-9]{4})?")
_STATES = (
    "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCND"
    "OHOKORPARISCSDTNTXUTVTVAWAWVWIWYASGUMPPRVIAAAEAP"
)
STATES = frozenset(_STATES[place : place + 2] for place in range(0, len(_STATES), 2))
FILING_CODES = {
    "MB": "Medicare part B",
    "MC": "Medicaid",
    "CI": "Commercial insurance",
    "BL": "Blue Cross or Blue Shield",
    "HM": "Health maintenance organization",
    "12": "Preferred provider organization",
    "16": "Medicare Advantage",
    "WC": "Workers compensation",
    "AM": "Automobile medical",
    "CH": "Tricare",
    "VA": "Veterans affairs",
    "ZZ": "Other",
}
"""Claim filing indicators of the 837P that an outpatient clinic meets, with our own words."""


def npi_problem(text: str) -> str:
    """An NPI: ten digits, the last of which checks."""
    if npi_is_valid(text):
        return ""
    return "An NPI has ten digits and a check digit. Compare it with the card."


def tax_id_problem(text: str) -> str:
    """An employer's number: nine digits, with or without its hyphen."""
    digits = text.replace("-", "")
    return "" if len(digits) == 9 and digits.isascii() and digits.isdigit() else "A tax id has nine digits."


def taxonomy_problem(text: str) -> str:
    """A provider taxonomy code: ten characters, the last an X."""
    return "" if _TAXONOMY.fullmatch(text) else "A taxonomy code has ten characters and ends with X."


def zip_problem(text: str) -> str:
    """A ZIP code of five or nine digits."""
    return "" if _ZIP.fullmatch(text) else "A ZIP code has five or nine digits, like 04101 or 04101-3325."


def long_zip_problem(text: str) -> str:
    """A ZIP code of nine digits, which a billing provider's address needs."""
    long_enough = len(text.replace("-", "")) == 9
    return (
        ""
        if _ZIP.fullmatch(text) and long_enough
        else "Claims need the clinic's ZIP code with all nine digits."
    )


def state_problem(text: str) -> str:
    """A state's two letters."""
    return "" if text in STATES else "Write the state as two letters, like ME."
