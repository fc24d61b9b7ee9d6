"""A web server that can be killed: each line on standard input forks a process that serves on a free port.

The application is made before the first fork. A line with a request is answered by the parent itself, which then lets
go of the database: what it compiled, every fork has, so that a round costs milliseconds.
Run as `python -m tests.web.killable DATABASE_URL INSTANCE`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import waitress
from flask import Flask

from pne_tracker.db import db
from pne_tracker.factory import create_app
from tests.conftest import settings_for

ROOT = Path(__file__).parents[2]
THREADS = 20
FORM = "application/x-www-form-urlencoded"


class Killable:
    """The server, seen from a test."""

    def __init__(self, database_url: str, instance: Path) -> None:
        self._serving = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.web.killable", database_url, str(instance)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def warm(self, path: str, cookie: str, form: str) -> int:
        """A form posted to the parent, which cannot be killed; answers with the status."""
        self._say(json.dumps([path, cookie, form]))
        assert self._process.stdout
        return int(self._process.stdout.readline())

    def _say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def start(self) -> int:
        """Serve again; answers with the port."""
        self._say("")
        assert self._process.stdout
        pid, port = self._process.stdout.readline().split()
        self._serving = int(pid)
        return int(port)

    def kill(self) -> None:
        """End the serving process without a word, and wait until it is gone."""
        assert self._process.stdout
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._serving, signal.SIGKILL)
        said = self._process.stdout.readline()
        assert said == "over\n", f"{said!r}, and the parent ended with {self._process.poll()}"

    def close(self) -> None:
        """No more rounds."""
        self._process.communicate()


def _answer(app: Flask, path: str, cookie: str, form: str) -> int:
    """The status of a posted form. No connection may be open when the process is forked."""
    client = app.test_client(use_cookies=False)
    answer = client.post(path, data=form, headers={"Cookie": cookie}, content_type=FORM)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return answer.status_code


def main() -> None:
    """Fork for each line."""
    app = create_app(settings_for(sys.argv[1], Path(sys.argv[2])))
    for line in sys.stdin:
        if line.strip():
            print(_answer(app, *json.loads(line)), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            server = waitress.create_server(app, host="127.0.0.1", port=0, threads=THREADS)
            print(os.getpid(), server.effective_port, flush=True)
            server.run()
            os._exit(0)
        os.waitpid(pid, 0)
        print("over", flush=True)


if __name__ == "__main__":
    main()
