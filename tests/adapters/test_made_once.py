"""Files that are made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pne_tracker.adapters.made_once import made_once


def test_a_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    kept = made_once(tmp_path / "instance" / "key", lambda: "first")
    assert made_once(kept, lambda: "second").read_text() == "first"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert list(kept.parent.iterdir()) == [kept]


def test_of_two_processes_that_start_together_one_makes_it_and_both_read_it_whole(tmp_path: Path) -> None:
    kept = tmp_path / "key"

    def meanwhile() -> str:
        assert made_once(kept, lambda: "the other's").read_text() == "the other's"
        return "mine"

    assert made_once(kept, meanwhile).read_text() == "the other's"


def test_a_file_that_could_not_be_made_is_not_there_half(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        made_once(tmp_path / "key", lambda: "clé")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_hard_links_keeps_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_paths: Path) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refused)
    kept = made_once(tmp_path / "key", lambda: "first")
    assert kept.read_text() == "first"
    assert list(tmp_path.iterdir()) == [kept]
