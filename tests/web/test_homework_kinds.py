"""Each kind of homework as a patient meets it, and what the therapist sees of it."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pne_tracker.db import transaction
from pne_tracker.models import Account, Entry, PracticeRun
from pne_tracker.queries.practice import run_from
from tests.domain.kinds.test_drawings import PLACE, exif, jpeg
from tests.people import House
from tests.services.homework_samples import assign
from tests.services.test_homework_tools import FLARE
from tests.web.pages import post, token

SignIn = Callable[[str], FlaskClient]


def given(house: House, key: str) -> uuid.UUID:
    with transaction(house.therapist) as session:
        return assign(session, house, key)


def text_of(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url, follow_redirects=True)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, url: str, data: dict[str, Any], status: int = 303) -> str:
    secret = token(client, "/portal/settings")
    answer = client.post(url, data={"_n": "1", **data, "csrf_token": secret})
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def practise(house: House, client: FlaskClient, homework_id: uuid.UUID, pictures: int = 10) -> None:
    """Begin and judge every picture right, one page a picture, as without scripts."""
    url = f"/portal/homework/{homework_id}/practice"
    send(client, url, {"body_part": "foot", "pictures": str(pictures), "pain_before": "3"})
    with transaction(house.patient) as session:
        run = run_from(session.scalars(select(PracticeRun)).one())
    for number, picture in enumerate(run.pictures):
        assert f"Picture {number + 1} of {pictures}" in text_of(client, url)
        send(client, f"{url}/answer", {"at": str(number), "side": picture.side.value})


def test_a_practice_without_scripts_shows_one_picture_a_page_and_does_not_invent_a_speed(
    house: House, sign_in: SignIn
) -> None:
    homework_id, client = given(house, "s12-laterality"), sign_in("patient")
    assert "How many to look at" in text_of(client, f"/portal/homework/{homework_id}")
    practise(house, client, homework_id)
    page = text_of(client, f"/portal/homework/{homework_id}/practice")
    assert "Left: 5 of 5 right." in page
    assert "Your speed was not measured this time." in page
    send(client, f"/portal/homework/{homework_id}/practice/send", {"pain_after": "3"})
    assert "Left: 100 percent right." in text_of(client, f"/portal/homework/{homework_id}?n=1")
    shown = text_of(sign_in("therapist"), f"/homework/{homework_id}")
    assert "Right answers in percent" in shown
    assert "Seconds for a right answer" not in shown


def test_a_picture_page_never_says_which_side_it_shows(house: House, sign_in: SignIn) -> None:
    homework_id, client = given(house, "s12-laterality"), sign_in("patient")
    url = f"/portal/homework/{homework_id}/practice"
    send(client, url, {"body_part": "hand", "pictures": "20", "pain_before": "3"})
    pictures = re.findall(r'<svg class="limb".*?</svg>', text_of(client, url), re.DOTALL)
    assert len(pictures) == 20
    assert not any("left" in one.lower() or "right" in one.lower() for one in pictures)


def test_a_practice_that_misses_a_choice_says_which(house: House, sign_in: SignIn) -> None:
    homework_id, client = given(house, "s12-laterality"), sign_in("patient")
    url = f"/portal/homework/{homework_id}/practice"
    page = send(client, url, {"pictures": "20", "pain_before": "3"}, 422)
    assert "Pick a body part." in page
    assert "Pick a number from 0 to 10." in send(client, url, {"body_part": "hand", "pictures": "20"}, 422)


@pytest.mark.parametrize(
    "timed", ["", "[", '[["left"]]', '[["up", 3]]', '[["left", "x"]]', "[[1e999, 1e999]]", "{}"]
)
def test_odd_answers_break_nothing(house: House, sign_in: SignIn, timed: str) -> None:
    homework_id, client = given(house, "s12-laterality"), sign_in("patient")
    url = f"/portal/homework/{homework_id}/practice"
    send(client, url, {"body_part": "hand", "pictures": "20", "pain_before": "3"})
    send(client, f"{url}/answer", {"at": "0", "timed": timed})
    assert "Picture 1 of 20" in text_of(client, url)


def test_imagined_movement_opens_when_the_therapist_unlocks_it(house: House, sign_in: SignIn) -> None:
    practice, imagery = given(house, "s12-laterality"), given(house, "s12-imagery")
    patient, therapist = sign_in("patient"), sign_in("therapist")
    assert "Maya opens it for you" in text_of(patient, f"/portal/homework/{imagery}")
    assert "Step 1 of 4, left or right" in text_of(therapist, f"/homework/{practice}")
    assert post(therapist, f"/homework/{practice}/ladder", {"step": "2", "seen": "1"}).status_code == 303
    assert "Do not move it." in text_of(patient, f"/portal/homework/{imagery}")
    assert post(therapist, f"/homework/{imagery}/ladder", {"step": "3", "seen": "2"}).status_code == 303
    assert "Look at your other side in the mirror." in text_of(patient, f"/portal/homework/{imagery}")
    send(patient, f"/homework/{practice}/ladder", {"step": "4", "seen": "3"}, 403)


def test_a_locked_step_cannot_be_sent_around_the_page(house: House, sign_in: SignIn) -> None:
    imagery, client = given(house, "s12-imagery"), sign_in("patient")
    raw = {"move": "fist", "count": "5", "pain-before": "3", "pain-after": "3", "swelling": "no"}
    send(client, f"/portal/homework/{imagery}", raw, 409)
    with transaction(house.patient) as session:
        assert session.scalars(select(Entry)).all() == []


def test_breathing_has_a_pacer_and_a_way_out(house: House, sign_in: SignIn) -> None:
    page = text_of(sign_in("patient"), f"/portal/homework/{given(house, 's05-breathing')}")
    assert 'name="_rate" value="4"' in re.sub(r"\s+", " ", page)
    assert "If you feel dizzy, stop" in page


def test_a_reading_is_drawn_and_the_therapist_sees_the_drawing(house: House, sign_in: SignIn) -> None:
    homework_id, client = given(house, "s03-reading"), sign_in("patient")
    send(client, f"/portal/homework/{homework_id}/drawing", {"strokes": "[[10, 20, 30, 40]]"})
    page = text_of(client, f"/portal/homework/{homework_id}")
    assert "10,20 30,40" in page
    assert "I drew it. My drawing is here." in page
    send(client, f"/portal/homework/{homework_id}", {"way": "drew", "show": "I drew it."})
    assert "10,20 30,40" in text_of(sign_in("therapist"), f"/homework/{homework_id}")


def test_a_photo_is_served_as_what_it_is_and_only_to_those_who_may(house: House, sign_in: SignIn) -> None:
    homework_id, client = given(house, "s03-reading"), sign_in("patient")
    url = f"/portal/homework/{homework_id}/drawing/photo"
    form = {"_n": "1", "csrf_token": token(client, "/portal/settings")}
    sent = client.post(url, data={**form, "photo": (io.BytesIO(jpeg(exif(1))), "IMG.jpg")})
    assert sent.status_code == 303
    photo = client.get(f"{url}?n=1")
    assert photo.headers["Content-Type"] == "image/jpeg"
    assert photo.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in photo.headers["Cache-Control"]
    assert PLACE not in photo.data
    staff = f"/homework/{homework_id}/photo?n=1"
    assert sign_in("therapist").get(staff).status_code == 404
    send(client, f"/portal/homework/{homework_id}", {"way": "drew", "show": "a nerve"})
    assert sign_in("therapist").get(staff).status_code == 200
    assert sign_in("other_therapist").get(staff).status_code == 404
    assert sign_in("biller").get(staff).status_code == 403


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Pick a photo first."),
        (b"<svg onload=alert(1)>", "We can not open this file. Add a photo of your drawing"),
        (b"GIF89a", "or a screenshot of the photo."),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "It is called HEIC. Open the photo, take a screenshot of it"),
        (b"\xff\xd8\xff" + bytes(6 * 1024 * 1024), "This photo is too large. Open it, take a screenshot"),
    ],
)
def test_what_is_no_photo_is_refused_with_what_to_do(
    house: House, sign_in: SignIn, data: bytes, said: str
) -> None:
    homework_id, client = given(house, "s03-reading"), sign_in("patient")
    form = {"_n": "1", "csrf_token": token(client, "/portal/settings"), "photo": (io.BytesIO(data), "x.png")}
    refused = client.post(f"/portal/homework/{homework_id}/drawing/photo", data=form)
    assert refused.status_code == 422
    assert said in refused.get_data(as_text=True)


def test_a_flare_is_logged_from_the_logs_and_the_therapist_sees_it(house: House, sign_in: SignIn) -> None:
    client = sign_in("patient")
    assert "/portal/flare" in text_of(client, "/portal/logs")
    page = text_of(client, "/portal/flare")
    form_id = re.search(r'name="_id"\s+value="([^"]+)"', page)
    assert form_id
    assert page.index("New signs come first") < page.index("Are any of these new?")
    kept = send(client, "/portal/flare", {**FLARE, "_id": form_id[1]}, 200)
    assert "What helps in a flare" in kept
    assert "Your flares" in text_of(client, "/portal/logs")
    assert "Usual pain (hollow)" in text_of(sign_in("therapist"), f"/homework/logs/{house.patient_id}")
    assert sign_in("other_therapist").get(f"/homework/logs/{house.patient_id}").status_code == 404


def test_danger_signs_are_answered_first_and_without_advice_to_wait(house: House, sign_in: SignIn) -> None:
    client = sign_in("patient")
    page = send(client, "/portal/flare", {**FLARE, "new_signs": ["fever"]}, 200)
    assert "Call us now, or call 911." in page
    assert "What helps in a flare" not in page
    assert "Call us now, or call 911." in send(client, "/portal/flare", {"new_signs": ["fever"]}, 422)


def test_the_coping_plan_shows_what_the_logs_say(house: House, sign_in: SignIn) -> None:
    client = sign_in("patient")
    log, plan = given(house, "s05-breathing"), given(house, "s13-plan")
    day = house.now.date().isoformat()
    raw = {"day": day, "minutes": "5", "tension_before": "6", "tension_after": "4", "dizzy": "no"}
    send(client, f"/portal/homework/{log}", {**raw, "_sure": "1"})
    page = text_of(client, f"/portal/homework/{plan}")
    assert "No entry in the last four weeks." in page


def test_the_cup_fills_and_empties(house: House, sign_in: SignIn) -> None:
    homework_id, client = given(house, "s14-journal"), sign_in("patient")
    first = {"in-the-cup": "Money 6\nMy knee 2", "how-full": "8", "pour-out": "Not yet"}
    send(client, f"/portal/homework/{homework_id}", first)
    assert "Your cup the last time" in text_of(client, f"/portal/homework/{homework_id}?n=2")
    send(client, f"/portal/homework/{homework_id}", {**first, "how-full": "5", "_n": "2"})
    page = text_of(client, f"/portal/homework/{homework_id}?n=2")
    assert "Your cup is 5 of 10 full. The dashed line shows 8, the time before." in page
    assert "Money" in text_of(sign_in("therapist"), f"/homework/{homework_id}")


def test_a_private_cup_is_drawn_for_its_patient_alone(house: House, sign_in: SignIn) -> None:
    homework_id, client = given(house, "s14-journal"), sign_in("patient")
    raw = {"in-the-cup": "Debts 6", "how-full": "8", "pour-out": "Not yet", "_asks_to_share": "1"}
    send(client, f"/portal/homework/{homework_id}", raw)
    assert "Your cup is 8 of 10 full." in text_of(client, "/portal/logs")
    therapist = sign_in("therapist")
    for url in (f"/homework/{homework_id}", f"/homework/logs/{house.patient_id}"):
        page = text_of(therapist, url)
        assert "Debts" not in page
        assert "of 10 full" not in page
    assert "only the patient can read: 1" in page


@pytest.mark.parametrize("url", ["/portal/flare", "/portal/logs"])
def test_the_tools_speak_spanish(house: House, sign_in: SignIn, url: str) -> None:
    with transaction(house.patient) as session:
        session.execute(update(Account).values(language="es"))
    page = text_of(sign_in("patient"), url)
    assert "Log a flare" not in page
    assert "brote" in page
