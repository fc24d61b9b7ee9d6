"""The patients' pages as a browser meets them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pne_tracker.db import reading, transaction
from pne_tracker.models import (
    AuditEvent,
    Episode,
    ExternalProvider,
    OutcomeScore,
    Patient,
    SectionMark,
    VisitSection,
    VisitStatus,
    YellowFlag,
)
from pne_tracker.services import progress
from tests.people import House
from tests.services.test_patients import fill
from tests.web.pages import bytes_of, post

SignIn = Callable[[str], FlaskClient]
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
EPISODE = {
    "discipline": "PT",
    "codes": "M54.16",
    "opened_on": "2026-11-20",
    "visits_per_week": "2",
    "visit_minutes": "45",
    "referring_provider_id": "",
    "goal": "walk to the market",
}


def text_of(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def typed(house: House, **facts: str) -> dict[str, str]:
    """A patient as a form sends it."""
    return {
        "family_name": "Quill",
        "given_name": "Ada",
        "mrn": "HL-30001",
        "birth_date": "1961-05-04",
        "sex": "female",
        "language": "en",
        "clinic_id": str(house.clinic_id),
        "consent_source": "",
        "active": "1",
        **facts,
    }


def new_patient(client: FlaskClient, house: House, **facts: str) -> uuid.UUID:
    response = post(client, "/patients/new", typed(house, **facts))
    assert response.status_code == 303, text_of(response)
    return uuid.UUID(response.headers["Location"].rsplit("/", 1)[-1])


def episode_form(house: House, **facts: object) -> dict[str, object]:
    return {
        **EPISODE,
        "therapist_id": str(house.therapist.account_id),
        "payer_id": str(house.payer_id),
        **facts,
    }


def sections(house: House, episode_id: uuid.UUID, number: int) -> str:
    return f"/patients/episodes/{episode_id}/sections/{number}"


def test_the_list_shows_my_patients_and_who_waits(sign_in: SignIn) -> None:
    page = text_of(sign_in("therapist").get("/patients"))
    assert "Achterberg, Rosalind" in page
    assert "Fenwick" not in page
    assert "1 patient has no episode yet" in page
    assert "Teach 1, Pain Knowledge" in page


def test_a_lead_sees_everybody_of_the_clinic(sign_in: SignIn) -> None:
    page = text_of(sign_in("lead").get("/patients"))
    assert "Achterberg, Rosalind" in page
    assert "Fenwick, Amadou" in page
    assert "Foreign" not in page


def test_pages_lead_on_and_back_without_a_name_in_the_address(house: House, sign_in: SignIn) -> None:
    with transaction(house.lead) as session:
        fill(session, house, 40)
    client = sign_in("lead")
    first = text_of(client.get("/patients"))
    onward = re.search(r'rel="next"\s+href="([^"]+)"', first)
    assert onward
    assert re.fullmatch(r"/patients\?who=all&amp;status=&amp;after=[0-9a-f-]{36}", onward[1])
    second = text_of(client.get(onward[1].replace("&amp;", "&")))
    back = re.search(r'rel="prev"\s+href="([^"]+)"', second)
    assert back
    again = text_of(client.get(back[1].replace("&amp;", "&")))
    names = re.compile(r'<a href="/patients/[0-9a-f-]{36}">([^<]+)</a>')
    assert names.findall(again) == names.findall(first)
    assert not set(names.findall(first)) & set(names.findall(second))


def test_a_search_is_sent_in_the_body_and_finds(sign_in: SignIn) -> None:
    response = post(sign_in("therapist"), "/patients/search", {"q": "ACHTER rosa"})
    assert response.status_code == 200
    assert response.request.query_string == b""
    assert "1 found" in text_of(response)
    assert "Achterberg, Rosalind" in text_of(response)


def test_a_search_without_a_hit_says_what_to_do(sign_in: SignIn) -> None:
    page = text_of(post(sign_in("therapist"), "/patients/search", {"q": "nobody"}))
    assert "Try fewer letters" in page


@pytest.mark.parametrize("who", ["therapist", "lead", "other_therapist", "assistant"])
def test_out_of_reach_looks_like_never_existed(house: House, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    nobody = client.get(f"/patients/{uuid.uuid4()}")
    out_of_reach = [house.foreign_patient_id]
    if who == "other_therapist":
        out_of_reach.append(house.patient_id)
    for patient_id in out_of_reach:
        for page in ("", "/edit", "/readers", "/episodes/new"):
            found = client.get(f"/patients/{patient_id}{page}")
            assert (found.status_code, bytes_of(found)) == (404, bytes_of(nobody))


@pytest.mark.parametrize("who", ["biller", "administrator", "patient"])
def test_others_have_no_patients_page(house: House, sign_in: SignIn, who: str) -> None:
    assert sign_in(who).get(f"/patients/{house.patient_id}").status_code == 403
    assert sign_in(who).get("/patients").status_code == 403


def test_no_title_holds_a_name_or_number(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    episode = f"/patients/episodes/{house.episode_id}"
    for url in (
        "/today",
        "/patients",
        f"/patients/{house.patient_id}",
        f"/patients/{house.patient_id}/edit",
        f"/patients/{house.patient_id}/readers",
        f"{episode}/edit",
        f"{episode}/flags",
        f"{episode}/choose",
        f"{episode}/scores/nprs",
        f"{episode}/sections/4",
    ):
        response = client.get(url)
        assert response.status_code == 200, url
        found = TITLE.search(text_of(response))
        assert found
        assert not re.search(r"Rosalind|Achterberg|HL-|M54|back", found[1]), url


def test_the_record_leads_to_every_section_and_to_a_visit(house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        progress.rebuild(session, [house.episode_id])
    client = sign_in("therapist")
    page = text_of(client.get(f"/patients/{house.patient_id}"))
    for number in range(1, 15):
        assert f'href="{sections(house, house.episode_id, number)}"' in page
    assert "<b>0</b>/14 taught" in page
    assert "Start visit with this plan" in page
    assert "0 PNE minutes over 0 visits; trials used 40 to 720." in page
    started = post(client, "/visits", {"episode_id": str(house.episode_id)})
    assert started.status_code == 303
    assert started.headers["Location"].startswith("/visits/")


def test_another_section_can_be_chosen(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    page = text_of(client.get(f"/patients/episodes/{house.episode_id}/choose"))
    assert page.count('name="section"') == 14
    post(client, "/visits", {"episode_id": str(house.episode_id), "section": "9", "reason": "she asked"})
    with reading(house.therapist) as session:
        assert list(session.scalars(select(VisitSection.section))) == [9]


def test_a_lead_reads_the_record_and_starts_no_visit(house: House, sign_in: SignIn) -> None:
    page = text_of(sign_in("lead").get(f"/patients/{house.patient_id}"))
    assert "The care team of this episode starts its visits." in page
    assert "Start visit" not in page


def test_a_patient_without_an_episode_is_asked_for_one(house: House, sign_in: SignIn) -> None:
    page = text_of(sign_in("therapist").get(f"/patients/{house.untreated_id}"))
    assert "No episode yet" in page
    assert f"/patients/{house.untreated_id}/episodes/new" in page


def test_a_death_is_said_and_stops_episodes_and_visits(house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        for patient_id in (house.patient_id, house.untreated_id):
            session.get_one(Patient, patient_id).deceased = True
    client = sign_in("therapist")
    record = text_of(client.get(f"/patients/{house.patient_id}"))
    assert "The patient died" in record
    assert "Start visit" not in record
    assert "Open an episode" not in text_of(client.get(f"/patients/{house.untreated_id}"))
    assert client.get(f"/patients/{house.untreated_id}/episodes/new").status_code == 409
    assert (
        post(client, f"/patients/{house.untreated_id}/episodes/new", episode_form(house)).status_code == 409
    )
    assert post(client, "/visits", {"episode_id": str(house.episode_id)}).status_code == 409


def test_a_new_patient_gets_the_next_number_and_a_record(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    assert 'value="HL-20501"' in text_of(client.get("/patients/new"))
    patient_id = new_patient(
        client,
        house,
        phone="503 555 0100",
        email="Ada@Example.org",
        consent_sms="y",
        consent_source="in person",
    )
    page = text_of(client.get(f"/patients/{patient_id}"))
    assert "Ada Quill" in page
    assert "503" in page
    assert "ada@example.org" in page
    assert "text messages" in page


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"mrn": "HL-20418"}, "Another patient has this medical record number"),
        ({"mrn": ""}, "Write the medical record number"),
        ({"family_name": "", "given_name": ""}, "Write the family name or the given name"),
        ({"birth_date": "04/05/1961"}, "Write the day as year-month-day"),
        ({"birth_date": "2061-05-04"}, "lies in the future"),
        ({"email": "nobody"}, "Write a mail address"),
        ({"phone": "none"}, "Write a telephone number"),
        ({"given_name": "A\x00da"}, "Remove the characters"),
        ({"family_name": "Q" * 201}, "Shorten this to 200 characters"),
        ({"consent_email": "y"}, "Say how the patient gave this answer"),
    ],
)
def test_a_refused_form_says_why_at_the_field_and_keeps_everything(
    house: House, sign_in: SignIn, facts: dict[str, str], sentence: str
) -> None:
    response = post(sign_in("therapist"), "/patients/new", typed(house, city="Astoria", **facts))
    page = text_of(response)
    assert response.status_code == 422
    assert page.count(sentence) >= 2
    assert 'value="Astoria"' in page
    for name, value in facts.items():
        if name not in {"given_name", "consent_email"}:
            assert f'name="{name}"' in page
            assert f'value="{value}"' in page


def test_two_people_on_one_patient_see_that_somebody_was_first(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    patient_id = new_patient(client, house)
    form = text_of(client.get(f"/patients/{patient_id}/edit"))
    version = re.search(r'name="version"\s+id="version"\s+value="(\d+)"', form)
    assert version
    first = typed(house, version=version[1], city="Astoria")
    assert post(client, f"/patients/{patient_id}/edit", first).status_code == 303
    late = post(client, f"/patients/{patient_id}/edit", typed(house, version=version[1], city="Bend"))
    assert late.status_code == 409
    assert 'value="Bend"' in text_of(late)
    with reading(house.therapist) as session:
        assert session.scalars(select(Patient.city).where(Patient.id == patient_id)).one() == "Astoria"


def open_episode(client: FlaskClient, house: House, patient_id: uuid.UUID, **facts: object) -> TestResponse:
    return post(client, f"/patients/{patient_id}/episodes/new", episode_form(house, **facts))


def test_an_episode_is_opened_with_its_path(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    response = open_episode(client, house, house.untreated_id, flags=["stress"])
    assert response.headers["Location"] == f"/patients/{house.untreated_id}"
    page = text_of(client.get(response.headers["Location"]))
    assert "14 not started" in re.sub(r"\s+", " ", page)
    assert "Radiculopathy, lumbar region" in page
    assert "walk to the market" in page
    with reading(house.therapist) as session:
        assert list(session.scalars(select(YellowFlag.flag))) == ["stress"]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"codes": "M54.5"}, "not specific enough for a claim. Choose a longer code: M54.50"),
        ({"codes": "97112"}, "not an ICD-10-CM code"),
        ({"codes": ""}, "Write at least one ICD-10-CM code"),
        ({"visits_per_week": "two"}, "Write a whole number."),
        ({"visit_minutes": "1000"}, "Write a whole number from 10 to 480."),
        ({"opened_on": "2031-01-01"}, "cannot start in the future"),
        ({"opened_on": ""}, "Write the first day"),
    ],
)
def test_a_refused_episode_says_why_and_keeps_what_was_typed(
    house: House, sign_in: SignIn, facts: dict[str, str], sentence: str
) -> None:
    response = open_episode(sign_in("therapist"), house, house.untreated_id, reason="left knee", **facts)
    page = text_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert 'value="left knee"' in page
    assert "walk to the market" in page
    for value in facts.values():
        assert f'value="{value}"' in page


@pytest.mark.parametrize("field", ["therapist_id", "payer_id", "team", "referring_provider_id", "flags"])
def test_a_choice_that_is_not_offered_is_refused(house: House, sign_in: SignIn, field: str) -> None:
    foreign = str(house.viewers["foreign_therapist"].account_id)
    response = open_episode(sign_in("therapist"), house, house.untreated_id, **{field: foreign})
    assert response.status_code == 422


def test_a_patient_handed_to_a_colleague_is_no_longer_mine(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    colleague = house.viewers["other_therapist"].account_id
    response = open_episode(client, house, house.untreated_id, therapist_id=str(colleague))
    assert response.headers["Location"] == "/patients"
    assert client.get(f"/patients/{house.untreated_id}").status_code == 404
    assert sign_in("other_therapist").get(f"/patients/{house.untreated_id}").status_code == 200


def test_a_provider_is_looked_up_without_saving(app: Flask, house: House, sign_in: SignIn) -> None:
    with transaction(house.therapist) as session:
        session.add(
            ExternalProvider(source_id="p", given_name="Anaïs", family_name="Brontë", npi="1999999992")
        )
    client = sign_in("therapist")
    looked = open_episode(client, house, house.untreated_id, provider_query="bronte", do="find")
    assert looked.status_code == 200
    choice = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>Anaïs Brontë, NPI 1999999992', text_of(looked))
    assert choice
    assert "walk to the market" in text_of(looked)
    kept = open_episode(
        client, house, house.untreated_id, provider_query="bronte", referring_provider_id=choice[1]
    )
    assert kept.status_code == 303
    assert "Anaïs Brontë" in text_of(client.get(kept.headers["Location"]))


def test_the_meaning_of_codes_is_said_while_typing(sign_in: SignIn) -> None:
    page = text_of(post(sign_in("therapist"), "/patients/diagnoses", {"codes": "m5416, M54.5"}))
    assert "Radiculopathy, lumbar region" in page
    assert "M54.50, M54.51, M54.59" in page
    assert "<html" not in page


def test_an_episode_is_changed_held_discharged_and_reopened(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    url = f"/patients/episodes/{house.episode_id}"
    version = re.search(r'name="version"\s+id="version"\s+value="(\d+)"', text_of(client.get(f"{url}/edit")))
    assert version
    changed = post(client, f"{url}/edit", episode_form(house, version=version[1], codes="M79.7, M54.16"))
    assert changed.status_code == 303, text_of(changed)
    record = text_of(client.get(changed.headers["Location"]))
    assert record.index("M79.7") < record.index("M54.16")
    for step, sentence in (
        ("hold", "The episode is on hold"),
        ("reopen", "The episode is open again"),
    ):
        moved = post(client, f"{url}/status", {"step": step}, follow_redirects=True)
        assert sentence in text_of(moved)
    ended = post(client, f"{url}/discharge", {"reason": "goals_met", "result": "met"}, follow_redirects=True)
    assert "The episode is discharged" in text_of(ended)
    assert "The episode is open again" in text_of(
        post(client, f"{url}/status", {"step": "reopen"}, follow_redirects=True)
    )
    assert post(client, f"{url}/status", {"step": "reopen"}).status_code == 409
    assert post(client, f"{url}/status", {"step": "erase"}).status_code == 400


def test_a_section_is_left_out_with_a_reason_and_taken_back(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    url = sections(house, house.episode_id, 12)
    without = post(client, url, {"do": "skip", "reason": " "})
    assert without.status_code == 422
    assert "Write the reason" in text_of(without)
    out = post(client, url, {"do": "skip", "reason": "no body part feels strange"}, follow_redirects=True)
    assert "no body part feels strange" in text_of(out)
    assert "Take it back in" in text_of(out)
    record = text_of(client.get(f"/patients/{house.patient_id}"))
    assert "/13 taught" in record
    back = post(client, url, {"do": "unskip", "reason": ""}, follow_redirects=True)
    assert "Skip it" in text_of(back)
    with reading(house.therapist) as session:
        assert list(session.scalars(select(SectionMark.kind).order_by(SectionMark.id))) == ["skip", "unskip"]


def test_a_mark_by_an_outsider_is_refused(house: House, sign_in: SignIn) -> None:
    url = sections(house, house.episode_id, 12)
    assert post(sign_in("lead"), url, {"do": "skip", "reason": "x"}).status_code == 403
    assert post(sign_in("other_therapist"), url, {"do": "skip", "reason": "x"}).status_code == 404
    assert sign_in("therapist").get(sections(house, house.episode_id, 15)).status_code == 404


def test_the_ten_questions_are_asked_again(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    url = f"/patients/episodes/{house.episode_id}/flags"
    assert text_of(client.get(url)).count('type="checkbox"') == 10
    kept = post(client, url, {"flags": ["stress", "low-mood"]}, follow_redirects=True)
    assert "The answers are kept" in text_of(kept)
    assert text_of(client.get(url)).count(" checked") == 2
    post(client, url, {})
    assert text_of(client.get(url)).count(" checked") == 0
    assert post(client, url, {"flags": ["unheard-of"]}).status_code == 422


def test_scores_are_recorded_and_drawn(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    url = f"/patients/episodes/{house.episode_id}/scores"
    nprs = {"on_date": "2026-11-01", "now": "3", "least": "2", "worst": "8"}
    assert post(client, f"{url}/nprs", nprs).status_code == 303
    assert post(client, f"{url}/nprs", {**nprs, "on_date": "2026-11-20", "worst": "5"}).status_code == 303
    psfs = {"on_date": "2026-11-20"} | {f"name_{n}": f"task {n}" for n in (1, 2, 3)}
    psfs |= {f"score_{n}": str(n) for n in (1, 2, 3)}
    assert post(client, f"{url}/psfs", psfs).status_code == 303
    assert 'value="task 2"' in text_of(client.get(f"{url}/psfs"))
    page = text_of(client.get(f"/patients/{house.patient_id}"))
    assert "From 8 on 1 November to 5 on 20 November: 3 better, more than the error." in page
    assert "8 to 5" in page
    with reading(house.therapist) as session:
        assert sorted(session.scalars(select(OutcomeScore.score))) == [2.0, 5.0, 8.0]


@pytest.mark.parametrize(
    ("measure", "facts", "sentence"),
    [
        ("nprs", {"now": "3", "least": "9", "worst": "8"}, "The least pain cannot be above the worst"),
        ("nprs", {"now": "eleven", "least": "2", "worst": "8"}, "Write a whole number."),
        ("nprs", {"now": "11", "least": "2", "worst": "8"}, "Rate it from 0 to 10."),
        ("psfs", {"name_1": "stairs", "score_1": "3"}, "Name three to five activities"),
        ("psfs", {"name_1": "stairs"}, "Rate this activity from 0 to 10."),
        ("groc", {"change": "8"}, "Rate it from -7 to 7."),
    ],
)
def test_a_refused_score_says_why(
    house: House, sign_in: SignIn, measure: str, facts: dict[str, str], sentence: str
) -> None:
    url = f"/patients/episodes/{house.episode_id}/scores/{measure}"
    response = post(sign_in("therapist"), url, {"on_date": "2026-11-20", **facts})
    assert response.status_code == 422
    assert sentence in text_of(response)


def test_a_measure_that_is_not_built_in_has_no_form(house: House, sign_in: SignIn) -> None:
    assert sign_in("therapist").get(f"/patients/episodes/{house.episode_id}/scores/odi").status_code == 404


def test_an_invitation_is_shown_once_without_a_name(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    page = text_of(post(client, f"/patients/{house.patient_id}/invitations"))
    link = re.search(r"http://localhost(/welcome/[\w-]{40,})", page)
    assert link
    assert "Achterberg" not in page
    assert client.application.test_client().get(link[1]).status_code == 200
    assert link[1] not in text_of(client.get(f"/patients/{house.patient_id}"))
    assert post(sign_in("assistant"), f"/patients/{house.patient_id}/invitations").status_code == 403


def test_who_looked_is_listed_by_name_and_day(house: House, sign_in: SignIn) -> None:
    sign_in("lead").get(f"/patients/{house.patient_id}")
    page = text_of(sign_in("therapist").get(f"/patients/{house.patient_id}/readers"))
    assert "Ruth Abara" in page


def test_every_page_of_a_record_leaves_an_event(house: House, sign_in: SignIn) -> None:
    client = sign_in("therapist")
    episode = f"/patients/episodes/{house.episode_id}"

    def events() -> int:
        with reading(house.therapist) as session:
            found = session.scalars(select(AuditEvent.id).where(AuditEvent.patient_id == house.patient_id))
            return len(found.all())

    for url in (
        "/today",
        "/patients",
        f"/patients/{house.patient_id}",
        f"/patients/{house.patient_id}/edit",
        f"/patients/{house.patient_id}/readers",
        f"{episode}/edit",
        f"{episode}/flags",
        f"{episode}/choose",
        f"{episode}/scores/groc",
        f"{episode}/sections/1",
    ):
        before = events()
        assert client.get(url).status_code == 200
        assert events() == before + 1, url


def test_a_visit_that_was_signed_shows_in_the_dose(app: Flask, house: House, sign_in: SignIn) -> None:
    from tests.web.test_today import signed_visit

    with transaction(house.therapist) as session:
        signed_visit(session, house, section=1, pne=12, alone=15)
        draft = signed_visit(session, house, section=2, pne=5, alone=5, status=VisitStatus.DRAFT)
        assert session.get_one(Episode, draft.episode_id).visits_authorised == 12
    page = text_of(sign_in("therapist").get(f"/patients/{house.patient_id}"))
    assert "27 PNE minutes over 1 visit; trials used 40 to 720." in page
    assert "11 of 12 left" in page
