"""The browsers of a patient that take push messages."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pne_tracker.domain.access import Viewer
from pne_tracker.domain.errors import BadInputError, NotAllowedError
from pne_tracker.models import PushSubscription, new_id, seal_into
from pne_tracker.services import audit

LONGEST = 2_000
SERVICES = ("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com")
"""The push services of browsers. Nothing is sent to another host, whatever a browser names."""


def add_device(
    session: Session, viewer: Viewer, subscription: Mapping[str, Any], *, now: dt.datetime
) -> None:
    """Keep the viewing patient's browser; the same browser again is the same device.

    Raises BadInputError for what is no push subscription.
    """
    if viewer.patient_id is None:
        raise NotAllowedError("Only patients take push messages.")
    device = _checked(subscription)
    digest = hashlib.sha256(device["endpoint"].encode()).hexdigest()
    row = session.scalars(
        select(PushSubscription).where(PushSubscription.endpoint_hash == digest)
    ).one_or_none()
    if row is None:
        row = PushSubscription(
            id=new_id(), organisation_id=viewer.organisation_id, endpoint_hash=digest, created_at=now
        )
    row.patient_id, row.gone_at = viewer.patient_id, None
    seal_into(session, row, "subscription", json.dumps(device))
    session.add(row)
    audit.record(
        session, viewer, "add", "push_device", subject_id=row.id, patient_id=viewer.patient_id, now=now
    )
    session.flush()


def _checked(subscription: Mapping[str, Any]) -> dict[str, Any]:
    endpoint, keys = subscription.get("endpoint"), subscription.get("keys")
    if not isinstance(endpoint, str) or not isinstance(keys, dict) or len(endpoint) > LONGEST:
        raise BadInputError("This browser gave no address to push to.")
    kept = {name: keys.get(name) for name in ("p256dh", "auth")}
    good_keys = all(isinstance(one, str) and 0 < len(one) < 200 for one in kept.values())
    if not good_keys or not _is_of_a_service(endpoint):
        raise BadInputError("This browser gave no address to push to.")
    return {"endpoint": endpoint, "keys": kept}


def _is_of_a_service(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    known = any(host == one or host.endswith(f".{one}") for one in SERVICES)
    return parts.scheme == "https" and known and port in {None, 443} and parts.username is None


def forget_device(session: Session, device_id: uuid.UUID, *, now: dt.datetime) -> None:
    """The push service says that this browser is no more."""
    session.execute(update(PushSubscription).where(PushSubscription.id == device_id).values(gone_at=now))
