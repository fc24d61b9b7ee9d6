"""Structured logs: one line a request, with its id, never with what it was about."""

from __future__ import annotations

import logging
import time

import structlog
from flask import Flask, Response, g, request
from uuid_utils.compat import uuid7


def install(app: Flask, level: str) -> None:
    """Log each request: endpoint, status, milliseconds, request id. No path: it holds ids of patients."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(),
        ],
        cache_logger_on_first_use=True,
    )
    log = structlog.get_logger()

    @app.before_request
    def _start() -> None:
        g.request_id = str(uuid7())
        g.started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint != "static":
            elapsed = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
            log.info(
                "request",
                endpoint=request.endpoint,
                method=request.method,
                status=response.status_code,
                ms=elapsed,
            )
        structlog.contextvars.clear_contextvars()
        return response
