"""With nothing configured, messages are files in the instance folder, under the name of their effect."""

from __future__ import annotations

from pathlib import Path

from pne_tracker.adapters.channels.letter import ACCEPTED, Letter
from pne_tracker.adapters.channels.mime import mail_of, name_of
from pne_tracker.domain.reminders.attempts import Attempt, Result


class FolderWay:
    """Writes each message once: `.eml` for mail, `.txt` for a text message. The same key is the same file."""

    def __init__(self, folder: Path, from_address: str, *, mail: bool) -> None:
        self._folder, self._from, self._mail = folder, from_address, mail

    def send(self, letter: Letter) -> Attempt:
        """Write it whole or not at all."""
        ending = "eml" if self._mail else "txt"
        target = self._folder / f"{letter.at:%Y%m%dT%H%M%S}-{name_of(letter.key)[:12]}.{ending}"
        half = target.with_suffix(".half")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(self._content(letter))
            half.replace(target)
        except OSError:
            return Attempt(Result.TEMPORARY, "folder")
        return ACCEPTED

    def _content(self, letter: Letter) -> bytes:
        if self._mail:
            return mail_of(letter, self._from).as_bytes()
        return f"To: {letter.recipient}\n\n{letter.words.short}\n".encode()

    def close(self) -> None:
        """Nothing is held."""
