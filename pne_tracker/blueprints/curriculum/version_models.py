"""Versions of a curriculum, what they change, and moves between them, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from pne_tracker.domain.access import Permission, Viewer
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.pack_diff import Changes
from pne_tracker.queries.pack_versions import VersionLine, VersionPage, VersionsPage
from pne_tracker.services.episode_moves import Carried, MovePage
from pne_tracker.web.display import count_text, long_date


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the list."""

    title: str
    url: str
    loaded: str
    episodes: str
    current: bool


@dataclass(frozen=True, slots=True)
class VersionsView:
    """The list."""

    clinic_id: str
    clinic: str
    rows: list[VersionRow]


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """An episode that follows a version; `move_url` leads to what a move would change."""

    name: str
    url: str
    since: str
    move_url: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version."""

    clinic_id: str
    version_id: str
    title: str
    facts: list[tuple[str, str]]
    current: bool
    against: str
    changes: tuple[Changes, ...]
    episodes: list[EpisodeRow]
    shows_episodes: bool


@dataclass(frozen=True, slots=True)
class MoveView:
    """Moving one episode. `target` is "" when no newer version is loaded."""

    patient_url: str
    facts: list[tuple[str, str]]
    choices: list[dict[str, Any]]
    target: str
    target_title: str
    row_version: int
    changes: tuple[Changes, ...]
    carried: tuple[Carried, ...]
    stopped: str


def versions_view(page: VersionsPage, viewer: Viewer) -> VersionsView:
    """The list for this viewer."""
    rows = [
        VersionRow(
            title=f"{line.title}, version {line.version}",
            url=url_for("curriculum.version", clinic_id=page.clinic_id, version_id=line.id),
            loaded=_loaded(line, viewer),
            episodes=str(line.episodes),
            current=line.current,
        )
        for line in page.lines
    ]
    return VersionsView(str(page.clinic_id), page.clinic, rows)


def _loaded(line: VersionLine, viewer: Viewer) -> str:
    day = long_date(line.loaded_at.astimezone(ZoneInfo(viewer.timezone)), year=True)
    return f"{day}, {line.loaded_by}" if line.loaded_by else day


def version_view(page: VersionPage, viewer: Viewer) -> VersionView:
    """One version for this viewer."""
    line = page.line
    return VersionView(
        clinic_id=str(page.clinic_id),
        version_id=str(line.id),
        title=f"{line.title}, version {line.version}",
        facts=[
            ("Clinic", page.clinic),
            ("Loaded", _loaded(line, viewer)),
            ("Holds", holds(page.pack)),
            ("Followed by", count_text(line.episodes, "episode")),
        ],
        current=line.current,
        against=f"version {page.current.version}, which new episodes begin with",
        changes=page.changes,
        episodes=[
            EpisodeRow(
                name=one.name,
                url=url_for("patients.show", patient_id=one.patient_id, episode=one.episode_id),
                since=long_date(one.opened_on, year=True),
                move_url=url_for("curriculum.episode_version", episode_id=one.episode_id),
            )
            for one in page.episodes
        ],
        shows_episodes=viewer.may(Permission.STEER_CARE),
    )


def holds(pack: Pack) -> str:
    """What a pack holds, in numbers."""
    questions = sum(len(section.questions) for section in pack.sections)
    return ", ".join(
        (
            count_text(len(pack.sections), "section"),
            count_text(len(pack.concepts), "idea"),
            count_text(len(pack.templates), "homework item"),
            count_text(questions, "check question"),
        )
    )


def move_view(page: MovePage) -> MoveView:
    """Moving an episode, in words."""
    target = page.target
    return MoveView(
        patient_url=url_for("patients.show", patient_id=page.head.patient_id, episode=page.head.episode_id),
        facts=[
            ("Patient", page.head.name),
            ("Follows", f"{page.pack.title.en}, version {page.pack.version}"),
        ],
        choices=[
            {
                "title": f"Version {one.version}",
                "url": url_for("curriculum.episode_version", episode_id=page.head.episode_id, to=one.id),
                "current": target is not None and one.id == target.id,
            }
            for one in page.newer
        ],
        target=str(target.id) if target else "",
        target_title=f"version {target.version}" if target else "",
        row_version=page.row_version,
        changes=page.changes,
        carried=page.carried,
        stopped=page.stopped,
    )
