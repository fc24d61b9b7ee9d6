"""What the beat does for the figures of completion, for commands that do not wait for it."""

from __future__ import annotations

from pne_tracker.db import UNSCOPED, transaction
from pne_tracker.services import message_standing


def count_messages() -> None:
    """Count every reminding message that is not counted as it stands."""
    more = True
    while more:
        with transaction(UNSCOPED) as session:
            more = message_standing.count(session) > 0
