"""AES-256-GCM under the installation's keys: the keys of `PNE_ENCRYPTION_KEYS`, or a file in the instance folder.

A token is `v1.<key id>.<nonce and ciphertext>` in URL-safe base64. The place of the value (domain.sealing)
is authenticated with it.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pne_tracker.adapters.made_once import made_once, write_private
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.sealing import Sealer, SealError

VERSION: Final = "v1"
KEY_BYTES, NONCE_BYTES = 32, 12
DATA_KEY_ID: Final = "d"
FILE_NAME: Final = "encryption_keys"

Keys = Sequence[tuple[str, bytes]]


class KeysError(ValueError):
    """The keys cannot be read; the message says how they should look."""


def parse_keys(text: str) -> Keys:
    """Keys as `id:base64` separated by commas or lines, the one that seals first. Raises KeysError."""
    found: list[tuple[str, bytes]] = []
    for line in text.replace(",", "\n").split():
        name, _, encoded = line.partition(":")
        try:
            key = base64.b64decode(encoded, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not name.isalnum() or not name.isascii() or name == DATA_KEY_ID or len(key) != KEY_BYTES:
            raise KeysError("each key is id:base64, the id letters and digits, the key 32 bytes")
        found.append((name, key))
    if not found or len({name for name, _ in found}) != len(found):
        raise KeysError("name at least one key, and each id once")
    return found


def new_key() -> str:
    """A fresh key as a line of the file."""
    return f"k{secrets.token_hex(4)}:{base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()}"


class DataSealer:
    """Seals under one key."""

    def __init__(self, key_id: str, key: bytes) -> None:
        self._prefix = f"{VERSION}.{key_id}"
        self._cipher = AESGCM(key)

    def seal(self, value: str, aad: str) -> str:
        """The value as a token of this place."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, value.encode(), self._bound(aad))
        return f"{self._prefix}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def unseal(self, token: str, aad: str) -> str:
        """The value of a token of this place. Raises SealError."""
        try:
            raw = base64.urlsafe_b64decode(token.removeprefix(f"{self._prefix}."))
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], self._bound(aad)).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise SealError("this value does not open here") from error

    def _bound(self, aad: str) -> bytes:
        return f"{self._prefix}/{aad}".encode()


class InstallationKeys:
    """The ring of keys: the first seals, every one opens. A key of another process's rotation is looked up once."""

    def __init__(self, load: Callable[[], Keys]) -> None:
        self._load = load
        self._read()

    def _read(self) -> None:
        keys = self._load()
        self.primary = keys[0][0]
        self._sealers = {name: DataSealer(name, key) for name, key in keys}

    @property
    def ids(self) -> tuple[str, ...]:
        """All key ids, the one that seals first."""
        return tuple(self._sealers)

    def seal(self, value: str, aad: str) -> str:
        """The value sealed under the first key."""
        return self._sealers[self.primary].seal(value, aad)

    def unseal(self, token: str, aad: str) -> str:
        """The value of a token under any key of the ring. Raises SealError."""
        name = self.key_of(token)
        if name not in self._sealers:
            self._read()
        if name not in self._sealers:
            raise SealError(f"the key {name} is not on this installation's ring")
        return self._sealers[name].unseal(token, aad)

    def key_of(self, token: str) -> str:
        """The id of the key of a token. Raises SealError."""
        parts = token.split(".")
        if len(parts) != 3 or parts[0] != VERSION:
            raise SealError("this is no sealed value")
        return parts[1]

    def new_data_key(self, aad: str) -> str:
        """A fresh data key, sealed at its place."""
        return self.seal(base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode(), aad)

    def with_data_key(self, wrapped: str, aad: str) -> Sealer:
        """A sealer under that data key. Raises SealError."""
        return DataSealer(DATA_KEY_ID, base64.urlsafe_b64decode(self.unseal(wrapped, aad)))


def installation_keys(text: str, instance: Path) -> InstallationKeys:
    """The ring of `text`, else of the key file, which is made once, readable by its owner alone.

    Raises KeysError for keys that cannot be read.
    """
    if text:
        return InstallationKeys(lambda: parse_keys(text))
    kept = made_once(instance / FILE_NAME, lambda: new_key() + "\n")
    return InstallationKeys(lambda: parse_keys(_kept_keys(kept)))


def _kept_keys(kept: Path) -> str:
    try:
        return kept.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeysError(f"the file {kept} cannot be read. Bring your copy of it back") from error


def add_key(text: str, instance: Path) -> None:
    """Put a fresh key first in the key file. Raises RefusedError where the keys come from the environment."""
    if text:
        raise RefusedError(
            "The keys come from PNE_ENCRYPTION_KEYS. Put a new one first there "
            f"(for example {new_key().partition(':')[0]}:...), then run this with --rewrap-only."
        )
    kept = instance / FILE_NAME
    half = kept.with_suffix(".new")
    write_private(half, new_key() + "\n" + kept.read_text(encoding="ascii"))
    half.replace(kept)
