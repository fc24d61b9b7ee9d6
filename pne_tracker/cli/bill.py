"""`pne-tracker bill`: one visit as JSON to billing lines as JSON, without a database."""

from __future__ import annotations

from typing import BinaryIO

import click

from pne_tracker.cli._answers import Answer, print_each, print_one
from pne_tracker.domain.billing import wire
from pne_tracker.domain.billing.engine import bill as bill_visit


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
        print_each(source, _billed)
    else:
        print_one(lambda: _billed(source.read()))


def _billed(data: bytes) -> Answer:
    return wire.write(bill_visit(wire.read(wire.parse(data))))
