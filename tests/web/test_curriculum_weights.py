"""The planner's weights as a clinic lead changes them: seen on the patients first, then kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pne_tracker.db import transaction
from pne_tracker.domain.clinic_weights import weights_of
from pne_tracker.domain.visit_draft import SectionDraft
from pne_tracker.models import AuditEvent, Episode, PlannerWeights
from pne_tracker.queries.curricula import pack_of
from pne_tracker.queries.planning import PNE_MINUTES, plan_of_episode
from tests.people import House
from tests.visit_forms import GAIT_AND_PNE, signed_visit
from tests.web.pages import post

SignIn = Callable[[str], FlaskClient]
HIDDEN = re.compile(r'name="based_on"[^>]*value="([^"]*)"')


def address(house: House) -> str:
    return f"/curriculum/{house.clinic_id}/weights"


def typed(house: House, **changed: str) -> dict[str, str]:
    """The whole form with the pack's numbers, but for those changed; a flag's dashes are underscores here."""
    with transaction(house.lead) as session:
        known = weights_of(pack_of(session, house.pack_version_id))
    values = {code: str(value) for code, value in known.weights.items()}
    values |= {f"flag-{flag}": str(value) for flag, value in known.flags.items()}
    return values | {name.replace("__", "-"): value for name, value in changed.items()} | {"based_on": ""}


def taught_not_yet(house: House) -> None:
    """Section 1 was taught and waits to be revisited: the planner says *go back to it*."""
    with transaction(house.therapist) as session:
        form = replace(GAIT_AND_PNE(house.today, decision="separate"), sections=(SectionDraft(1, "not_yet"),))
        signed_visit(session, house, form)


def first(house: House) -> str:
    with transaction(house.therapist) as session:
        made = plan_of_episode(session, session.get_one(Episode, house.episode_id), house.today, PNE_MINUTES)
        return made.suggestion.title if made.suggestion else ""


def test_a_lead_sees_by_name_whose_suggestion_would_change_before_anything_is_kept(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    taught_not_yet(house)
    page = post(sign_in("lead"), address(house), {**typed(house, revisit_due="0"), "do": "try"})
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "1 of 1 patient would get another first suggestion" in text
    assert "Rosalind Achterberg" in text
    assert "Go back to 1, Pain Knowledge" in text
    assert "Teach 2, Sensitive Nerves" in text
    assert "To revisit: 140 to 0" in text
    assert first(house) == "Go back to 1, Pain Knowledge"


def test_those_whose_suggestion_stays_are_named_too(app: Flask, house: House, sign_in: SignIn) -> None:
    page = post(sign_in("lead"), address(house), {**typed(house, start_here="299"), "do": "try"})
    text = page.get_data(as_text=True)
    assert "Nobody’s first suggestion changes, of 1 patient" in text
    assert "Show the 1 whose first suggestion stays" in text
    assert "328 to 327" in text


def test_kept_weights_count_in_the_next_plan_and_the_packs_own_come_back(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    taught_not_yet(house)
    lead = sign_in("lead")
    kept = post(lead, address(house), {**typed(house, revisit_due="0"), "do": "save"})
    assert kept.status_code == 303
    assert first(house) == "Teach 2, Sensitive Nerves"
    tried = post(lead, address(house), {"do": "reset"}).get_data(as_text=True)
    assert "To revisit: 0 to 140" in tried
    assert first(house) == "Teach 2, Sensitive Nerves"
    based_on = HIDDEN.search(lead.get(address(house)).get_data(as_text=True))
    assert based_on
    post(lead, address(house), {**typed(house), "based_on": based_on[1], "do": "save"})
    assert first(house) == "Go back to 1, Pain Knowledge"
    history = lead.get(address(house)).get_data(as_text=True)
    assert "Show 2 changes so far" in history
    assert "Ruth Abara, PT" in history


def test_a_number_out_of_bounds_is_refused_beside_its_field_and_stays_typed(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    form = {**typed(house, prerequisite_hard="5", flag__stress="many"), "do": "save"}
    page = post(sign_in("lead"), address(house), form)
    text = page.get_data(as_text=True)
    assert page.status_code == 422
    assert "Write a whole number." in text
    assert 'value="5"' in text
    page = post(sign_in("lead"), address(house), {**typed(house, prerequisite_hard="5"), "do": "save"})
    assert page.status_code == 422
    assert "Write a whole number from -1000 to 0." in page.get_data(as_text=True)


def test_two_leads_do_not_overwrite_each_other(app: Flask, house: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    post(lead, address(house), {**typed(house, revisit_due="150"), "do": "save"})
    page = post(lead, address(house), {**typed(house, revisit_due="160"), "do": "save"})
    assert page.status_code == 409
    assert "Somebody else changed the weights" in page.get_data(as_text=True)


def test_an_administrator_reads_the_weights_and_no_name(app: Flask, house: House, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    page = client.get(address(house))
    assert page.status_code == 200
    assert "A clinic lead changes these" in page.get_data(as_text=True)
    asked = post(client, address(house), {**typed(house), "do": "try"})
    assert asked.status_code == 403
    assert "Achterberg" not in asked.get_data(as_text=True)


def test_a_look_at_the_patients_and_a_change_are_audited(app: Flask, house: House, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    post(lead, address(house), {**typed(house, revisit_due="150"), "do": "try"})
    post(lead, address(house), {**typed(house, revisit_due="150"), "do": "save"})
    with transaction(house.lead) as session:
        looked = select(func.count()).where(
            AuditEvent.subject == "weights_preview", AuditEvent.patient_id == house.patient_id
        )
        changed = select(AuditEvent.details).where(AuditEvent.subject == "planner_weights")
        assert session.scalar(looked) == 1
        assert session.scalars(changed).one() == {"weights": 1}
        assert session.scalar(select(func.count()).select_from(PlannerWeights)) == 1


def test_the_curriculum_of_another_organisation_is_not_there(
    app: Flask, house: House, sign_in: SignIn
) -> None:
    foreign = house.viewers["foreign_therapist"].clinic_ids
    assert sign_in("lead").get(f"/curriculum/{next(iter(foreign))}/weights").status_code == 404
