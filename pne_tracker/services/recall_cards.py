"""Recall cards follow progress: what is understood gets a card, what is no longer understood rests."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.progress import SectionProgress
from pne_tracker.domain.recall import Card, kept, questions_on
from pne_tracker.models import Episode, RecallCard, built_once, new_id
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.parameters import EPISODES
from pne_tracker.queries.recall import card_of

Derived = Mapping[int, SectionProgress]


_CARDS = built_once(select(RecallCard).where(RecallCard.episode_id.in_(EPISODES)))


def after_progress(
    session: Session, episodes: Iterable[Episode], derived: Mapping[uuid.UUID, Derived]
) -> None:
    """Bring the cards of these episodes in line with their states, `derived` by episode and section.

    Again changes nothing. One query; flushes.
    """
    given = list(episodes)
    rows = session.scalars(_CARDS, {"episodes": [one.id for one in given]})
    stored = {(row.episode_id, row.concept): row for row in rows}
    for episode in given:
        pack = pack_of(session, episode.pack_version_id)
        for concept, day in _understood_on(pack, derived[episode.id]).items():
            _keep(session, episode, concept, stored.get((episode.id, concept)), day)
    session.flush()


def _understood_on(pack: Pack, sections: Derived) -> dict[str, dt.date | None]:
    """The day of the check that shows each concept now, None where no section that teaches it is understood.

    Concepts without a question are left out: nothing could be asked.
    """
    found: dict[str, dt.date | None] = {}
    for section in pack.sections:
        one = sections.get(section.number)
        day = one.deciding.on if one and one.understood and one.deciding else None
        for concept in section.primary:
            if questions_on(pack, concept):
                days = [known for known in (found.get(concept), day) if known]
                found[concept] = max(days, default=None)
    return found


def _keep(
    session: Session, episode: Episode, concept: str, row: RecallCard | None, day: dt.date | None
) -> None:
    before = card_of(row) if row else None
    card = kept(before, day)
    if card is None or card == before:
        return
    if row is None:
        row = RecallCard(
            id=new_id(),
            organisation_id=episode.organisation_id,
            episode_id=episode.id,
            patient_id=episode.patient_id,
            concept=concept,
        )
        session.add(row)
    write(row, card)


def write(row: RecallCard, card: Card) -> None:
    """Store the card in its row."""
    row.learnt_on, row.due_on = card.learnt_on, card.due_on
    row.answered_on, row.missed_on, row.answers = card.answered_on, card.missed_on, card.answers
    row.memory = dict(card.memory)
