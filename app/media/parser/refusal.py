"""Why a file is not taken. The codes are kept in the database; their words stand in ``app/media/vocabulary.py``."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """One reason each; the words for people say what to do instead."""

    EMPTY = "empty"
    INCOMPLETE = "incomplete"
    UNKNOWN_TYPE = "unknown_type"
    WRONG_TYPE = "wrong_type"
    PROGRAM = "program"
    MACROS = "macros"
    EMBEDDED = "embedded"
    ELSEWHERE = "elsewhere"
    OLD_OFFICE = "old_office"
    OTHER_ARCHIVE = "other_archive"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    XML_TRICKS = "xml_tricks"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    ARCHIVE_PATHS = "archive_paths"
    ARCHIVE_LINKS = "archive_links"
    ARCHIVE_DOUBLES = "archive_doubles"
    ARCHIVE_ENTRIES = "archive_entries"
    ARCHIVE_SIZE = "archive_size"
    ARCHIVE_NESTING = "archive_nesting"
    TOO_DEMANDING = "too_demanding"
    INFECTED = "infected"
    UNSCANNABLE = "unscannable"


class Note(StrEnum):
    """What was done to a file that was taken."""

    RENAMED = "renamed"
    CLEANED = "cleaned"
    STRIPPED = "stripped"
    TEXT_CUT = "text_cut"


class Unfit(Exception):
    """The file is not taken; ``detail`` names the place in it (an entry of an archive), never its content."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail
