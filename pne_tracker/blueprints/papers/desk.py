"""Issuing: a paper of blocks becomes bytes, and those are kept."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict
from zoneinfo import ZoneInfo

from pne_tracker.adapters.pdf import render_paper
from pne_tracker.adapters.pdf_blocks import Paper
from pne_tracker.db import transaction
from pne_tracker.domain.access import Viewer
from pne_tracker.domain.papers import PaperKind, content_hash
from pne_tracker.services import papers
from pne_tracker.services.papers import Issue
from pne_tracker.web.display import long_date


def hash_of(paper: Paper) -> str:
    """The hash of what a paper says."""
    return content_hash({"paper": [[block.kind, asdict(block)] for block in paper.blocks], **_head(paper)})


def _head(paper: Paper) -> dict[str, object]:
    return {key: value for key, value in asdict(paper).items() if key != "blocks"}


def issue(
    viewer: Viewer,
    paper: Paper,
    kind: PaperKind,
    episode_id: uuid.UUID,
    *,
    at: dt.datetime,
    now: dt.datetime,
    visit_id: uuid.UUID | None = None,
    covers: tuple[dt.date, dt.date] | None = None,
) -> tuple[uuid.UUID, bytes]:
    """Make the PDF and keep it; the id and bytes of the paper, or of the one issued before that says the same.

    `at` is the PDF's date of creation. The PDF is made before the database is written to, so nobody waits for it.
    """
    pdf = render_paper(paper, at=at)
    made = Issue(kind, episode_id, hash_of(paper), paper.language, visit_id, covers)
    with transaction(viewer) as session:
        kept = papers.issue(session, viewer, made, pdf, now=now)
        return kept.id, kept.pdf


def issued_words(viewer: Viewer, now: dt.datetime) -> str:
    """Who issues a paper and on which day of theirs."""
    day = now.astimezone(ZoneInfo(viewer.timezone)).date()
    return f"Issued {long_date(day, year=True)} by {viewer.name}"
