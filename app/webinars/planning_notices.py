"""Who is told in the app what of planning, and in which words: a place, another time, a cancellation, an invitation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, union

from app.accounts.group_rules import rules_for
from app.core.addresses import path_for
from app.core.database import JSON, db
from app.core.i18n import format_time
from app.core.texts import lazy_gettext as _l
from app.notifications.actions import notify
from app.notifications.words import Told, register
from app.webinars.models.planning import (
    RegistrationState,
    Webinar,
    WebinarRegistration,
    WebinarRunner,
)
from app.webinars.scopes import webinar_scope

DISCREET = _l("There is something new about a session")
_CONCERNED = (RegistrationState.REGISTERED, RegistrationState.WAITING, RegistrationState.INVITED)


def told_of_place(webinar: Webinar, row: WebinarRegistration) -> None:
    """Tell somebody who waited that they have a place."""
    _notify([row.user_id], "webinar.place", webinar)


def told_of_moving(webinar: Webinar) -> None:
    """Tell everybody concerned that the session is at another time or place."""
    _notify(concerned(webinar), "webinar.moved", webinar)


def told_of_cancelling(webinar: Webinar) -> None:
    """Tell everybody concerned that the session does not take place."""
    _notify(concerned(webinar), "webinar.cancelled", webinar)


def told_of_invitation(webinar: Webinar, row: WebinarRegistration) -> None:
    """Tell somebody with an account that they are invited; of a draft once it is published."""
    _notify([row.user_id], "webinar.invited", webinar)


def told_of_invitations(webinar: Webinar) -> None:
    """Tell everybody who was invited while the session was a draft."""
    invited = select(WebinarRegistration.user_id).where(
        WebinarRegistration.webinar_id == webinar.id,
        WebinarRegistration.state == RegistrationState.INVITED,
        WebinarRegistration.user_id.is_not(None),
    )
    _notify(list(db.session.scalars(invited)), "webinar.invited", webinar)


def concerned(webinar: Webinar) -> list[int]:
    """Return the accounts of who is registered, waits, is invited or is named in a session."""
    people = union(
        select(WebinarRegistration.user_id).where(
            WebinarRegistration.webinar_id == webinar.id, WebinarRegistration.state.in_(_CONCERNED)
        ),
        select(WebinarRunner.user_id).where(WebinarRunner.webinar_id == webinar.id),
    )
    return [id for id in db.session.scalars(people) if id is not None]


def _notify(people: Sequence[int | None], kind: str, webinar: Webinar) -> None:
    params: JSON = {
        "webinar": webinar.public_id,
        "title": webinar.title,
        "starts": webinar.starts_at.isoformat(),
    }
    told = [one for one in people if one is not None]
    notify(told, kind, webinar_scope(webinar.id), params, topic=f"webinar:{webinar.public_id}")


def _place(params: JSON, _count: int) -> Told:
    return _told(params, _("You have a place in “%(title)s” now: one became free.", title=params["title"]))


def _moved(params: JSON, _count: int) -> Told:
    when = format_time(datetime.fromisoformat(params["starts"]), "long")
    return _told(params, _("“%(title)s” was moved. It begins on %(when)s.", title=params["title"], when=when))


def _cancelled(params: JSON, _count: int) -> Told:
    return _told(params, _("“%(title)s” was cancelled.", title=params["title"]))


def _invited(params: JSON, _count: int) -> Told:
    return _told(params, _("You are invited to “%(title)s”.", title=params["title"]))


def _told(params: JSON, text: str) -> Told:
    return Told(text, path_for("webinars.planning_session", webinar_id=params["webinar"]))


def _may_name(params: JSON) -> bool:
    """Whether mails may name the session now: one that is for a group, as the group's rules say."""
    group_id = db.session.scalar(select(Webinar.group_id).where(Webinar.public_id == params["webinar"]))
    return rules_for(group_id).mail_names


for _kind, _words in {
    "webinar.place": _place,
    "webinar.moved": _moved,
    "webinar.cancelled": _cancelled,
    "webinar.invited": _invited,
}.items():
    register(_kind, _words, discreet=DISCREET, may_name=_may_name)
