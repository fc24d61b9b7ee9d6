"""The OpenAPI 3.1 document, made from the declarations that the addresses themselves are served by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pne_tracker.blueprints.api.area import JSON, Operation
from pne_tracker.web.parameters import Query
from pne_tracker.web.problems import PROBLEM, TEXTS
from pne_tracker.web.shapes import schema_of

PLACE = re.compile(r"<uuid:(\w+)>")
ALWAYS = (400, 401, 403, 429, 500, 503)
TAGS = {
    "patients": "People in care and where they stand",
    "billing": "Signed visits with their lines, and claims",
    "completion": "Figures over many episodes",
    "rules": "What the commands bill and plan do; no row is read or written",
}
ABOUT = (
    "What a program may read of a clinic, with a token of somebody who may. Dates are written YYYY-MM-DD, "
    "instants in UTC, money as text with two decimals. Lists come in pages: `next` is the address of the "
    "page that follows, or null. Each read of a patient is in the audit trail. CPT is a trademark of the "
    "American Medical Association; labels are our own."
)


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole document."""
    schemas: dict[str, Any] = {"Problem": _problem()}
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        path = "/api/v1" + PLACE.sub(r"{\1}", one.rule)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one, schemas)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {"title": "PNE Tracker", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {str(status): _refusal(status) for status in TEXTS if status != 406},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token from Your account, API tokens. The names beside it are scopes.",
                }
            },
        },
    }


def _operation(one: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    ids = PLACE.findall(one.rule)
    more = {404, 409} if ids or any(query.name == "after" for query in one.query) else set()
    if one.body is not None:
        more = {413, 415, 422}
    answers: dict[str, Any] = {
        "200": {"description": "The answer", "content": {JSON: {"schema": _schema(one.answer, schemas)}}}
    }
    for status in sorted({*ALWAYS, *more}):
        answers[str(status)] = {"$ref": f"#/components/responses/{status}"}
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.about.partition(".")[0],
        "description": one.about,
        "tags": [_tag(one)],
        "security": [{"token": [one.scope.value]}],
        "parameters": [*(_place(name) for name in ids), *(_parameter(query) for query in one.query)],
        "responses": answers,
    }
    if one.body is not None:
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": one.body}}}
    return found


def _tag(one: Operation) -> str:
    name = one.scope.value.partition(":")[0]
    return name if name in TAGS else "patients"


def _schema(answer: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    return answer if isinstance(answer, dict) else schema_of(answer, schemas)


def _place(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }


def _parameter(query: Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "in": "query",
        "required": False,
        "description": query.about,
        "schema": query.schema,
    }


def _refusal(status: int) -> dict[str, Any]:
    title, advice = TEXTS[status]
    return {
        "description": f"{title}. {advice}",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "Problem details of RFC 9457; `code` and `at` say which rule refused what part of the input.",
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": text,
            "at": text,
        },
        "required": ["type", "title", "status", "detail"],
    }
