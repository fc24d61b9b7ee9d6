"""The API's blueprint, and how its addresses are declared: what stands here is checked, served and documented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, json, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.json_text import parse
from pne_tracker.domain.scopes import ApiScope
from pne_tracker.web.parameters import Query, read_all
from pne_tracker.web.policies import with_token
from pne_tracker.web.problems import UnprocessableError
from pne_tracker.web.shapes import plain

bp = Blueprint("api", __name__, url_prefix="/api/v1")
JSON = "application/json"
LARGEST_BODY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Operation:
    """One address with one method. `answer` is a type that `plain` writes, or a JSON Schema; so is `body`."""

    method: str
    rule: str
    name: str
    about: str
    scope: ApiScope
    answer: Any
    query: tuple[Query, ...] = ()
    body: dict[str, Any] | None = None


OPERATIONS: list[Operation] = []


def get(
    rule: str, *, scope: ApiScope, answer: Any, query: tuple[Query, ...] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Declare a read: the view gets its ids and the declared parameters by name."""

    def declare(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def served(**ids: Any) -> Response:
            return _answer(view(**ids, **read_all(query, request.args)))

        return _register("GET", rule, view, served, scope=scope, answer=answer, query=query)

    return declare


def post(
    rule: str, *, scope: ApiScope, answer: dict[str, Any], body: dict[str, Any]
) -> Callable[[Callable[[Any], Any]], Callable[..., Response]]:
    """Declare a computation: the view gets the body as plain data; what it refuses is answered with 422."""

    def declare(view: Callable[[Any], Any]) -> Callable[..., Response]:
        @wraps(view)
        def served() -> Response:
            read_all((), request.args)
            given = parse(_body())
            try:
                return _answer(view(given))
            except BadInputError as error:
                raise UnprocessableError(error.message, at=error.at, code=error.code) from None

        return _register("POST", rule, view, served, scope=scope, answer=answer, body=body)

    return declare


def _register(
    method: str, rule: str, view: Callable[..., Any], served: Callable[..., Response], **declared: Any
) -> Callable[..., Response]:
    about = " ".join((view.__doc__ or "").split())
    OPERATIONS.append(Operation(method, rule, view.__name__, about, **declared))
    guarded = with_token(declared["scope"])(served)
    bp.add_url_rule(rule, view.__name__, guarded, methods=[method])
    return guarded


def _body() -> bytes:
    """The body. Aborts with 415 for another kind and 413 for one that is too large."""
    if request.mimetype != JSON:
        raise UnsupportedMediaType
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge
    data = request.stream.read(LARGEST_BODY + 1)
    if len(data) > LARGEST_BODY:
        raise RequestEntityTooLarge
    return data


def _answer(value: Any) -> Response:
    return Response(json.dumps(plain(value), sort_keys=False), content_type=JSON)
