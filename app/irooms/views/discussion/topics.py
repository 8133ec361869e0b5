"""The list of topics, a new topic, and what becomes of one: title, pinned, locked, answered, followed."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import discussion_loaders as loaders
from app.irooms import news
from app.irooms.actions.discussion import drafts, moderating, posting, reading
from app.irooms.actions.discussion.telling import OtherText
from app.irooms.discussion_loaders import Desk, Place
from app.irooms.faces import faces
from app.irooms.forms.discussion import TopicChangeForm, TopicForm
from app.irooms.loaders import entered
from app.irooms.models.discussion import Follow
from app.irooms.queries.discussion import posts, topics
from app.irooms.queries.discussion.attachments import attachments
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp
from app.irooms.views.discussion.composing import Composer, as_typed, from_draft, wanted
from app.irooms.views.discussion.values import number

Answer = str | BaseResponse | tuple[str, int]
FOLLOWS = {"follow": True, "mute": False, "room": None}


@bp.get("/<slug>/discussion")
@access(approved, seat=entered)
def discussion(seat: Seat) -> str:
    """The topics of the room."""
    shown = request.args.get("show", "all")
    shown = shown if shown in topics.SHOWN else "all"
    page = number("page") or 1
    rows, more = topics.topics(seat, shown, page)
    return render_template(
        "irooms/discussion/topics.html",
        seat=seat,
        rows=rows,
        shown=shown,
        page=page,
        more=more,
        level=topics.level_of(seat),
        most_unread=topics.MOST_UNREAD,
    )


@bp.get("/<slug>/discussion/new")
@access(approved, desk=loaders.new_desk)
def discussion_new(desk: Desk) -> Answer:
    """The form of a new topic, as it was left."""
    if not desk.seat.writes:
        return redirect(url_for("irooms.discussion", slug=desk.seat.room.public_id))
    form = TopicForm(formdata=None)
    form.kind.data = (
        "announcement" if desk.seat.manages and request.args.get("kind") == "announcement" else ""
    )
    return _new_page(desk.seat, _left(desk, form))


@bp.post("/<slug>/discussion")
@access(approved, desk=loaders.new_desk)
@idempotent
def discussion_start(desk: Desk) -> Answer:
    """Start a topic. What is refused is kept as a draft."""
    form = TopicForm()
    if form.validate():
        try:
            topic = posting.start_topic(
                desk.seat, form.words(), announcement=form.announces, lock=form.announces and form.lock.data
            )
            return redirect(_address(desk.seat, topic.public_id))
        except OtherText as error:
            form.client_id.data = ""
            form.text.errors = [str(error)]
        except Refused as error:
            form.text.errors = [str(error)]
    drafts.keep(desk.seat, desk.key, form.words())
    return _new_page(desk.seat, as_typed(desk.seat, form)), UNPROCESSABLE


def _left(desk: Desk, form: TopicForm) -> Composer:
    quoted = posts.quoted_by(desk.draft)
    people, files = wanted(desk.draft, quoted)
    return from_draft(form, desk.draft, quoted, faces(desk.seat.room, people), attachments(desk.seat, files))


def _new_page(seat: Seat, composer: Composer) -> str:
    own = faces(seat.room, [seat.member_id])[seat.member_id].label
    return render_template(
        "irooms/discussion/new.html", seat=seat, composer=composer, own=own, kept_under=drafts.NEW
    )


@bp.post("/<slug>/discussion/following")
@access(approved, seat=loaders.member)
def discussion_room_following(seat: Seat) -> BaseResponse:
    """Choose what to hear of all topics."""
    level = request.form.get("level", "")
    if level in set(Follow):
        reading.follow_room(seat, level)
        notify(_("Saved"))
    return redirect(url_for("irooms.discussion", slug=seat.room.public_id))


@bp.post("/<slug>/topics/<topic_id>/following")
@access(approved, place=loaders.members_topic)
def discussion_following(place: Place) -> BaseResponse:
    """Follow a topic, mute it, or leave it to the choice for the room."""
    choice = request.form.get("follow", "")
    if choice in FOLLOWS:
        reading.follow(place.seat, place.topic, FOLLOWS[choice])
        notify(_("Saved"))
    return redirect(_address(place.seat, place.topic.public_id))


@bp.get("/<slug>/topics/<topic_id>/settings")
@access(approved, place=loaders.changing_topic)
def discussion_settings(place: Place) -> str:
    """The form of a topic's title."""
    form = TopicChangeForm(formdata=None)
    form.title.data, form.language.data = place.topic.title, place.topic.language
    return _settings_page(place, form)


@bp.post("/<slug>/topics/<topic_id>/settings")
@access(approved, place=loaders.changing_topic)
def discussion_settings_change(place: Place) -> Answer:
    """Give a topic another title."""
    form = TopicChangeForm()
    if not form.validate():
        return _settings_page(place, form), UNPROCESSABLE
    try:
        moderating.change_topic(place.seat, place.topic, form.title.data or "", form.language.data)
    except Refused as error:
        form.title.errors = [str(error)]
        return _settings_page(place, form), UNPROCESSABLE
    return redirect(_address(place.seat, place.topic.public_id))


def _settings_page(place: Place, form: TopicChangeForm) -> str:
    return render_template("irooms/discussion/settings.html", seat=place.seat, topic=place.topic, form=form)


@bp.post("/<slug>/topics/<topic_id>/pinning")
@access(approved, place=loaders.managed_topic)
def discussion_pinning(place: Place) -> BaseResponse:
    """Pin a topic, or let it go."""
    moderating.pin(place.seat, place.topic, on=request.form.get("on") == "1")
    return redirect(_address(place.seat, place.topic.public_id))


@bp.post("/<slug>/topics/<topic_id>/locking")
@access(approved, place=loaders.managed_topic)
def discussion_locking(place: Place) -> BaseResponse:
    """Lock a topic, or open it again."""
    moderating.lock(place.seat, place.topic, on=request.form.get("on") == "1")
    return redirect(_address(place.seat, place.topic.public_id))


@bp.post("/<slug>/topics/<topic_id>/answer")
@access(approved, place=loaders.marking_topic)
def discussion_answer(place: Place) -> BaseResponse:
    """Say which post answers the topic (an empty ``post``: none)."""
    wanted_number = number("post", request.form)
    answer = posts.by_number(place.topic, wanted_number) if wanted_number else None
    try:
        moderating.mark_answer(place.seat, place.topic, answer)
    except Refused as error:
        notify(str(error), "attention")
    page = posts.window_of(place.topic, wanted_number).page if wanted_number else None
    return redirect(_address(place.seat, place.topic.public_id, page=page, anchor=f"p-{wanted_number or 1}"))


def _address(seat: Seat, topic_id: str, page: int | None = None, anchor: str | None = None) -> str:
    return url_for(
        "irooms.discussion_topic", slug=seat.room.public_id, topic_id=topic_id, page=page, _anchor=anchor
    )


def _news(seat: Seat) -> Markup | None:
    """Return what the room's first page says of the discussion."""
    rows = topics.news(seat)
    if not rows:
        return None
    return Markup(
        render_template("irooms/discussion/_news.html", seat=seat, rows=rows, most_unread=topics.MOST_UNREAD)
    )


news.provide("discussion", _news, order=10)
