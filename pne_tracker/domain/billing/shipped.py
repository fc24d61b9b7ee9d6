"""The tables that ship: the first edition of each, read once from the CSV files in `tables/`."""

from __future__ import annotations

from datetime import date
from importlib import resources

from pne_tracker.domain.billing.dated import FILES, Edition, Kind, Tables
from pne_tracker.domain.billing.table_sheet import read_table


def shipped_text(kind: Kind) -> str:
    """The CSV file of a table's first edition."""
    return resources.files(__package__).joinpath("tables", FILES[kind]).read_text(encoding="utf-8")


FIRST_EDITIONS = tuple(Edition(kind, date.min, read_table(kind, shipped_text(kind)).rows) for kind in Kind)
SHIPPED = Tables(FIRST_EDITIONS)
"""What answers where no clinic has brought in a later edition."""
