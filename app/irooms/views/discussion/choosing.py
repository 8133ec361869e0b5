"""Drafts, and the pages that choose whom to mention and what to attach where no script does it on the spot."""

from __future__ import annotations

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.ui import notify
from app.irooms import discussion_loaders as loaders
from app.irooms.actions.discussion import drafts
from app.irooms.discussion_loaders import Desk
from app.irooms.forms.discussion import PostForm, TopicForm
from app.irooms.queries.discussion.attachments import offered
from app.irooms.queries.discussion.people import MOST_OFFERED, to_mention
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp

CONFLICT = 409
_LONGEST_SEARCH = 100


@bp.post("/<slug>/discussion/drafts/<place>")
@access(approved, desk=loaders.desk)
def discussion_draft(desk: Desk) -> BaseResponse | tuple[Response, int]:
    """Keep what was typed; ``then`` leads on to choosing people or resources for it."""
    form = TopicForm() if desk.place is None else PostForm()
    typed = form.words()
    kept = drafts.keep(desk.seat, desk.key, typed)
    if "application/json" in request.headers.get("Accept", ""):
        return (jsonify(version=str(typed.client_id)), 200) if kept else (jsonify(posted=True), CONFLICT)
    then = {"mentions": "irooms.discussion_mentions", "attachments": "irooms.discussion_attachments"}
    chosen = then.get(request.form.get("then", ""))
    if chosen and kept:
        return redirect(url_for(chosen, slug=desk.seat.room.public_id, place=desk.key))
    notify(_("Kept as a draft. Only you see it.") if kept else _("This was posted already."))
    return redirect(_back(desk))


@bp.post("/<slug>/discussion/drafts/<place>/removal")
@access(approved, desk=loaders.desk)
def discussion_draft_removal(desk: Desk) -> BaseResponse:
    """Drop a draft."""
    drafts.forget(desk.seat, desk.key)
    return redirect(_back(desk))


@bp.get("/<slug>/discussion/drafts/<place>/mentions")
@access(approved, desk=loaders.desk)
def discussion_mentions(desk: Desk) -> str:
    """Choose whom to mention."""
    return render_template(
        "irooms/discussion/mentions.html",
        seat=desk.seat,
        desk=desk,
        back=_back(desk),
        people=to_mention(desk.seat, _searched()),
        searched=_searched(),
    )


@bp.post("/<slug>/discussion/drafts/<place>/mentions")
@access(approved, desk=loaders.desk)
def discussion_mentions_add(desk: Desk) -> BaseResponse:
    """Add the members chosen to the draft."""
    drafts.add_mentions(desk.seat, desk.key, request.form.getlist("mentions"))
    return redirect(_back(desk))


@bp.get("/<slug>/discussion/drafts/<place>/attachments")
@access(approved, desk=loaders.desk)
def discussion_attachments(desk: Desk) -> str:
    """Choose what to attach."""
    return render_template(
        "irooms/discussion/attachments.html",
        seat=desk.seat,
        desk=desk,
        back=_back(desk),
        files=offered(desk.seat, _searched()),
        searched=_searched(),
    )


@bp.post("/<slug>/discussion/drafts/<place>/attachments")
@access(approved, desk=loaders.desk)
def discussion_attachments_add(desk: Desk) -> BaseResponse:
    """Add the resources chosen to the draft."""
    drafts.add_attachments(desk.seat, desk.key, request.form.getlist("attachments"))
    return redirect(_back(desk))


@bp.get("/<slug>/discussion/people")
@access(approved, seat=loaders.writer)
def discussion_people(seat: Seat) -> Response:
    """Members whose face holds what was typed after ``@``."""
    found = to_mention(seat, _searched(), MOST_OFFERED)
    return jsonify(people=[{"id": face.id, "label": face.label} for face in found])


def _searched() -> str:
    return request.args.get("q", "")[:_LONGEST_SEARCH]


def _back(desk: Desk) -> str:
    slug = desk.seat.room.public_id
    if desk.place is None:
        return url_for("irooms.discussion_new", slug=slug)
    last = desk.place.topic.public_id
    return url_for("irooms.discussion_topic", slug=slug, topic_id=last, _anchor="composer")
