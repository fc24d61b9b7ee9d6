"""Sealed values open with their key at their place, and nowhere else."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.adapters.encryption import (
    FILE_NAME,
    InstallationKeys,
    KeysError,
    add_key,
    installation_keys,
    new_key,
    parse_keys,
)
from pne_tracker.domain.errors import RefusedError
from pne_tracker.domain.sealing import SealError

RING = InstallationKeys(lambda: parse_keys(f"old:{'A' * 43}="))
TEXTS = st.text().filter(lambda text: text.encode("utf-8", "ignore").decode() == text)


@given(TEXTS, TEXTS)
def test_what_is_sealed_opens_again_at_its_place(value: str, aad: str) -> None:
    assert RING.unseal(RING.seal(value, aad), aad) == value


@given(TEXTS, TEXTS, TEXTS)
def test_a_token_moved_elsewhere_does_not_open(value: str, aad: str, other: str) -> None:
    if aad != other:
        with pytest.raises(SealError):
            RING.unseal(RING.seal(value, aad), other)


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_changed_byte_is_noticed(where: int, flip: int) -> None:
    head, _, body = RING.seal("a quiet evening by the river", "here").rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(body))
    raw[where % len(raw)] ^= flip
    with pytest.raises(SealError):
        RING.unseal(f"{head}.{base64.urlsafe_b64encode(bytes(raw)).decode()}", "here")


def test_the_same_words_never_look_the_same_twice() -> None:
    assert RING.seal("walk", "here") != RING.seal("walk", "here")


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    token = installation_keys("", tmp_path).seal("walk", "here")
    kept = tmp_path / FILE_NAME
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert installation_keys("", tmp_path).unseal(token, "here") == "walk"


def test_after_a_rotation_old_tokens_open_and_a_running_process_finds_the_new_key(tmp_path: Path) -> None:
    running = installation_keys("", tmp_path)
    before = running.seal("walk", "here")
    add_key("", tmp_path)
    rotated = installation_keys("", tmp_path)
    after = rotated.seal("rest", "here")
    assert rotated.primary != running.primary
    assert rotated.unseal(before, "here") == "walk"
    assert running.unseal(after, "here") == "rest"
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_a_key_that_is_gone_is_named() -> None:
    token = InstallationKeys(lambda: parse_keys(new_key())).seal("walk", "here")
    with pytest.raises(SealError, match=token.split(".")[1]):
        RING.unseal(token, "here")


def test_a_data_key_opens_only_for_its_person() -> None:
    wrapped = RING.new_data_key("rosalind")
    token = RING.with_data_key(wrapped, "rosalind").seal("my own words", "entry")
    assert RING.with_data_key(wrapped, "rosalind").unseal(token, "entry") == "my own words"
    with pytest.raises(SealError):
        RING.with_data_key(wrapped, "amadou")
    with pytest.raises(SealError):
        RING.unseal(token, "entry")


@pytest.mark.parametrize(
    "text", ["", "short:AAAA", "d:" + "A" * 43 + "=", "no id", "a b:c", ":" + "A" * 43 + "="]
)
def test_keys_that_cannot_be_used_are_refused(text: str) -> None:
    with pytest.raises(KeysError):
        parse_keys(text)


def test_keys_of_the_environment_are_rotated_there(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="PNE_ENCRYPTION_KEYS"):
        add_key(new_key(), tmp_path)
