"""Who is told what about questions to experts.

Experts are told as experts, askers as members: each by a scope that ends with what they are in the room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flask import url_for
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from app.core.database import JSON, db
from app.core.texts import lazy_gettext as _l
from app.irooms.models import Room, RoomMembership, RoomRole
from app.irooms.models.questions import ExpertQuestion
from app.irooms.notices import may_name, room_params
from app.irooms.scopes import experts_scope, managers_scope, member_scope, room_scope
from app.irooms.seats import present
from app.notifications.actions import notify
from app.notifications.words import Told, register

TO_EXPERTS: Mapping[str, LazyString] = {
    "asked": _l("A question to you as an expert in “%(title)s”: %(subject)s"),
    "handed_over": _l("A question was handed over to you in “%(title)s”: %(subject)s"),
    "reply": _l("The asker replied in “%(title)s”: %(subject)s"),
    "follow_up": _l("The asker asks on in “%(title)s”: %(subject)s"),
    "half": _l("Half of the time for an answer is over in “%(title)s”: %(subject)s"),
    "due": _l("An answer is due now in “%(title)s”: %(subject)s"),
}
TO_ASKER: Mapping[str, LazyString] = {
    "clarification": _l("An expert asks back about your question in “%(title)s”: %(subject)s"),
    "answered": _l("Your question was answered in “%(title)s”: %(subject)s"),
    "reopened": _l("Your question was opened again in “%(title)s”: %(subject)s"),
    "published": _l(
        "An edited copy of your question, without you, is in the questions-and-answers of “%(title)s”"
    ),
}
TO_MANAGERS: Mapping[str, LazyString] = {
    "overdue": _l("A question is still without an answer in “%(title)s”: %(subject)s"),
    "declined": _l("Every expert asked has declined a question in “%(title)s”: %(subject)s"),
}


def tell_experts(room: Room, question: ExpertQuestion, what: str, member_ids: Iterable[int]) -> None:
    """Tell experts (or managers who answer), by their membership numbers, one of TO_EXPERTS."""
    _tell(room, question, what, _accounts(RoomMembership.id.in_(list(member_ids))), experts_scope(room.id))


def tell_asker(room: Room, question: ExpertQuestion, what: str) -> None:
    """Tell who asked one of TO_ASKER."""
    asker = question.membership_id
    _tell(room, question, what, _accounts(RoomMembership.id == asker), member_scope(asker))


def tell_managers(room: Room, question: ExpertQuestion, what: str) -> None:
    """Tell the room's managers one of TO_MANAGERS; a manager who asked the question, too."""
    managers = (RoomMembership.room_id == room.id, RoomMembership.role == RoomRole.MANAGER)
    _tell(room, question, what, _accounts(*managers), managers_scope(room.id))


def _accounts(*which: object) -> list[int]:
    wanted = select(RoomMembership.user_id).where(present(), *which)  # type: ignore[arg-type]
    return list(db.session.scalars(wanted))


def _tell(room: Room, question: ExpertQuestion, what: str, people: list[int], scope: str) -> None:
    if people:
        params = room_params(room, question=question.public_id, subject=question.title)
        kind, within = f"room.question.{what}", room_scope(room.id)
        notify(people, kind, scope, params, topic=question.public_id, within=within)


def _words(sentence: LazyString) -> Callable[[JSON, int], Told]:
    def told(params: JSON, _count: int) -> Told:
        words = str(sentence) % {"title": params["title"], "subject": params["subject"]}
        return Told(words, url_for("irooms.question", slug=params["room"], question_id=params["question"]))

    return told


for _what, _sentence in {**TO_EXPERTS, **TO_ASKER, **TO_MANAGERS}.items():
    register(f"room.question.{_what}", _words(_sentence), may_name=may_name)
