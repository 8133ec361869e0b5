"""What a PDF of 300 pages costs: from the last octet of its upload to its first page, a page's mark, a stamped copy."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import typst
from sqlalchemy import select

import config
from app.core.database import db, unit_of_work
from app.factory import create_app
from app.media import actions, marking, queries
from app.media.models import MediaFile
from bench.pages import environment

PAGES = 300
RUNS = 3
PATIENCE = 60.0  # seconds
LINES = ("Layla Haddad ليلى حداد", "2026-11-22 09:00 UTC", "7K3M-Q0ZX")


def measure(var: Path, url: str, port: int) -> dict[str, list[float]]:
    """Return milliseconds of each thing, one for each run; the worker that draws is the running platform's."""
    app = create_app(config.load(environment(var, url, port)))
    pdf = _pdf()
    found: dict[str, list[float]] = {}
    with app.app_context():
        for number in range(RUNS):
            waited = _first_page(pdf, number)
            found.setdefault("300-page PDF, upload complete to first page", []).append(waited)
    with app.app_context(), unit_of_work():
        file = db.session.get_one(MediaFile, _last_id())
        page = queries.page_image(file, 1)
        for _ in range(RUNS * 3):
            found.setdefault("mark on a page picture", []).append(
                _timed(lambda: marking.mark_image(page, LINES))
            )
        for _ in range(RUNS):
            found.setdefault("stamped copy of 300 pages", []).append(
                _timed(lambda: marking.stamp_pdf(pdf, LINES))
            )
    db.engine.dispose()
    return found


def _pdf() -> bytes:
    page = "= Section #(i + 1)\n#lorem(450)\n#pagebreak(weak: true)"
    made = typst.compile(f'#set page(paper: "a4")\n#for i in range({PAGES}) [{page}]'.encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def _first_page(pdf: bytes, number: int) -> float:
    """Return milliseconds from the commit of the received file until its first page was drawn by the worker."""
    with unit_of_work():
        file = actions.receive_bytes(None, pdf, f"manual-{number}.pdf", "bench:1")
        file_id = file.id
    begun = time.perf_counter()
    while time.perf_counter() - begun < PATIENCE:
        with unit_of_work():
            db.session.expire_all()
            file = db.session.get_one(MediaFile, file_id)
            if file.drawn > 0:
                return (time.perf_counter() - begun) * 1000
        time.sleep(0.02)
    raise SystemExit("the first page was not drawn in time; see bench.log")


def _last_id() -> int:
    return db.session.scalars(select(MediaFile.id).order_by(MediaFile.id.desc()).limit(1)).one()


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
