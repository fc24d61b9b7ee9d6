"""The pages. Each package is one area: views.py (HTTP only), forms.py (parsing), viewmodels.py (display)."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

AREAS = (
    "home",
    "door",
    "today",
    "patients",
    "imports",
    "visits",
    "appointments",
    "homework",
    "messages",
    "portal",
    "portal.paper",
    "recall",
    "reminders",
    "papers",
    "records",
    "billing",
    "office",
    "completion",
    "curriculum",
    "settings",
    "api",
    "fhir",
)

WITHOUT_FORM_TOKEN = (
    "pne_tracker.blueprints.reminders.public_views.stop",
    "pne_tracker.blueprints.reminders.public_views.incoming_text",
    "pne_tracker.blueprints.completion.month_views.stop_summary",
)
"""Views that programs post to, which know no form of ours: each checks a signature of its own."""


FOR_PROGRAMS = ("api", "fhir")
"""Areas that a bearer token opens and no cookie: a page of another site can send neither."""


def register(app: Flask) -> None:
    """Register the blueprint `bp` of each area."""
    for area in AREAS:
        app.register_blueprint(import_module(f"{__name__}.{area}.views").bp)
