"""Self-paced courses: catalogue, editions, lessons, checks and tests, enrolment, progress."""

from __future__ import annotations

from flask import Flask

from app.core import navigation
from app.core import scopes as core_scopes
from app.core.access import anyone
from app.core.texts import lazy_gettext as _l
from app.courses import jobs, searching, views
from app.courses.feedback_keeping import KEEPER
from app.courses.scopes import held_by
from app.feedback import keepers
from app.search import rebuild, words

__all__ = ["init_app", "jobs"]


def init_app(app: Flask) -> None:
    """Register the pages, their entry in the header, who holds which scope, and what can be found."""
    app.register_blueprint(views.bp)
    navigation.add(_l("Courses"), "courses.index", anyone, order=10, section="/courses")
    core_scopes.provide("courses", held_by, kinds=("course",))
    rebuild.provide("courses", searching.documents)
    keepers.provide("courses", KEEPER)
    for kind, name in searching.NAMES.items():
        words.register(kind, name)
