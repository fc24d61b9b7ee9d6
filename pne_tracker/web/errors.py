"""What a person sees when something is refused or breaks: a sentence, never a trace."""

from __future__ import annotations

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from pne_tracker.domain.errors import (
    BadInputError,
    ConflictError,
    DomainError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
)
from pne_tracker.web.patient_errors import for_patients, patient_page, whole_page
from pne_tracker.web.problems import UnprocessableError, problem

log = structlog.get_logger()
FOREIGN_KEY = "23503"
"""PostgreSQL's name for a reference to no row."""

STATUS: dict[type[DomainError], int] = {
    NotFoundError: 404,
    NotAllowedError: 403,
    ConflictError: 409,
    RefusedError: 409,
    UnprocessableError: 422,
    BadInputError: 400,
}

PAGES: dict[int, tuple[str, str]] = {
    400: ("This could not be read", "Go back, load the page again and send it once more."),
    401: ("Sign in first", "Your session has ended. Sign in and carry on where you were."),
    403: ("This page is for others", "Your account does not reach it. Ask your clinic's administrator."),
    404: ("There is nothing here", "The page does not exist, or it is not yours to see."),
    405: ("This cannot be done here", "Go back and use the buttons of the page."),
    409: ("Somebody was faster", "The page has changed since you opened it. Load it again."),
    413: ("This file is too large", "Split it into smaller files and send them one by one."),
    429: ("Too many tries", "Wait a quarter of an hour, then try again."),
    500: ("Something broke on our side", "Nothing you sent was half saved. Try again in a minute."),
    503: ("The database is busy", "Nothing was saved. Wait a moment and send it again."),
}


def install(app: Flask) -> None:
    """Register one handler for each kind of failure."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(IntegrityError, _points_nowhere)
    app.register_error_handler(Exception, _broken)


def page(status: int, sentence: str | None = None, error: DomainError | None = None) -> Response:
    """The error page of a status; for programs a problem, or FHIR's outcome."""
    if request.path.startswith(("/api/", "/fhir/")):
        known = {"code": error.code, "at": error.at} if error is not None else {}
        return problem(request.path, status, sentence, **known)
    if for_patients():
        return patient_page(status)
    heading, advice = PAGES.get(status, PAGES[500] if status >= 500 else PAGES[400])
    body = render_template("errors/error.html", status=status, heading=heading, advice=sentence or advice)
    return whole_page(make_response(body, status))


def _http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = page(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            response.headers[name] = value
    return response


def _csrf(_error: CSRFError) -> Response:
    if for_patients():
        return patient_page(400, old_form=True)
    return page(400, "This form was open for too long. Go back, load the page again and send it once more.")


def _domain(error: DomainError) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    if isinstance(error, NotFoundError):
        return page(status)
    return page(status, error.message, error)


def _database(error: OperationalError) -> Response:
    log.error("database_unavailable", kind=type(error.orig).__name__)
    response = page(503)
    response.headers["Retry-After"] = "5"
    return response


def _points_nowhere(error: IntegrityError) -> Response:
    """A record that was deleted while somebody wrote in it: PostgreSQL finds out when it commits."""
    if getattr(error.orig, "sqlstate", None) != FOREIGN_KEY:
        return _broken(error)
    log.warning("points_nowhere", where=_where(error))
    return page(409, "This record was deleted meanwhile, or is being deleted. Nothing was saved.")


def _broken(error: Exception) -> Response:
    log.error("unexpected", kind=type(error).__name__, where=_where(error))
    return page(500)


def _where(error: Exception) -> str:
    """File and line only: an exception's text may quote what a patient wrote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
