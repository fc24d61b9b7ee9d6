"""Signing in: whether a password is right, at the same cost for every name, and what an opened session holds."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import Any

from flask import Flask, current_app, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_security import hash_password, verify_password
from wtforms import EmailField, HiddenField, PasswordField

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.door import MOST_FROM_ADDRESS, MOST_TRIES, PENDING_LIFE, SecondStep, second_step
from pne_tracker.services import accounts, lockout, second_steps
from pne_tracker.web.forms import Form
from pne_tracker.web.identity import AccountStore, SignedIn
from pne_tracker.web.sessions import admit

NO_MATCH = _l("Mail address and password do not match. Check both and try again.")
TOO_MANY = _l("Too many tries. Wait a quarter of an hour, then try again.")
NOBODY = "pne_nobody"
LONGEST = 1024
PENDING_KEY = "pending"


class SignInForm(Form):
    """Mail address and password; the same sentence whatever was wrong."""

    email = EmailField("Work email")
    password = PasswordField("Password")
    next = HiddenField()

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the field, sentence) for the error summary."""
        return [("email", message) for message in self.form_errors]


def security_config(password_salt: str) -> dict[str, Any]:
    """Flask-Security's settings: it hashes passwords and keeps sessions; every page is our own."""
    return {
        "SECURITY_PASSWORD_SALT": password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_PASSWORD_LENGTH_MIN": accounts.MIN_PASSWORD,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_RECOVERABLE": False,
        "SECURITY_TRACKABLE": False,
        "SECURITY_FRESHNESS": dt.timedelta(minutes=-1),
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_REMEMBER_SALT": "remember",
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_STATIC_FOLDER": None,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
    }


def store() -> AccountStore:
    """The accounts as sign-in sees them."""
    found: AccountStore = current_app.extensions["security"].datastore
    return found


def who_has(email: str, password: str) -> SignedIn | None:
    """The active account of that mail address and password, or None. Costs one hash whoever is asked for."""
    address = email.strip().lower()
    plain = address.isprintable() and "@" in address and len(address) <= 254
    known = store().account(email=address) if plain else None
    usable = known is not None and known.active and bool(known.password)
    kept = known.password if known is not None and usable else _hash_of_nobody()
    right = verify_password(password[:LONGEST], str(kept))
    return known if usable and right else None


def try_key(kind: str, name: str) -> str:
    """Under what tries of a name or an address are counted: a keyed hash, so the table names nobody."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"tries/{kind}/{name.strip().lower()}".encode(), hashlib.sha256).hexdigest()


def take_try(name: str, kind: str = "name", most: int = MOST_TRIES) -> bool:
    """Count a try for this name and this address before any secret is looked at; False when it is one too many."""
    limits = {try_key(kind, name): most, try_key("from", _address()): MOST_FROM_ADDRESS}
    with transaction(UNSCOPED) as work:
        return lockout.take_try(work, limits, now=clock.now())


def take_address_try(kind: str) -> bool:
    """Count a wrong try of this address alone, where no name is given; False when it is one too many."""
    with transaction(UNSCOPED) as work:
        return lockout.take_try(work, {try_key(kind, _address()): MOST_FROM_ADDRESS}, now=clock.now())


def give_back_tries(name: str, kind: str = "name") -> None:
    """The secret was right: the name starts anew, and the address loses the try."""
    with transaction(UNSCOPED) as work:
        lockout.give_back(work, try_key(kind, name), try_key("from", _address()))


def _address() -> str:
    return request.remote_addr or "nowhere"


def enter(user: SignedIn, *, how: str, target: str = "") -> str:
    """After a right password: open the session, or ask for the second step first. Gives the path that follows."""
    with reading(user.viewer) as work:
        has_one = second_steps.steps_of(work, user.record.id).has_one
    staff = user.record.role.is_staff
    wanted = second_step(staff=staff, policy=user.record.staff_mfa, has_one=has_one and staff)
    if wanted is SecondStep.NONE:
        admit(user, how=how)
        return target or url_for("home.index")
    session.clear()
    session[PENDING_KEY] = {"who": user.fs_uniquifier, "at": clock.now().timestamp(), "next": target}
    return url_for("security.second" if wanted is SecondStep.ASK else "security.set_up")


def pending() -> SignedIn | None:
    """Who gave a right password in this browser within ten minutes and waits for the second step."""
    kept = session.get(PENDING_KEY) or {}
    if not kept or clock.now().timestamp() - kept["at"] >= PENDING_LIFE.total_seconds():
        return None
    found = store().account(uniquifier=kept["who"])
    return found if found is not None and found.active else None


def pending_target() -> str:
    """Where the waiting sign-in wants to go."""
    return str((session.get(PENDING_KEY) or {}).get("next") or url_for("home.index"))


def install(app: Flask) -> None:
    """Close Flask-Security's own door for tokens.

    It reads one from query and body of every request; ours are taken by `web.bearer` alone.
    """
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]


def _hash_of_nobody() -> str:
    """What the password of an unknown name is compared with; made once."""
    kept: str | None = current_app.extensions.get(NOBODY)
    if kept is None:
        kept = current_app.extensions[NOBODY] = hash_password("nobody has this password")
    return kept
