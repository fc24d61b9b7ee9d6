"""The addresses that stop mails with one click: signed, so that nobody can stop another's."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid
from typing import Final

SALT: Final = b"stop-mail/"
SUMMARY_SALT: Final = b"stop-summary/"
ID_BYTES: Final = 16
SEAL_BYTES: Final = 16


class StopLinks:
    """Makes and reads the tokens of stop links. They hold the id of a patient, or of a reader, and open nothing."""

    def __init__(self, secret: str, salt: bytes = SALT) -> None:
        self._secret, self._salt = secret.encode(), salt

    def token(self, owner_id: uuid.UUID) -> str:
        """The token of that person's mails."""
        return base64.urlsafe_b64encode(owner_id.bytes + self._seal(owner_id.bytes)).rstrip(b"=").decode()

    def owner_of(self, token: str) -> uuid.UUID | None:
        """Whose token it is, or None when it is nobody's."""
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            return None
        known, seal = raw[:ID_BYTES], raw[ID_BYTES:]
        good = len(known) == ID_BYTES and hmac.compare_digest(seal, self._seal(known))
        return uuid.UUID(bytes=known) if good else None

    def _seal(self, known: bytes) -> bytes:
        return hmac.new(self._secret, self._salt + known, hashlib.sha256).digest()[:SEAL_BYTES]
