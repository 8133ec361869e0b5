"""Edit a post and keep what it said before; delete one's own, remove another's for a reason. A trace stays, no text."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms import discussion_notices as notices
from app.irooms.actions.discussion.telling import (
    changed,
    index_post,
    require_open,
    take_turn,
    unindex_post,
)
from app.irooms.actions.discussion.words import Words, check, content_of
from app.irooms.discussion_policy import rights
from app.irooms.models import RoomMembership
from app.irooms.models.discussion import RoomPost, RoomPostDraft, RoomPostVersion, RoomTopic
from app.irooms.seats import Seat
from app.irooms.trail import note

SHORTEST_REASON = 10
LONGEST_REASON = 500


def edit(seat: Seat, topic: RoomTopic, post: RoomPost, typed: Words, edits: int) -> bool:
    """Change one's own post; False when nothing differs. ``edits`` is how often it had been edited when it was shown.

    The quote stays. Refused for another's post, a deleted or locked one, and when it was changed meanwhile.
    """
    content = content_of(seat, typed)
    check(content)
    take_turn(topic)
    db.session.refresh(post)
    require(rights(seat, topic).edits(post), _("This post cannot be edited (any more)."))
    require_open(topic)
    before = (post.text, post.language, post.attachments)
    if before == (content.text, content.language, content.attachments):
        return False
    require(
        post.edits == edits,
        _("The post was changed meanwhile, from another page of yours. Compare, then save again."),
    )
    _keep_version(post)
    fresh = set(content.mentions) - set(post.mentions)
    post.text, post.language = content.text, content.language
    post.mentions, post.attachments = content.mentions, content.attachments
    post.edits, post.edited_at = post.edits + 1, clock.now()
    changed(topic, post)
    db.session.flush()
    index_post(seat.room, topic, post)
    note(seat, Verb.ROOM_POST_EDITED, "room_post", post.public_id, detail={"topic": topic.public_id})
    notices.told_of_mentions(seat.room, topic, post, fresh)
    return True


def delete_own(seat: Seat, topic: RoomTopic, post: RoomPost) -> None:
    """Delete one's own post. Its text is gone for good, here, in its versions and where it was quoted."""
    take_turn(topic)
    db.session.refresh(post)
    if post.deleted_at is not None:
        return
    require(rights(seat, topic).deletes(post), _("This post cannot be deleted (any more)."))
    _erase(seat, topic, post, "")
    note(
        seat,
        Verb.ROOM_POST_DELETED,
        "room_post",
        post.public_id,
        detail={"topic": topic.public_id},
        logged=True,
    )


def remove(seat: Seat, topic: RoomTopic, post: RoomPost, reason: str) -> None:
    """Remove another's post as a manager. The reason stands where the post was; its author is told."""
    take_turn(topic)
    db.session.refresh(post)
    if post.deleted_at is not None:
        return
    require(rights(seat, topic).removes(post), _("Only a manager may remove another's post."))
    require(
        len(reason.strip()) >= SHORTEST_REASON,
        _("Say in a sentence why. Everybody in the room will read it."),
    )
    _erase(seat, topic, post, reason.strip())
    author = db.session.get_one(RoomMembership, post.author_id)
    note(
        seat, Verb.ROOM_POST_REMOVED, "room_post", post.public_id,
        detail={"topic": topic.public_id}, about=author, logged=True,
    )  # fmt: skip
    notices.told_of_removal(seat.room, topic, post)


def _keep_version(post: RoomPost) -> None:
    db.session.add(
        RoomPostVersion(
            post_id=post.id,
            version=post.edits,
            text=post.text,
            language=post.language,
            mentions=post.mentions,
            written_at=post.edited_at or post.posted_at,
        )
    )


def _erase(seat: Seat, topic: RoomTopic, post: RoomPost, reason: str) -> None:
    """Take the text of a post away wherever it is; the topic's row is this transaction's."""
    post.text, post.quote_text, post.quote_of_id = "", "", None
    post.mentions, post.attachments = [], []
    post.deleted_at, post.deleted_by_id, post.deletion_reason = clock.now(), seat.member_id, reason
    changed(topic, post, *_erase_quotes(topic, post))
    db.session.execute(delete(RoomPostVersion).where(RoomPostVersion.post_id == post.id))
    topic.standing -= 1
    if topic.answer_id == post.id:
        topic.answer_id = None
    if topic.standing == 0 and topic.moved_to_id is None and not _moved_from(topic):
        topic.title = ""
        notices.renamed(topic)
    unindex_post(post)
    db.session.flush()


def _erase_quotes(topic: RoomTopic, post: RoomPost) -> list[RoomPost]:
    """Empty the quotes of a post, in drafts too; returns the posts of the same topic that quoted it."""
    for table in (RoomPost, RoomPostDraft):
        quoting = update(table).where(table.quote_of_id == post.id, table.quote_text != "")
        db.session.execute(quoting.values(quote_text=""), execution_options={"synchronize_session": False})
    quoting_here = select(RoomPost).where(RoomPost.quote_of_id == post.id, RoomPost.topic_id == topic.id)
    return list(db.session.scalars(quoting_here.execution_options(populate_existing=True)))


def _moved_from(topic: RoomTopic) -> bool:
    """Whether posts of the topic live on elsewhere; then its title is theirs, too."""
    traces = (
        select(RoomPost.id).where(RoomPost.topic_id == topic.id, RoomPost.moved_to_id.is_not(None)).limit(1)
    )
    return db.session.scalar(traces) is not None
