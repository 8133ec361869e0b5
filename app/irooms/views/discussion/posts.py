"""One post: its lasting address, edited, deleted, removed, its versions, moved."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE, Form
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import discussion_loaders as loaders
from app.irooms.actions.discussion import changing, moderating
from app.irooms.discussion_loaders import PostPlace
from app.irooms.faces import faces
from app.irooms.forms.discussion import EditForm, MovingForm, RemovalForm
from app.irooms.mentions import to_labels
from app.irooms.models.discussion import RoomTopic
from app.irooms.queries.discussion import posts, topics
from app.irooms.queries.discussion.attachments import attachments
from app.irooms.views.blueprint import bp
from app.irooms.views.discussion.composing import Composer, as_typed

Answer = str | BaseResponse | tuple[str, int]


@bp.get("/<slug>/posts/<post_id>")
@access(approved, found=loaders.post)
def discussion_permalink(found: PostPlace) -> BaseResponse:
    """Lead to where a post stands, wherever it was moved."""
    return redirect(_address(found))


@bp.get("/<slug>/posts/<post_id>/edit")
@access(approved, found=loaders.editing_post)
def discussion_edit(found: PostPlace) -> str:
    """The form of an own post."""
    post = found.post
    form = EditForm(formdata=None)
    people = faces(found.seat.room, post.mentions)
    known = {face.id: face for face in people.values()}
    form.text.data, form.language.data = to_labels(post.text, known), post.language
    form.edits.data = str(post.edits)
    files = attachments(found.seat, post.attachments)
    composer = Composer(
        form,
        [people[id] for id in post.mentions if id in people],
        [files[id] for id in post.attachments if id in files],
    )
    return _edit_page(found, composer)


@bp.post("/<slug>/posts/<post_id>/edit")
@access(approved, found=loaders.editing_post)
def discussion_edit_save(found: PostPlace) -> Answer:
    """Change an own post; what it said before is kept."""
    form = EditForm()
    if form.validate():
        try:
            changing.edit(found.seat, found.topic, found.post, form.words(), form.edited_before)
            return redirect(_address(found))
        except Refused as error:
            form.text.errors = [str(error)]
            form.edits.data = str(found.post.edits)
    return _edit_page(found, as_typed(found.seat, form)), UNPROCESSABLE


def _edit_page(found: PostPlace, composer: Composer) -> str:
    return render_template(
        "irooms/discussion/edit.html", seat=found.seat, topic=found.topic, post=found.post, composer=composer
    )


@bp.get("/<slug>/posts/<post_id>/versions")
@access(approved, found=loaders.standing_post)
def discussion_versions(found: PostPlace) -> str:
    """Every text a post has had."""
    return render_template(
        "irooms/discussion/versions.html",
        seat=found.seat,
        topic=found.topic,
        post=found.post,
        versions=posts.versions(found.seat, found.post),
    )


@bp.get("/<slug>/posts/<post_id>/removal")
@access(approved, found=loaders.removing_post)
def discussion_removal(found: PostPlace) -> str:
    """Ask before an own post is deleted; ask why before another's is removed."""
    return _removal_page(found, _removal_form(found))


@bp.post("/<slug>/posts/<post_id>/removal")
@access(approved, found=loaders.removing_post)
def discussion_removal_do(found: PostPlace) -> Answer:
    """Delete an own post, or remove another's."""
    form = RemovalForm() if not _own(found) else Form()
    if not form.validate():
        return _removal_page(found, form), UNPROCESSABLE
    try:
        if isinstance(form, RemovalForm):
            changing.remove(found.seat, found.topic, found.post, form.reason.data or "")
        else:
            changing.delete_own(found.seat, found.topic, found.post)
    except Refused as error:
        form.form_errors.append(str(error))
        return _removal_page(found, form), UNPROCESSABLE
    notify(_("The post is deleted. A trace says so."))
    return redirect(_address(found))


def _own(found: PostPlace) -> bool:
    return found.post.author_id == found.seat.member_id


def _removal_form(found: PostPlace) -> Form:
    return Form(formdata=None) if _own(found) else RemovalForm(formdata=None)


def _removal_page(found: PostPlace, form: Form) -> str:
    return render_template(
        "irooms/discussion/removal.html",
        seat=found.seat,
        topic=found.topic,
        post=posts.one(found.seat, found.post),
        may=found.place.rights,
        form=form,
        own=_own(found),
    )


@bp.get("/<slug>/posts/<post_id>/moving")
@access(approved, found=loaders.moving_post)
def discussion_moving(found: PostPlace) -> str:
    """Ask where posts go."""
    return _moving_page(found, MovingForm(formdata=None))


@bp.post("/<slug>/posts/<post_id>/moving")
@access(approved, found=loaders.moving_post)
def discussion_moving_do(found: PostPlace) -> Answer:
    """Move posts to another topic, or to a new one."""
    form = MovingForm()
    if not form.validate():
        return _moving_page(found, form), UNPROCESSABLE
    target = _target(found, form)
    if target is None:
        form.target.errors = [_("Choose a topic of this room.")]
        return _moving_page(found, form), UNPROCESSABLE
    last = {"one": found.post.number, "run": form.last.data or found.post.number}.get(form.run.data)
    numbers = posts.run_of(found.topic, found.post.number, last)
    try:
        moderating.move_posts(found.seat, found.topic, numbers, target)
    except Refused as error:
        form.title.errors = [str(error)]
        return _moving_page(found, form), UNPROCESSABLE
    notify(_("Moved. Traces lead there."))
    return redirect(
        url_for("irooms.discussion_permalink", slug=found.seat.room.public_id, post_id=found.post.public_id)
    )


def _target(found: PostPlace, form: MovingForm) -> RoomTopic | str | None:
    """Return the topic chosen, or the title typed for a new one; None for a topic that is not the room's."""
    if not form.target.data:
        return form.title.data or ""
    standing = topics.standing(found.seat, form.target.data)
    return standing.topic if standing else None


def _moving_page(found: PostPlace, form: MovingForm) -> str:
    form.offer(list(topics.targets(found.seat, found.topic)))
    return render_template(
        "irooms/discussion/moving.html",
        seat=found.seat,
        topic=found.topic,
        post=posts.one(found.seat, found.post),
        may=found.place.rights,
        form=form,
    )


def _address(found: PostPlace) -> str:
    return url_for(
        "irooms.discussion_topic",
        slug=found.seat.room.public_id,
        topic_id=found.topic.public_id,
        page=posts.window_of(found.topic, found.post.number).page,
        _anchor=f"p-{found.post.number}",
    )
