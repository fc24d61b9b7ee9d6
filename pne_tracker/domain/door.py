"""The figures of the door: how long things last, and how many tries there are."""

from __future__ import annotations

import datetime as dt
import hashlib
from enum import StrEnum
from typing import Final

LINK_LIFE: Final = dt.timedelta(minutes=15)
LINK_WINDOW: Final = dt.timedelta(hours=1)
MOST_LINKS: Final = 3

TRY_WINDOW: Final = dt.timedelta(minutes=15)
MOST_TRIES: Final = 10
MOST_CODES: Final = 6
MOST_FROM_ADDRESS: Final = 100
"""A clinic's staff share one address: its limit stops a spray over many names, not a Monday morning."""

STAFF_IDLE: Final = dt.timedelta(minutes=15)
PATIENT_IDLE: Final = dt.timedelta(hours=2)
LONGEST_SESSION: Final = dt.timedelta(hours=12)
WARN_BEFORE: Final = dt.timedelta(minutes=2)
PENDING_LIFE: Final = dt.timedelta(minutes=10)
CONFIRMED_FOR: Final = dt.timedelta(minutes=30)
ASKED_JUST_NOW: Final = dt.timedelta(minutes=10)
CHALLENGE_LIFE: Final = dt.timedelta(minutes=5)
RECOVERY_CODES: Final = 10


class MfaPolicy(StrEnum):
    """Whether an organisation's staff need a second step to sign in."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class SecondStep(StrEnum):
    """What follows a right password."""

    NONE = "none"
    ASK = "ask"
    SET_UP = "set_up"


def second_step(*, staff: bool, policy: MfaPolicy, has_one: bool) -> SecondStep:
    """What is asked after a right password: whoever has a second step is asked for it, whatever the policy."""
    if has_one:
        return SecondStep.ASK
    return SecondStep.SET_UP if staff and policy is MfaPolicy.REQUIRED else SecondStep.NONE


def is_over(*, started: dt.datetime, seen: dt.datetime, staff: bool, now: dt.datetime) -> bool:
    """Whether a session has ended by itself: unused for too long, or open since too long."""
    idle = STAFF_IDLE if staff else PATIENT_IDLE
    return now - seen >= idle or now - started >= LONGEST_SESSION


def hash_of(token: str) -> str:
    """What is kept of a random token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()
