"""The door: ways in that are used up, and tries that are counted."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pne_tracker.models.base import Base, JsonList, Long, Ref, TenantOwned, fk, owned
from pne_tracker.models.sealing import Sealed


class SignInLink(TenantOwned, Base):
    """A single-use way in by mail, for minutes. Only the hash of its token is kept; a POST uses it up."""

    __tablename__ = "sign_in_link"
    __table_args__ = owned(
        fk("account_id", "account"),
        UniqueConstraint("token_hash"),
        Index("ix_sign_in_link_account", "account_id", "created_at"),
    )

    account_id: Mapped[Ref]
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class SignInTry(Base):
    """Failed tries of one name or one address, under a keyed hash. Above organisations: names may be nobody's."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("ix_sign_in_try_last_at", "last_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    last_at: Mapped[dt.datetime]


class AccountSession(TenantOwned, Base):
    """One signed-in browser. The cookie holds its token, this its hash; `confirmed_at`: who it is was shown again."""

    __tablename__ = "account_session"
    __table_args__ = owned(
        fk("account_id", "account"),
        UniqueConstraint("token_hash"),
        Index("ix_account_session_account", "account_id", "started_at"),
    )

    account_id: Mapped[Ref]
    token_hash: Mapped[str] = mapped_column(String(64))
    how: Mapped[str] = mapped_column(String(20))
    device: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class AuthenticatorApp(TenantOwned, Base):
    """The secret an authenticator app shares with us. `last_step` is the latest code used: none works twice."""

    __tablename__ = "authenticator_app"
    __table_args__ = owned(fk("account_id", "account"), UniqueConstraint("account_id"))

    account_id: Mapped[Ref]
    secret: Mapped[Sealed]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]


class RecoveryCode(TenantOwned, Base):
    """A code on paper for the day the telephone is lost. Only its hash is kept; it works once."""

    __tablename__ = "recovery_code"
    __table_args__ = owned(fk("account_id", "account"), UniqueConstraint("account_id", "code_hash"))

    account_id: Mapped[Ref]
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class Passkey(TenantOwned, Base):
    """A key pair on somebody's device: its public half. `credential_id` and `public_key` are base64url."""

    __tablename__ = "passkey"
    __table_args__ = owned(
        fk("account_id", "account"),
        UniqueConstraint("credential_id"),
        Index("ix_passkey_account", "account_id"),
    )

    account_id: Mapped[Ref]
    credential_id: Mapped[str] = mapped_column(String(1400))
    public_key: Mapped[Long]
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime | None]


class SpentChallenge(TenantOwned, Base):
    """A passkey challenge that was answered; a second answer to it breaks the key. Rows live as long as it does."""

    __tablename__ = "spent_challenge"
    __table_args__ = owned(
        UniqueConstraint("challenge_hash"), Index("ix_spent_challenge_spent_at", "spent_at")
    )

    challenge_hash: Mapped[str] = mapped_column(String(64))
    spent_at: Mapped[dt.datetime]


class ApiToken(TenantOwned, Base):
    """A program's way in, for what its scopes name. Only its hash is kept; `prefix` is its beginning, to know it by.

    `last_used_on` is a day in UTC: no row is written at every request.
    """

    __tablename__ = "api_token"
    __table_args__ = owned(
        fk("account_id", "account"),
        fk("revoked_by", "account"),
        UniqueConstraint("token_hash"),
        Index("ix_api_token_account", "account_id", "created_at"),
    )

    account_id: Mapped[Ref]
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[JsonList]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    last_used_on: Mapped[dt.date | None]
    revoked_at: Mapped[dt.datetime | None]
    revoked_by: Mapped[uuid.UUID | None]
