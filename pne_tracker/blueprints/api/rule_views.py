"""The rules as a service: what the commands `bill` and `plan` do, without a row read or written."""

from __future__ import annotations

from typing import Any

from pne_tracker.adapters.packs import load_shipped
from pne_tracker.blueprints.api.area import post
from pne_tracker.blueprints.api.rule_schemas import BILL, PLAN, PLAN_INPUT, VISIT
from pne_tracker.domain import plan_wire
from pne_tracker.domain.billing import wire
from pne_tracker.domain.billing.engine import bill as bill_visit
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.planner import plan as make_plan
from pne_tracker.domain.scopes import ApiScope


@post("/bill", scope=ApiScope.RULES, answer=BILL, body=VISIT)
def bill(given: Any) -> Any:
    """One visit to billing lines, as the command `bill` answers."""
    return wire.write(bill_visit(wire.read(given)))


@post("/plan", scope=ApiScope.RULES, answer=PLAN, body=PLAN_INPUT)
def plan_of_facts(given: Any) -> Any:
    """The facts of an episode to a plan, as the command `plan` answers."""
    pack, facts = plan_wire.read(given, _shipped)
    return plan_wire.write(make_plan(pack, facts))


def _shipped(pack_id: str) -> Pack | None:
    pack = load_shipped()
    return pack if pack.id == pack_id else None
