"""One-time codes of an authenticator app: RFC 6238 with SHA-1, six digits, thirty seconds, as every app has it."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import struct
from typing import Final
from urllib.parse import quote

PERIOD: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
DRIFT: Final = 1
"""How many steps a telephone's clock may be early or late."""


def secret_text(secret: bytes) -> str:
    """The secret as apps want it typed: base32 without padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def step_at(now: dt.datetime) -> int:
    """The number of the thirty seconds that `now` is in."""
    return int(now.timestamp()) // PERIOD


def code_of(secret: str, step: int) -> str:
    """The six digits of one step. `secret` is base32."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(secret: str, code: str, *, now: dt.datetime, after: int) -> int | None:
    """The step whose code this is, one of now's neighbours and later than `after`; None for a wrong or used one.

    Keep the step and give it as `after` next time: then no code works twice.
    """
    typed = "".join(code.split())
    if len(typed) != DIGITS or not typed.isascii() or not typed.isdigit():
        return None
    here, found = step_at(now), None
    for step in range(here - DRIFT, here + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step), typed) and step > after:
            found = step
    return found


def app_address(secret: str, *, name: str, issuer: str) -> str:
    """The `otpauth:` address that a QR code hands to an app."""
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?secret={secret}&issuer={quote(issuer)}"
