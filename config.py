"""Settings: frozen, typed, checked once at start. This module alone reads the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pne_tracker.adapters.made_once import made_once

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
SECRET_LENGTH = 32


class SettingsError(ValueError):
    """A setting is wrong; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the application takes from outside. Field names map to `PNE_...` variables."""

    database_url: str
    secret_key: str
    password_salt: str
    instance: Path = INSTANCE
    https: bool = False
    hosts: tuple[str, ...] = ()
    url: str = ""
    mfa: str = "required"
    proxies: int = 0
    beat: bool = True
    log_level: str = "INFO"
    testing: bool = False
    max_upload_mb: int = 256
    encryption_keys: str = ""
    smtp_url: str = ""
    mail_from: str = "reminders@localhost.localdomain"
    sms_url: str = ""
    sms_webhook_secret: str = ""
    queue: str = "own"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process.

        Raises SettingsError, which names the variable and what it should be. Without `PNE_SECRET_KEY` a key is
        made once and kept in the instance folder, readable by its owner alone.
        """
        env = os.environ if environ is None else environ
        _refuse_unknown(env)
        instance = Path(env.get("PNE_INSTANCE", "").strip() or INSTANCE)
        url = env.get("DATABASE_URL", "").strip() or f"sqlite:///{instance / 'pne_tracker.db'}"
        return cls(
            database_url=_database_url(url),
            secret_key=_secret(env, "PNE_SECRET_KEY", instance),
            password_salt=_secret(env, "PNE_PASSWORD_SALT", instance),
            instance=instance,
            https=_flag(env, "PNE_HTTPS", default=False),
            hosts=tuple(host.strip() for host in env.get("PNE_HOSTS", "").split(",") if host.strip()),
            url=_address(env, "PNE_URL"),
            mfa=_one_of(env, "PNE_MFA", ("required", "optional"), "required"),
            proxies=_whole(env, "PNE_PROXIES", 0, 0, 5),
            beat=_flag(env, "PNE_BEAT", default=True),
            log_level=_one_of(env, "PNE_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            max_upload_mb=_whole(env, "PNE_MAX_UPLOAD_MB", 256, 1, 4096),
            encryption_keys=env.get("PNE_ENCRYPTION_KEYS", "").strip(),
            smtp_url=_server(env, "PNE_SMTP_URL", ("smtp", "smtp+starttls", "smtps")),
            mail_from=_mail(env, "PNE_MAIL_FROM", "reminders@localhost.localdomain"),
            sms_url=_sms_url(env),
            sms_webhook_secret=_long(env, "PNE_SMS_WEBHOOK_SECRET"),
            queue=_one_of(env, "PNE_QUEUE", ("own", "procrastinate"), "own"),
        )


KNOWN = frozenset(
    {
        "PNE_INSTANCE",
        "PNE_SECRET_KEY",
        "PNE_PASSWORD_SALT",
        "PNE_HTTPS",
        "PNE_HOSTS",
        "PNE_URL",
        "PNE_MFA",
        "PNE_PROXIES",
        "PNE_BEAT",
        "PNE_LOG_LEVEL",
        "PNE_MAX_UPLOAD_MB",
        "PNE_ENCRYPTION_KEYS",
        "PNE_SMTP_URL",
        "PNE_MAIL_FROM",
        "PNE_SMS_URL",
        "PNE_SMS_WEBHOOK_SECRET",
        "PNE_QUEUE",
        "PNE_SOAK",
        "PNE_BROWSER_REQUIRED",
        "PNE_BENCH_N",
        "PNE_BENCH_FOLDER",
    }
)


def _refuse_unknown(env: Mapping[str, str]) -> None:
    unknown = sorted(name for name in env if name.startswith("PNE_") and name not in KNOWN)
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting of this application. The README lists them all.")


def _database_url(url: str) -> str:
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError(
            "DATABASE_URL must start with sqlite:/// or postgresql+psycopg://, for example "
            "sqlite:////var/lib/pne/pne_tracker.db"
        )
    if url in {"sqlite:///", "sqlite:///:memory:"}:
        raise SettingsError("DATABASE_URL must name a file: an SQLite database in memory loses every record.")
    # Only what follows the password, in which any letter may stand.
    if not url.startswith("sqlite") and not _port_is_readable(
        "//" + url.partition("://")[2].rpartition("@")[2]
    ):
        raise SettingsError("DATABASE_URL must have a port number, or none, after the host.")
    return url


def _address(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if value and (not _names_a_host(value, ("https", "http")) or len(value.split()) > 1):
        raise SettingsError(f"{name} must be the address people open, like https://pne.example.org.")
    return value.rstrip("/") + "/" if value else ""


def _port_is_readable(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _names_a_host(url: str, schemes: tuple[str, ...]) -> bool:
    if not _port_is_readable(url):
        return False
    parts = urlsplit(url)
    return parts.scheme in schemes and bool(parts.hostname)


def _secret(env: Mapping[str, str], name: str, instance: Path) -> str:
    value = env.get(name, "")
    if value:
        if len(value) < SECRET_LENGTH:
            raise SettingsError(f"{name} must have at least {SECRET_LENGTH} characters.")
        return value
    kept = instance / name.removeprefix("PNE_").lower()
    try:
        made_once(kept, lambda: secrets.token_urlsafe(48))
        value = kept.read_bytes().decode("ascii", "ignore").strip()
    except OSError as error:
        raise SettingsError(
            f"PNE_INSTANCE must be a folder that can be written, not {instance}: {error.strerror}."
        ) from error
    if len(value) < SECRET_LENGTH:
        raise SettingsError(
            f"{kept} must hold at least {SECRET_LENGTH} characters. Bring your copy back, or set {name}."
        )
    return value


def _server(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    value = env.get(name, "").strip()
    if value and not _names_a_host(value, schemes):
        raise SettingsError(f"{name} must be an address that starts with {'://, '.join(schemes)}://.")
    return value


def _mail(env: Mapping[str, str], name: str, default: str) -> str:
    value = env.get(name, "").strip() or default
    local, _, domain = value.rpartition("@")
    if not local or "." not in domain or not value.isascii() or not value.isprintable() or " " in value:
        raise SettingsError(f"{name} must be a mail address like reminders@clinic.example.")
    return value


def _sms_url(env: Mapping[str, str]) -> str:
    value = env.get("PNE_SMS_URL", "").strip()
    if value and ("{to}" not in value or "://" not in value):
        raise SettingsError("PNE_SMS_URL must be an Apprise address with {to} where the number goes.")
    return value


def _long(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if value and len(value) < SECRET_LENGTH:
        raise SettingsError(f"{name} must have at least {SECRET_LENGTH} characters.")
    return value


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = env.get(name, "").strip().lower()
    if value in {"", "0", "false", "no", "1", "true", "yes"}:
        return default if not value else value in {"1", "true", "yes"}
    raise SettingsError(f"{name} must be yes or no, not {value!r}.")


def _one_of(env: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    value = env.get(name, "").strip().casefold() or default.casefold()
    for choice in choices:
        if choice.casefold() == value:
            return choice
    raise SettingsError(f"{name} must be one of {', '.join(choices)}.")


def _whole(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = env.get(name, "").strip() or str(default)
    too_long = len(value) > len(str(high))
    if not value.isascii() or not value.isdigit() or too_long or not low <= int(value) <= high:
        raise SettingsError(f"{name} must be a whole number from {low} to {high}.")
    return int(value)
