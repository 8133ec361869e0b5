"""Reports as files: CSV, workbooks, PDF, JSON lines; at once or by a job; each with its statement and its digest."""

from __future__ import annotations

from app.reports.exports.inline import MAX_SHEET_ROWS, csv_parts, headings, note, workbook

__all__ = ["MAX_SHEET_ROWS", "csv_parts", "headings", "note", "workbook"]
