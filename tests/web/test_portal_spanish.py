"""Somebody who reads Spanish alone finds no English on the way in, in their account, or in their pictures."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from flask import Flask
from flask_babel import force_locale

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.web.log_pictures import pictures_of
from pne_tracker.web.portal_context import full_date
from tests.people import House
from tests.web.pages import post
from tests.web.test_portal import SignIn

SPANISH = {"Accept-Language": "es-US,es;q=0.9"}


def test_the_way_in_speaks_spanish_to_a_spanish_browser(app: Flask, house: House) -> None:
    client = app.test_client()
    page = client.get("/sign-in", headers=SPANISH).get_data(as_text=True)
    assert "Correo electrónico" in page
    assert "Contraseña" in page
    for english in ("Work email", ">Password", "Staff:", "Sign in"):
        assert english not in page
    start = page.index('name="csrf_token" value="') + len('name="csrf_token" value="')
    token = page[start : page.index('"', start)]
    wrong = {"email": "nobody@example.org", "password": "wrong", "csrf_token": token}
    said = client.post("/sign-in", data=wrong, headers=SPANISH).get_data(as_text=True)
    assert "El correo y la contraseña no coinciden." in said


def test_a_patient_finds_password_and_passkeys_under_settings_in_spanish(
    house: House, sign_in: SignIn
) -> None:
    client = sign_in("patient")
    post(client, "/portal/language", {"language": "es"})
    assert "/settings/account" in client.get("/portal/settings").get_data(as_text=True)
    page = client.get("/settings/account").get_data(as_text=True)
    assert "Dónde tiene la sesión abierta" in page
    assert 'href="/portal"' in page
    for english in ("Your account", "Password now", "Browser", "Way in", " on Linux", "patient<"):
        assert english not in page
    said = post(client, "/sessions/others", follow_redirects=True).get_data(as_text=True)
    assert "No había otra sesión abierta." in said
    short = {"current": "any words", "new": "short", "again": "short"}
    refused = post(client, "/settings/account/password", short).get_data(as_text=True)
    assert "Use al menos 15 letras." in refused


def test_pictures_of_logs_write_days_and_keys_in_spanish(app: Flask) -> None:
    entries = [
        SimpleNamespace(
            for_date=dt.date(2026, 11, day),
            values={"done_minutes": day, "pain_before": 4, "pain_after": 3},
            derived={},
        )
        for day in (13, 22)
    ]
    with app.test_request_context("/portal/logs?lang=es"):
        line, pairs = pictures_of(HomeworkKind.EXERCISE_LOG, entries, "log")
    assert [tick.text for tick in line.drawn.ticks] == ["13 nov", "22 nov"]
    assert line.drawn.heads[0] == "Día"
    assert pairs.caption.endswith("Vacío: antes. Lleno: después.")


def test_a_day_with_its_year_is_written_as_the_portal_writes_days(app: Flask) -> None:
    day = dt.date(2026, 10, 13)
    for lang, said in (("en", "13 October 2026"), ("es", "13 de octubre de 2026")):
        with app.test_request_context(), force_locale(lang):
            assert full_date(day) == said
