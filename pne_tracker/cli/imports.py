"""`pne-tracker import-fhir` and `import-csv`: patients from another system."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from pne_tracker.adapters import clock
from pne_tracker.adapters.csv_patients import read_patients_csv
from pne_tracker.adapters.fhir_bulk import read_export
from pne_tracker.adapters.import_files import ImportFile, Progress, file_at, files_in
from pne_tracker.cli._app import with_database
from pne_tracker.db import UNSCOPED, Scope, reading, transaction
from pne_tracker.domain.exchange import Record, Rejected, Skipped
from pne_tracker.services.accounts import clinic_of_slug
from pne_tracker.services.imports import ImportReport, ImportTarget, import_records
from pne_tracker.services.imports_place import Place, located
from pne_tracker.services.imports_report import KINDS

Read = Callable[[list[ImportFile], dt.date, Progress], Iterator[Record | Rejected | Skipped]]


@dataclass(frozen=True, slots=True)
class _How:
    clinic: str
    dry_run: bool
    as_json: bool


@click.command("import-fhir")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--clinic", required=True, help="The clinic's slug.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Counts and refused lines as JSON.")
@with_database
def import_fhir(directory: Path, clinic: str, *, dry_run: bool, as_json: bool) -> None:
    """Bring patients, practitioners, organisations and conditions in from a Bulk-FHIR export.

    DIR holds the export's .ndjson files. Records are found again by the export's ids, so the same export
    a second time changes nothing. A refused line is listed with its number and reason and the rest goes in:
    the exit status is then 0 all the same. It is 1, and nothing is written, when there is nothing to import.
    """
    _run(_How(clinic, dry_run, as_json), lambda: files_in(directory), _read_fhir, KINDS)


@click.command("import-csv")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--clinic", required=True, help="The clinic's slug.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Counts and refused rows as JSON.")
@with_database
def import_csv(file: Path, clinic: str, *, dry_run: bool, as_json: bool) -> None:
    """Bring patients in from a CSV file.

    Its header row names the columns mrn, given_name, family_name and birth_date (YYYY-MM-DD), and if you like
    sex, language, email and phone. Patients are found again by their medical record number. Exit status as
    of import-fhir.
    """
    _run(_How(clinic, dry_run, as_json), lambda: [file_at(file)], _read_csv, KINDS[:1])


def _read_fhir(
    files: list[ImportFile], today: dt.date, progress: Progress
) -> Iterator[Record | Rejected | Skipped]:
    return read_export(files, today=today, progress=progress)


def _read_csv(
    files: list[ImportFile], today: dt.date, progress: Progress
) -> Iterator[Record | Rejected | Skipped]:
    return read_patients_csv(files[0], today=today, progress=progress)


def _run(how: _How, choose: Callable[[], list[ImportFile]], read: Read, kinds: tuple[str, ...]) -> None:
    with reading(UNSCOPED) as session:
        clinic = clinic_of_slug(session, how.clinic)
        target = ImportTarget(clinic.organisation_id, clinic.id)
        today = clock.today(clinic.timezone)
    files, place = choose(), Place()
    followed = [replace(one, open=place.follow(one.name, one.open)) for one in files]
    with (
        _progress(sum(one.size for one in files)) as progress,
        transaction(Scope(target.organisation_id)) as session,
    ):
        report = import_records(
            session,
            clinic=target,
            records=located(read(followed, today, progress), place),
            actor=None,
            now=clock.now(),
            dry_run=how.dry_run,
        )
    if how.as_json:
        shown = report.as_dict()
        click.echo(json.dumps({kind: shown[kind] for kind in kinds}, indent=2))
    else:
        _print(report, kinds)


@contextmanager
def _progress(size: int) -> Iterator[Progress]:
    """A bar on standard error where that is a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=size, label="Reading", file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield tell


def _print(report: ImportReport, kinds: tuple[str, ...]) -> None:
    click.echo(f"{'':14}{'created':>10}{'updated':>10}{'unchanged':>11}{'rejected':>10}")
    for kind in kinds:
        one = report.resources[kind]
        click.echo(f"{kind:14}{one.created:>10}{one.updated:>10}{one.unchanged:>11}{len(one.rejected):>10}")
    for line in report.rejected:
        name = f" ({line.id})" if line.id else ""
        click.echo(f"{line.file} line {line.line}{name}: {line.reason}")
    for note, count in report.note_counts():
        click.echo(f"{count} taken over with a note: {note}")
    for skipped in report.skipped:
        click.echo(f"{skipped.file}: {skipped.reason}")
    if report.dry_run:
        click.echo("Dry run: nothing was written.")
