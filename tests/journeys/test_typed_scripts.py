"""Markup that people type is shown as they typed it: no page of anybody lets it become an element or run."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Enum, String

from pne_tracker.domain.access import Role
from pne_tracker.models import Base
from tests.journeys import crawl, servers
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

pytestmark = pytest.mark.browser
MARKUP = "\"'></textarea></title><img src=x onerror=window.ran=1><script>window.ran=1</script> {{ 7*7 }}"
TYPED = {
    *("name", "given_name", "middle_name", "family_name", "address_line", "city", "label", "device", "value"),
    *(
        "reason",
        "goal",
        "end_words",
        "words",
        "what",
        "why",
        "text",
        "note",
        "note_typed",
        "remarks",
        "insist",
    ),
    *("title_en", "title_es", "text_en", "text_es", "message", "insisted_because", "closed_reason", "reply"),
    *("hold_reason", "impairment", "receiver_name", "mrn", "member_id"),
}
"""Columns that hold words of people, in whichever table but that of reminders, whose reasons are codes."""
LINKS = """() => [...document.links].filter((one) => one.origin === location.origin && !one.hasAttribute("download"))
  .map((one) => one.pathname + one.search)"""
BECAME_MARKUP = (
    "() => window.ran !== undefined || document.querySelector('img[src=\"x\"], title img') !== null"
)


def _in_json(value: Any) -> Any:
    """The same value with the markup behind each sentence in it."""
    if isinstance(value, dict):
        return {key: _in_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_in_json(one) for one in value]
    return f"{value} {MARKUP}" if isinstance(value, str) and " " in value else value


def _type_it_everywhere(path: Path) -> int:
    """Put the markup behind the words of every row, past all that guards them; how many columns took it."""
    database, columns = sqlite3.connect(path), 0
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {trigger}")
    for table in Base.metadata.sorted_tables:
        for column in table.columns if table.name != "reminder" else ():
            if isinstance(column.type, String) and not isinstance(column.type, Enum) and column.name in TYPED:
                database.execute(
                    f'UPDATE "{table.name}" SET "{column.name}" = "{column.name}" || ? '
                    f"WHERE \"{column.name}\" <> ''",
                    (MARKUP,),
                )
                columns += 1
            elif table.name == "entry" and isinstance(column.type, JSON):
                for key, value in database.execute(f'SELECT id, "{column.name}" FROM entry').fetchall():
                    changed = json.dumps(_in_json(json.loads(value or "null")))
                    database.execute(f'UPDATE entry SET "{column.name}" = ? WHERE id = ?', (changed, key))
                columns += 1
    database.commit()
    database.close()
    return columns


@pytest.fixture(scope="module")
def clinic_of_markup(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The demo clinic, everybody in which types markup."""
    folder = tmp_path_factory.mktemp("markup")
    shutil.copy(demo_file, folder / "demo.db")
    assert _type_it_everywhere(folder / "demo.db") > 40
    app = servers.application(f"sqlite:///{folder / 'demo.db'}", folder)
    with servers.served(app) as url:
        yield Clinic(url, app, servers.demo_accounts(app))


@pytest.mark.parametrize(
    "role", [Role.THERAPIST, Role.LEAD, Role.BILLER, Role.ADMINISTRATOR, Role.PATIENT], ids=str
)
def test_markup_typed_anywhere_runs_on_no_page(
    role: Role, clinic_of_markup: Clinic, person: Callable[..., Person]
) -> None:
    window = person(clinic_of_markup.url)
    window.expected = {404, 409}
    window.sign_in(*clinic_of_markup.accounts[role])
    walk = crawl.Crawl(clinic_of_markup.app, role, crawl.starts_of(clinic_of_markup.app, role, {}), 1)
    wrong, shown = [], 0
    for link in walk:
        window.page.goto(link, wait_until="domcontentloaded")
        if window.page.evaluate(BECAME_MARKUP):
            wrong.append(link)
        shown += "onerror=window.ran" in window.page.inner_text("body")
        walk.found(window.page.evaluate(LINKS))
    assert wrong == []
    window.unharmed()
    assert shown > 3, "pages show what was typed"
