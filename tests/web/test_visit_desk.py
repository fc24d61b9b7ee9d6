"""What a visit page takes besides minutes: scores, the note written over, and the way to a signature."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pne_tracker.db import reading
from pne_tracker.models import OutcomeScore, Visit
from pne_tracker.queries.outcomes import score_lines
from tests.people import House
from tests.web.pages import post
from tests.web.test_visits import Form, begin, page, press, with_gait_and_pne

SignIn = Callable[[str], FlaskClient]
PAIN = {"scores-nprs-now": "3", "scores-nprs-least": "2", "scores-nprs-worst": "6"}


@pytest.fixture
def maya(sign_in: SignIn) -> FlaskClient:
    return sign_in("therapist")


@pytest.fixture
def url(maya: FlaskClient, house: House) -> str:
    """A draft whose minutes are decided."""
    address = with_gait_and_pne(maya, house)
    press(maya, address, do="save", **{"decision-1": "separate"})
    return address


def field(client: FlaskClient, url: str, name: str) -> str:
    return Form(page(client, url)).data[name][0]


def note(client: FlaskClient, url: str) -> str:
    return field(client, url, "note").strip()


def scores(house: House) -> list[tuple[str, float]]:
    with reading(house.therapist) as session:
        lines = score_lines(session, house.episode_id)
        return [(line.measure.id, line.latest.value) for line in lines]


def test_pain_is_kept_with_the_draft_and_becomes_a_score_at_signing(
    maya: FlaskClient, url: str, house: House
) -> None:
    press(maya, url, do="save", **PAIN)
    assert field(maya, url, "scores-nprs-worst") == "6"
    assert scores(house) == []
    press(maya, url, do="sign")
    assert scores(house) == [("nprs", 6.0)]
    with reading(house.therapist) as session:
        row = session.scalars(select(OutcomeScore)).one()
        visit = session.scalars(select(Visit)).one()
        assert (row.visit_id, row.items) == (visit.id, {"now": 3, "least": 2, "worst": 6})
        assert visit.content is not None
        assert visit.content["scores"][0]["said"] == "NPRS 6 of 10: the first score."


def test_half_a_rating_is_kept_and_asks_to_be_finished(maya: FlaskClient, url: str, house: House) -> None:
    press(maya, url, do="save", **{"scores-nprs-now": "3"})
    assert field(maya, url, "scores-nprs-now") == "3"
    answer = press(maya, url, do="sign")
    assert answer.status_code == 422
    assert "Rate the pain at its least too, or empty all three." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"scores-nprs-worst": "11"}, "NPRS goes from 0 to 10."),
        ({"scores-groc-change": "-8"}, "GROC goes from -7 to 7."),
        ({"scores-groc-change": "much"}, "Write a number, like 4."),
        ({**PAIN, "scores-nprs-least": "7"}, "The least pain cannot be above the worst."),
    ],
)
def test_a_rating_nobody_can_mean_is_refused_and_stays_typed(
    maya: FlaskClient, url: str, typed: dict[str, str], sentence: str
) -> None:
    answer = press(maya, url, do="sign", **typed)
    assert answer.status_code == 422
    body = unescape(answer.get_data(as_text=True))
    assert sentence in body
    for name, value in typed.items():
        assert Form(body).data[name] == [value]


def test_three_own_activities_give_their_mean(maya: FlaskClient, url: str, house: House) -> None:
    names = ("stairs", "the garden", "sitting at dinner")
    rated = {f"scores-psfs-name_{n}": name for n, name in enumerate(names, 1)}
    rated |= {f"scores-psfs-rate_{n}": str(n + 1) for n in (1, 2, 3)}
    press(maya, url, do="sign", **rated)
    assert scores(house) == [("psfs", 3.0)]


def test_another_measure_is_entered_by_its_total_and_read_against_both_figures(
    maya: FlaskClient, url: str, house: House
) -> None:
    assert press(maya, url, do="add_measure", new_measure="pcs").status_code == 303
    assert press(maya, url, do="sign").status_code == 422
    press(maya, url, do="sign", **{"scores-pcs-total": "34"})
    assert scores(house) == [("pcs", 34.0)]
    again = with_gait_and_pne(maya, house)
    press(maya, again, do="add_measure", new_measure="pcs")
    press(maya, again, do="save", **{"scores-pcs-total": "24"})
    shown = unescape(page(maya, again))
    assert (
        "PCS 24 of 52, first 34: 10 better, more than the error, less than the important difference (11)."
        in shown
    )


def test_a_measure_added_by_mistake_is_removed(maya: FlaskClient, url: str) -> None:
    press(maya, url, do="add_measure", new_measure="odi")
    assert "scores-odi-total" in Form(page(maya, url)).data
    press(maya, url, remove_measure="odi")
    assert "scores-odi-total" not in Form(page(maya, url)).data


def test_the_scores_of_a_visit_entered_in_error_count_nowhere(
    maya: FlaskClient, url: str, house: House
) -> None:
    press(maya, url, do="sign", **PAIN)
    post(maya, f"{url}/withdraw", {"reason": "Another patient."})
    assert scores(house) == []
    assert "1 outcome score no longer counted" in page(maya, url)


def test_the_note_says_what_the_record_says_until_somebody_writes_over_it(
    maya: FlaskClient, url: str, house: House
) -> None:
    assert "Gait practice, 20 min, 12 of them with pain education." in note(maya, url)
    assert "35 minutes of treatment in all, 35 of them timed, 27 with pain education." in note(maya, url)
    press(maya, url, do="save", treatments__0__minutes="25")
    assert "Gait practice, 25 min" in note(maya, url)
    press(maya, url, do="save", note=note(maya, url) + "\nWalked with one stick.")
    assert "Walked with one stick." in note(maya, url)
    assert "Written over by hand" in page(maya, url)


def test_a_note_written_over_is_kept_when_the_record_changes_and_the_difference_is_said(
    maya: FlaskClient, url: str, house: House
) -> None:
    press(maya, url, do="save", note="Treatment\nGait practice with one stick.")
    press(maya, url, do="save", treatments__0__minutes="25")
    assert note(maya, url) == "Treatment\nGait practice with one stick."
    assert "The record changed after you wrote over the note" in page(maya, url)
    refused = press(maya, url, do="sign")
    assert refused.status_code == 422
    assert "Write it again from the record, or keep yours." in refused.get_data(as_text=True)


def test_keeping_ones_own_words_settles_it(maya: FlaskClient, url: str, house: House) -> None:
    press(maya, url, do="save", note="Treatment\nGait practice with one stick.")
    press(maya, url, do="save", treatments__0__minutes="25")
    press(maya, url, do="note_keep")
    assert "The record changed" not in page(maya, url)
    press(maya, url, do="sign")
    with reading(house.therapist) as session:
        visit = session.scalars(select(Visit)).one()
        assert visit.note == "Treatment\nGait practice with one stick."
        assert visit.content is not None
        assert visit.content["note"] == [["Treatment", "Gait practice with one stick."]]
        assert visit.content["note_typed"] is True


def test_written_again_it_is_the_record_once_more(maya: FlaskClient, url: str) -> None:
    press(maya, url, do="save", note="My own words.")
    press(maya, url, do="save", treatments__0__minutes="25")
    press(maya, url, do="note_again")
    assert "Gait practice, 25 min" in note(maya, url)
    assert "My own words." not in page(maya, url)


def test_an_autosave_answers_with_the_note_of_what_is_typed(maya: FlaskClient, url: str) -> None:
    live = press(maya, url, path="/preview", treatments__0__minutes="30").get_data(as_text=True)
    part = live.split('hx-target="#note-text"')[1].split("</hx-partial>")[0]
    assert "Gait practice, 30 min" in part
    assert 'name="note_basis"' in part


def test_the_signed_note_can_be_taken_elsewhere_without_scripts(maya: FlaskClient, url: str) -> None:
    press(maya, url, do="sign")
    shown = unescape(page(maya, url))
    area = re.search(r'<textarea id="note-plain"[^>]*readonly[^>]*>(.*?)</textarea>', shown, re.DOTALL)
    assert area is not None
    assert "Treatment\nGait practice, 20 min" in area[1]


def test_what_the_assistant_prepared_waits_on_the_therapists_today(
    sign_in: SignIn, maya: FlaskClient, url: str, house: House
) -> None:
    teo = sign_in("assistant")
    assert press(teo, url, do="ready").status_code == 303
    shown = page(maya, "/today").split('id="to-sign"')[1].split('id="drafts"')[0]
    assert "Rosalind Achterberg" in shown
    assert "prepared by Teo Lindqvist" in shown
    assert "Prepared by Teo Lindqvist, PTA" in page(maya, url)
    assert "waits for the signature" in page(teo, "/today")


def test_it_is_taken_back_from_there(sign_in: SignIn, maya: FlaskClient, url: str) -> None:
    teo = sign_in("assistant")
    press(teo, url, do="ready")
    assert press(teo, url, do="give_back").status_code == 303
    assert 'id="to-sign"' not in page(maya, "/today")
    press(teo, url, do="ready")
    press(maya, url, do="sign")
    history = page(maya, url).split('id="history"')[1]
    for step in ("Ready for the therapist", "Taken back from the signature", "Teo Lindqvist, PTA", "Signed"):
        assert step in history


def test_the_second_of_two_people_sees_who_was_first_and_what_differs(
    sign_in: SignIn, maya: FlaskClient, url: str
) -> None:
    teo = sign_in("assistant")
    hers = dict(Form(page(maya, url)).data)
    press(teo, url, do="save", **PAIN)
    hers |= {"do": "save", "remarks": "Slept badly."}
    answer = maya.post(url, data=hers)
    assert answer.status_code == 409
    body = unescape(re.sub(r"\s+", " ", answer.get_data(as_text=True)))
    assert "Teo Lindqvist, PTA saved this visit after you opened it" in body
    assert "NPRS: now 3, least 2, worst 6" in body
    assert "Slept badly." in body
    assert field(maya, url, "scores-nprs-worst") == "6"


def test_an_autosave_overtaken_by_a_save_changes_nothing_any_more(maya: FlaskClient, url: str) -> None:
    first = dict(Form(page(maya, url)).data) | {"scores-nprs-now": "3"}
    assert maya.post(f"{url}/preview", data=first, headers={"HX-Request": "true"}).status_code == 200
    overtaken = first | {"scores-nprs-least": "2"}
    saved = maya.post(url, data=overtaken | {"scores-nprs-worst": "5", "do": "save"})
    assert saved.status_code == 303
    late = maya.post(f"{url}/preview", data=overtaken, headers={"HX-Request": "true"})
    assert late.status_code == 409
    assert field(maya, url, "scores-nprs-worst") == "5"


def test_a_treatment_that_does_not_fit_stays_typed(maya: FlaskClient, url: str) -> None:
    answer = press(maya, url, do="add_treatment", new_activity="levitation 20")
    assert answer.status_code == 422
    assert Form(answer.get_data(as_text=True)).data["new_activity"] == ["levitation 20"]
    answer = press(maya, url, do="sign", new_activity="gait 20")
    assert "Add the treatment you typed, or empty this field." in answer.get_data(as_text=True)
    assert Form(answer.get_data(as_text=True)).data["new_activity"] == ["gait 20"]
    assert press(maya, url, do="add_treatment", new_activity="exercise 20").status_code == 303
    assert Form(page(maya, url)).data["new_activity"] == [""]


def test_before_signing_one_hears_that_the_bill_would_be_held(maya: FlaskClient, house: House) -> None:
    url = begin(maya, house)
    bar = page(maya, url).split('id="sign-bar"')[1]
    assert "Ready to sign." in bar
    assert 'The bill would be held: <a href="#bill">' in bar
    press(maya, url, do="sign")
    shown = page(maya, url)
    assert "Signed without minutes, so it bills nothing." in shown
    assert "Enter minutes" not in shown


def test_the_history_of_a_visit_begins_with_its_start(maya: FlaskClient, url: str) -> None:
    press(maya, url, do="sign")
    history = page(maya, url).split('id="history"')[1]
    assert history.index("<strong>Started") < history.index("<strong>Saved") < history.index("<strong>Signed")


def test_two_windows_of_one_person_are_told_apart_as_such(maya: FlaskClient, url: str) -> None:
    first = dict(Form(page(maya, url)).data)
    press(maya, url, do="save", remarks="From the other window.")
    late = maya.post(f"{url}/preview", data=first | {"remarks": "Here."}, headers={"HX-Request": "true"})
    assert late.status_code == 409
    said = late.get_data(as_text=True)
    assert "You saved this visit in another window after you opened it here." in said
    assert "Not saved: this visit changed elsewhere." in said.split('id="sign-bar"')[1]
    assert "Draft saved" not in said


def test_a_signed_visit_on_paper_names_its_patient_and_holds_no_empty_form(
    maya: FlaskClient, url: str
) -> None:
    press(maya, url, do="sign")
    shown = page(maya, url)
    assert '<p class="on-paper">' in shown
    line = shown.split('<p class="on-paper">')[1].split("</p>")[0]
    assert "<strong>Rosalind Achterberg</strong>, MRN HL-20418. Harbor Lane Therapy" in line
    form = shown.split('/addenda"')[1].split(">")[0]
    assert "no-print" in form
