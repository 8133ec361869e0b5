"""JSON lines for programs: the statement first, then a row a line with codes instead of words.

``sha256sum`` of the file without its first line is the digest that the statement carries.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from app.reports.exports.sheet import Progress, Sheet, Statement, Tally


def write(sheet: Sheet, target: Path, progress: Progress | None = None) -> Statement:
    """Write the sheet to ``target`` and return its statement."""
    tally = Tally(sheet, progress)
    with tempfile.TemporaryFile(dir=target.parent) as body:
        for _row in tally:
            body.write(tally.line)
        statement = tally.statement()
        columns = {head.key: {"heading": head.heading, "kind": head.kind.value} for head in sheet.heads}
        more = {"columns": columns, "activities": sheet.activities}
        first = {"statement": statement.as_json() | more}
        body.seek(0)
        with target.open("wb") as out:
            out.write(json.dumps(first, ensure_ascii=False).encode() + b"\n")
            shutil.copyfileobj(body, out)
    return statement
