"""Stored curriculum packs, parsed once a process: a stored version never changes."""

from __future__ import annotations

import uuid
from functools import lru_cache

from sqlalchemy import Select, bindparam, select, true
from sqlalchemy.orm import Session, defer

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.pack_text import pack_from_json
from pne_tracker.models import Clinic, PackChoice, PackVersion, built_once

_parsed: dict[uuid.UUID, Pack] = {}


def pack_of(session: Session, pack_version_id: uuid.UUID) -> Pack:
    """The pack of a stored version."""
    known = _parsed.get(pack_version_id)
    if known is None:
        content = session.scalars(select(PackVersion.content).where(PackVersion.id == pack_version_id)).one()
        known = _parsed[pack_version_id] = _parse(content)
    return known


@lru_cache(maxsize=32)
def _parse(content: str) -> Pack:
    return pack_from_json(content)


_LATEST = (
    PackChoice.id.is_(None),
    PackChoice.id.desc(),
    PackVersion.loaded_at.desc(),
    PackVersion.id.desc(),
)
_CHOSEN = (PackChoice.pack_version_id == PackVersion.id) & (PackChoice.clinic_id == bindparam("clinic"))
_NEWEST = built_once(
    select(PackVersion)
    .options(defer(PackVersion.content))
    .outerjoin(PackChoice, _CHOSEN)
    .where(PackChoice.id.is_not(None) | (PackVersion.pack == bindparam("pack")))
    .order_by(*_LATEST)
    .limit(1)
)


def newest(session: Session, clinic: Clinic) -> PackVersion:
    """The version that the clinic chose for new episodes, else that of its pack that was loaded last, without its text.

    Raises RefusedError when it has none.
    """
    version = session.scalars(_NEWEST, {"clinic": clinic.id, "pack": clinic.default_pack}).one_or_none()
    if version is None:
        raise _none(clinic.default_pack)
    return version


def leading_pack(session: Session, clinic_ids: frozenset[uuid.UUID]) -> Pack:
    """The newest pack of the first of these clinics by name. One query, without its content where that is known."""
    found = session.scalars(_leading(clinic_ids)).one_or_none()
    if found is None:
        raise _none("pack of this clinic")
    return pack_of(session, found)


@lru_cache(maxsize=128)
def _leading(clinic_ids: frozenset[uuid.UUID]) -> Select[uuid.UUID]:
    first = (
        select(Clinic.id, Clinic.default_pack)
        .where(Clinic.id.in_(clinic_ids))
        .order_by(Clinic.name, Clinic.id)
        .limit(1)
        .subquery()
    )
    chosen = (PackChoice.pack_version_id == PackVersion.id) & (PackChoice.clinic_id == first.c.id)
    return built_once(
        select(PackVersion.id)
        .join(first, true())
        .outerjoin(PackChoice, chosen)
        .where(PackChoice.id.is_not(None) | (PackVersion.pack == first.c.default_pack))
        .order_by(*_LATEST)
        .limit(1)
    )


def _none(pack: str) -> RefusedError:
    return RefusedError(f"No curriculum {pack} is loaded. Load one with pne-tracker curriculum load.")
