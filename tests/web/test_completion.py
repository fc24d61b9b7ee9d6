"""Completion: taught beside understood, every number with its patients, the export equal to the screen."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from pne_tracker.db import reading, transaction
from pne_tracker.domain.care import EpisodeStatus
from pne_tracker.domain.visit_draft import DraftInput, SectionDraft, TreatmentDraft
from pne_tracker.models import Episode
from pne_tracker.queries.completion import counts, rows
from pne_tracker.queries.completion.filters import CompletionFilter
from tests.people import House
from tests.visit_forms import signed_visit

SignIn = Callable[[str], FlaskClient]
OPEN = CompletionFilter()


def _teach(house: House, *sections: SectionDraft) -> None:
    form = DraftInput(
        on_date=house.today, minutes=30, treatments=(TreatmentDraft("97110", 30, 15),), sections=sections
    )
    with transaction(house.therapist) as session:
        signed_visit(session, house, form)


def _counts(house: House, chosen: CompletionFilter = OPEN) -> dict[int, tuple[int, int, int]]:
    with reading(house.lead) as session:
        view = counts.overview(session, house.lead, chosen, sections=14, today=house.today)
    return {row.section: (row.taught, row.understood, row.revisit) for row in view.sections}


def test_a_section_taught_and_explained_counts_as_both(app: Flask, house: House) -> None:
    _teach(house, SectionDraft(1, "explains"), SectionDraft(2, "not_yet"), SectionDraft(3, "prompted"))
    found = _counts(house)
    assert found[1] == (1, 1, 0)
    assert found[2] == (1, 0, 1)
    assert found[3] == (1, 0, 0)
    assert found[4] == (0, 0, 0)


def test_a_screen_that_rests_on_few_says_so(app: Flask, house: House, sign_in: SignIn) -> None:
    _teach(house, SectionDraft(1, "explains"))
    page = sign_in("lead").get("/completion").get_data(as_text=True)
    assert "Only 1 episode: read with care." in page


def test_a_discharged_episode_is_counted_apart(app: Flask, house: House) -> None:
    _teach(house, SectionDraft(1, "explains"))
    with transaction(house.therapist) as session:
        episode = session.get(Episode, house.episode_id)
        assert episode is not None
        episode.status = EpisodeStatus.DISCHARGED
    assert _counts(house)[1] == (0, 0, 0)
    assert _counts(house, CompletionFilter(status=EpisodeStatus.DISCHARGED))[1] == (1, 1, 0)
    assert _counts(house, CompletionFilter(status=None))[1] == (1, 1, 0)
    with reading(house.lead) as session:
        view = counts.overview(session, house.lead, OPEN, sections=14, today=house.today)
    by_status = view.by_status
    assert by_status[EpisodeStatus.DISCHARGED] == 1
    assert by_status[EpisodeStatus.OPEN] == 0


def test_a_filter_for_another_therapist_shows_nobody(app: Flask, house: House) -> None:
    _teach(house, SectionDraft(1, "explains"))
    other = CompletionFilter(therapist_id=house.viewers["other_therapist"].account_id)
    assert _counts(house, other)[1] == (0, 0, 0)


def test_an_episode_without_teaching_or_entry_stalls_from_its_first_day(app: Flask, house: House) -> None:
    with reading(house.lead) as session:
        late = rows.stalled(session, house.lead, OPEN, today=dt.date(2026, 10, 26))
        soon = rows.stalled(session, house.lead, OPEN, today=dt.date(2026, 10, 25))
    assert [one.days for one in late] == [14]
    assert soon == []


def test_a_therapist_sees_her_own_patients_alone(app: Flask, house: House) -> None:
    other = house.viewers["other_therapist"]
    with reading(other) as session:
        assert rows.matrix(session, other, OPEN) == []
    with reading(house.therapist) as session:
        found = rows.matrix(session, house.therapist, OPEN)
    assert [row.patient_id for row in found] == [house.patient_id]


def test_the_export_equals_the_screen(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    _teach(house, SectionDraft(1, "explains"), SectionDraft(2, "not_yet"))
    client = sign_in("lead")
    page = client.get("/completion").get_data(as_text=True)
    assert "Achterberg, Rosalind" in page
    text = client.get("/completion/export.csv").get_data(as_text=True).removeprefix("\ufeff")
    exported = list(csv.DictReader(io.StringIO(text)))
    assert [row["Patient"] for row in exported] == ["Achterberg, Rosalind"]
    assert exported[0]["1, Pain Knowledge"] == "complete"
    assert exported[0]["2, Sensitive Nerves"] == "revisit"
    assert "1 of 14" in page
    empty = client.get("/completion/export.csv?status=discharged").get_data(as_text=True)
    assert "Achterberg" not in empty


def test_each_number_opens_the_patients_behind_it(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    _teach(house, SectionDraft(1, "explains"))
    client = sign_in("lead")
    page = client.get("/completion").get_data(as_text=True)
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/completion/patients[^"]+)"', page)]
    assert len(links) == 2
    for link in links:
        page = client.get(link).get_data(as_text=True)
        assert "Achterberg" in page
        assert "First page" not in page
        later = client.get(f"{link}&after=99.{'f' * 32}").get_data(as_text=True)
        (first,) = re.findall(r'href="(/completion/patients[^"]+)"', later)
        assert client.get(first.replace("&amp;", "&")).get_data(as_text=True) == page


def test_a_clinic_without_episodes_says_what_to_do_first(
    app: Flask, house: House, sign_in: Callable[[str], FlaskClient]
) -> None:
    page = sign_in("lead").get("/completion?status=on_hold").get_data(as_text=True)
    assert "Open a first episode" in page
