"""The application context that commands with a database run in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from pne_tracker.factory import create_app

P = ParamSpec("P")
R = TypeVar("R")


def with_app(command: Callable[P, R]) -> Callable[P, R]:
    """Run the command within the application of the environment's settings."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with create_app().app_context():
            return command(*args, **kwargs)

    return run
