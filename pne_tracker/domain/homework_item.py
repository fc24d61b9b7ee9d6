"""One homework item as plain data and back: how an assigned item keeps the text it was assigned with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pne_tracker.domain.curriculum import HomeworkTemplate
from pne_tracker.domain.pack_data import _homework as _as_data
from pne_tracker.domain.pack_reader import Node, PackError, Problem
from pne_tracker.domain.packs import _homework as _from_node
from pne_tracker.domain.quiz_data import kept_questions, questions_kept

KEYS = (
    *("key", "kind", "title", "instructions", "schedule", "required", "minutes", "prompts"),
    *("unlocked_by_therapist", "look_for", "barrier"),
)


def item_to_dict(item: HomeworkTemplate) -> dict[str, object]:
    """The item as JSON-safe data with the keys of a pack's `homework` list.

    A prompt's options are a list of (id, text) pairs here, since a database may reorder a mapping's keys.
    """
    data = _as_data(item)
    data["prompts"] = [_with_options(prompt, as_pairs=True) for prompt in _list(data["prompts"])]
    for name, questions in (("questions", item.questions), ("first_visit", item.first_visit)):
        if questions:
            data[name] = kept_questions(questions)
    return data


def item_from_dict(data: Mapping[str, object]) -> HomeworkTemplate:
    """The item that `item_to_dict` wrote; other keys are ignored. PackError when a known one is wrong."""
    known = {key: data[key] for key in KEYS if key in data}
    known["prompts"] = [_with_options(prompt, as_pairs=False) for prompt in _list(known.get("prompts"))]
    problems: list[Problem] = []
    item = _from_node(Node(known, "", problems))
    if problems:
        raise PackError(problems)
    return replace(
        item,
        questions=questions_kept(data.get("questions")),
        first_visit=questions_kept(data.get("first_visit")),
    )


def _list(value: object) -> list[Mapping[str, object]]:
    return list(value) if isinstance(value, list) else []


def _with_options(prompt: Mapping[str, object], *, as_pairs: bool) -> dict[str, object]:
    options = prompt.get("options")
    if isinstance(options, Mapping) and as_pairs:
        return {**prompt, "options": [[key, text] for key, text in options.items()]}
    if isinstance(options, list) and not as_pairs:
        return {**prompt, "options": dict(options)}
    return dict(prompt)
