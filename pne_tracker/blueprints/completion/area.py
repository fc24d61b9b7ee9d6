"""The blueprint of completion, and what all its pages do first: read the filter, record who was seen."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, request
from sqlalchemy.orm import Session

from pne_tracker.adapters import clock
from pne_tracker.blueprints.completion import addresses
from pne_tracker.domain.completion import STALLED_DAYS
from pne_tracker.queries.completion import filters
from pne_tracker.queries.completion.filters import CompletionFilter
from pne_tracker.queries.completion.rows import EpisodeRow
from pne_tracker.services import audit
from pne_tracker.web.policies import viewer

SHOWN_STALLED = 6
LONGEST = 365

bp = Blueprint("completion", __name__, url_prefix="/completion")


def read_filter(session: Session) -> CompletionFilter:
    """The filter of the address; a therapist's name, where one was typed, becomes that therapist."""
    args = request.args.to_dict()
    name = args.get("therapist_name", "").strip()
    if name:
        found = filters.therapist_named(session, viewer(), name)
        args["therapist"] = str(found) if found else ""
    return addresses.read_filter(args)


def read_days() -> int:
    """For how many days at least nothing came, as the address of the stalled list says."""
    return min(max(request.args.get("days", STALLED_DAYS, type=int), 1), LONGEST)


def record(session: Session, seen: Sequence[EpisodeRow]) -> None:
    """The audit events of a list of patients."""
    patients = [row.patient_id for row in seen]
    audit.record_list(session, viewer(), "completion", patients, now=clock.now())
