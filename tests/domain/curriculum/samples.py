"""A small valid pack as plain data, to be damaged by the tests."""

from __future__ import annotations

import copy
import re

Data = dict[str, object]


def both(words: str) -> Data:
    """A text in both languages."""
    return {"en": words, "es": f"{words} (es)"}


def question(name: str, concept: str = "alarm", **changes: object) -> Data:
    """A true/false question."""
    return {
        "id": name,
        "concept": concept,
        "kind": "true_false",
        "question": both("Nerves warn."),
        "answer": "true",
        "explanation": both("They do."),
        **changes,
    }


def section(number: int, concept: str, **changes: object) -> Data:
    """A section with one journal."""
    return {
        "number": number,
        "slug": f"part-{number}",
        "title": f"Part {number}",
        "patient_title": both("A part"),
        "minutes": {"low": 5, "typical": 10, "high": 15},
        "education": "Explained the alarm.",
        "summary": both("Nerves warn."),
        "primary": [concept],
        "secondary": [],
        "hard": [],
        "soft": [],
        "homework": [
            {
                "key": f"p{number}-journal",
                "kind": "journal",
                "title": both("Journal"),
                "instructions": both("Write."),
                "schedule": {"rhythm": "once", "entries": 1, "days": 7, "done_at": 1},
                "prompts": [
                    {"id": "note", "label": both("What?")},
                    {
                        "id": "pick",
                        "label": both("Which?"),
                        "field": "choice",
                        "options": {"a": both("This"), "b": both("That")},
                    },
                ],
            }
        ],
        "questions": [question(f"p{number}-a1", concept)],
        **changes,
    }


def small_pack() -> Data:
    """Two sections, two concepts, a flag and a baseline question; a fresh copy each time."""
    choose = question(
        "p2-a2", "steps", kind="choose_one", answer="b", options={"a": both("All"), "b": both("Some")}
    )
    second = section(2, "steps", hard=[1])
    second["questions"] = [question("p2-a1", "steps"), choose]
    pack: Data = {
        "id": "small",
        "version": "1",
        "title": both("Small"),
        "pass_mark": 0.75,
        "weights": {"order_step": 2, "prerequisite_hard": -100},
        "flags": [
            {"id": "poor-sleep", "label": "Poor sleep", "question": both("?"), "sections": [2], "weight": 30}
        ],
        "concepts": [
            {"id": "alarm", "idea": both("Nerves warn."), "instead": both("It comes from there.")},
            {"id": "steps", "idea": both("A little more."), "instead": both("All at once.")},
        ],
        "baseline": [question("base-1")],
        "sections": [section(1, "alarm"), second],
    }
    return copy.deepcopy(pack)


def steps(path: str) -> list[str | int]:
    """A path like `sections[1].minutes.low` as keys and indexes."""
    found = re.findall(r"[^.\[\]]+|\[\d+\]", path)
    return [int(part[1:-1]) if part.startswith("[") else part for part in found]


def put(data: Data, path: str, value: object) -> Data:
    """`data` with the value at `path` replaced, or added."""
    *way, last = steps(path)
    place: object = data
    for step in way:
        place = place[step]  # type: ignore[index]
    place[last] = value  # type: ignore[index]
    return data


def drop(data: Data, path: str) -> Data:
    """`data` without what is at `path`."""
    *way, last = steps(path)
    place: object = data
    for step in way:
        place = place[step]  # type: ignore[index]
    del place[last]  # type: ignore[attr-defined]
    return data


def paths(data: object, path: str = "") -> list[str]:
    """Every path of plain data, outermost first."""
    found: list[str] = []
    if isinstance(data, dict):
        inner = [(f"{path}.{key}" if path else str(key), value) for key, value in data.items()]
    elif isinstance(data, list):
        inner = [(f"{path}[{at}]", value) for at, value in enumerate(data)]
    else:
        return found
    for place, value in inner:
        found.extend((place, *paths(value, place)))
    return found
