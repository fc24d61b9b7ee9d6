"""A web server that can be killed: each line on standard input forks a process that serves on a free port.

The application is made before the first fork and opens no connection there, so that a round costs milliseconds.
Run as `python -m tests.web.killable DATABASE_URL INSTANCE`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import waitress

from pne_tracker.factory import create_app
from tests.conftest import settings_for

ROOT = Path(__file__).parents[2]
THREADS = 20


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

    def start(self) -> int:
        """Serve again; answers with the port."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        pid, port = self._process.stdout.readline().split()
        self._serving = int(pid)
        return int(port)

    def kill(self) -> None:
        """End the serving process without a word, and wait until it is gone."""
        assert self._process.stdout
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._serving, signal.SIGKILL)
        assert self._process.stdout.readline() == "over\n"

    def close(self) -> None:
        """No more rounds."""
        self._process.communicate()


def main() -> None:
    """Fork for each line."""
    app = create_app(settings_for(sys.argv[1], Path(sys.argv[2])))
    for _ in sys.stdin:
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
