"""Papers that leave the clinic: their kinds, and the hash that says two of them tell the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class PaperKind(StrEnum):
    """What a paper is. The value is also the first part of its file name."""

    SUPERBILL = "superbill"
    DISCHARGE_PACKET = "discharge-packet"
    PROGRESS_REPORT = "progress-report"
    PATIENT_SUMMARY = "summary"


def content_hash(content: Mapping[str, Any]) -> str:
    """The SHA-256 of what a paper says, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def bytes_hash(pdf: bytes) -> str:
    """The SHA-256 of a paper as it was issued."""
    return hashlib.sha256(pdf).hexdigest()
