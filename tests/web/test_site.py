"""Addresses within the site are made once each, and are those that Flask makes."""

from __future__ import annotations

from flask import Flask, url_for

from tests.people import House


def test_an_address_is_flasks_with_every_value_and_anchor(app: Flask, house: House) -> None:
    patient = house.patient_id
    with app.test_request_context("/"):
        for _ in range(2):
            assert url_for("patients.show", patient_id=patient) == f"/patients/{patient}"
            assert (
                url_for("completion.index", status="all", _anchor="matrix") == "/completion?status=all#matrix"
            )
            assert url_for("completion.stalled", days=1) == "/completion/stalled?days=1"
            assert url_for("completion.stalled", days=True) == "/completion/stalled?days=True"
            assert url_for("completion.index", status=["all", "open"]) == "/completion?status=all&status=open"


def test_a_site_mounted_below_another_keeps_its_own_addresses(app: Flask, house: House) -> None:
    with app.test_request_context("/"):
        assert url_for("completion.index") == "/completion"
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/pne"}):
        assert url_for("completion.index") == "/pne/completion"


def test_an_address_for_a_mail_names_the_host_it_is_asked_for(app: Flask, house: House) -> None:
    for host in ("one.example.org", "two.example.org"):
        with app.test_request_context("/", base_url=f"https://{host}"):
            assert url_for("completion.index", _external=True) == f"https://{host}/completion"
