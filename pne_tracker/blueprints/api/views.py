"""JSON for programs under /api/v1, and the document that describes it."""

from __future__ import annotations

from flask import Response, json
from flask.typing import ResponseReturnValue

from pne_tracker.blueprints.api import (  # noqa: F401  (they hang their addresses on the blueprint)
    billing_views,
    patient_views,
    rule_views,
)
from pne_tracker.blueprints.api.area import JSON, OPERATIONS, bp
from pne_tracker.blueprints.api.document import document
from pne_tracker.domain.access import Permission
from pne_tracker.web.policies import requires

__all__ = ["bp"]


@bp.get("/openapi.json")
@requires(Permission.PUBLIC)
def openapi() -> ResponseReturnValue:
    """The OpenAPI 3.1 document; it tells nothing of any clinic."""
    return Response(json.dumps(document(OPERATIONS), sort_keys=False), content_type=JSON)
