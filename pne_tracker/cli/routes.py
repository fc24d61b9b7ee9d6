"""`pne-tracker routes`: every rule with its policy."""

from __future__ import annotations

import json

import click
from flask import current_app

from pne_tracker.cli._app import with_app
from pne_tracker.web.policies import describe


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As a JSON list.")
@with_app
def routes(as_json: bool) -> None:
    """List every rule, its methods, its policy and the roles that pass."""
    rules = describe(current_app)
    if as_json:
        click.echo(json.dumps(rules, indent=2))
        return
    for rule in rules:
        again = ", asks again" if rule["fresh"] else ""
        click.echo(f"{rule['rule']:44} {','.join(rule['methods']):12} {rule['policy']}{again}")
