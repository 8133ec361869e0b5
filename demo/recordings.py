"""Recordings of a few sessions: short films made here of slides and a quiet tone; the worker makes editions of them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pypdfium2
from sqlalchemy import func, select

from app.accounts import actors
from app.accounts.models import User
from app.core import clock
from app.core.access import act_as, forget_actor
from app.core.database import db
from app.core.pdf import compile_pdf
from app.records.models import Activity, ActivityKind
from app.webinars.actions import recording_editing
from app.webinars.models.planning import State, Webinar
from app.webinars.places import place
from app.webinars.recording_ffmpeg import installed, program
from demo.today import DECK

LATEST, OF_2020, YEAR = 2, 3, 2020
SECONDS_A_SLIDE = 7
_WIDTH = 640
_LINES = ("Recorded on the platform", "A fictitious session, made for demonstration")


def load_recordings() -> int:
    """Send films for the last sessions and for some of the series on CBRN of 2020; returns how many.

    None where ffmpeg is missing: then no film can be made. They can be watched once the worker has made their editions.
    """
    if not installed():
        return 0
    sessions = _sessions()
    sent = sum(_send(webinar) for webinar in sessions)
    forget_actor()
    return sent


def _sessions() -> Sequence[Webinar]:
    held = select(Webinar).where(
        Webinar.state == State.ENDED, Webinar.channel == "platform", Webinar.kind == "webinar"
    )
    of_2020 = held.where(Webinar.topic == "cbrn", func.date_part("year", Webinar.starts_at) == YEAR)
    latest = db.session.scalars(held.order_by(Webinar.starts_at.desc()).limit(LATEST)).all()
    named = db.session.scalars(of_2020.order_by(Webinar.starts_at).limit(OF_2020)).all()
    return list(dict.fromkeys([*latest, *named]))


def _send(webinar: Webinar) -> bool:
    host = db.session.get_one(User, webinar.created_by)
    actor = actors.of_person(host)
    act_as(actor)
    before = place(actor, webinar.public_id)
    if before is None:  # the host's account is closed by now
        return False
    recording = recording_editing.add_file(before, BytesIO(_film(webinar)), "session.mp4")
    recording.activity_key = _known_to_the_register(webinar) or recording.activity_key
    recording.title = webinar.title
    recording.language = (webinar.languages or ["en"])[0]
    recording.published_at = min(webinar.ends_at + timedelta(days=1), clock.now())  # watched once it is made
    db.session.flush()
    return True


def _known_to_the_register(webinar: Webinar) -> UUID | None:
    """Return the key under which the register knows uses of this session's recording already."""
    return db.session.scalar(
        select(Activity.key).where(
            Activity.kind == ActivityKind.RECORDING, Activity.parent_key == webinar.activity_key
        )
    )


def _film(webinar: Webinar) -> bytes:
    pages = [{"title": webinar.title, "lines": list(_LINES)}] + [
        {"title": str(row["title"]), "lines": [webinar.summary[:200]]} for row in webinar.agenda
    ]
    with TemporaryDirectory(prefix="ctlp-demo-film-") as folder:
        _draw(compile_pdf(DECK, {"pages": pages}), Path(folder))
        seconds = SECONDS_A_SLIDE * len(pages)
        subprocess.run(
            [
                str(program("ffmpeg")), "-loglevel", "error", "-framerate", f"1/{SECONDS_A_SLIDE}", "-i", "page%d.png",
                "-f", "lavfi", "-i", f"sine=frequency=330:duration={seconds}", "-af", "volume=0.05",
                "-c:v", "libx264", "-pix_fmt", "yuv420p", "-r", "5", "-c:a", "aac", "-b:a", "32k", "-shortest",
                "film.mp4",
            ],
            cwd=folder, check=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return (Path(folder) / "film.mp4").read_bytes()


def _draw(pdf: bytes, folder: Path) -> None:
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document, 1):
        picture = page.render(scale=_WIDTH / page.get_width()).to_pil()
        picture.crop((0, 0, _WIDTH, picture.height - picture.height % 2)).save(folder / f"page{number}.png")
    document.close()
