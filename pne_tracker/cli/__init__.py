"""The `pne-tracker` command. Groups load only when called, so the pure commands start at once."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

import click

COMMANDS = {
    "audit": "pne_tracker.cli.audit:audit",
    "backup": "pne_tracker.cli.backups:backup",
    "bench-data": "pne_tracker.cli.bench_data:bench_data",
    "bill": "pne_tracker.cli.bill:bill",
    "create-account": "pne_tracker.cli.setup:create_account",
    "create-clinic": "pne_tracker.cli.setup:create_clinic",
    "curriculum": "pne_tracker.cli.curriculum:curriculum",
    "db": "pne_tracker.cli.database:database",
    "demo": "pne_tracker.cli.demo:demo",
    "import-csv": "pne_tracker.cli.imports:import_csv",
    "import-fhir": "pne_tracker.cli.imports:import_fhir",
    "keys": "pne_tracker.cli.keys:keys",
    "plan": "pne_tracker.cli.plan:plan",
    "rebuild-progress": "pne_tracker.cli.progress:rebuild_progress",
    "remind": "pne_tracker.cli.remind:remind",
    "restore": "pne_tracker.cli.backups:restore",
    "routes": "pne_tracker.cli.routes:routes",
    "serve": "pne_tracker.cli.serve:serve",
    "start": "pne_tracker.cli.serve:start",
    "worker": "pne_tracker.cli.worker:worker",
}


class LateGroup(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pne-tracker")
def cli() -> None:
    """Pain neuroscience education, tracked from plan to homework to billing line."""


def collect_seldom() -> None:
    """Let Python look for garbage after 10,000 new objects, not after 700.

    Whoever reads thousands of rows makes many objects and no garbage: a third of the time went into looking.
    """
    gc.set_threshold(10_000)


def main() -> None:
    """Run the command line; a refusal is a sentence on standard error and exit 1."""
    from config import SettingsError
    from pne_tracker.domain.errors import DomainError

    collect_seldom()
    try:
        cli(prog_name="pne-tracker")
    except (DomainError, SettingsError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
