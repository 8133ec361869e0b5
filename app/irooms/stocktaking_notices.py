"""Who is told what about stocktakings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flask import url_for
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from app.core.database import JSON, db
from app.core.texts import lazy_gettext as _l
from app.irooms.models import Room, RoomMembership, RoomRole
from app.irooms.models.stocktaking import Stocktaking, StocktakingSummary
from app.irooms.notices import may_name, room_params
from app.irooms.scopes import managers_scope, participants_scope, room_scope
from app.irooms.seats import present
from app.notifications.actions import notify
from app.notifications.words import Told, register

WORDS: Mapping[str, LazyString] = {
    "opened": _l("A stocktaking in “%(title)s” asks for your answers: %(subject)s"),
    "deadline": _l("The deadline of a stocktaking in “%(title)s” was changed: %(subject)s"),
    "version": _l("The questions of a stocktaking in “%(title)s” have changed: %(subject)s"),
    "reminder": _l("Your answers to a stocktaking in “%(title)s” are still missing: %(subject)s"),
    "closed": _l("A stocktaking in “%(title)s” has closed: %(subject)s"),
}
SUMMARY = _l("A summary of a stocktaking was published in “%(title)s”: %(subject)s")


def tell_participants(room: Room, row: Stocktaking, what: str) -> None:
    """Tell everybody who takes part."""
    members = (RoomMembership.room_id == room.id, RoomMembership.role != RoomRole.OBSERVER)
    _tell(room, row, what, _accounts(*members), participants_scope(room.id))


def tell_members(room: Room, row: Stocktaking, what: str, member_ids: Iterable[int]) -> int:
    """Tell certain members, by their membership numbers; returns how many."""
    people = _accounts(RoomMembership.id.in_(list(member_ids)))
    return _tell(room, row, what, people, participants_scope(room.id))


def tell_managers(room: Room, row: Stocktaking, what: str) -> None:
    """Tell the room's managers."""
    managers = (RoomMembership.room_id == room.id, RoomMembership.role == RoomRole.MANAGER)
    _tell(room, row, what, _accounts(*managers), managers_scope(room.id))


def tell_of_summary(room: Room, row: Stocktaking, summary: StocktakingSummary) -> None:
    """Tell everybody in the room, observers too."""
    params = room_params(room, stocktaking=row.public_id, summary=summary.public_id, subject=summary.title)
    people = _accounts(RoomMembership.room_id == room.id)
    notify(people, "room.stocktaking.summary", room_scope(room.id), params, topic=summary.public_id)


def _accounts(*which: object) -> list[int]:
    wanted = select(RoomMembership.user_id).where(present(), *which)  # type: ignore[arg-type]
    return list(db.session.scalars(wanted))


def _tell(room: Room, row: Stocktaking, what: str, people: list[int], scope: str) -> int:
    params = room_params(room, stocktaking=row.public_id, subject=row.title)
    return notify(people, f"room.stocktaking.{what}", scope, params, topic=row.public_id)


def _words(sentence: LazyString) -> Callable[[JSON, int], Told]:
    def told(params: JSON, _count: int) -> Told:
        words = str(sentence) % {"title": params["title"], "subject": params["subject"]}
        return Told(
            words,
            url_for("irooms.stocktaking_one", slug=params["room"], stocktaking_id=params["stocktaking"]),
        )

    return told


def _summary(params: JSON, _count: int) -> Told:
    return Told(
        str(SUMMARY) % {"title": params["title"], "subject": params["subject"]},
        url_for("irooms.stocktaking_summary", slug=params["room"], summary_id=params["summary"]),
    )


for _what, _sentence in WORDS.items():
    register(f"room.stocktaking.{_what}", _words(_sentence), may_name=may_name)
register("room.stocktaking.summary", _summary, may_name=may_name)
