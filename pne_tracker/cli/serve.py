"""`pne-tracker serve` and `pne-tracker start` (what `make run` calls)."""

from __future__ import annotations

import errno
import gc
import signal
from collections.abc import Callable

import click
import flask_migrate
import waitress
from flask import Flask, current_app

from pne_tracker.adapters import clock
from pne_tracker.cli._app import with_app, with_database
from pne_tracker.cli.demo import SignIns, demo_sign_ins, load_demo
from pne_tracker.db import UNSCOPED, reading
from pne_tracker.domain.errors import RefusedError
from pne_tracker.jobs import beat
from pne_tracker.queries.accounts import holds_any_organisation
from pne_tracker.web.readiness import role_is_above_policies

THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@with_database
def serve(host: str, port: int) -> None:
    """Serve the configured database, with the scheduler's beat."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    _serve(app, host, port, lambda: click.echo(f"Serving http://{host}:{port}"))


@click.command()
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@with_app
def start(port: int) -> None:
    """Set up what is missing (database, demo clinic) and serve it on this machine alone."""
    flask_migrate.upgrade()
    with reading(UNSCOPED) as session:
        empty = not holds_any_organisation(session)
    if empty:
        click.echo("Making the demo clinic (half a minute, once) ...")
        load_demo(now=clock.now())
    with reading(UNSCOPED) as session:
        sign_ins = demo_sign_ins(session)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    _serve(app, "127.0.0.1", port, lambda: _greet(sign_ins, port))


def _greet(sign_ins: SignIns, port: int) -> None:
    click.echo(f"\nPNE Tracker runs at http://127.0.0.1:{port}\n")
    for one in sign_ins:
        click.echo(f"  {one['role']:14} {one['email']:34} {one['password']}")
    if not sign_ins:
        click.echo("  This database holds your own data: sign in with your own account.")
    click.echo("\nStop with Ctrl-C. The data stays; the same command starts again.")


def keep_apart_what_stays() -> None:
    """Let Python's collector leave alone what was made at the start and stays: it looks through much less."""
    gc.collect()
    gc.freeze()


def _serve(app: Flask, host: str, port: int, greet: Callable[[], None]) -> None:
    if role_is_above_policies():
        click.echo(
            "Note: PostgreSQL does not apply row level security to this role. "
            "Give the application a plain one (docs/operations.md).",
            err=True,
        )
    try:
        server = waitress.create_server(
            app, host=host, port=port, threads=THREADS, ident=None, clear_untrusted_proxy_headers=True
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise RefusedError(f"Port {port} is in use. Choose another with --port.") from error
        raise RefusedError(f"{host}, port {port}, cannot be served: {error.strerror}.") from error
    except ValueError as error:  # what waitress makes of a host that has no address
        raise RefusedError(f"{host} is no address of this machine. Name one with --host.") from error
    greet()
    # Not before the port is ours: a beat that ends with a refused start would leave a message undecided.
    scheduler = beat.start(app) if app.extensions["pne_settings"].beat else None
    signal.signal(signal.SIGTERM, _end)
    keep_apart_what_stays()
    try:
        server.run()
    finally:
        if scheduler is not None:
            beat.stop(scheduler)


def _end(_number: int, _frame: object) -> None:
    """A service manager says stop: as with Ctrl-C, what is under way is finished."""
    raise SystemExit(0)
