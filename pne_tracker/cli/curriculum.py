"""`pne-tracker curriculum`: check a clinic's own pack, and print the schema that editors check against."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from pne_tracker.adapters.packs import PackFileError, pack_hash, pack_to_json, read_pack
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.pack_schema import pack_schema


@click.group()
def curriculum() -> None:
    """Curriculum packs: what each section teaches, asks and sends home."""


@curriculum.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Check the curriculum pack in FILE and say every mistake with its line.

    Needs no database. Exit status 1 and one line a mistake on standard error when the pack cannot be used.
    """
    try:
        pack = read_pack(file)
    except PackFileError as error:
        for mistake in error.mistakes:
            place = f" ({mistake.path})" if mistake.path else ""
            click.echo(f"line {mistake.line}: {mistake.message}{place}", err=True)
        sys.exit(1)
    click.echo(summary(pack))


@curriculum.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clinic", required=True, help="The clinic's slug.")
def load(file: Path, clinic: str) -> None:
    """Load the pack in FILE for a clinic: episodes opened from now on use it; open ones keep theirs."""
    from pne_tracker.cli._curriculum_load import load_for

    try:
        pack = read_pack(file)
    except PackFileError as error:
        raise click.ClickException(f"{error.message} Run: pne-tracker curriculum check {file}") from error
    click.echo(summary(pack))
    click.echo(load_for(pack, clinic))


@curriculum.command()
def schema() -> None:
    """Print the JSON Schema of a pack."""
    click.echo(json.dumps(pack_schema(), indent=2))


def summary(pack: Pack) -> str:
    """What a pack holds, in a line a number, with the hash that tells versions apart."""
    items = [item for section in pack.sections for item in section.homework]
    questions = sum(len(section.questions) for section in pack.sections)
    return "\n".join(
        (
            f"{pack.id} {pack.version} is fine.",
            f"sections: {len(pack.sections)}",
            f"concepts: {len(pack.concepts)}",
            f"homework items: {len(items)}, {sum(item.required for item in items)} of them required",
            f"check questions: {questions}, and {len(pack.baseline)} for the baseline",
            f"sha-256: {pack_hash(pack_to_json(pack))}",
        )
    )
