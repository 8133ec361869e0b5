"""A process that receives and examines files until it is killed, and one that tidies up after it.

``python -m tests.media.busy work|tidy`` with the settings in the environment; ``tidy`` prints what there is, as JSON.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from app.core import clock, jobs
from app.core.database import db, unit_of_work
from app.core.settings import settings
from app.factory import create_app
from app.media import actions, sweeping
from app.media.models import MediaFile, MediaUpload
from app.media.storage import FILES, ORIGINAL, storage
from app.media.vocabulary import State
from tests import cast
from tests.media.place import PLACE
from tests.support import files


def work() -> None:
    """Receive, examine and forget files, each step in a transaction of its own, without end."""
    app = create_app()
    bodies = (files.pdf([f"page {n}" for n in range(30)]), files.jpeg(), b"plain words", files.word())
    names = ("a.pdf", "b.jpg", "c.txt", "d.docx")
    with app.app_context():
        with unit_of_work():
            cast.play(app, "owner")
        for number in itertools.count():
            with unit_of_work():
                owner = cast.Player(app, "owner").actor()
                kind = number % len(names)
                actions.receive(owner, io.BytesIO(bodies[kind]), names[kind], PLACE, strip=number % 3 == 0)
            with unit_of_work():
                upload = actions.begin_upload(owner, "e.txt", 20, PLACE)
                piece = Path(settings().var) / f"piece-{number}"
                piece.write_bytes(b"x" * (10 + number % 2 * 10))
                actions.append(upload, 0, piece)
                piece.unlink()
            for _ in range(3):
                with unit_of_work():
                    jobs.run_pending(1)
            if number % 5 == 4:
                with unit_of_work():
                    ready = (
                        select(MediaFile)
                        .where(MediaFile.state == State.READY)
                        .order_by(MediaFile.id)
                        .limit(1)
                    )
                    if (old := db.session.scalars(ready).one_or_none()) is not None:
                        actions.discard(old)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


def tidy() -> None:
    """Do what the worker would do in time, sweep a day later, and print how rows and objects stand."""
    app = create_app()
    with app.app_context():
        for _ in range(2):
            with unit_of_work():
                sweeping.resume()
            done = 1
            while done:
                with unit_of_work():
                    done = jobs.run_pending(1)
        with clock.travel(clock.now() + timedelta(days=2)):
            with unit_of_work():
                sweeping.sweep()
            with unit_of_work():
                jobs.run_pending()
        with unit_of_work():
            json.dump(_standing(), sys.stdout)


def _standing() -> dict[str, object]:
    rows = db.session.scalars(select(MediaFile)).all()
    ready = [file for file in rows if file.state == State.READY]
    spoilt = [file.name for file in ready if _digest(file) != file.sha256]
    keys = storage().keys(FILES)
    return {
        "ready": len(ready),
        "others": sorted({file.state for file in rows if file.state != State.READY}),
        "spoilt": spoilt,
        "without row": sorted(keys - {file.key for file in ready}),
        "without object": sorted({file.key for file in ready} - keys),
        "half drawn": [file.name for file in ready if file.pages and file.drawn != file.pages],
        "arriving": sorted(storage().keys("arriving")),
        "uploads": len(db.session.scalars(select(MediaUpload)).all()),
        "scratch": [one.name for one in (Path(settings().var) / "scratch").iterdir()],
    }


def _digest(file: MediaFile) -> str:
    return hashlib.sha256(storage().get(f"{FILES}/{file.key}/{ORIGINAL}")).hexdigest()


if __name__ == "__main__":
    {"work": work, "tidy": tidy}[sys.argv[1]]()
