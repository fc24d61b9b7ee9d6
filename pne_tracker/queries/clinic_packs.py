"""Packs as a clinic works with them: the stored version with the clinic's own weights, words and homework."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from pne_tracker.domain.clinic_homework import ClinicItem, with_own_homework
from pne_tracker.domain.clinic_weights import NO_WEIGHTS, ClinicWeights, with_weights
from pne_tracker.domain.curriculum import Pack, Text
from pne_tracker.domain.own_quiz import with_own_quizzes
from pne_tracker.domain.wording import Wording, with_wording
from pne_tracker.models import (
    Clinic,
    ClinicHomework,
    ClinicQuizUse,
    Episode,
    PlannerWeights,
    SectionWording,
    built_once,
)
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.own_quizzes import uses

KEPT = 64
Newest = tuple[uuid.UUID | None, ...]
Pair = tuple[uuid.UUID, uuid.UUID]
_made: dict[tuple[uuid.UUID, Newest], Pack] = {}


def pack_for(session: Session, clinic_id: uuid.UUID, pack_version_id: uuid.UUID) -> Pack:
    """The pack of a stored version with the clinic's weights, words, homework and quizzes.

    One query once the pack is known: rows are only ever added, so the newest of each kind says all.
    """
    pair = clinic_id, pack_version_id
    return _packs(session, {pair})[pair]


def packs_for(session: Session, episodes: Iterable[Episode]) -> dict[uuid.UUID, Pack]:
    """The same by episode id; one query for each curriculum, whatever the number of clinics and versions."""
    pairs = {one.id: (one.clinic_id, one.pack_version_id) for one in episodes}
    found = _packs(session, set(pairs.values()))
    return {episode_id: found[pair] for episode_id, pair in pairs.items()}


def _packs(session: Session, pairs: Collection[Pair]) -> dict[Pair, Pack]:
    stored = {pair: pack_of(session, pair[1]) for pair in pairs}
    newest: dict[tuple[uuid.UUID, str], Newest] = {}
    for pack in {one.id for one in stored.values()}:
        clinics = [clinic_id for (clinic_id, _), one in stored.items() if one.id == pack]
        for row in session.execute(_NEWEST, {"clinics": clinics, "pack": pack}):
            newest[row[0], pack] = tuple(row[1:])
    return {pair: _own(session, pair, pack, newest[pair[0], pack.id]) for pair, pack in stored.items()}


def _own(session: Session, pair: Pair, pack: Pack, newest: Newest) -> Pack:
    if not any(newest):
        return pack
    clinic_id, pack_version_id = pair
    key = (pack_version_id, newest)
    known = _made.get(key)
    if known is None:
        own = with_weights(pack, own_weights(session, clinic_id))
        worded = with_wording(own, [wording_of(row) for row in wording_rows(session, clinic_id, pack.id)])
        items = [(row.key, item_of(row)) for row in homework_rows(session, clinic_id, pack.id)]
        tasks = with_own_homework(worded, items)
        known = with_own_quizzes(tasks, uses(session, clinic_id, pack.id))
        if len(_made) >= KEPT:
            _made.clear()
        _made[key] = known
    return known


def _newest_of(kind: type[Any], *of_pack: ColumnElement[bool]) -> ScalarSelect[uuid.UUID]:
    mine = select(kind.id).where(kind.clinic_id == Clinic.id, *of_pack)
    return mine.order_by(kind.id.desc()).limit(1).correlate(Clinic).scalar_subquery()


_PACK: BindParameter[Any] = bindparam("pack")
_NEWEST = built_once(
    select(
        Clinic.id,
        _newest_of(PlannerWeights),
        _newest_of(SectionWording, SectionWording.pack == _PACK),
        _newest_of(ClinicHomework, ClinicHomework.pack == _PACK),
        _newest_of(ClinicQuizUse, ClinicQuizUse.pack == _PACK),
    ).where(Clinic.id.in_(bindparam("clinics", expanding=True)))
)


def newest_weights(session: Session, clinic_id: uuid.UUID) -> PlannerWeights | None:
    """The row that counts, None while the clinic has the pack's weights."""
    return session.scalars(
        select(PlannerWeights)
        .where(PlannerWeights.clinic_id == clinic_id)
        .order_by(PlannerWeights.id.desc())
        .limit(1)
    ).one_or_none()


def own_weights(session: Session, clinic_id: uuid.UUID) -> ClinicWeights:
    """The clinic's weights that differ from its pack's."""
    row = newest_weights(session, clinic_id)
    return weights_of_row(row) if row else NO_WEIGHTS


def weights_of_row(row: PlannerWeights) -> ClinicWeights:
    """The row as the domain knows it."""
    return ClinicWeights(dict(row.weights), dict(row.flags))


def wording_rows(session: Session, clinic_id: uuid.UUID, pack: str) -> Sequence[SectionWording]:
    """The newest row of each text, those that went back to the pack's among them. One query."""
    place = (SectionWording.slug, SectionWording.field, SectionWording.language)
    ranked = (
        select(
            SectionWording.id.label("row_id"),
            func.row_number().over(partition_by=place, order_by=SectionWording.id.desc()).label("nth"),
        )
        .where(SectionWording.clinic_id == clinic_id, SectionWording.pack == pack)
        .subquery()
    )
    return session.scalars(
        select(SectionWording)
        .join(ranked, ranked.c.row_id == SectionWording.id)
        .where(ranked.c.nth == 1)
        .order_by(SectionWording.id)
    ).all()


def wording_of(row: SectionWording) -> Wording:
    """The row as the domain knows it."""
    return Wording(row.slug, row.field, row.language, row.text)


def homework_rows(session: Session, clinic_id: uuid.UUID, pack: str) -> Sequence[ClinicHomework]:
    """The newest row of each template, those no longer offered among them, in order of their making. One query."""
    newer = aliased(ClinicHomework)
    replaced = select(newer.id).where(newer.key == ClinicHomework.key, newer.id > ClinicHomework.id)
    return session.scalars(
        select(ClinicHomework)
        .where(ClinicHomework.clinic_id == clinic_id, ClinicHomework.pack == pack, ~exists(replaced))
        .order_by(ClinicHomework.key)
    ).all()


def item_of(row: ClinicHomework) -> ClinicItem:
    """The row as the domain knows it."""
    return ClinicItem(
        slug=row.slug,
        kind=row.kind,
        title=Text(row.title_en, row.title_es),
        instructions=Text(row.text_en, row.text_es),
        times=row.times,
        days=row.days,
        required=row.required,
        offered=row.offered,
    )
