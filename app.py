"""The WSGI application (`app:app` or `app:create_app()`) and the entry of the `pne-tracker` command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings

__all__ = ["create_app", "main"]


def create_app(settings: Settings | None = None) -> Flask:
    """The application; imported late, so that commands without it start at once."""
    from pne_tracker.factory import create_app as build

    return build(settings)


def main() -> None:
    """The command line."""
    from pne_tracker.cli import main as command

    command()


def __getattr__(name: str) -> Any:
    if name == "app":
        return create_app()
    raise AttributeError(name)
