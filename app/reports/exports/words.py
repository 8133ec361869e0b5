"""Words for files of reports."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.reports.models import FileState, Form, ReportFile

FORMS: Mapping[Form, LazyString] = {
    Form.XLSX: _l("Workbook (XLSX): typed cells, with a sheet of definitions"),
    Form.CSV: _l("CSV: for any program, of any length"),
    Form.PDF: _l("PDF: to be read and printed, with definitions and filters"),
    Form.JSONL: _l("JSON lines: for programs, codes instead of words"),
}
"""What each form is for."""

SHORT: Mapping[str, str] = {Form.CSV: "CSV", Form.XLSX: "XLSX", Form.PDF: "PDF", Form.JSONL: "JSON lines"}
"""Names of the forms."""

STATES: Mapping[str, tuple[str, LazyString]] = {
    FileState.WAITING: ("progress", _l("Being made")),
    FileState.READY: ("done", _l("Ready")),
    FileState.FAILED: ("danger", _l("Could not be made")),
    FileState.EXPIRED: ("plain", _l("Removed")),
}
"""Kind of badge and words of each state."""


def file_name(file: ReportFile) -> str:
    """Return the name that a file is downloaded or sent under."""
    kind = "-without-persons" if file.anonymised else ""
    return f"{file.report}-{file.created_at:%Y-%m-%d}{kind}.{file.form}"
