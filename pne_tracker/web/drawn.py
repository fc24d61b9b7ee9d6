"""Macros whose output depends on their arguments and the language alone, drawn once a process."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache

from flask_babel import get_locale


def drawn(macro: Callable[..., str], *args: Hashable | list[Hashable]) -> str:
    """The output of a macro for these arguments. Only for pictures of states and the like, never of a person."""
    return _drawn(str(get_locale()), macro, *(tuple(one) if isinstance(one, list) else one for one in args))


@lru_cache(maxsize=4096)
def _drawn(_language: str, macro: Callable[..., str], *args: Hashable) -> str:
    return macro(*args)
