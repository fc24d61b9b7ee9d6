"""Assigned homework as a list shows it to staff."""

from __future__ import annotations

from typing import Any

from flask import url_for

from pne_tracker.queries.episode_record import HomeworkLine
from pne_tracker.web.display import short_date


def task_of(line: HomeworkLine) -> dict[str, Any]:
    """An item of homework for the `tasks` macro."""
    parts = [f"Section {line.section}", f"due {short_date(line.due_on)}"]
    if line.expected > 1:
        parts.append(f"{line.handed_in} of {line.expected} entries")
    if not line.required:
        parts.append("optional")
    if line.status in {"done", "done_late"} and not line.reviewed:
        parts.append("not reviewed yet")
    return {
        "kind": line.kind.removesuffix("_log"),
        "title": line.title,
        "url": url_for("homework.show", homework_id=line.id),
        "detail": ", ".join(parts),
        "status": line.status,
        "status_text": "",
    }
