"""Who hears of what is written in a room, and the words of those notices; never a post's text, never a name."""

from __future__ import annotations

from collections.abc import Collection

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.core.database import JSON, db
from app.irooms.models import Room, RoomMembership
from app.irooms.models.discussion import (
    Follow,
    RoomEvent,
    RoomFollowing,
    RoomPost,
    RoomTopic,
    RoomTopicReader,
)
from app.irooms.notices import DISCREET, may_name, room_params
from app.irooms.scopes import room_scope
from app.irooms.seats import present
from app.notifications.actions import notify, reword
from app.notifications.words import Told, register

# ------------------------------------------------------------------------------------------------ who hears of it


def told_of_post(room: Room, topic: RoomTopic, post: RoomPost) -> None:
    """Tell those who follow the topic of a new post; who is mentioned hears that instead."""
    mentioned = told_of_mentions(room, topic, post, post.mentions)
    others = _accounts(_following(room, topic).where(RoomMembership.id != post.author_id))
    params = _params(room, topic)
    notify(others - mentioned, "discussion.post", room_scope(room.id), params, topic=notice_topic(topic))


def told_of_topic(room: Room, topic: RoomTopic, post: RoomPost) -> None:
    """Tell those who want to hear of every new topic; of an announcement everybody."""
    mentioned = told_of_mentions(room, topic, post, post.mentions)
    announced = topic.kind == "announcement"
    wanted = _members(room) if announced else _members(room).where(RoomFollowing.level == Follow.ALL)
    others = _accounts(wanted.where(RoomMembership.id != post.author_id)) - mentioned
    kind = "discussion.announcement" if announced else "discussion.topic"
    notify(others, kind, room_scope(room.id), _params(room, topic), topic=notice_topic(topic))


def told_of_mentions(room: Room, topic: RoomTopic, post: RoomPost, members: Collection[int]) -> set[int]:
    """Tell the members mentioned, whatever they follow; returns their accounts."""
    who = _accounts(
        _members(room).where(RoomMembership.id.in_(members), RoomMembership.id != post.author_id)
        if members
        else None
    )
    params = _params(room, topic, post=post.public_id)
    notify(who, "discussion.mention", room_scope(room.id), params, topic=notice_topic(topic))
    return who


def told_of_answer(room: Room, topic: RoomTopic, post: RoomPost, by_id: int) -> None:
    """Tell the author that their post answers the topic."""
    who = _accounts(_members(room).where(RoomMembership.id == post.author_id, RoomMembership.id != by_id))
    params = _params(room, topic, post=post.public_id)
    notify(who, "discussion.answer", room_scope(room.id), params, topic=notice_topic(topic))


def told_of_removal(room: Room, topic: RoomTopic, post: RoomPost) -> None:
    """Tell the author that a manager removed their post; the reason stands where it was."""
    who = _accounts(_members(room).where(RoomMembership.id == post.author_id))
    params = _params(room, topic, post=post.public_id)
    notify(who, "discussion.removed", room_scope(room.id), params, topic=notice_topic(topic))


def renamed(topic: RoomTopic) -> None:
    """Let what was told about a topic name it as it is called now; one without a title is a deleted one."""
    reword(notice_topic(topic), {"subject": topic.title}, kinds=KINDS)


def told_of_event(room: Room, event: RoomEvent, what: str, by_id: int) -> None:
    """Tell every member of an entry of the calendar: ``what`` is made, moved or cancelled."""
    who = _accounts(_members(room).where(RoomMembership.id != by_id))
    params = room_params(room, event=event.public_id, subject=event.title, what=what)
    event_renamed(event)
    notify(who, "calendar.event", room_scope(room.id), params, topic=_event_key(event))


def event_renamed(event: RoomEvent) -> None:
    """Let what was told about an entry name it as it is called now."""
    reword(_event_key(event), {"subject": event.title}, kinds=["calendar.event"])


def _params(room: Room, topic: RoomTopic, **more: str) -> JSON:
    return room_params(room, discussion=topic.public_id, subject=topic.title, **more)


def notice_topic(topic: RoomTopic) -> str:
    """Return what notices about a topic are folded and marked as read under."""
    return f"discussion:{topic.public_id}"


def _event_key(event: RoomEvent) -> str:
    return f"event:{event.public_id}"


def _members(room: Room) -> Select[int]:
    return (
        select(RoomMembership.user_id)
        .outerjoin(RoomFollowing, RoomFollowing.membership_id == RoomMembership.id)
        .where(RoomMembership.room_id == room.id, present())
    )


def _following(room: Room, topic: RoomTopic) -> Select[int]:
    own = and_(RoomTopicReader.membership_id == RoomMembership.id, RoomTopicReader.topic_id == topic.id)
    return _members(room).outerjoin(RoomTopicReader, own).where(_follows())


def _follows() -> ColumnElement[bool]:
    """A choice for the topic weighs more than the one for the room."""
    by_room = and_(RoomTopicReader.follows.is_(None), RoomFollowing.level == Follow.ALL)
    return or_(RoomTopicReader.follows.is_(True), by_room)


def _accounts(wanted: Select[int] | None) -> set[int]:
    return set() if wanted is None else set(db.session.scalars(wanted))


# ------------------------------------------------------------------------------------------------ the words


def _post(params: JSON, count: int) -> Told:
    return Told(
        ngettext(
            "A new post in “%(subject)s”",
            "%(num)d new posts in “%(subject)s”",
            count,
            subject=_subject(params),
        ),
        _at_topic(params),
    )


def _topic(params: JSON, _count: int) -> Told:
    return Told(_("A new topic: “%(subject)s”", subject=_subject(params)), _at_topic(params))


def _announcement(params: JSON, _count: int) -> Told:
    return Told(_("Announcement: “%(subject)s”", subject=_subject(params)), _at_topic(params))


def _mention(params: JSON, count: int) -> Told:
    text = ngettext(
        "You are mentioned in “%(subject)s”",
        "You are mentioned %(num)d times in “%(subject)s”",
        count,
        subject=_subject(params),
    )
    return Told(text, _at_post(params))


def _answer(params: JSON, _count: int) -> Told:
    return Told(
        _("Your post was marked as the answer in “%(subject)s”", subject=_subject(params)), _at_post(params)
    )


def _removed(params: JSON, _count: int) -> Told:
    return Told(
        _("A manager removed a post of yours in “%(subject)s”", subject=_subject(params)), _at_post(params)
    )


def _event(params: JSON, _count: int) -> Told:
    texts = {
        "made": _("In the calendar: “%(subject)s”", subject=_subject(params)),
        "moved": _("Moved: “%(subject)s”", subject=_subject(params)),
        "cancelled": _("Cancelled: “%(subject)s”", subject=_subject(params)),
    }
    url = url_for("irooms.calendar_event", slug=params["room"], event_id=params["event"])
    return Told(texts[params["what"]], url)


def _subject(params: JSON) -> str:
    return str(params["subject"] or _("Deleted topic"))


def _at_topic(params: JSON) -> str:
    address = url_for("irooms.discussion_topic", slug=params["room"], topic_id=params["discussion"])
    return f"{address}#new"


def _at_post(params: JSON) -> str:
    return url_for("irooms.discussion_permalink", slug=params["room"], post_id=params["post"])


KINDS = {
    "discussion.post": _post,
    "discussion.topic": _topic,
    "discussion.announcement": _announcement,
    "discussion.mention": _mention,
    "discussion.answer": _answer,
    "discussion.removed": _removed,
}
for _kind, _words in {**KINDS, "calendar.event": _event}.items():
    register(_kind, _words, discreet=DISCREET, may_name=may_name)
