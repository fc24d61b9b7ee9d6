"""Challenges in the cookie, each for one purpose and five minutes, and answers to them."""

from __future__ import annotations

import secrets
from typing import Any

from flask import current_app, request, session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from config import Settings
from pne_tracker.adapters import clock, webauthn
from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.domain.door import CHALLENGE_LIFE
from pne_tracker.services import passkeys

KEY = "challenge"
REGISTER, SIGN_IN = "register", "sign_in"


def origin() -> str:
    """The scheme and host that browsers see: `PNE_URL` where it is set."""
    settings: Settings = current_app.extensions["pne_settings"]
    return (settings.url or request.host_url).rstrip("/")


def new_challenge(purpose: str) -> bytes:
    """A fresh challenge, remembered in this browser's cookie."""
    challenge = secrets.token_bytes(32)
    session[KEY] = {"for": purpose, "value": bytes_to_base64url(challenge), "at": clock.now().timestamp()}
    return challenge


def taken_challenge(purpose: str) -> bytes | None:
    """The challenge this browser was given for that purpose, once and within five minutes."""
    kept = session.pop(KEY, None)
    fresh = kept and clock.now().timestamp() - kept["at"] < CHALLENGE_LIFE.total_seconds()
    return base64url_to_bytes(kept["value"]) if kept and fresh and kept["for"] == purpose else None


def answered() -> dict[str, Any]:
    """The browser's answer; empty when it is none."""
    body = request.get_json(silent=True)
    answer = body.get("credential") if isinstance(body, dict) else None
    return answer if isinstance(answer, dict) else {}


def owner_of_answer(answer: dict[str, Any]) -> passkeys.KnownKey | None:
    """Whose passkey signed this browser's challenge; each challenge is good for one answer."""
    challenge, credential_id = taken_challenge(SIGN_IN), answer.get("id")
    if challenge is None or not isinstance(credential_id, str):
        return None
    now = clock.now()
    with transaction(UNSCOPED) as work:
        key = passkeys.known_key(work, credential_id)
        if key is None:
            return None
        count = webauthn.sign_count_of(
            origin(), answer, challenge=challenge, public_key=key.public_key, sign_count=key.sign_count
        )
        if count is None:
            return None
        spent = passkeys.use(work, key, challenge=challenge.hex(), sign_count=count, now=now)
    return key if spent else None
