"""`pne-tracker curriculum`: check a clinic's own pack, and print the schema that editors check against."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from pne_tracker.adapters.packs import (
    PackFileError,
    load_shipped,
    pack_hash,
    pack_to_json,
    read_either,
    read_pack,
)
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.own_quiz import OwnQuiz
from pne_tracker.domain.pack_schema import pack_schema


@click.group()
def curriculum() -> None:
    """Curriculum packs: what each section teaches, asks and sends home."""


@curriculum.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--pack",
    "beside",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The pack file that a quiz is checked against.",
)
def check(file: Path, beside: Path | None) -> None:
    """Check the curriculum pack or the quiz in FILE and say every mistake with its line.

    Needs no database. Exit status 1 and one line a mistake on standard error when the file cannot be used. The
    concepts and the section of a quiz are looked for in the pack that ships, or in that of --pack.
    """
    try:
        found = read_either(file, read_pack(beside) if beside else load_shipped())
    except PackFileError as error:
        _say(error)
        sys.exit(1)
    click.echo(summary(found) if isinstance(found, Pack) else quiz_summary(found))


def _say(error: PackFileError) -> None:
    for mistake in error.mistakes:
        place = f" ({mistake.path})" if mistake.path else ""
        click.echo(f"line {mistake.line}: {mistake.message}{place}", err=True)


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
    said = load_for(pack, clinic)
    click.echo(f"{summary(pack)}\n{said}")


@curriculum.command("load-quiz")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clinic", required=True, help="The clinic's slug.")
def load_quiz(file: Path, clinic: str) -> None:
    """Load the quiz in FILE, checked against the clinic's pack; a lead confirms its licence and puts it to use."""
    from pne_tracker.cli._curriculum_load import load_quiz_for

    try:
        said = load_quiz_for(file, clinic)
    except PackFileError as error:
        _say(error)
        sys.exit(1)
    click.echo(said)


@curriculum.command()
def schema() -> None:
    """Print the JSON Schema of a pack."""
    click.echo(json.dumps(pack_schema(), indent=2))


def quiz_summary(quiz: OwnQuiz) -> str:
    """What a quiz holds."""
    tied = sum(bool(one.concept) for one in quiz.questions)
    return f"{quiz.id} is fine.\nitems: {len(quiz.questions)}, {tied} of them tied to a concept"


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
