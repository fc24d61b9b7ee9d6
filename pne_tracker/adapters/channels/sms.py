"""Text messages through the gateways that Apprise knows."""

from __future__ import annotations

import logging
import re
from urllib.parse import quote

import apprise

from pne_tracker.adapters.channels.letter import ACCEPTED, Letter
from pne_tracker.domain.reminders.attempts import Attempt, Result

TO = "{to}"
DOWN = "sms_down"
_STATUS = re.compile(r"error=(\d{3})")
_NEVER_LEFT = ("NewConnectionError", "ConnectTimeout", "NameResolutionError", "Connection refused")


class AppriseWay:
    """`url` is an Apprise address with `{to}` where the number goes, such as `twilio://sid:token@from/{to}`."""

    def __init__(self, url: str) -> None:
        self._url = url
        logging.getLogger("apprise").propagate = False

    def send(self, letter: Letter) -> Attempt:
        """Hand one text over; what the gateway answered is read from Apprise's own log."""
        gateway = apprise.Apprise.instantiate(
            self._url.replace(TO, quote(letter.recipient.removeprefix("+")))
        )
        if gateway is None:
            return Attempt(Result.PERMANENT, "sms_number")
        with apprise.LogCapture(level=logging.DEBUG) as said:  # type: ignore[no-untyped-call]
            # The gateway itself, not Apprise's pool of threads: that one takes nothing any more while the process
            # ends, and a message that never left would count as undecided.
            went = gateway.notify(body=letter.words.short)
            log = said.getvalue()
        return ACCEPTED if went else _failure(log)

    def close(self) -> None:
        """Nothing is held."""


def _failure(log: str) -> Attempt:
    status = _STATUS.search(log)
    if status is not None:
        code = int(status[1])
        permanent = 400 <= code < 500 and code not in {408, 425, 429}
        return Attempt(Result.PERMANENT if permanent else Result.TEMPORARY, f"sms_{code}")
    if any(sign in log for sign in _NEVER_LEFT):
        return Attempt(Result.TEMPORARY, DOWN)
    return Attempt(Result.UNDECIDABLE, "sms_cut")
