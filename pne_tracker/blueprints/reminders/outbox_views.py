"""With no mail server set, messages are files: this page shows those of the own organisation. HTTP only."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from pne_tracker.adapters.channels.mime import name_of
from pne_tracker.blueprints.reminders.area import bp
from pne_tracker.blueprints.reminders.viewmodels import when_text
from pne_tracker.db import transaction
from pne_tracker.domain.access import Permission
from pne_tracker.queries.reminders.outbox import latest_messages
from pne_tracker.web.policies import requires, viewer

FOLDER = "outbox"
_LINK = re.compile(r"https?://\S+")


@bp.get("/reminders/outbox")
@requires(Permission.MANAGE_REMINDERS)
def outbox() -> ResponseReturnValue:
    """The latest messages that were written to files. Links are not shown: they may open somebody's page."""
    settings = current_app.extensions["pne_settings"]
    folder = Path(settings.instance) / FOLDER
    files = {path.stem.rpartition("-")[2]: path for path in folder.glob("*.[et][mx][lt]")}
    with transaction(viewer()) as session:
        found = latest_messages(session, viewer())
    rows = [
        _shown(files[name], one, viewer().timezone)
        for one in found
        if (name := name_of(one.idempotency_key)[:12]) in files
    ]
    return render_template("reminders/outbox.html", rows=rows, to_files=not settings.smtp_url)


def _shown(path: Path, row: Any, zone: str) -> dict[str, str]:
    content = path.read_bytes()
    if path.suffix == ".txt":
        subject, text = "Text message", content.decode().partition("\n\n")[2]
    else:
        mail = message_from_bytes(content, policy=policy.default)
        body = mail.get_body(("plain",))
        subject, text = str(mail["Subject"]), body.get_content() if body else ""
    return {
        "subject": subject,
        "to": row.recipient,
        "when": when_text(row.settled_at, zone),
        "text": _LINK.sub("[link]", text).strip(),
    }
