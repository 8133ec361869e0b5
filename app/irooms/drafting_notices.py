"""Who is told what about drafting; never a text, never a name."""

from __future__ import annotations

from collections.abc import Collection

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from app.core.database import JSON, db
from app.irooms.drafting_bench import Bench, SectionBench
from app.irooms.models import RoomMembership, RoomRole
from app.irooms.models.drafting import RoomDraftComment, RoomDraftReply, RoomDraftSuggestion
from app.irooms.notices import may_name, room_params
from app.irooms.scopes import room_scope
from app.irooms.seats import present
from app.notifications.actions import notify
from app.notifications.words import Told, register


def told_of_comment(place: SectionBench, comment: RoomDraftComment) -> None:
    """Tell the document's editors of a new comment."""
    _tell(place.bench, "draft.comment", _editors(place.bench), _about(place, number=comment.number))


def told_of_reply(place: SectionBench, comment: RoomDraftComment) -> None:
    """Tell who takes part in a thread, and the editors, of a new reply."""
    writers = select(RoomDraftReply.author_id).where(RoomDraftReply.comment_id == comment.id)
    taking_part = RoomMembership.id.in_(writers) | (RoomMembership.id == comment.author_id)
    who = _accounts(place.bench, taking_part) | _editors(place.bench)
    _tell(place.bench, "draft.reply", who, _about(place, number=comment.number))


def told_of_suggestion(place: SectionBench, suggestion: RoomDraftSuggestion) -> None:
    """Tell the document's editors of a new suggestion."""
    params = _about(place, suggestion=suggestion.public_id)
    _tell(place.bench, "draft.suggestion", _editors(place.bench), params)


def told_of_decision(place: SectionBench, suggestion: RoomDraftSuggestion) -> None:
    """Tell who made a suggestion what became of it."""
    who = _accounts(place.bench, RoomMembership.id == suggestion.author_id)
    params = _about(place, suggestion=suggestion.public_id, state=suggestion.state)
    _tell(place.bench, "draft.decision", who, params)


def told_of_editing(bench: Bench, member: RoomMembership) -> None:
    """Tell a member that they were chosen to write a document."""
    params = room_params(bench.room, draft=bench.draft.public_id, subject=bench.draft.title)
    _tell(bench, "draft.editor", _accounts(bench, RoomMembership.id == member.id), params)


def _tell(bench: Bench, kind: str, who: Collection[int], params: JSON) -> None:
    key = f"room:{bench.room.id}:draft:{bench.draft.public_id}"
    notify(sorted(who), kind, room_scope(bench.room.id), params, topic=key)


def _about(place: SectionBench, **more: str | int) -> JSON:
    draft = place.draft
    return room_params(
        place.bench.room,
        draft=draft.public_id,
        subject=draft.title,
        section=place.section.public_id,
        **more,
    )


def _editors(bench: Bench) -> set[int]:
    """The accounts of those who write the document: chosen editors, else the managers."""
    if bench.editors:
        return _accounts(bench, RoomMembership.id.in_(bench.editors))
    return _accounts(bench, RoomMembership.role == RoomRole.MANAGER)


def _accounts(bench: Bench, which: ColumnElement[bool]) -> set[int]:
    """The accounts behind present members, without who acts."""
    wanted = select(RoomMembership.user_id).where(
        RoomMembership.room_id == bench.room.id, RoomMembership.id != bench.seat.member_id, present(), which
    )
    return set(db.session.scalars(wanted))


# ------------------------------------------------------------------------------------------------ words


def _section_url(params: JSON) -> str:
    anchor = f"c-{params['number']}" if "number" in params else None
    return url_for(
        "irooms.draft_section",
        slug=params["room"],
        draft_id=params["draft"],
        section_id=params["section"],
        _anchor=anchor,
    )


def _suggestion_url(params: JSON) -> str:
    return url_for(
        "irooms.draft_suggestion",
        slug=params["room"],
        draft_id=params["draft"],
        suggestion_id=params["suggestion"],
    )


def _comment(params: JSON, count: int) -> Told:
    text = (
        _("%(count)s new comments on the draft “%(subject)s”", count=count, subject=params["subject"])
        if count > 1
        else _("A new comment on the draft “%(subject)s”", subject=params["subject"])
    )
    return Told(text, _section_url(params))


def _reply(params: JSON, count: int) -> Told:
    text = (
        _("%(count)s new replies on the draft “%(subject)s”", count=count, subject=params["subject"])
        if count > 1
        else _("A new reply on the draft “%(subject)s”", subject=params["subject"])
    )
    return Told(text, _section_url(params))


def _suggestion(params: JSON, count: int) -> Told:
    text = (
        _("%(count)s new suggestions for the draft “%(subject)s”", count=count, subject=params["subject"])
        if count > 1
        else _("A new suggestion for the draft “%(subject)s”", subject=params["subject"])
    )
    return Told(text, _suggestion_url(params))


def _decision(params: JSON, _count: int) -> Told:
    text = (
        _("Your suggestion for the draft “%(subject)s” was accepted", subject=params["subject"])
        if params["state"] == "accepted"
        else _("Your suggestion for the draft “%(subject)s” was rejected", subject=params["subject"])
    )
    return Told(text, _suggestion_url(params))


def _editor(params: JSON, _count: int) -> Told:
    text = _("You were chosen to write the draft “%(subject)s”", subject=params["subject"])
    return Told(text, url_for("irooms.draft", slug=params["room"], draft_id=params["draft"]))


for _kind, _render in (
    ("draft.comment", _comment),
    ("draft.reply", _reply),
    ("draft.suggestion", _suggestion),
    ("draft.decision", _decision),
    ("draft.editor", _editor),
):
    register(_kind, _render, may_name=may_name)
