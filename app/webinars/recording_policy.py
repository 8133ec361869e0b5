"""Who sees which recording, and who may take it away: asked anew at every page, link and search."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from app.accounts.group_rules import GroupRules
from app.core import clock
from app.core.access import Actor
from app.webinars.models.planning import (
    Audience,
    RegistrationState,
    Webinar,
    WebinarRegistration,
    WebinarRunner,
)
from app.webinars.models.recording import Part, Viewers, WebinarRecording, WebinarRecordingFile
from app.webinars.models.room import WebinarParticipant
from app.webinars.policy import RUNS, may_manage, visible_to


@dataclass(frozen=True, slots=True)
class Viewing:
    """An actor before a recording that is there for them: of which session, whether they plan it, the rules of the
    group it is for, the files of its present edition."""

    actor: Actor
    recording: WebinarRecording
    webinar: Webinar
    plans: bool
    rules: GroupRules
    files: dict[Part, WebinarRecordingFile]

    @property
    def takes_away(self) -> bool:
        """Whether the actor may download. Film carries no mark: where files are stamped there is no copy of it."""
        return self.rules.download == "allowed" and (self.recording.downloads or self.plans)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Recordings that exist for the actor; the query has joined ``Webinar``."""
    if not actor.approved:
        return false()
    return or_(planned_by(actor), watched_by(actor))


def planned_by(actor: Actor) -> ColumnElement[bool]:
    """Recordings of sessions that the actor plans: published or not, theirs to change."""
    me = actor.user_id or 0
    runs = exists().where(
        WebinarRunner.webinar_id == Webinar.id, WebinarRunner.user_id == me, WebinarRunner.role.in_(RUNS)
    )
    return and_(
        visible_to(actor), or_(Webinar.created_by == me, runs, true() if may_manage(actor) else false())
    )


def watched_by(actor: Actor) -> ColumnElement[bool]:
    """Recordings that are published, not expired, and for the actor; who was put out of the room gets none."""
    me = actor.user_id or 0
    registered = exists().where(
        WebinarRegistration.webinar_id == Webinar.id,
        WebinarRegistration.user_id == me,
        WebinarRegistration.state == RegistrationState.REGISTERED,
    )
    runs = exists().where(WebinarRunner.webinar_id == Webinar.id, WebinarRunner.user_id == me)
    barred = exists().where(
        WebinarParticipant.webinar_id == Webinar.id,
        WebinarParticipant.user_id == me,
        or_(WebinarParticipant.banned_at.is_not(None), WebinarParticipant.removed_at.is_not(None)),
    )
    here = visible_to(actor)
    viewers = or_(
        and_(WebinarRecording.viewers == Viewers.SESSION, here),
        and_(WebinarRecording.viewers == Viewers.REGISTERED, here, or_(registered, runs)),
        # whom a group's session is not for, its recording is not for either, whatever group was chosen
        and_(
            WebinarRecording.viewers == Viewers.GROUP,
            WebinarRecording.group_id.in_(actor.groups),
            or_(Webinar.audience != Audience.GROUP, here),
        ),
    )
    return and_(is_published(), ~barred, viewers)


def is_published() -> ColumnElement[bool]:
    """Recordings that are published at this moment."""
    return and_(
        WebinarRecording.made > 0,
        WebinarRecording.published_at.is_not(None),
        or_(WebinarRecording.expires_at.is_(None), WebinarRecording.expires_at > clock.now()),
    )


def groups_of(recording: WebinarRecording, webinar: Webinar) -> frozenset[int]:
    """Return the groups whose rules a recording obeys: that of its session, and that it is published to."""
    found = {webinar.group_id if webinar.audience == Audience.GROUP else None}
    found.add(recording.group_id if recording.viewers == Viewers.GROUP else None)
    return frozenset(one for one in found if one is not None)


_STRICTER = {"allowed": 0, "stamped": 1, "view": 2}


def strictest(rules: list[GroupRules]) -> GroupRules:
    """Return the rules that obey all of ``rules``."""
    free = GroupRules()
    return GroupRules(
        download=max((one.download for one in [free, *rules]), key=_STRICTER.__getitem__),
        named=all(one.named for one in rules),
    )


def scope_of(recording_id: int) -> str:
    """Return the scope of what is told of a recording outside its page."""
    return f"recording:{recording_id}"
