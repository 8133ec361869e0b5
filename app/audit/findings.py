"""What a verification may find, by kind and place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of tampering that can be told apart."""

    EDIT = "edit"
    DELETION = "deletion"
    INSERTION = "insertion"
    SWAP = "swap"
    TRUNCATION = "truncation"
    ROLLBACK = "rollback"
    COPY = "copy"
    """The copy of the head is missing or cannot be read, so truncation and rollback cannot be seen."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One act of tampering: its kind, the chain position it begins at (None where there is none), in words."""

    kind: Kind
    seq: int | None
    text: str

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.text}"
