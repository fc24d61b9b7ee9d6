"""Between Flask-Security and our accounts: sign-in sees a snapshot of an account, never a row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import session as cookie
from flask_security import RoleMixin, UserMixin, current_user
from flask_security.datastore import UserDatastore

from pne_tracker.adapters import clock
from pne_tracker.db import UNSCOPED, reading, transaction
from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.door import hash_of
from pne_tracker.queries.accounts import SignInRecord, sign_in_record
from pne_tracker.queries.break_glass import open_now
from pne_tracker.services import accounts as account_services

SESSION_KEY = "door"
"""Where the cookie holds the token of the browser's session."""


class SignedIn(UserMixin):
    """The account behind a session, as Flask-Security wants to see it."""

    roles: list[Any] = []
    fs_uniquifier: str = ""

    def __init__(self, record: SignInRecord) -> None:
        self.record = record
        self.email = record.email
        self.password = record.password_hash
        self.active = record.active
        self.fs_uniquifier = record.uniquifier

    @property
    def viewer(self) -> Viewer:
        """In whose name this session reads and changes."""
        return viewer_of(self.record)


def viewer_of(record: SignInRecord, *, token: str = "") -> Viewer:
    """In whose name whoever holds this account acts; `token`: the beginning of the API token it came with."""
    return Viewer(
        account_id=record.id,
        organisation_id=record.organisation_id,
        role=record.role,
        name=record.name,
        clinic_ids=record.clinic_ids,
        patient_id=record.patient_id,
        language=record.language,
        timezone=record.timezone,
        token=token,
    )


class _NoRole(RoleMixin):
    """Flask-Security wants a role model; ours is `domain.access.Role`."""


class AccountStore(UserDatastore):
    """Flask-Security's view of the accounts: finds by mail address or session name, keeps password changes."""

    def __init__(self) -> None:
        super().__init__(SignedIn, _NoRole)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> SignedIn | None:
        """The account of `email`; or that of `fs_uniquifier`, if this browser's session is open."""
        uniquifier = kwargs.get("fs_uniquifier")
        if uniquifier is None:
            return self.account(email=kwargs.get("email"))
        token = cookie.get(SESSION_KEY, "")
        found = self.account(uniquifier=uniquifier, token_hash=hash_of(token)) if token else None
        return found if found is not None and found.record.session_id is not None else None

    def account(
        self, *, email: str | None = None, uniquifier: str | None = None, token_hash: str = ""
    ) -> SignedIn | None:
        """The account of a mail address or a session name, or None."""
        if email is None and uniquifier is None:
            return None
        with reading(UNSCOPED) as session:
            record = sign_in_record(session, email=email, uniquifier=uniquifier, token_hash=token_hash)
        return SignedIn(record) if record else None

    def find_role(self, role: str) -> None:
        """Roles are ours, not Flask-Security's."""

    def put(self, model: SignedIn) -> SignedIn:
        """Keep what sign-in changed: the password's hash or the session name."""
        with transaction(model.viewer) as session:
            account_services.keep_credentials(
                session, model.record.id, password_hash=model.password, uniquifier=model.fs_uniquifier
            )
        return model

    def commit(self) -> None:
        """Each put has committed already."""

    def delete(self, model: SignedIn) -> None:
        """Accounts are deactivated by an administrator, never deleted here."""
        raise NotImplementedError


def current_viewer() -> Viewer | None:
    """Who is signed in, or None."""
    if not current_user or not current_user.is_authenticated:
        return None
    signed_in: SignedIn = current_user._get_current_object()
    return signed_in.viewer


def with_opened(viewer: Viewer) -> Viewer:
    """The viewer, with the records opened outside the care team whose hour is not over."""
    if not viewer.may(Permission.BREAK_GLASS):
        return viewer
    with reading(viewer) as session:
        return replace(viewer, opened=open_now(session, viewer, now=clock.now()))


def current_theme() -> str | None:
    """The account's choice of light or dark, or None to follow the device."""
    if not current_user or not current_user.is_authenticated:
        return None
    theme: str | None = current_user.record.theme
    return theme
