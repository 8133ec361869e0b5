"""A report as a file in the answer itself: CSV streamed while it is read, a workbook of what fits into one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core.database import JSON
from app.core.i18n import page_language
from app.media.storage import scratch
from app.reports.exports import comma, xlsx
from app.reports.exports.sheet import Tally
from app.reports.exports.sheets import Wish, sheet_of
from app.reports.frame import Asked
from app.reports.models import Form

MAX_SHEET_ROWS = 50_000
"""More than this is slow to make as a workbook and slow to open; CSV has no such bound."""


def note(asked: Asked, form: str, rows: int) -> None:
    """Record in the audit who takes which rows away, in which form (csv, xlsx, json)."""
    narrowed: JSON = asked.filters.as_json() | ({"group": list(asked.grouping)} if asked.grouping else {})
    detail = {"format": form, "rows": rows, "filters": narrowed}
    audit.record(asked.actor, Verb.REPORT_EXPORTED, "report", asked.report.name, detail=detail)


def csv_pieces(asked: Asked) -> Iterator[str]:
    """Yield the CSV in pieces; instants as ISO 8601 in UTC, progress in percent, words in the page's language."""
    sheet = sheet_of(asked, _wish(asked, Form.CSV))
    yield from comma.pieces(sheet.heads, Tally(sheet, None, digested=False))


def workbook(asked: Asked) -> bytes:
    """Return the report as a workbook; instants are cells of type date, in UTC."""
    sheet = sheet_of(asked, _wish(asked, Form.XLSX))
    # among the scratch that is swept: what a killed process leaves here are rows of persons
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="report-") as folder:
        target = Path(folder) / "report.xlsx"
        xlsx.write(sheet, target)
        return target.read_bytes()


def _wish(asked: Asked, form: Form) -> Wish:
    return Wish(form, asked.actor.name, page_language(), "UTC")
