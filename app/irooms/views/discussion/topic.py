"""A topic: its posts, what has changed in them, posting, how far one has read."""

from __future__ import annotations

import uuid

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.audit.verbs import Verb
from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent, new_key
from app.core.refusal import Refused
from app.irooms import discussion_loaders as loaders
from app.irooms.actions.discussion import drafts, posting, reading
from app.irooms.actions.discussion.telling import OtherText, TopicMoved, live_topic
from app.irooms.discussion_loaders import Place
from app.irooms.forms.discussion import PostForm
from app.irooms.loaders import nothing
from app.irooms.models import RoomRole
from app.irooms.models.discussion import RoomPost, RoomTopic
from app.irooms.queries.discussion import posts
from app.irooms.queries.discussion.posts import Page, Window
from app.irooms.trail import note
from app.irooms.views.blueprint import bp
from app.irooms.views.discussion.composing import Composer, as_typed, from_draft, quoting, wanted
from app.irooms.views.discussion.values import number

Answer = str | BaseResponse | tuple[str, int]


@bp.get("/<slug>/topics/<topic_id>")
@access(approved, place=loaders.topic)
def discussion_topic(place: Place) -> Answer:
    """A topic, opened at the first post that was not read."""
    seat, standing, topic = place.seat, place.standing, place.topic
    if seat.member is None:
        note(seat, Verb.ROOM_TOPIC_READ, "room_topic", topic.public_id, logged=True)
    window = _window(place)
    people, files = wanted(standing.draft, standing.quoted)
    own = {seat.member.id} if seat.member else set()
    page = posts.page_of(seat, topic, window, people | own, files)
    composer = from_draft(PostForm(formdata=None), standing.draft, standing.quoted, page.faces, page.files)
    asked = request.args.get("quote", "")
    quoted = posts.standing_in(topic, asked) if asked and seat.writes else None
    if quoted is not None:
        composer = quoting(seat, composer, quoted)
    return _page(place, window, page, composer)


def _window(place: Place) -> Window:
    page = number("page")
    return posts.window_of(place.topic, None if page is not None else place.standing.first_unread, page)


def _page(
    place: Place, window: Window, page: Page, composer: Composer, refused: Refused | None = None
) -> str:
    seat = place.seat
    authors = {post.author.id: post.author for post in page.posts if post.author and not post.mine}
    return render_template(
        "irooms/discussion/topic.html",
        seat=seat,
        topic=place.topic,
        standing=place.standing,
        window=window,
        posts=page.posts,
        answer=posts.answer_of(place.topic, page.posts),
        composer=composer,
        writes=seat.member is not None and seat.role != RoomRole.OBSERVER,
        offered=[face for id, face in authors.items() if id not in {one.id for one in composer.people}],
        own=page.faces[seat.member.id].label if seat.member else "",
        refused=refused,
        moved_to=_moved_to(place.topic),
        live=live_topic(place.topic),
        may=place.rights,
    )


def _moved_to(topic: RoomTopic) -> RoomTopic | None:
    return posts.topic_by_number(topic.moved_to_id) if topic.moved_to_id else None


@bp.get("/<slug>/topics/<topic_id>/posts")
@access(approved, place=loaders.topic)
def discussion_posts(place: Place) -> Response:
    """A piece of the page: posts that changed after change ``after``, between the numbers ``first`` and ``last``."""
    changes = posts.changes(
        place.seat, place.topic, number("after") or 0, number("first") or 1, number("last")
    )
    new = sum(1 for post in changes.posts if post.row.stands and not post.mine and not post.row.edits)
    page = render_template(
        "irooms/discussion/_changes.html",
        seat=place.seat,
        topic=place.topic,
        changes=changes,
        may=place.rights,
        said=ngettext("%(num)d new post", "%(num)d new posts", new) if new else "",
    )
    response = Response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<slug>/topics/<topic_id>/posts")
@access(approved, place=loaders.writers_topic)
@idempotent
def discussion_post(place: Place) -> Answer | Response | tuple[Response, int]:
    """Post. What is refused is kept: on the page that says why, and as a draft."""
    form = PostForm()
    refused: Refused | None = None
    if form.validate():
        try:
            return _posted(place, posting.post(place.seat, place.topic, form.words()))
        except OtherText as error:
            form.client_id.data = ""
            refused = error
        except Refused as error:
            refused = error
    return _refused(place, form, refused)


def _posted(place: Place, made: RoomPost) -> BaseResponse:
    if not _wants_json():
        return redirect(
            url_for("irooms.discussion_permalink", slug=place.seat.room.public_id, post_id=made.public_id)
        )
    shown = posts.one(place.seat, made)
    html = render_template(
        "irooms/discussion/_one.html", seat=place.seat, topic=place.topic, post=shown, may=place.rights
    )
    return jsonify(
        id=made.public_id,
        number=made.number,
        html=html,
        client_id=str(uuid.uuid4()),
        idempotency_key=new_key(),
    )


def _refused(place: Place, form: PostForm, refused: Refused | None) -> Answer | tuple[Response, int]:
    seat, topic = place.seat, place.topic
    if refused is not None:
        form.text.errors = [str(refused)]
    if isinstance(refused, TopicMoved):
        drafts.keep(seat, refused.target.public_id, form.words())
    else:
        drafts.keep(seat, topic.public_id, form.words())
    if _wants_json():
        return jsonify(errors=form.errors), UNPROCESSABLE
    window = posts.window_of(topic)
    page = posts.page_of(seat, topic, window, [seat.member_id])
    return _page(place, window, page, as_typed(seat, form), refused), UNPROCESSABLE


@bp.post("/<slug>/topics/<topic_id>/reading")
@access(approved, place=loaders.members_topic)
def discussion_reading(place: Place) -> BaseResponse | tuple[str, int]:
    """Note how far one has read; it never goes back."""
    reached = number("number", request.form)
    if reached is None:
        raise nothing(place.seat)
    reading.read_to(place.seat, place.topic, reached)
    if _wants_json():
        return "", 204
    return redirect(url_for("irooms.discussion", slug=place.seat.room.public_id))


def _wants_json() -> bool:
    return "application/json" in request.headers.get("Accept", "")
