"""Pack files: every mistake with its line, nothing dangerous read, the shipped pack at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.adapters.pack_yaml import MAX_DEPTH, Document, YamlError, read_yaml
from pne_tracker.adapters.packs import (
    MAX_BYTES,
    SHIPPED,
    PackFileError,
    load_shipped,
    pack_from_json,
    pack_from_yaml,
    pack_to_json,
    read_pack,
)
from pne_tracker.domain.packs import pack_from_dict
from tests.domain.curriculum.samples import small_pack


def written(data: object) -> str:
    """The data as YAML text, a line a value."""
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def mistakes(text: str) -> list[tuple[int, str]]:
    """Lines and messages of what is wrong with a pack's text."""
    with pytest.raises(PackFileError) as caught:
        pack_from_yaml(text)
    return [(one.line, one.message) for one in caught.value.mistakes]


def tried(text: str) -> Document | YamlError:
    """The document, or why it is none."""
    try:
        return read_yaml(text)
    except YamlError as error:
        return error


def test_a_pack_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(written(small_pack()), "utf-8-sig")
    assert read_pack(file) == pack_from_dict(small_pack())


def test_a_mistake_is_named_with_its_line() -> None:
    lines = written(small_pack()).splitlines()
    at = next(nth for nth, line in enumerate(lines) if "typical:" in line)
    lines[at] = lines[at].replace("10", "ten")
    assert mistakes("\n".join(lines)) == [(at + 1, "Write a whole number from 1 to 240.")]


def test_a_missing_language_is_named_at_the_text_that_lacks_it() -> None:
    lines = written(small_pack()).splitlines()
    at = lines.index("title:")
    assert lines.pop(at + 2).strip().startswith("es:")
    assert mistakes("\n".join(lines)) == [(at + 1, "Add the missing key 'es'.")]


def test_several_mistakes_come_in_the_order_of_the_file() -> None:
    text = (
        written(small_pack())
        .replace("rhythm: once", "rhythm: hourly")
        .replace("pass_mark: 0.75", "pass_mark: 75")
    )
    lines = [line for line, _ in mistakes(text)]
    assert len(lines) == 3
    assert lines == sorted(lines)


def test_a_rule_between_parts_is_named_with_its_line_too() -> None:
    text = written(small_pack()).replace("concept: alarm", "concept: wolf")
    line = text[: text.index("concept: wolf")].count("\n") + 1
    assert (line, "Ask about a concept taught here: 'wolf' is not.") in mistakes(text)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "two keys 'a'"),
        ("a: &x [1]\nb: *x\n", 1, "anchor"),
        ("a: *x\n", 1, "aliases"),
        ("a: !!python/object/apply:os.system [id]\n", 1, "tag"),
        ("a: 1\n---\nb: 2\n", 2, "one document"),
        ("a: 1\nb: [1,\n", 3, "Correct the YAML"),
        ("a: 1\n\tb: 2\n", 2, "Correct the YAML"),
        ('a: "never closed\n', 2, "Correct the YAML"),
        ("a: \x07\n", 1, "does not allow"),
        ("? [a, b]\n: c\n", 1, "as the key"),
        ("[" * 100_000, 1, f"at most {MAX_DEPTH}"),
        ("- " * 50_000, 1, f"at most {MAX_DEPTH}"),
    ],
)
def test_yaml_that_packs_do_not_use_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(YamlError) as caught:
        read_yaml(text)
    assert caught.value.line == line
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("7", 7),
        ("-5", -5),
        ("007", "007"),
        ("0.75", 0.75),
        ("1e9", "1e9"),
        ("0x1F", "0x1F"),
        ("2026-11-23", "2026-11-23"),
        ("12:30", "12:30"),
        (".inf", ".inf"),
        ("1" * 5000, "1" * 5000),
        ("'7'", "7"),
        ('"true"', "true"),
        ("| \n  7", "7"),
    ],
)
def test_a_bare_word_stays_a_word_unless_it_is_plainly_a_number_or_truth(word: str, value: object) -> None:
    assert read_yaml(f"a: {word}").data == {"a": value}


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-999_999_999, 999_999_999),
    st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=20),
)
KEYS = st.text("abcdefghij-_. é", min_size=1, max_size=8)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)


@given(tree=TREES)
def test_whatever_json_can_say_is_read_as_json_reads_it(tree: object) -> None:
    assert read_yaml(json.dumps(tree)).data == tree


@given(text=st.text(st.sampled_from(list("ab:-?[]{}&*!|>'\"%@#,.~ \n\t7\x00é")), max_size=40))
def test_any_text_at_all_is_a_document_or_a_mistake_with_a_line(text: str) -> None:
    found = tried(text)
    if isinstance(found, YamlError):
        assert 1 <= found.line <= text.count("\n") + 2
        assert found.message.endswith(".")
    else:
        assert all(line >= 1 for line in found.lines.values())


def test_the_line_of_a_place_that_the_text_lacks_is_that_of_what_is_around_it() -> None:
    document = read_yaml("a:\n  b:\n    - c: 1\n")
    assert document.line_of("a.b[0].c") == 3
    assert document.line_of("a.b[0].d.e[4]") == 3
    assert document.line_of("a.x") == 1
    assert document.line_of("z") == 1


@pytest.mark.parametrize("text", ["", "- 1\n", "just words\n"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    assert mistakes(text) == [(1, "Write a mapping with the keys of a pack.")]


def test_a_file_over_two_megabytes_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(PackFileError, match="under 2 MB"):
        read_pack(file)
    assert mistakes("#" * (MAX_BYTES + 1)) == [(1, "Keep the file under 2 MB.")]


def test_a_file_in_another_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("id: a\ntitle: niñez\n".encode("latin-1"))
    with pytest.raises(PackFileError, match="line 2: Save the file as UTF-8"):
        read_pack(file)


def test_the_shipped_pack_is_read_once() -> None:
    assert load_shipped() is load_shipped()
    assert load_shipped().id == "why-you-hurt"


def test_the_shipped_pack_survives_being_stored() -> None:
    assert pack_from_json(pack_to_json(load_shipped())) == load_shipped()


def test_the_pack_folder_holds_the_one_pack() -> None:
    assert [file.name for file in SHIPPED.parent.iterdir()] == ["why-you-hurt.yaml"]
