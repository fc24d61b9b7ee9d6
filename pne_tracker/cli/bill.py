"""`pne-tracker bill`: one visit as JSON to billing lines as JSON, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import BinaryIO

import click

from pne_tracker.domain.billing import wire
from pne_tracker.domain.billing.engine import bill as bill_visit
from pne_tracker.domain.errors import DomainError

_COMPACT = json.JSONEncoder(separators=(", ", ": "))


@click.command(name="bill")
@click.argument("source", type=click.File("rb"), default="-", metavar="[FILE|-]")
@click.option("--jsonl", is_flag=True, help="One visit a line in, one result or error a line out, in order.")
def bill(source: BinaryIO, *, jsonl: bool) -> None:
    """Turn one visit, as JSON, into billing lines with their reasons.

    Reads FILE, or standard input for - or nothing, and needs no database. A visit that cannot be read is
    refused with exit status 1 and one JSON object on standard error; with --jsonl the object takes the
    place of the result and the status comes at the end. CPT is a trademark of the American Medical
    Association; labels are our own.
    """
    if jsonl:
        _stream(source)
        return
    try:
        answer = wire.write(bill_visit(wire.read(wire.parse(source.read()))))
    except DomainError as error:
        click.echo(json.dumps({"error": error.as_dict()}), err=True)
        sys.exit(1)
    click.echo(json.dumps(answer, indent=2))


def _stream(source: BinaryIO) -> None:
    out = sys.stdout.buffer
    refused = False
    for answer, fine in _answers(source):
        out.write(answer)
        refused = refused or not fine
    out.flush()
    if refused:
        sys.exit(1)


def _answers(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    for visit in source:
        try:
            answer, fine = wire.write(bill_visit(wire.read(wire.parse(visit)))), True
        except DomainError as error:
            answer, fine = {"error": error.as_dict()}, False
        yield (_COMPACT.encode(answer) + "\n").encode("ascii"), fine
