"""What a patient sees when a form came too late, or a page is not there: in their language, with every word."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.people import House
from tests.web.pages import post, token
from tests.web.test_portal import SignIn

LATE = ("/portal/corrections", "/portal/recall/switch", "/portal/summary", "/portal/received")


@pytest.mark.parametrize("url", LATE)
def test_a_form_that_came_too_late_is_refused_in_the_patients_language(
    house: House, sign_in: SignIn, url: str
) -> None:
    client = sign_in("patient")
    post(client, "/portal/language", {"language": "es"})
    answer = client.post(url, data={})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Esta página estuvo abierta mucho tiempo" in page
    assert "Code 400" not in page


@pytest.mark.parametrize(("url", "status"), [("/portal/nowhere", 404), ("/patients", 403)])
def test_a_page_that_is_not_there_says_so_in_spanish(
    house: House, sign_in: SignIn, url: str, status: int
) -> None:
    client = sign_in("patient")
    post(client, "/portal/language", {"language": "es"})
    answer = client.get(url)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert 'lang="es"' in page
    assert "Volver al inicio" in page
    assert "Your account" not in page


def test_a_question_sent_after_the_session_ended_is_shown_again_with_the_way_in(
    house: House, sign_in: SignIn
) -> None:
    client, other = sign_in("patient"), sign_in("patient")
    words = {"csrf_token": token(client, "/portal/messages"), "text": "May I swim in the sea?"}
    post(other, "/sessions/others")
    answer = client.post(
        "/portal/messages", data=words, headers={"Referer": "http://localhost/portal/messages"}
    )
    said = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "You are signed out" in said
    assert "May I swim in the sea?" in said
    assert "/sign-in?next=/portal/messages" in said


def test_a_draft_sent_after_the_session_ended_replaces_nothing_on_the_page(app: Flask, house: House) -> None:
    answer = app.test_client().post(
        "/portal/homework/01a21c77-1b17-7117-9139-89b5761461c0/draft", headers={"HX-Request": "true"}
    )
    assert answer.status_code in {400, 401}
    assert answer.headers["HX-Reswap"] == "none"
