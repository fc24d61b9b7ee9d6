"""How long the long tests are: seconds in `make test`, the figure of the quality table in `make soak`."""

from __future__ import annotations

import os


def rounds(short: int, long: int) -> int:
    """`long` under `make soak`, else `short`."""
    return long if os.environ.get("PNE_SOAK") else short
