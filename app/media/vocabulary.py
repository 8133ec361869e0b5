"""The words of files: where one stands, why one was not taken, what was done to one, what kinds there are."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.media.parser.kinds import KINDS, Family, Kind
from app.media.parser.refusal import Note, Reason

__all__ = ["KINDS", "Family", "Kind", "Note", "Paging", "Reason", "Scan", "State", "TextState"]


class State(StrEnum):
    """Where a file stands; only a ready one is ever shown or given out."""

    ARRIVING = "arriving"
    CHECKING = "checking"
    READY = "ready"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


class Scan(StrEnum):
    """What the virus scanner said; ``unscanned`` when none is configured."""

    PENDING = "pending"
    CLEAN = "clean"
    UNSCANNED = "unscanned"
    INFECTED = "infected"


class Paging(StrEnum):
    """Whether a file can be read as pages; ``none`` is a download only."""

    NONE = "none"
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class TextState(StrEnum):
    """Whether a file's text has been taken out; ``none`` when it has none."""

    NONE = "none"
    WAITING = "waiting"
    READY = "ready"


STATE_WORDS: Mapping[State, LazyString] = {
    State.ARRIVING: _l("Arriving"),
    State.CHECKING: _l("Being checked"),
    State.READY: _l("Ready"),
    State.QUARANTINED: _l("Held back"),
    State.REFUSED: _l("Not taken"),
}
SCAN_WORDS: Mapping[Scan, LazyString] = {
    Scan.PENDING: _l("Waiting for the virus scan"),
    Scan.CLEAN: _l("Scanned for viruses"),
    Scan.UNSCANNED: _l("Not scanned for viruses"),
    Scan.INFECTED: _l("Infected"),
}
PAGING_WORDS: Mapping[Paging, LazyString] = {
    Paging.NONE: _l("Download only: files of this kind are not shown as pages here."),
    Paging.WAITING: _l("The pages are being made."),
    Paging.READY: _l("Can be read here"),
    Paging.FAILED: _l("Download only: the pages could not be made."),
}
REASON_WORDS: Mapping[Reason, LazyString] = {
    Reason.EMPTY: _l("The file is empty. Choose it again."),
    Reason.INCOMPLETE: _l("The file did not arrive in full. Send it again."),
    Reason.UNKNOWN_TYPE: _l(
        "Files of this kind are not taken. Save it as PDF, or as a Word, Excel or PowerPoint file."
    ),
    Reason.WRONG_TYPE: _l("The file is not what its name says. Open it, save it again and send that."),
    Reason.PROGRAM: _l("Programs and scripts are not taken, nor archives that hold one."),
    Reason.MACROS: _l("The file holds macros. Save it without them (as DOCX, XLSX or PPTX), or as PDF."),
    Reason.EMBEDDED: _l(
        "The file holds another file that cannot be checked. Save it without, or send that file by itself."
    ),
    Reason.ELSEWHERE: _l(
        "The file loads parts of itself from elsewhere. Save it with everything in it, or as PDF."
    ),
    Reason.OLD_OFFICE: _l(
        "The file is in an old format or locked with a password. Save it without one, as DOCX, XLSX, PPTX or PDF."
    ),
    Reason.OTHER_ARCHIVE: _l("Of archives only ZIP is taken."),
    Reason.ENCRYPTED: _l("The file is locked with a password, so it cannot be checked. Send it without one."),
    Reason.DAMAGED: _l("The file is damaged and cannot be read. Open it, save it again and send that."),
    Reason.XML_TRICKS: _l(
        "The file holds definitions that can be misused. Save it again with an office program, or as PDF."
    ),
    Reason.TOO_MANY_PAGES: _l("The file has too many pages. Send it in parts."),
    Reason.TOO_MANY_PIXELS: _l("The picture is too large. Make it smaller and send it again."),
    Reason.ARCHIVE_PATHS: _l("The archive holds names that lead out of it. Pack it again."),
    Reason.ARCHIVE_LINKS: _l("The archive holds links to other files. Pack it again without them."),
    Reason.ARCHIVE_DOUBLES: _l("The archive holds the same name twice. Pack it again."),
    Reason.ARCHIVE_ENTRIES: _l("The archive holds too many files. Pack it in parts."),
    Reason.ARCHIVE_SIZE: _l("The archive would become too large when unpacked. Send its files one by one."),
    Reason.ARCHIVE_NESTING: _l("The archive holds archives within archives. Unpack it and send the files."),
    Reason.TOO_DEMANDING: _l(
        "The file could not be checked: reading it takes too much time or memory. Save it in a simpler form."
    ),
    Reason.INFECTED: _l(
        "The virus scanner found something in this file. It is held back and nobody can open it."
    ),
    Reason.UNSCANNABLE: _l("The virus scanner does not take this file, so it is not kept. Send it in parts."),
}
NOTE_WORDS: Mapping[Note, LazyString] = {
    Note.RENAMED: _l("The ending of the name was changed to fit the content."),
    Note.CLEANED: _l("Parts that act by themselves, or that were hidden in the file, were taken out."),
    Note.STRIPPED: _l("Names and other traces of people were taken out of the file's properties."),
    Note.TEXT_CUT: _l("Only the beginning of the text can be searched."),
}
KIND_WORDS: Mapping[str, LazyString] = {
    "pdf": _l("PDF"),
    "docx": _l("Word document"),
    "xlsx": _l("Excel workbook"),
    "pptx": _l("PowerPoint presentation"),
    "odt": _l("OpenDocument text"),
    "ods": _l("OpenDocument spreadsheet"),
    "odp": _l("OpenDocument presentation"),
    "jpeg": _l("JPEG picture"),
    "png": _l("PNG picture"),
    "gif": _l("GIF picture"),
    "webp": _l("WebP picture"),
    "tiff": _l("TIFF picture"),
    "text": _l("Plain text"),
    "csv": _l("CSV table"),
    "markdown": _l("Markdown text"),
    "html": _l("HTML page"),
    "svg": _l("SVG drawing"),
    "xml": _l("XML file"),
    "mp3": _l("MP3 sound"),
    "m4a": _l("M4A sound"),
    "ogg": _l("Ogg sound"),
    "wav": _l("WAV sound"),
    "flac": _l("FLAC sound"),
    "mp4": _l("MP4 film"),
    "webm": _l("WebM film"),
    "zip": _l("ZIP archive"),
}
