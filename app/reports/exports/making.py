"""Writing a file and storing it: the octets under a name that says nothing, the digest and the statement in its row."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import current_app
from sqlalchemy import update

from app.core import clock
from app.core.database import JSON, db, unit_of_work
from app.media.storage import scratch, storage
from app.reports.exports import comma, json_lines, paper, xlsx
from app.reports.exports.sheet import Progress, Sheet, Statement
from app.reports.exports.sheets import Wish, sheet_of
from app.reports.frame import Asked
from app.reports.models import FileState, Form, ReportFile

PLACE = "reports"
Writer = Callable[[Sheet, Path, Progress | None], Statement]
WRITERS: Mapping[Form, Writer] = {
    Form.CSV: comma.write,
    Form.XLSX: xlsx.write,
    Form.PDF: paper.write,
    Form.JSONL: json_lines.write,
}
MEDIA_TYPES: Mapping[Form, str] = {
    Form.CSV: "text/csv",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.PDF: "application/pdf",
    Form.JSONL: "application/jsonl",
}
AT_ONCE: Mapping[Form, int] = {Form.CSV: 5_000, Form.XLSX: 1_000, Form.PDF: 100, Form.JSONL: 5_000}
"""Up to so many rows a file is made while somebody waits; a longer one by a job."""
MOST: Mapping[Form, int] = {Form.XLSX: 200_000, Form.PDF: 2_000}
"""More rows than this are not made: such a file is slow to make and slow to open. CSV and JSON lines have no bound."""


def folder(file: ReportFile) -> str:
    """Return where a file's octets lie in the storage."""
    return f"{PLACE}/{file.key}"


def object_name(file: ReportFile) -> str:
    """Return the name of a file's octets in the storage."""
    return f"{folder(file)}/file"


def make(file: ReportFile, asked: Asked, wish: Wish, progress: Progress | None = None) -> None:
    """Write the file of what is asked for, store it, and let its row say so.

    Made again, it takes the place of what a killed run left behind. The row is never ahead of the octets.
    """
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="report-") as place:
        target = Path(place) / "file"
        statement = WRITERS[wish.form](sheet_of(asked, wish), target, progress)
        with target.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        storage().put(object_name(file), target)
        file.size = target.stat().st_size
    file.sha256, file.statement = digest, _kept(statement)
    file.rows_done = file.rows_expected = statement.rows
    file.made_at, file.state = clock.now(), FileState.READY
    db.session.flush()


def tell_of(file_id: int) -> Progress:
    """Return how the progress of a file is told while its job goes on: in a transaction beside that of the job."""

    def tell(rows: int) -> None:
        with current_app.app_context(), unit_of_work() as session:
            session.execute(update(ReportFile).where(ReportFile.id == file_id).values(rows_done=rows))

    return tell


def _kept(statement: Statement) -> JSON:
    return statement.as_json() | {"lines": [list(pair) for pair in statement.lines()]}
