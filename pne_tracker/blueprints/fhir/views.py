"""FHIR R4 under /fhir/R4: what this server can, and reading and searching the types of `kinds`."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, json, request

from pne_tracker.adapters import clock
from pne_tracker.adapters.fhir_resources import searchset
from pne_tracker.blueprints.fhir.kinds import KINDS, Kind
from pne_tracker.blueprints.fhir.parameters import FORMAT, parameters_of, wanted_of
from pne_tracker.db import looking, transaction
from pne_tracker.domain.access import Permission
from pne_tracker.domain.errors import NotFoundError
from pne_tracker.queries.fhir_search import Wanted
from pne_tracker.services import fhir_reading
from pne_tracker.web.parameters import read_all
from pne_tracker.web.policies import requires, viewer, with_token
from pne_tracker.web.problems import FHIR

bp = Blueprint("fhir", __name__, url_prefix="/fhir/R4")
MADE_ON = dt.date(2026, 11, 26)
"""The day on which what this server can last changed."""
KIND_OF_PARAMETER = {"_id": "token", "patient": "reference", "_lastUpdated": "date"}


@bp.get("/metadata")
@requires(Permission.PUBLIC)
def metadata() -> Response:
    """The CapabilityStatement; it tells nothing of any clinic."""
    read_all((FORMAT,), request.args)
    return _answer(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": MADE_ON.isoformat(),
            "kind": "instance",
            "software": {"name": "PNE Tracker"},
            "implementation": {"description": "PNE Tracker, read only", "url": _base()},
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [
                {
                    "mode": "server",
                    "security": {
                        "description": "A bearer token with the scope that stands beside each type."
                    },
                    "resource": [_capability(kind) for kind in KINDS],
                }
            ],
        }
    )


def _capability(kind: Kind) -> dict[str, Any]:
    names = [query.name for query in parameters_of(kind) if query.name in KIND_OF_PARAMETER]
    return {
        "type": kind.name,
        "documentation": f"{kind.about}. Scope: {kind.scope.value}.",
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "searchParam": [{"name": name, "type": KIND_OF_PARAMETER[name]} for name in names],
    }


def _reader(kind: Kind) -> Callable[..., Response]:
    def read(**ids: uuid.UUID) -> Response:
        read_all((FORMAT,), request.args)
        key = ids[kind.place]
        with transaction(viewer()) as session:
            found = kind.search(session, viewer(), Wanted(ids=(key,), limit=1), _today())
            if not found:
                raise NotFoundError
            fhir_reading.note(session, viewer(), kind.name, [found[0][1]], one=key, now=clock.now())
        return _answer(found[0][0])

    return read


def _searcher(kind: Kind) -> Callable[[], Response]:
    declared = parameters_of(kind)

    def find() -> Response:
        wanted = wanted_of(read_all(declared, request.args))
        with looking(viewer()) as session:
            found = kind.search(session, viewer(), wanted, _today())
            page = found[: wanted.limit]
            seen = [patient_id for _, patient_id in page]
            fhir_reading.note(session, viewer(), kind.name, seen, one=None, now=clock.now())
        resources = [resource for resource, _ in page]
        following = _next(resources[-1]["id"]) if len(found) > wanted.limit else None
        return _answer(searchset(_base(), resources, request.url, following))

    return find


for _kind in KINDS:
    _where = f"/{_kind.name}"
    bp.add_url_rule(_where, f"search_{_kind.name}", with_token(_kind.scope)(_searcher(_kind)))
    bp.add_url_rule(
        f"{_where}/<uuid:{_kind.place}>", f"read_{_kind.name}", with_token(_kind.scope)(_reader(_kind))
    )


def _next(last: str) -> str:
    kept = {name: value for name, value in request.args.items() if name != "_after"}
    return f"{request.base_url}?{urlencode({**kept, '_after': last})}"


def _base() -> str:
    return f"{request.url_root.rstrip('/')}/fhir/R4"


def _today() -> dt.date:
    return clock.today(viewer().timezone)


def _answer(resource: dict[str, Any]) -> Response:
    return Response(json.dumps(resource, sort_keys=False), content_type=FHIR)
