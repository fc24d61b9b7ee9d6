"""The way into the portal: one link, one use, seven days, the right date of birth."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.access import Role
from pne_tracker.domain.door import hash_of
from pne_tracker.domain.errors import BadInputError, NotAllowedError, NotFoundError, RefusedError
from pne_tracker.models import Account, AuditEvent, Consent, Invitation, Patient
from pne_tracker.services import invitations
from pne_tracker.services.invitations import Acceptance, NewAccess
from tests.people import House

TOKEN = "a-token-of-more-than-thirty-two-characters"
BORN = dt.date(1955, 4, 2)
DAY = dt.timedelta(days=1)
ACCESS = NewAccess(BORN, "Amadou@Example.org", "hash", "es", email_consent=True)


def _invite(house: House, token: str = TOKEN, who: str = "lead") -> str:
    viewer = house.viewers[who]
    with transaction(viewer) as session:
        return invitations.invite(session, viewer, house.untreated_id, now=house.now, token=token)


def _accept(house: House, token: str = TOKEN, access: NewAccess = ACCESS, *, days: int = 0) -> Acceptance:
    with transaction(UNSCOPED) as session:
        return invitations.accept(session, hash_of(token), access, now=house.now + days * DAY)


def _accounts(house: House) -> list[Account]:
    with transaction(house.lead) as session:
        return list(session.scalars(select(Account).where(Account.patient_id == house.untreated_id)))


def test_a_patient_who_accepts_has_an_account_and_consents(app: Flask, house: House) -> None:
    _invite(house)
    assert _accept(house) is Acceptance.ACCEPTED
    (account,) = _accounts(house)
    assert account.email == "amadou@example.org"
    assert account.role is Role.PATIENT
    assert account.language == "es"
    with transaction(house.lead) as session:
        consents = dict(session.execute(select(Consent.kind, Consent.granted)).all())
    assert {kind.value: granted for kind, granted in consents.items()} == {"portal": True, "email": True}


def test_only_the_hash_of_a_token_is_kept(app: Flask, house: House) -> None:
    _invite(house)
    with transaction(house.lead) as session:
        kept = session.scalars(select(Invitation.token_hash)).one()
    assert kept == hash_of(TOKEN)
    assert TOKEN not in kept


def test_an_invitation_works_once(app: Flask, house: House) -> None:
    _invite(house)
    assert _accept(house) is Acceptance.ACCEPTED
    assert _accept(house) is Acceptance.ENDED


def test_of_twenty_tries_at_once_exactly_one_works(app: Flask, house: House) -> None:
    _invite(house)
    db.session.remove()

    def one(number: int) -> Acceptance:
        with app.app_context():
            return _accept(house, access=replace(ACCESS, email=f"person{number}@example.org"))

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(one, range(20)))
    assert results.count(Acceptance.ACCEPTED) == 1
    assert results.count(Acceptance.ENDED) == 19
    assert len(_accounts(house)) == 1


def test_looking_at_it_uses_nothing_up(app: Flask, house: House) -> None:
    _invite(house)
    for _ in range(10):
        with reading(UNSCOPED) as session:
            assert invitations.is_open(session, hash_of(TOKEN), now=house.now)
    assert _accept(house) is Acceptance.ACCEPTED
    with reading(UNSCOPED) as session:
        assert not invitations.is_open(session, hash_of(TOKEN), now=house.now)


def test_it_ends_after_seven_days(app: Flask, house: House) -> None:
    _invite(house)
    assert _accept(house, days=7) is Acceptance.ENDED
    assert _accept(house, days=6) is Acceptance.ACCEPTED


def test_a_new_one_ends_the_earlier_one(app: Flask, house: House) -> None:
    _invite(house)
    _invite(house, "another-token-of-more-than-thirty-two-chars")
    assert _accept(house) is Acceptance.ENDED
    assert _accept(house, "another-token-of-more-than-thirty-two-chars") is Acceptance.ACCEPTED


def test_six_wrong_dates_end_it_for_the_right_one_too(app: Flask, house: House) -> None:
    _invite(house)
    wrong = replace(ACCESS, birth_date=dt.date(1955, 2, 4))
    tries = [_accept(house, access=wrong) for _ in range(6)]
    assert tries == [Acceptance.WRONG_DATE] * 5 + [Acceptance.ENDED]
    assert _accept(house) is Acceptance.ENDED
    assert _accounts(house) == []
    with transaction(house.lead) as session:
        noted = select(func.count()).where(AuditEvent.action == "refuse_invitation")
        assert session.scalar(noted) == 6


def test_an_unknown_link_reads_like_an_ended_one(app: Flask, house: House) -> None:
    assert _accept(house, "no-such-token") is Acceptance.ENDED


def test_accepting_again_opens_the_same_account_and_ends_its_sessions(app: Flask, house: House) -> None:
    _invite(house)
    _accept(house)
    (before,) = _accounts(house)
    _invite(house, "another-token-of-more-than-thirty-two-chars")
    again = replace(ACCESS, email="new@example.org", password_hash="newer")
    assert _accept(house, "another-token-of-more-than-thirty-two-chars", again) is Acceptance.ACCEPTED
    (after,) = _accounts(house)
    assert after.id == before.id
    assert after.email == "new@example.org"
    assert after.password_hash == "newer"
    assert after.uniquifier != before.uniquifier


@pytest.mark.parametrize("email", ["therapist@harbor-lane.example", "foreign.therapist@far-shore.example"])
def test_another_accounts_address_is_refused_and_the_link_stays_open(
    app: Flask, house: House, email: str
) -> None:
    _invite(house)
    with pytest.raises(BadInputError):
        _accept(house, access=replace(ACCESS, email=email))
    assert _accept(house) is Acceptance.ACCEPTED


def test_nobody_is_invited_in_the_name_of_the_dead(app: Flask, house: House) -> None:
    _invite(house)
    with transaction(house.lead) as session:
        session.get_one(Patient, house.untreated_id).deceased = True
    assert _accept(house) is Acceptance.ENDED
    with pytest.raises(RefusedError):
        _invite(house)


def test_without_a_date_of_birth_there_is_no_invitation(app: Flask, house: House) -> None:
    with transaction(house.lead) as session:
        session.get_one(Patient, house.untreated_id).birth_date = None
    with pytest.raises(RefusedError):
        _invite(house)


def test_an_assistant_sees_the_patient_but_does_not_invite(app: Flask, house: House) -> None:
    with pytest.raises(NotAllowedError):
        _invite(house, who="assistant")


@pytest.mark.parametrize("who", ["biller", "administrator", "patient"])
def test_who_does_not_reach_the_patient_learns_nothing(app: Flask, house: House, who: str) -> None:
    with pytest.raises(NotFoundError):
        _invite(house, who=who)


def test_a_therapist_invites_no_patient_of_another_organisation(app: Flask, house: House) -> None:
    foreign = house.viewers["foreign_therapist"]
    with pytest.raises(NotFoundError), transaction(foreign) as session:
        invitations.invite(session, foreign, house.untreated_id, now=house.now, token=TOKEN)
