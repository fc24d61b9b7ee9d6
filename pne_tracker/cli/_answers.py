"""JSON in, JSON out, for the commands that need no database: one thing, or one a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import click

from pne_tracker.domain.errors import DomainError

_COMPACT = json.JSONEncoder(separators=(", ", ": "))
Answer = dict[str, Any]


def print_one(answer: Callable[[], Answer]) -> None:
    """The answer on standard output, or the refusal as JSON on standard error and exit status 1."""
    try:
        found = answer()
    except DomainError as error:
        click.echo(json.dumps(_refused(error)), err=True)
        sys.exit(1)
    click.echo(json.dumps(found, indent=2))


def print_each(source: BinaryIO, answer: Callable[[bytes], Answer]) -> None:
    """The answer to each line, or its refusal in the place of it, in order; exit status 1 after any refusal."""
    out = sys.stdout.buffer
    refused = False
    for line in source:
        try:
            found = answer(line)
        except DomainError as error:
            found, refused = _refused(error), True
        out.write((_COMPACT.encode(found) + "\n").encode("ascii"))
    out.flush()
    if refused:
        sys.exit(1)


def _refused(error: DomainError) -> Answer:
    return {"error": error.as_dict()}
