"""The form of an upload: the clinic, and the files of one export or one CSV file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from wtforms import MultipleFileField, SelectField, ValidationError

from pne_tracker.adapters.csv_patients import read_patients_csv
from pne_tracker.adapters.fhir_bulk import read_export
from pne_tracker.adapters.import_files import ImportFile, uploaded
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.exchange import Record, Rejected, Skipped
from pne_tracker.services.imports_place import Place, located
from pne_tracker.services.imports_report import Found
from pne_tracker.web.forms import Form

FHIR = frozenset({".ndjson", ".jsonl", ".json"})
CSV = frozenset({".csv", ".tsv", ".txt"})
ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".7z"})


class ImportForm(Form):
    """Which clinic, which files."""

    clinic = SelectField("Clinic", validate_choice=False)
    files = MultipleFileField("Files")

    def validate_clinic(self, field: SelectField) -> None:
        """One of the own clinics."""
        if field.data not in dict(field.choices):
            raise ValidationError("Choose one of your clinics.")

    def chosen(self) -> list[ImportFile]:
        """The uploaded files; BadInputError at the field when there are none or no import can be made of them."""
        found = [uploaded(one.filename, one.stream) for one in self.files.data or () if one.filename]
        if not found:
            raise BadInputError("Choose the files first.", at="files")
        kinds = {PurePath(one.name).suffix.lower() for one in found}
        if kinds & ARCHIVES:
            raise BadInputError("Unpack the archive, then choose the files that were in it.", at="files")
        if not (kinds <= FHIR or (kinds <= CSV and len(found) == 1)):
            raise BadInputError(
                "Choose the .ndjson files of one export, or one single .csv file, not both.", at="files"
            )
        return found

    def read(self, today: dt.date) -> Iterator[Found[Record] | Rejected | Skipped]:
        """What the chosen files hold, each record with its place; BadInputError at the field as they are read."""
        place = Place()
        files = [replace(one, open=place.follow(one.name, one.open)) for one in self.chosen()]
        is_csv = PurePath(files[0].name).suffix.lower() in CSV
        try:
            items = read_patients_csv(files[0], today=today) if is_csv else read_export(files, today=today)
            yield from located(items, place)
        except BadInputError as error:
            raise BadInputError(error.message, at="files") from None
