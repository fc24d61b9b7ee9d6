"""Who may open what, as declared at each page: the same list as `pne-tracker routes --json`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from pne_tracker.blueprints.settings.area import bp
from pne_tracker.domain.access import Permission, Role
from pne_tracker.web.policies import describe, requires


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One permission: who has it, and the addresses that ask for it."""

    name: str
    roles: dict[str, bool]
    rules: list[str]


@bp.get("/policies")
@requires(Permission.MANAGE_CLINIC)
def policies() -> ResponseReturnValue:
    """The declared policies as one table."""
    roles = [role.value for role in Role]
    return render_template("settings/policies.html", roles=roles, rows=policy_rows(describe(current_app)))


def policy_rows(rules: list[dict[str, Any]]) -> list[PolicyRow]:
    """The rules by the permission they ask for, public ones last."""
    ordered = sorted(rules, key=lambda rule: (rule["public"], rule["policy"], rule["rule"]))
    rows = []
    for name, group in groupby(ordered, key=lambda rule: str(rule["policy"])):
        held = list(group)
        rows.append(
            PolicyRow(
                name.replace("_", " "),
                {role.value: any(role.value in rule["roles"] for rule in held) for role in Role},
                [_line(rule) for rule in held],
            )
        )
    return rows


def _line(rule: dict[str, Any]) -> str:
    again = ", asks again who it is" if rule["fresh"] else ""
    program = f", by token with {rule['scope']}" if rule["scope"] else ""
    return f"{' '.join(rule['methods'])} {rule['rule']}{again}{program}"
