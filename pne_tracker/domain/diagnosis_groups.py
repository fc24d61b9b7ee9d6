"""Groups of ICD-10-CM codes that clinics compare, by the first characters of the first diagnosis; our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GROUPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "low_back": (
        "Low back and leg",
        ("M543", "M544", "M545", "M5416", "M5417", "M5116", "M5117", "M513", "M480"),
    ),
    "neck": ("Neck and arm", ("M542", "M5412", "M5413", "M501", "M502", "M503", "S134")),
    "headache": ("Headache", ("G43", "G44", "R51")),
    "shoulder": ("Shoulder", ("M75", "M2551", "S43")),
    "hip": ("Hip", ("M16", "M2555", "M706")),
    "knee": ("Knee", ("M17", "M2556", "M222", "S83")),
    "foot": ("Ankle and foot", ("M2557", "M722", "S93")),
    "widespread": ("Widespread pain", ("M797", "G894", "M791")),
    "crps": ("Complex regional pain", ("G905", "G564", "G577")),
    "surgery": ("After surgery", ("M961", "Z47", "Z96", "G8918", "G8928")),
}


def prefixes(group: str) -> tuple[str, ...]:
    """The beginnings of the codes of a group, without the point; none for a group that is not listed."""
    return GROUPS[group][1] if group in GROUPS else ()


def options() -> list[tuple[str, str]]:
    """(key, label) of every group, in the order of the list."""
    return [(key, label) for key, (label, _) in GROUPS.items()]
