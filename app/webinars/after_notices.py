"""Who is told what when a session is over: that its report is there, that their view of it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select, union
from sqlalchemy.dialects.postgresql import insert

from app.core.access import NOBODY
from app.core.addresses import path_for
from app.core.database import JSON, db
from app.core.texts import lazy_gettext as _l
from app.notifications.actions import notify
from app.notifications.words import Told, register
from app.webinars.models.after import WebinarFeedback, WebinarVerdict
from app.webinars.models.planning import Audience, RunnerRole, Webinar, WebinarMailing, WebinarRunner
from app.webinars.scopes import hosts_scope, webinar_scope

DISCREET = _l("There is something new about a session")
FEEDBACK, REPORT = "webinar.feedback", "webinar.report"
ASKED = "feedback"  # the word for it among what people were sent of a session


def told_of_report(webinar: Webinar) -> None:
    """Tell those who run a session that its report is there."""
    people = union(
        select(WebinarRunner.user_id).where(
            WebinarRunner.webinar_id == webinar.id,
            WebinarRunner.role.in_([RunnerRole.HOST, RunnerRole.COHOST]),
            WebinarRunner.user_id.is_not(None),
        ),
        select(Webinar.created_by).where(Webinar.id == webinar.id, Webinar.created_by.is_not(None)),
    )
    told = [one for one in db.session.scalars(people) if one is not None]
    notify(told, REPORT, hosts_scope(webinar.id), _params(webinar), topic=_topic(webinar), by=NOBODY)


def ask_feedback(webinar: Webinar) -> int:
    """Ask those who took part what the session was like, in the app; who was asked before, not again.

    The mail that thanks them asks too (``mailing_after``). Returns how many were asked.
    """
    asked = _claim(webinar, _to_ask(webinar.id))
    notify(asked, FEEDBACK, webinar_scope(webinar.id), _params(webinar), topic=_topic(webinar), by=NOBODY)
    return len(asked)


def _to_ask(webinar_id: int) -> Sequence[int]:
    """Return the participants who were there and have not said anything yet."""
    given = select(WebinarFeedback.user_id).where(WebinarFeedback.webinar_id == webinar_id)
    return [
        one
        for one in db.session.scalars(
            select(WebinarVerdict.user_id)
            .where(
                WebinarVerdict.webinar_id == webinar_id,
                WebinarVerdict.counts,
                WebinarVerdict.attended_fact.is_not(None),
                WebinarVerdict.user_id.is_not(None),
                WebinarVerdict.user_id.not_in(given),
            )
            .distinct()
        )
        if one is not None
    ]


def _claim(webinar: Webinar, people: Sequence[int]) -> list[int]:
    """Note that people are asked, and return those who were not."""
    if not people:
        return []
    rows = [{"webinar_id": webinar.id, "user_id": one, "what": ASKED} for one in people]
    statement = insert(WebinarMailing).values(rows).on_conflict_do_nothing()
    return list(db.session.scalars(statement.returning(WebinarMailing.user_id)))


def _topic(webinar: Webinar) -> str:
    return f"webinar:{webinar.public_id}"


def _params(webinar: Webinar) -> JSON:
    named = webinar.audience != Audience.GROUP
    return {"webinar": webinar.public_id, "title": webinar.title, "open": named}


def _feedback(params: JSON, _count: int) -> Told:
    url = path_for("webinars.feedback_form", webinar_id=params["webinar"])
    return Told(_("How was “%(title)s”? Five short questions.", title=params["title"]), url)


def _report(params: JSON, _count: int) -> Told:
    url = path_for("webinars.closing_report", webinar_id=params["webinar"])
    return Told(_("The report of “%(title)s” is ready.", title=params["title"]), url)


def _may_name(params: JSON) -> bool:
    return bool(params.get("open"))


register(FEEDBACK, _feedback, discreet=DISCREET, may_name=_may_name)
register(REPORT, _report, discreet=DISCREET, may_name=_may_name)
