"""One look at health: the database answers, the job worker lives, and what else this process hosts."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core.access import public
from app.core.database import db, rollback

bp = Blueprint("health", __name__)
WORKER_SILENT_SECONDS = 35
_parts: dict[str, Callable[[], bool]] = {}


def provide(name: str, answers: Callable[[], bool]) -> None:
    """Make a part of this very process, such as its gateway, count; asking again replaces."""
    _parts[name] = answers


def database_answers() -> bool:
    """Whether the database answers."""
    try:
        return db.session.execute(text("SELECT 1")).scalar() == 1
    except SQLAlchemyError:
        rollback()
        return False


def worker_answers() -> bool:
    """Whether a job worker has sent its heartbeat lately."""
    try:
        return bool(
            db.session.execute(
                text(
                    "SELECT EXISTS (SELECT 1 FROM procrastinate_workers "
                    "WHERE last_heartbeat > now() - make_interval(secs => :silent))"
                ),
                {"silent": WORKER_SILENT_SECONDS},
            ).scalar()
        )
    except SQLAlchemyError:
        rollback()
        return False


@bp.get("/health")
@public
def health() -> tuple[Response, int]:
    """200 and ``ok`` when every part answers, else 503 naming those that do not."""
    parts = {"database": database_answers(), "worker": worker_answers()}
    parts |= {name: answers() for name, answers in _parts.items()}
    failing = [name for name, fine in parts.items() if not fine]
    body = {
        "status": "failing" if failing else "ok",
        "parts": {name: "ok" if fine else "not answering" for name, fine in parts.items()},
    }
    return jsonify(body), 503 if failing else 200
