"""A first real set-up by command, and what the commands say when refused."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from config import INSTANCE, KNOWN, Settings, SettingsError

KEPT_SECRETS = ("PNE_SECRET_KEY", "PNE_PASSWORD_SALT")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path: Path):
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PNE_")},
        "DATABASE_URL": f"sqlite:///{tmp_path}/setup.db",
        "PNE_INSTANCE": str(tmp_path / "instance"),
    }

    def command(*words: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from app import main; main()", *words],
            cwd=ROOT,
            env={**environment, **extra},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return command


@pytest.fixture
def migrated(tmp_path: Path, sqlite_template: Path) -> None:
    """The database as `db upgrade` leaves it."""
    shutil.copy(sqlite_template, tmp_path / "setup.db")


def test_a_clinic_is_set_up_without_the_demo(run, tmp_path: Path) -> None:
    assert run("db", "upgrade").returncode == 0
    made = run("create-clinic", "--name", "Elm Street", "--slug", "elm", "--timezone", "America/Chicago")
    assert made.returncode == 0, made.stderr
    account = run("create-account", "--email", "lead@elm.example", "--role", "lead", "--clinic", "elm")
    assert account.returncode == 0, account.stderr
    assert "First password" in account.stdout
    with closing(sqlite3.connect(tmp_path / "setup.db")) as database:
        (kept,) = database.execute("SELECT password_hash FROM account").fetchone()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,"), "not as costly to guess as it is meant to be"
    verified = run("audit", "verify")
    assert verified.returncode == 0
    assert "0 broken" in verified.stdout


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--name", "A", "--slug", "Bad Slug", "--timezone", "America/Chicago"), "lower-case"),
        (("--name", "A", "--slug", "a", "--timezone", "Mars/Olympus"), "not a time zone"),
        (("--name", " ", "--slug", "a", "--timezone", "America/Chicago"), "clinic's name"),
        (("--name", "A\x1b[2J", "--slug", "a", "--timezone", "America/Chicago"), "cannot be shown"),
        (("--name", "A", "--slug", "a" * 61, "--timezone", "America/Chicago"), "60 characters"),
    ],
)
def test_a_wrong_clinic_is_refused_with_what_to_do(run, words, says) -> None:
    refused = run("create-clinic", *words)
    assert refused.returncode == 1
    assert says in refused.stderr
    assert refused.stdout == ""


@pytest.mark.usefixtures("migrated")
def test_an_account_needs_a_clinic_that_exists(run) -> None:
    refused = run("create-account", "--email", "a@b.example", "--role", "lead", "--clinic", "nowhere")
    assert refused.returncode == 1
    assert "create-clinic" in refused.stderr


@pytest.mark.usefixtures("migrated")
def test_an_account_is_named_by_the_address_that_signs_in(run) -> None:
    run("create-clinic", "--name", "Elm Street", "--slug", "elm", "--timezone", "America/Chicago")
    made = run("create-account", "--email", "Ann@Elm.example\n", "--role", "lead", "--clinic", "elm")
    assert made.stdout.startswith("Account ann@elm.example (lead) is ready.")


@pytest.mark.usefixtures("migrated")
def test_an_npi_that_does_not_check_is_refused(run) -> None:
    run("create-clinic", "--name", "Elm Street", "--slug", "elm", "--timezone", "America/Chicago")
    words = ("--email", "a@b.example", "--role", "therapist", "--clinic", "elm", "--npi")
    refused = run("create-account", *words, "1234567890")
    assert refused.returncode == 1
    assert "check digit" in refused.stderr
    assert run("create-account", *words, "1234567893").returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("serve",),
        ("demo",),
        ("remind", "--once", "--json"),
        ("rebuild-progress", "--check"),
        ("audit", "verify"),
        ("keys", "list"),
        ("backup", "here.backup"),
        ("create-clinic", "--name", "A", "--slug", "a", "--timezone", "America/Chicago"),
        ("plan", "--episode", "01a20ac5-bba8-73cd-8b01-0c1d2e3f4a5b"),
    ],
)
def test_without_migrations_a_command_says_what_to_run(run, words) -> None:
    refused = run(*words)
    assert refused.returncode == 1
    assert "pne-tracker db upgrade" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("words", [("remind", "--once"), ("db", "upgrade")])
def test_a_database_that_does_not_answer_is_said_in_a_line(run, words) -> None:
    refused = run(*words, DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert refused.returncode == 1
    assert "does not answer" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "postgresql" not in refused.stderr, "an address may hold a password"


def test_a_wrong_setting_is_named(run) -> None:
    refused = run("routes", "--json", DATABASE_URL="mysql://somewhere")
    assert refused.returncode == 1
    assert "DATABASE_URL" in refused.stderr
    refused = run("routes", PNE_BEET="1")
    assert refused.returncode == 1
    assert "PNE_BEET" in refused.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PNE_INSTANCE", "/dev/null/here"),
        ("DATABASE_URL", "postgresql+psycopg://u@h:often/x"),
        ("PNE_SMTP_URL", "smtp://h:often"),
        ("PNE_SMTP_URL", "smtp://[::1"),
        ("PNE_URL", "https://"),
        ("PNE_URL", "https://a b"),
        ("PNE_URL", "https://[::1"),
        ("PNE_PROXIES", "9" * 5000),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_without_a_traceback(run, name, value) -> None:
    refused = run("routes", **{name: value})
    assert refused.returncode == 1
    assert name in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["secret_key", "password_salt", "encryption_keys"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe" * 40])
def test_a_damaged_key_file_is_named_and_stays(run, tmp_path: Path, name, content) -> None:
    run("routes")
    kept = tmp_path / "instance" / name
    assert kept.read_bytes()
    kept.write_bytes(content)
    refused = run("routes")
    assert refused.returncode == 1
    assert name in refused.stderr.lower()
    assert refused.stderr.count("\n") == 1
    assert kept.read_bytes() == content, "what may be mended is not written over"


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize("host", ["999.1.1.1", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_named(run, host) -> None:
    refused = run("serve", "--host", host, "--port", "5999", PNE_BEAT="no")
    assert refused.returncode == 1
    assert refused.stderr.startswith(host)
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == "", "nothing is served yet"


@pytest.mark.usefixtures("migrated")
def test_a_port_in_use_is_said(run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = run("serve", "--port", port, PNE_BEAT="no")
    assert refused.returncode == 1
    assert refused.stderr == f"Port {port} is in use. Choose another with --port.\n"
    assert refused.stdout == ""


@pytest.mark.usefixtures("migrated")
def test_a_backup_that_cannot_be_written_is_refused_in_a_line(run, tmp_path: Path) -> None:
    refused = run("backup", str(tmp_path / ("b" * 253)))  # with .part behind it, no file may have this name
    assert refused.returncode == 1
    assert "cannot be written" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_an_instance_without_a_name_is_the_default_one() -> None:
    secrets = {"PNE_SECRET_KEY": "k" * 32, "PNE_PASSWORD_SALT": "s" * 32}
    assert Settings.from_env({"PNE_INSTANCE": "", **secrets}).instance == INSTANCE


@pytest.mark.parametrize(
    "name", [*(one for one in sorted(KNOWN) if one not in {"PNE_INSTANCE", *KEPT_SECRETS}), "DATABASE_URL"]
)
def test_an_empty_setting_is_its_default(name) -> None:
    secrets = dict.fromkeys(KEPT_SECRETS, "k" * 32)
    assert Settings.from_env({name: "", **secrets}) == Settings.from_env(secrets)
    assert Settings.from_env({name: " ", **secrets}) == Settings.from_env(secrets)


@pytest.mark.parametrize(
    ("name", "choices"), [("PNE_MFA", "required, optional"), ("PNE_QUEUE", "own, procr")]
)
def test_choices_are_named_as_the_readme_writes_them(name, choices) -> None:
    with pytest.raises(SettingsError, match=choices):
        Settings.from_env({name: "else", **dict.fromkeys(KEPT_SECRETS, "k" * 32)})


@pytest.mark.parametrize("password", ["a:b", "a/b", "a#b", "a?b", "a[b"])
def test_a_password_of_the_database_may_have_any_letter(password) -> None:
    url = f"postgresql+psycopg://u:{password}@h:5432/x"
    secrets = {"PNE_SECRET_KEY": "k" * 32, "PNE_PASSWORD_SALT": "s" * 32}
    assert Settings.from_env({"DATABASE_URL": url, **secrets}).database_url == url


def test_a_file_that_is_no_database_is_said_in_a_line(run, tmp_path: Path) -> None:
    (tmp_path / "setup.db").write_bytes(b"no database " * 500)
    refused = run("db", "upgrade")
    assert refused.returncode == 1
    assert "not a database" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_routes_are_listed_with_their_policies(run) -> None:
    listed = run("routes", "--json")
    assert listed.returncode == 0, listed.stderr
    rules = {rule["rule"]: rule for rule in json.loads(listed.stdout)}
    assert rules["/healthz"]["public"] is True
    assert rules["/billing"]["roles"] == ["biller"]
    assert {"rule", "methods", "endpoint", "policy", "roles", "public"} <= set(rules["/today"])


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    "instant", ["", "tomorrow", "0001-01-01T00:00Z", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"]
)
def test_an_instant_that_no_clock_shows_is_refused_in_a_line(run, instant) -> None:
    refused = run("remind", "--once", "--json", "--now", instant)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Write the instant")
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""


def test_wrong_usage_exits_with_two(run) -> None:
    assert run("create-clinic").returncode == 2
    assert run("no-such-command").returncode == 2
