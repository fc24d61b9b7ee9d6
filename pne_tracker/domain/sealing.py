"""Sealed values: what a layer that stores secrets may ask of the one that encrypts, without knowing how.

A token opens only at the place it was sealed for: moved to another row, table, column or organisation it
is as useless as without the key.
"""

from __future__ import annotations

import uuid
from typing import Protocol


class SealError(Exception):
    """A token that does not open: damaged, moved, or sealed under a key that is not here."""


def place(organisation_id: uuid.UUID, table: str, row_id: uuid.UUID, column: str) -> str:
    """Where a sealed value lies, as the text that is bound into its token."""
    return f"{organisation_id}/{table}/{row_id}/{column}"


class Sealer(Protocol):
    """Seals and opens under one key, or under a ring of keys of which the first seals."""

    def seal(self, value: str, aad: str) -> str:
        """The value as a token that opens only with the same `aad`."""

    def unseal(self, token: str, aad: str) -> str:
        """The value of a token. Raises SealError."""


class KeyRing(Sealer, Protocol):
    """The installation's own keys."""

    @property
    def primary(self) -> str:
        """The id of the key that seals."""

    def key_of(self, token: str) -> str:
        """The id of the key that a token was sealed under. Raises SealError when it is no token."""

    def new_data_key(self, aad: str) -> str:
        """A fresh key for one person's own writing, sealed under the installation's."""

    def with_data_key(self, wrapped: str, aad: str) -> Sealer:
        """A sealer under that key. Raises SealError."""
