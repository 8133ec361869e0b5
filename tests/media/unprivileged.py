"""Receives files through the doors of the platform, as whoever starts this process, and tells what became of each.

Reads ``{"folder", "database_url", "files": [{"word", "name", "path", "door"}]}`` from standard input, writes a list of
outcomes as JSON. The database is undone at the end; what lies in the folder stays to be looked at.
"""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.core import jobs
from app.core.database import db, make_engine, unit_of_work
from app.core.refusal import Refused
from app.factory import create_app
from app.media import actions, queries
from app.media.models import MediaFile
from tests.cast import Player
from tests.conftest import settings_for_tests
from tests.media.place import PLACE

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def main() -> None:
    """Receive every file and print the outcomes."""
    given = json.load(sys.stdin)
    folder = Path(given["folder"])
    app = create_app(settings_for_tests(given["database_url"], folder, MAX_DAILY_MB="100000"))
    app.testing = True
    outcomes = []
    with app.app_context():
        engine = make_engine(given["database_url"], 1)
    with engine.connect() as connection:
        transaction = connection.begin()
        db.bind_for_tests(connection)
        owner = Player(app, "owner")
        for one in given["files"]:
            outcomes.append({"word": one["word"], **_outcome(app, owner, one)})
        transaction.rollback()
    json.dump(outcomes, sys.stdout)


def _outcome(app: Flask, owner: Player, one: dict[str, str]) -> dict[str, Any]:
    name = bytes.fromhex(one["name"]).decode("utf-8", "surrogatepass")
    body = Path(one["path"]).read_bytes()
    door = _in_pieces if one["door"] == "pieces" else _whole
    refused = door(app, owner, name, body)
    with app.app_context(), unit_of_work():
        jobs.run_pending()
        file = db.session.scalars(select(MediaFile).order_by(MediaFile.id.desc()).limit(1)).one_or_none()
        if refused is not None or file is None:
            return {"state": "refused", "reason": "", "kept": "", "name": "", "words": refused}
        kept = queries.original(file) if file.ready else b""
        return {"state": file.state, "reason": file.reason, "name": file.name, "kind": file.kind,
                "family": file.sort.family.value if file.sort else "", "kept": kept.hex(),
                "words": queries.state_words(file).advice}  # fmt: skip


def _whole(app: Flask, owner: Player, name: str, body: bytes) -> str | None:
    with app.app_context(), unit_of_work():
        try:
            actions.receive(owner.actor(), io.BytesIO(body), name, PLACE)
        except Refused as refused:
            return str(refused)
    return None


def _in_pieces(app: Flask, owner: Player, name: str, body: bytes) -> str | None:
    with app.app_context(), unit_of_work():
        try:
            upload = actions.begin_upload(owner.actor(), name, len(body), PLACE)
        except Refused as refused:
            return str(refused)
        address = f"/files/uploads/{upload.public_id}"
    found = _TOKEN.search(owner.client.get("/verify").text)
    assert found is not None
    half = len(body) // 2
    for start, piece in ((0, body[:half]), (half, body[half:])):
        headers = {"X-CSRFToken": found[1], "Tus-Resumable": "1.0.0", "Upload-Offset": str(start)}
        answer = owner.client.patch(
            address, data=piece, content_type="application/offset+octet-stream", headers=headers
        )
        assert answer.status_code == 204, (name, answer.status_code)
    return None


if __name__ == "__main__":
    main()
