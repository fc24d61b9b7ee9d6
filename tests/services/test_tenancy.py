"""Organisations never meet: each layer is tried alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from pne_tracker.db import UNSCOPED, Scope, reading, transaction
from pne_tracker.domain.access import Viewer
from pne_tracker.models import Clinic, ContactPoint, Patient, TenantError, built_once, new_id
from tests.people import House


def test_a_session_without_an_organisation_reads_nothing(app: Flask) -> None:
    from pne_tracker.db import db

    with pytest.raises(TenantError):
        db.session.scalars(select(Patient)).all()


def test_a_list_holds_the_own_organisation_alone(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        names = set(session.scalars(select(Patient.family_name)))
        count = session.scalar(select(func.count()).select_from(Patient))
    assert names == {"Achterberg", "Fenwick"}
    assert count == 2


@pytest.mark.parametrize("prepare", [lambda question: question, built_once], ids=["made anew", "built once"])
def test_the_same_question_of_two_organisations_has_two_answers(
    app: Flask, house: House, prepare: Callable[[Select[Any]], Select[Any]]
) -> None:
    other = aliased(Patient)
    clinics = select(Clinic.id).where(Clinic.id == Patient.clinic_id)
    question = prepare(
        select(Patient.id, other.id)
        .join(other, other.id == Patient.id)
        .where(clinics.correlate(Patient).exists())
    )
    own, foreign = house.therapist, house.viewers["foreign_therapist"]
    answers = []
    for viewer in (own, foreign, own, foreign):
        with transaction(viewer) as session:
            answers.append({row[0] for row in session.execute(question)})
    assert house.foreign_patient_id in answers[1]
    assert not answers[0] & answers[1]
    assert (answers[2], answers[3]) == (answers[0], answers[1])


def test_a_foreign_id_is_not_found_by_key(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        assert session.get(Patient, house.foreign_patient_id) is None


def test_a_warm_row_is_forgotten_when_the_scope_changes(app: Flask, house: House) -> None:
    from pne_tracker.models import enter_scope

    with transaction(UNSCOPED) as session:
        assert session.get(Patient, house.foreign_patient_id) is not None
        enter_scope(session, Scope(house.therapist.organisation_id))
        assert session.get(Patient, house.foreign_patient_id) is None


def test_a_row_for_another_organisation_is_refused_on_flush(app: Flask, house: House) -> None:
    foreign = house.viewers["foreign_therapist"]
    with pytest.raises(TenantError), transaction(house.therapist) as session:
        session.add(
            ContactPoint(
                organisation_id=foreign.organisation_id,
                patient_id=house.foreign_patient_id,
                system="phone",
                value="+15555550100",
            )
        )
        session.flush()


def test_a_child_cannot_point_at_a_parent_of_another_organisation(app: Flask, house: House) -> None:
    with pytest.raises(IntegrityError), transaction(house.therapist) as session:
        session.add(
            ContactPoint(
                id=new_id(), patient_id=house.foreign_patient_id, system="phone", value="+15555550100"
            )
        )


def test_a_mass_update_touches_the_own_organisation_alone(app: Flask, house: House) -> None:
    with transaction(house.therapist) as session:
        session.execute(update(Patient).values(city="Kansas City"))
    with reading(house.viewers["foreign_therapist"]) as session:
        assert set(session.scalars(select(Patient.city))) == {None}


def test_a_new_row_takes_the_organisation_of_its_session(app: Flask, house: House) -> None:
    viewer: Viewer = house.therapist
    with transaction(viewer) as session:
        session.add(ContactPoint(patient_id=house.patient_id, system="email", value="r@example.org"))
    with reading(viewer) as session:
        assert session.scalars(select(ContactPoint.organisation_id)).one() == viewer.organisation_id
