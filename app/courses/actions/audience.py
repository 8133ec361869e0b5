"""Whom a course is for: everybody who is approved, or one group's members."""

from __future__ import annotations

from dataclasses import fields

from flask_babel import gettext as _

from app.accounts.audiences import Audience
from app.accounts.locking import lock
from app.audit import actions as audit
from app.audit.verbs import Verb
from app.core.access import Actor
from app.core.database import db
from app.core.refusal import require
from app.courses.models import Course
from app.courses.policy import may_manage
from app.records import queries as records
from app.records.actions import Description, describe_activity


def set_audience(actor: Actor, course: Course, audience: Audience | None) -> bool:
    """Limit a course to a group, or open it to everybody (None); False when it is so already.

    Who is enrolled and not in the group cannot open it any more; what they did is kept. Refused to who does not manage
    the course, and for a group that cannot be chosen.
    """
    require(may_manage(actor, course.slug), _("You may not manage this course."))
    require(audience is None or not audience.refused, audience.refused if audience else "")
    lock(course)
    group_id = audience.group_id if audience else None
    if course.group_id == group_id:
        return False
    course.group_id = group_id
    db.session.flush()
    _describe(course)
    detail = {"group": audience.public_id if audience else ""}
    audit.record(actor, Verb.COURSE_AUDIENCE_SET, "course", course.slug, detail=detail)
    return True


def _describe(course: Course) -> None:
    """Tell the register whom the course is for; the rest of what it knows of it stays."""
    known = records.activity(course.activity_key)
    if known is None:
        return
    values = {one.name: getattr(known, one.name) for one in fields(Description) if one.name != "activity_key"}
    describe_activity(Description(activity_key=known.key, **(values | {"group_id": course.group_id})))
