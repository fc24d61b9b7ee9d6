"""A sender that can be killed: for each instant on standard input it forks a process that gives one beat as of it.

The application is made before the first fork. A line that starts with "warm" gives a beat in the parent itself, which
then lets go of the database: what it compiled, every fork has, so that a round costs milliseconds.
Run as `python -m tests.jobs.sender DATABASE_URL INSTANCE SMTP_URL`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

from flask import Flask

from pne_tracker.db import db
from pne_tracker.factory import create_app
from pne_tracker.jobs.engine import engine
from tests.conftest import settings_for

ROOT = Path(__file__).parents[2]


class Sender:
    """The process, seen from a test."""

    def __init__(self, database_url: str, instance: Path, smtp_url: str = "") -> None:
        self._beating = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.sender", database_url, str(instance), smtp_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def warm(self, now: dt.datetime) -> None:
        """A beat as of `now` that cannot be killed; the beats after it begin warm."""
        self._say(f"warm {now.isoformat()}")
        self.wait()

    def start(self, now: dt.datetime) -> None:
        """Begin a beat as of `now`."""
        self._say(now.isoformat())
        assert self._process.stdout
        self._beating = int(self._process.stdout.readline())

    def _say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """End the process that gives the beat, if it is not over."""
        if self._beating:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._beating, signal.SIGKILL)

    def wait(self) -> None:
        """Until the beat is over, one way or the other."""
        assert self._process.stdout
        assert self._process.stdout.readline() == "over\n"
        self._beating = 0

    def close(self) -> None:
        """No more beats."""
        self._process.communicate()


def _beat(app: Flask, now: dt.datetime) -> None:
    with app.app_context(), engine(lambda: now) as one:
        one.beat(at_once=5)


def _let_go(app: Flask) -> None:
    """No connection may be open when the process is forked."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def main() -> None:
    """Fork for each line."""
    url, instance, smtp_url = sys.argv[1:4]
    app = create_app(dataclasses.replace(settings_for(url, Path(instance)), smtp_url=smtp_url))
    for line in sys.stdin:
        first, _, rest = line.strip().partition(" ")
        if first == "warm":
            _beat(app, dt.datetime.fromisoformat(rest))
            _let_go(app)
            print("over", flush=True)
            continue
        now = dt.datetime.fromisoformat(first)
        pid = os.fork()
        if pid == 0:
            _beat(app, now)
            os._exit(0)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("over", flush=True)


if __name__ == "__main__":
    main()
