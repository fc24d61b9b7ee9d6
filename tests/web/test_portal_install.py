"""The portal on the home screen: a manifest, a worker that keeps nobody's data, a page for when the network is gone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from pne_tracker.db import transaction
from tests.domain.curriculum.readability import grades
from tests.people import House
from tests.services.homework_samples import assign

SignIn = Callable[[str], FlaskClient]
ROOT = Path(__file__).parents[2]


def test_the_manifest_names_icons_that_are_there_and_nothing_of_health(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/portal/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    body = answer.get_json()
    assert (body["start_url"], body["scope"], body["display"]) == ("/portal", "/portal", "standalone")
    assert not re.search(r"pain|health|clinic|therap", answer.get_data(as_text=True), re.IGNORECASE)
    for icon in body["icons"]:
        picture = client.get(icon["src"])
        assert picture.status_code == 200
        assert picture.data.startswith(b"\x89PNG")


def test_the_worker_is_a_script_that_caches_static_files_and_one_page(app: Flask) -> None:
    answer = app.test_client().get("/portal-worker.js?v=1")
    assert answer.status_code == 200
    assert "javascript" in answer.content_type
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    text = answer.get_data(as_text=True)
    assert text.count("cache.put(") == 1
    assert "cache.put(OFFLINE" in text


def test_the_one_worker_of_the_portal_also_shows_push_messages(app: Flask, sign_in: SignIn) -> None:
    page = sign_in("patient").get("/portal/reminders").get_data(as_text=True)
    installed, pushed = (
        re.findall(rf'{name}="([^"]+)"', page) for name in ("data-worker", "data-push-worker")
    )
    assert installed == pushed
    text = app.test_client().get(installed[0]).get_data(as_text=True)
    assert 'addEventListener("push"' in text
    assert 'addEventListener("notificationclick"' in text


def test_the_offline_page_is_the_same_for_everybody_and_plain(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    pages = {client.get("/portal/offline").data for client in (app.test_client(), sign_in("patient"))}
    assert len(pages) == 1
    page = pages.pop().decode()
    assert "Rosalind" not in page
    assert "csrf" not in page
    assert 'lang="es"' in page
    for sentence in re.findall(r"<p>([A-Z][^<]+)</p>", page.split('lang="es"')[0]):
        assert max(grades(sentence)) <= 6, sentence


def test_every_portal_page_can_be_installed_and_says_whose_drafts_it_keeps(
    house: House, sign_in: SignIn
) -> None:
    client = sign_in("patient")
    with transaction(house.therapist) as session:
        homework_id = assign(session, house, "s06-journal")
    page = client.get(f"/portal/homework/{homework_id}").get_data(as_text=True)
    assert 'rel="manifest"' in page
    assert f'data-account="{house.patient.account_id}"' in page
    assert f'data-draft="{homework_id}.1"' in page
    assert uuid.UUID(re.findall(r'data-account="([^"]+)"', page)[0])


def test_the_portals_script_keeps_drafts_only_under_one_name_and_forgets_them_at_sign_out() -> None:
    text = (ROOT / "pne_tracker" / "static" / "js" / "portal.js").read_text()
    assert text.count("localStorage.setItem(key") == 1
    assert '/sign-out"' in text
    assert "sessionStorage" not in text
