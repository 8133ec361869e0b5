"""Front page, home, and the plain pages about the platform."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import current_actor, public
from app.core.i18n import page_language
from app.core.permissions import Permission
from app.core.settings import settings
from app.core.ui import place
from app.courses import queries as courses
from app.home.queries import waiting_for_approval
from app.irooms.queries.home import unread_topics
from app.irooms.seats import seats_of
from app.webinars.queries import planning as webinars

MOST_ROOMS = 6
bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
@public
def front() -> str | BaseResponse:
    """For strangers: what this is and where to begin. For people: where they were."""
    actor = current_actor()
    if not actor.signed_in:
        return render_template(
            "home/front.html",
            rows=courses.catalogue(actor, page_language()),
            sessions=webinars.open_to_all(),
            public_statistics=settings().public_statistics,
        )
    if not actor.approved:
        return redirect(place("standing"))
    unfinished = courses.unfinished(actor)
    rooms = seats_of(actor)[:MOST_ROOMS]
    return render_template(
        "home/home.html",
        unfinished=unfinished,
        rows=[] if unfinished else courses.catalogue(actor, page_language()),
        waiting=waiting_for_approval(actor),
        session=webinars.next_of(actor),
        rooms=rooms,
        unread=unread_topics(rooms),
        reports=actor.has(Permission.REPORTS_READ),
    )


@bp.get("/about")
@public
def about() -> str:
    """What the platform is, who makes it, how it counts."""
    return render_template("home/about.html")


@bp.get("/accessibility")
@public
def accessibility() -> str:
    """How the platform is made usable for everybody, and whom to tell when it is not."""
    return render_template("home/accessibility.html")


@bp.get("/privacy")
@public
def privacy() -> str:
    """What is kept of people, why, how long, and their rights."""
    return render_template("home/privacy.html")
