"""A pack as one text to store, and back; equal packs give equal texts and equal hashes."""

from __future__ import annotations

import hashlib
import json

from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.pack_data import pack_to_dict
from pne_tracker.domain.packs import pack_from_dict


def pack_to_json(pack: Pack) -> str:
    """The pack as JSON text. Store it as text: the order of options counts."""
    return json.dumps(pack_to_dict(pack), ensure_ascii=False, separators=(",", ":"))


def pack_from_json(text: str) -> Pack:
    """The pack that `pack_to_json` wrote; PackError when it is another object, ValueError when it is no JSON."""
    return pack_from_dict(json.loads(text))


def pack_hash(text: str) -> str:
    """SHA-256, as 64 hexadecimal digits, of a pack's JSON text."""
    return hashlib.sha256(text.encode()).hexdigest()
