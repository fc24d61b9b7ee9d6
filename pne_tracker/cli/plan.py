"""`pne-tracker plan`: the planner's input as JSON to a plan as JSON, without a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO
from uuid import UUID

import click
from click.core import ParameterSource

from pne_tracker.cli._answers import Answer, print_each, print_one
from pne_tracker.domain import plan_wire
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.json_text import parse
from pne_tracker.domain.planner import Plan
from pne_tracker.domain.planner import plan as make_plan

EpisodePlan = Callable[[str], Plan]


def build_plan_command(episode_plan: EpisodePlan | None = None) -> click.Command:
    """The command `plan`; with `episode_plan`, which plans for an episode's id, it also takes --episode."""

    @click.command(name="plan")
    @click.argument("source", type=click.File("rb"), default="-", metavar="[FILE|-]")
    @click.option("--jsonl", is_flag=True, help="One input a line, one plan or error a line out, in order.")
    def plan(source: BinaryIO, *, jsonl: bool, episode: str | None = None) -> None:
        """Turn the facts of one episode, as JSON, into a plan with every reason and its weight.

        Reads FILE, or standard input for - or nothing, and needs no database. An input that cannot be read
        is refused with exit status 1 and one JSON object on standard error; with --jsonl the object takes
        the place of the plan and the status comes at the end.
        """
        if episode is not None and episode_plan is not None:
            if (
                jsonl
                or click.get_current_context().get_parameter_source("source") is ParameterSource.COMMANDLINE
            ):
                raise click.UsageError(
                    "--episode takes everything from the database: leave FILE and --jsonl out."
                )
            print_one(lambda: plan_wire.write(episode_plan(episode)))
        elif jsonl:
            print_each(source, _planned)
        else:
            print_one(lambda: _planned(source.read()))

    if episode_plan is not None:
        plan = click.option("--episode", metavar="ID", help="Plan for this episode of the database.")(plan)
    return plan


def shipped_pack(pack_id: str) -> Pack | None:
    """The shipped pack when it has this id; read on first use, so that --help stays quick."""
    from pne_tracker.adapters.packs import load_shipped

    pack = load_shipped()
    return pack if pack.id == pack_id else None


def _planned(data: bytes) -> Answer:
    pack, given = plan_wire.read(parse(data), shipped_pack)
    return plan_wire.write(make_plan(pack, given))


def _of_episode(episode_id: str) -> Plan:
    try:
        key = UUID(episode_id)
    except ValueError:
        raise BadInputError(
            "An episode's id looks like 01a20ac5-bba8-73cd-8b01-0c1d2e3f4a5b.", at="--episode", code="bad_id"
        ) from None
    from pne_tracker.cli._episode_plan import plan_of

    return plan_of(key)


plan = build_plan_command(_of_episode)
