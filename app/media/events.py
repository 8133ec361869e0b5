"""What files tell the rest; told in the transaction of the job that found it out."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True)
class FileReady(Event):
    """A file passed every check and may be shown and given out; its text can be read."""

    file_id: int


@dataclass(frozen=True)
class FilePaged(Event):
    """An office file was made into pages: their number and their texts are there."""

    file_id: int


@dataclass(frozen=True)
class FileRefused(Event):
    """A file is not taken and its content is gone; ``reason`` is a code of ``media.vocabulary.Reason``."""

    file_id: int
    reason: str


@dataclass(frozen=True)
class FileQuarantined(Event):
    """The virus scanner found something; the content is held back and nobody gets it. It may have been ready before."""

    file_id: int
