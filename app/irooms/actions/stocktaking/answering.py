"""Members answer: what they write is kept as they go, sent when it is complete, revised until the deadline.

Members of one country write into one response, and one person may write from two devices. A page says of each answer
what it was made from; a text that was written onto something else than what stands now is put aside, never over it and
never away. What somebody else wrote over is kept as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid5

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import JSON, db
from app.core.refusal import Refused, require
from app.irooms.actions.stocktaking.building import KIND, in_force
from app.irooms.models.stocktaking import (
    RevisionKind,
    Stocktaking,
    StocktakingAnswer,
    StocktakingResponse,
    StocktakingRevision,
    Unit,
)
from app.irooms.register import tell
from app.irooms.seats import Seat
from app.irooms.stocktaking import values
from app.irooms.stocktaking_policy import may_answer, whose
from app.irooms.trail import note
from app.records.models import Verb as Fact


@dataclass(frozen=True, slots=True)
class Written:
    """What a page carries for one question: the value, and the version and digest of what the page was made from."""

    value: JSON
    version: int = 0
    digest: str = field(default_factory=lambda: values.digest(values.NONE))


@dataclass(slots=True)
class Saved:
    """What came of saving: the response, the questions whose answer changed, those whose text was put aside."""

    response: StocktakingResponse
    changed: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)


class Incomplete(Refused):
    """Not everything that must be answered is; ``missing`` says what, by question id."""

    def __init__(self, missing: dict[str, str]) -> None:
        self.missing = missing
        super().__init__(_("Some answers are still missing."))


def save(seat: Seat, row: Stocktaking, written: Mapping[str, Written], page: str) -> Saved:
    """Keep answers by question id, as the page with the token ``page`` holds them now.

    Refused when no answers are taken. Unknown questions are passed over: they belong to another version.
    """
    _require_open(seat, row)
    response = _own_response(seat, row)
    lock(response)
    saved = Saved(response)
    content, kept = in_force(row), _answers(response)
    for question_id, one in written.items():
        if content.question(question_id) is not None:
            _save_one(seat, saved, question_id, one, kept.get(question_id), page)
    if saved.changed or saved.aside:
        response.saves += 1
        response.saved_at = clock.now()
        db.session.flush()
    return saved


def settle(seat: Seat, row: Stocktaking, aside: StocktakingRevision, *, use: bool) -> None:
    """Put a text that was set aside in place of the answer that stands (which is kept), or leave it."""
    _require_open(seat, row)
    response = db.session.get_one(StocktakingResponse, aside.response_id)
    lock(response)
    lock(aside)
    require(aside.kind == RevisionKind.ASIDE and aside.settled_at is None, _("This was dealt with already."))
    aside.settled_at = clock.now()
    if use:
        current = _answers(response).get(aside.question_id)
        _write(seat, response, aside.question_id, aside.value, current, page="")
        response.saves += 1
        response.saved_at = clock.now()
    db.session.flush()
    note(seat, Verb.ROOM_STOCKTAKING_SETTLED, KIND, row.public_id, detail={"used": use})


def send(seat: Seat, row: Stocktaking) -> int:
    """Send the answers as they stand; returns how many changed since they were last sent.

    Raises Incomplete. What was sent is what managers read, until it is sent again.
    """
    _require_open(seat, row)
    assert seat.member is not None
    response = _own_response(seat, row)
    lock(response)
    content, kept = in_force(row), _answers(response)
    missing = values.missing_in(content, {id: answer.value for id, answer in kept.items()})
    if missing:
        raise Incomplete(missing)
    changed = [answer for answer in kept.values() if answer.value != (answer.sent_value or values.NONE)]
    for answer in changed:
        answer.sent_value = answer.value
        _keep(seat, response, answer.question_id, answer.value, RevisionKind.SENT)
    response.sent_at, response.sent_version = clock.now(), row.version
    response.sent_by = seat.member.id
    db.session.flush()
    fact = uuid5(seat.room.activity_key, f"response {row.public_id} {seat.member.public_id}")
    tell(seat.room, seat.member, Fact.CONTRIBUTED, {"what": "response"}, uuid=fact)
    note(
        seat, Verb.ROOM_STOCKTAKING_SENT, KIND, row.public_id,
        detail={"version": row.version, "changed": len(changed)},
    )  # fmt: skip
    return len(changed)


# ------------------------------------------------------------------------------------------------ inside


def _require_open(seat: Seat, row: Stocktaking) -> None:
    """Refuse unless answers are taken; closing waits until this transaction has ended."""
    db.session.flush()
    db.session.refresh(row, with_for_update={"read": True})
    require(may_answer(seat, row), _("No answers are taken any more. Nothing was changed."))


def _own_response(seat: Seat, row: Stocktaking) -> StocktakingResponse:
    by_country = row.unit == Unit.COUNTRY
    made = insert(StocktakingResponse).values(
        stocktaking_id=row.id,
        membership_id=None if by_country else seat.member_id,
        country=seat.actor.country if by_country else "",
        begun_at=clock.now(),
    )
    db.session.execute(made.on_conflict_do_nothing())
    return db.session.scalars(select(StocktakingResponse).where(whose(seat, row))).one()


def _answers(response: StocktakingResponse) -> dict[str, StocktakingAnswer]:
    rows = db.session.scalars(
        select(StocktakingAnswer)
        .where(StocktakingAnswer.response_id == response.id)
        .execution_options(populate_existing=True)
    )
    return {row.question_id: row for row in rows}


def _save_one(
    seat: Seat, saved: Saved, question_id: str, written: Written, current: StocktakingAnswer | None, page: str
) -> None:
    stands = current.value if current else values.NONE
    if written.value == stands:
        _forget_aside(saved.response, question_id, page)
        return
    own = current is not None and current.page == page
    if not own and values.digest(written.value) == written.digest:
        return  # this page did not touch it
    if own or written.version == (current.version if current else 0):
        _write(seat, saved.response, question_id, written.value, current, page)
        saved.changed.append(question_id)
        return
    _put_aside(seat, saved.response, question_id, written.value, page)
    saved.aside.append(question_id)


def _write(
    seat: Seat,
    response: StocktakingResponse,
    question_id: str,
    value: JSON,
    current: StocktakingAnswer | None,
    page: str,
) -> None:
    now = clock.now()
    if current is None:
        db.session.add(
            StocktakingAnswer(
                response_id=response.id, question_id=question_id, value=value, version=1, page=page,
                membership_id=seat.member_id, changed_at=now,
            )
        )  # fmt: skip
        db.session.flush()
        return
    if current.page != page and current.value:
        _keep(seat, response, question_id, current.value, RevisionKind.REPLACED, by=current.membership_id)
    current.value, current.version, current.page = value, current.version + 1, page
    current.membership_id, current.changed_at = seat.member_id, now
    db.session.flush()


def _keep(
    seat: Seat,
    response: StocktakingResponse,
    question_id: str,
    value: JSON,
    kind: RevisionKind,
    *,
    by: int | None = None,
) -> None:
    db.session.add(
        StocktakingRevision(
            response_id=response.id, question_id=question_id, kind=kind, value=value,
            membership_id=by or seat.member_id, at=clock.now(),
        )
    )  # fmt: skip


def _put_aside(seat: Seat, response: StocktakingResponse, question_id: str, value: JSON, page: str) -> None:
    """Keep the newest text of a page that was written onto something else than what stands."""
    earlier = db.session.scalars(
        select(StocktakingRevision).where(*_open_aside(response, question_id, page))
    ).one_or_none()
    if earlier is not None:
        earlier.value, earlier.at = value, clock.now()
    else:
        db.session.add(
            StocktakingRevision(
                response_id=response.id, question_id=question_id, kind=RevisionKind.ASIDE, value=value,
                page=page, membership_id=seat.member_id, at=clock.now(),
            )
        )  # fmt: skip
    db.session.flush()


def _forget_aside(response: StocktakingResponse, question_id: str, page: str) -> None:
    """What stands is what the page holds: nothing is left to choose between."""
    db.session.execute(
        update(StocktakingRevision)
        .where(*_open_aside(response, question_id, page))
        .values(settled_at=clock.now())
    )


def _open_aside(
    response: StocktakingResponse, question_id: str, page: str
) -> tuple[ColumnElement[bool], ...]:
    return (
        StocktakingRevision.response_id == response.id,
        StocktakingRevision.question_id == question_id,
        StocktakingRevision.page == page,
        StocktakingRevision.kind == RevisionKind.ASIDE,
        StocktakingRevision.settled_at.is_(None),
    )
