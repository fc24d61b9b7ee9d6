"""Web push: to each browser of the patient, under the installation's own VAPID key."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pywebpush import WebPushException, webpush

from pne_tracker.adapters.channels.letter import ACCEPTED, Letter
from pne_tracker.adapters.made_once import made_once
from pne_tracker.domain.reminders.attempts import Attempt, Result

FILE_NAME = "vapid_key.pem"
TIMEOUT = 15
DAY = 86_400
GONE = frozenset({404, 410})


def vapid_key(instance: Path) -> Path:
    """The file of the installation's key."""
    return made_once(instance / FILE_NAME, _new_key)


def _new_key() -> str:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()


def public_key(instance: Path) -> str:
    """What a browser subscribes with: the public point in URL-safe base64."""
    key = serialization.load_pem_private_key(vapid_key(instance).read_bytes(), None)
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


class PushWay:
    """`contact`: a mail address push services may write to. `gone` is told of browsers that are no more."""

    def __init__(self, instance: Path, contact: str, gone: Callable[[str], None]) -> None:
        self._instance, self._contact, self._gone = instance, contact, gone

    def send(self, letter: Letter) -> Attempt:
        """To each browser; one that takes it is enough."""
        found = [self._one(name, device, letter) for name, device in letter.devices.items()]
        for result in (Result.ACCEPTED, Result.UNDECIDABLE, Result.TEMPORARY):
            for one in found:
                if one.result is result:
                    return one
        return found[0] if found else Attempt(Result.PERMANENT, "push_none")

    def _one(self, name: str, device: dict[str, Any], letter: Letter) -> Attempt:
        data = {
            "title": letter.sender,
            "body": letter.words.short,
            "url": letter.words.link,
            "tag": letter.key[-16:],
        }
        try:
            webpush(
                device,
                json.dumps(data),
                vapid_private_key=str(vapid_key(self._instance)),
                vapid_claims={"sub": f"mailto:{self._contact}"},
                ttl=DAY,
                timeout=TIMEOUT,
            )
        except WebPushException as error:
            return self._refused(name, error)
        except OSError as error:
            return _lost(error)
        except ValueError:
            self._gone(name)
            return Attempt(Result.PERMANENT, "push_key")
        return ACCEPTED

    def _refused(self, name: str, error: WebPushException) -> Attempt:
        code = error.response.status_code if error.response is not None else 0
        if code in GONE:
            self._gone(name)
            return Attempt(Result.PERMANENT, "push_gone")
        permanent = 400 <= code < 500 and code != 429
        return Attempt(Result.PERMANENT if permanent else Result.TEMPORARY, f"push_{code or 'down'}")

    def close(self) -> None:
        """Nothing is held."""


def _lost(error: OSError) -> Attempt:
    """What a lost connection means: one that was never made carried nothing."""
    never_made = "NewConnectionError" in str(error) or type(error).__name__ in {"ConnectTimeout", "SSLError"}
    if never_made:
        return Attempt(Result.TEMPORARY, "push_down")
    return Attempt(Result.UNDECIDABLE, "push_cut")
