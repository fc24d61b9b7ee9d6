"""The database itself refuses to change an issued paper: raw SQL, past every service, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from pne_tracker.db import transaction
from pne_tracker.domain.papers import PaperKind
from pne_tracker.services import papers
from pne_tracker.services.papers import Issue
from tests.people import House
from tests.raw import raw


@pytest.mark.parametrize("change", ["UPDATE issued_paper SET content_hash = 'x'", "DELETE FROM issued_paper"])
def test_an_issued_paper_is_never_changed_or_deleted(app: Flask, house: House, change: str) -> None:
    made = Issue(PaperKind.DISCHARGE_PACKET, house.episode_id, "a" * 64)
    with transaction(house.therapist) as session:
        papers.issue(session, house.therapist, made, b"%PDF-1.7 a paper", now=house.now)
    with raw() as connection, pytest.raises(IntegrityError, match="an issued paper is never changed"):
        connection.execute(text(change))
    with raw() as connection:
        assert connection.execute(text("SELECT content_hash FROM issued_paper")).scalar_one() == "a" * 64
