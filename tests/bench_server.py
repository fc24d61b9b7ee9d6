"""A server for the benchmark: `python -m tests.bench_server app|anchor URL INSTANCE` prints its port and serves.

Both kinds run behind waitress with the threads and the collector of `pne-tracker serve`, and say with each answer how
many queries it was.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import waitress
from sqlalchemy import event
from sqlalchemy.engine import Engine

from pne_tracker.cli import collect_seldom
from pne_tracker.cli.serve import THREADS, keep_apart_what_stays
from tests.bench_anchor import bare_application
from tests.bench_stage import application

_here = threading.local()


def _count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not statement.startswith("BEGIN"):
        _here.queries = getattr(_here, "queries", 0) + 1


def _counted(wsgi: Callable[..., Any]) -> Callable[..., Any]:
    def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        _here.queries = 0

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, ("X-Queries", str(_here.queries))], exc_info)

        return wsgi(environ, start)

    return run


def main() -> None:
    """Serve until ended."""
    collect_seldom()
    kind, url, instance = sys.argv[1:4]
    made = application(url, Path(instance)) if kind == "app" else bare_application(url)
    event.listen(Engine, "before_cursor_execute", _count)
    server = waitress.create_server(_counted(made.wsgi_app), host="127.0.0.1", port=0, threads=THREADS)
    keep_apart_what_stays()
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
