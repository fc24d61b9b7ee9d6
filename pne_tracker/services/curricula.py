"""Storing curriculum packs for an organisation."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.pack_text import pack_hash, pack_to_json
from pne_tracker.models import PackVersion, new_id


def store(
    session: Session,
    organisation_id: uuid.UUID,
    pack: Pack,
    *,
    now: dt.datetime,
    loaded_by: uuid.UUID | None = None,
) -> PackVersion:
    """The stored version of `pack` in that organisation; the one there is when the same content was loaded before."""
    content = pack_to_json(pack)
    digest = pack_hash(content)
    known = session.scalars(
        select(PackVersion).where(
            PackVersion.organisation_id == organisation_id,
            PackVersion.pack == pack.id,
            PackVersion.version == pack.version,
            PackVersion.content_hash == digest,
        )
    ).one_or_none()
    if known is not None:
        return known
    version = PackVersion(
        id=new_id(),
        organisation_id=organisation_id,
        pack=pack.id,
        version=pack.version,
        content_hash=digest,
        content=content,
        loaded_at=now,
        loaded_by=loaded_by,
    )
    session.add(version)
    session.flush()
    return version
