"""What a program gets when something is refused or breaks: problem details (RFC 9457), for FHIR an OperationOutcome."""

from __future__ import annotations

from flask import Response, json

from pne_tracker.domain.errors import BadInputError

PROBLEM = "application/problem+json"
FHIR = "application/fhir+json"

TEXTS: dict[int, tuple[str, str]] = {
    400: ("Bad request", "The request cannot be read. Compare it with /api/v1/openapi.json."),
    401: ("Token wanted", "Send a token that works: Authorization: Bearer pne_..."),
    403: ("Not with this token", "This token, or its account, does not reach this."),
    404: ("Nothing here", "There is nothing here, or this token does not reach it."),
    405: ("Method not allowed", "This address does not take that method; Allow names those it takes."),
    406: ("Not that format", "Answers are JSON."),
    409: ("Conflict", "Somebody else changed this first. Read it again."),
    413: ("Too large", "The body is larger than this installation takes."),
    415: ("JSON wanted", "Send the body as application/json."),
    422: ("Not understood", "The body is JSON, but not what this address takes."),
    429: ("Too many tries", "Wait as long as Retry-After says."),
    500: ("Our side broke", "Nothing was half saved. Try again; if it stays, tell us X-Request-Id."),
    503: ("Busy", "The database is busy or away. Wait as long as Retry-After says."),
}
"""Title and what to do, by status."""

ISSUES: dict[int, str] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    429: "throttled",
    500: "exception",
    503: "transient",
}
"""FHIR's IssueType, by status."""


class UnprocessableError(BadInputError):
    """The body of a request is JSON, but not what is wanted there."""


def problem(path: str, status: int, detail: str | None = None, *, code: str = "", at: str = "") -> Response:
    """The answer of that status, in the form that programs at `path` read."""
    title, advice = TEXTS.get(status, TEXTS[500] if status >= 500 else TEXTS[400])
    if path.startswith("/fhir/"):
        issue = {"severity": "error", "code": ISSUES.get(status, "invalid"), "diagnostics": detail or advice}
        body: dict[str, object] = {
            "resourceType": "OperationOutcome",
            "issue": [issue | ({"expression": [at]} if at else {})],
        }
        return Response(json.dumps(body), status, content_type=FHIR)
    found = {"type": "about:blank", "title": title, "status": status, "detail": detail or advice}
    more = {"code": code, "at": at}
    body = {**found, **{name: value for name, value in more.items() if value}}
    return Response(json.dumps(body), status, content_type=PROBLEM)
