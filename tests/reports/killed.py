"""A process that makes a file of a report and stops at a point, to be killed there.

``python -m tests.reports.killed rows|stored FILE_ID`` with the settings in the environment; it says so in a line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.database import unit_of_work
from app.factory import create_app
from app.media.storage import Storage
from app.reports.exports import jobs, making
from app.reports.exports.sheet import Sheet
from app.reports.exports.sheets import Wish, sheet_of
from app.reports.frame import Asked


def stop_here() -> None:
    """Say that the point is reached, and wait for the end."""
    sys.stdout.write("here\n")
    sys.stdout.flush()
    sys.stdin.readline()


def stopping_sheet(asked: Asked, wish: Wish) -> Sheet:
    """Return what goes into the file, but stop before its third row."""
    whole = sheet_of(asked, wish)

    def rows() -> Iterator[Sequence[Any]]:
        for number, row in enumerate(whole.rows):
            if number == 2:
                stop_here()
            yield row

    return replace(whole, rows=rows())


def main(point: str, file_id: int) -> None:
    """Make the file up to the point: some of its rows are written, or its octets stored and its row not."""
    app = create_app()
    if point == "rows":
        making.sheet_of = stopping_sheet  # type: ignore[attr-defined]
    else:
        put = Storage.put

        def put_and_stop(self: Storage, name: str, content: bytes | Path) -> None:
            put(self, name, content)
            stop_here()

        Storage.put = put_and_stop  # type: ignore[method-assign]
    with app.app_context(), unit_of_work():
        jobs.make_file(file_id)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
