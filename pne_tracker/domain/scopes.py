"""What an API token may be made for. Each scope asks for a permission, so no token does more than its account may."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from pne_tracker.domain.access import PERMISSIONS, Permission, Role, Viewer
from pne_tracker.domain.errors import BadInputError

PREFIX: Final = "pne_"
SHOWN: Final = 12
"""How many characters of a token are kept readable, to know it by."""
LIVES: Final = (30, 90, 180, 365)
"""For how many days a token can be made."""
MOST_TOKENS: Final = 20
LONGEST_NAME: Final = 80
TOKEN: Final = re.compile(r"pne_[A-Za-z0-9_-]{43}")
"""The prefix and 32 random bytes in base64url."""


class ApiScope(StrEnum):
    """One thing a program may do."""

    PATIENTS = "patients:read"
    PLAN = "plan:read"
    HOMEWORK = "homework:read"
    VISITS = "visits:read"
    BILLING = "billing:read"
    COMPLETION = "completion:read"
    RULES = "rules:use"


NEEDS: Final[dict[ApiScope, Permission]] = {
    ApiScope.PATIENTS: Permission.SEE_PATIENTS,
    ApiScope.PLAN: Permission.SEE_PATIENTS,
    ApiScope.HOMEWORK: Permission.SEE_PATIENTS,
    ApiScope.VISITS: Permission.SEE_PATIENTS,
    ApiScope.BILLING: Permission.BILL,
    ApiScope.COMPLETION: Permission.SEE_COMPLETION,
    ApiScope.RULES: Permission.USE_API,
}
"""The permission an account needs for each scope, when the token is made and at each request."""


def scopes_for(role: Role) -> tuple[ApiScope, ...]:
    """The scopes that accounts of `role` can give a token; none without the permission to use the API."""
    held = PERMISSIONS[role]
    return tuple(scope for scope in ApiScope if Permission.USE_API in held and NEEDS[scope] in held)


def allows(viewer: Viewer, scopes: Iterable[str], wanted: ApiScope) -> bool:
    """Whether a token with `scopes` may do `wanted` in the viewer's name now."""
    return wanted in scopes and viewer.may(Permission.USE_API) and viewer.may(NEEDS[wanted])


def check_wish(role: Role, name: str, scopes: Iterable[str], days: int) -> tuple[str, tuple[ApiScope, ...]]:
    """The name and the scopes of a token to be made. Raises BadInputError for what cannot be had."""
    name, wanted = " ".join(name.split()), set(scopes)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInputError("Write which program it is for, in a few words.", at="name")
    if not wanted:
        raise BadInputError("Choose at least one thing the program may do.", at="scopes")
    if not wanted <= set(scopes_for(role)):
        raise BadInputError("Your account cannot give that. Choose from the list.", at="scopes")
    if days not in LIVES:
        raise BadInputError("Choose how long it is to live, a year at most.", at="days")
    return name, tuple(scope for scope in ApiScope if scope in wanted)


def life_of(days: int) -> dt.timedelta:
    """How long a token made for `days` works."""
    return dt.timedelta(days=days)
