"""The recall question among the tasks of the portal's first page."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from pne_tracker.queries.recall import DueQuestion


def recall_task(due: DueQuestion | None) -> dict[str, Any] | None:
    """The waiting question as an item of the macro `today_card`; None when none waits."""
    if due is None:
        return None
    return {
        "title": str(_("One quick question")),
        "detail": str(ngettext("About %(num)d minute", "About %(num)d minutes", 1)),
        "url": url_for("recall.index"),
        "done": False,
        "icon": "circle-help",
    }
