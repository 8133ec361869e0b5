"""The answer clock: working days, reminders, escalation, standing still while an expert asks back; told once each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.core import clock
from app.core.database import db, unit_of_work
from app.core.jobs import registered
from app.irooms import working_time
from app.irooms.actions import membership
from app.irooms.models import RoomMembership
from app.irooms.models.questions import ExpertQuestion, QuestionState
from app.notifications.queries import sheet
from tests.cast import Cast
from tests.conftest import Inside
from tests.irooms.scene import RoomScene, room_of, seat_of
from tests.irooms.test_questions import act, ask, question_row
from tests.support.forms import send

MONDAY = datetime(2026, 11, 16, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (MONDAY, 5, MONDAY + 7 * DAY),
        (MONDAY, 2.5, MONDAY + 2.5 * DAY),
        (MONDAY + 4 * DAY, 1, MONDAY + 7 * DAY),  # Friday noon
        (MONDAY + 5 * DAY, 1, MONDAY + 7.5 * DAY),  # Saturday: from Monday's first minute
    ],
)
def test_working_time(start: datetime, days: float, end: datetime) -> None:
    assert working_time.after(start, days * DAY) == end
    assert working_time.between(start, end) == days * DAY


def told(cast: Cast, name: str) -> list[str]:
    """Return what a person is told about questions, the newest first."""
    player = cast(name)
    with player.app.test_request_context(), unit_of_work():
        return [line.notice.kind.rsplit(".", 1)[-1] for line in sheet(player.actor()).lines]


def tick(inside: Inside, at: datetime) -> None:
    """Let the clock's job run twice at a moment: the second time must change nothing."""
    for _ in range(2):
        with clock.travel(at), inside():
            registered()["irooms.question_clock"].work()


def test_reminders_and_escalation(cast: Cast, room: RoomScene, inside: Inside) -> None:
    for name in ("expert", "room_manager"):
        cast(name)
    with clock.travel(MONDAY):
        question = ask(cast("member"), room)
    with inside():
        assert question_row().due_at == MONDAY + 7 * DAY
    tick(inside, MONDAY + 2 * DAY)
    assert told(cast, "expert") == ["asked"]
    tick(inside, MONDAY + 3 * DAY)
    assert told(cast, "expert") == ["half", "asked"]
    tick(inside, MONDAY + 7 * DAY - timedelta(seconds=1))
    assert told(cast, "expert") == ["half", "asked"]
    tick(inside, MONDAY + 7 * DAY)
    assert told(cast, "expert") == ["due", "half", "asked"]
    assert told(cast, "room_manager") == []
    tick(inside, MONDAY + 8 * DAY)
    assert told(cast, "room_manager") == ["overdue"]
    assert told(cast, "owner") == []
    with clock.travel(MONDAY + 8 * DAY):
        page = cast("member").new_client().get(question).text
    assert "The answer was due on" in page
    assert "The managers were told." in page
    tick(inside, MONDAY + 20 * DAY)
    assert told(cast, "room_manager") == ["overdue"]


def test_an_answer_stops_the_clock(cast: Cast, room: RoomScene, inside: Inside) -> None:
    with clock.travel(MONDAY):
        question = ask(cast("member"), room)
        act(cast("expert"), question, "answer", text="Yes")
    tick(inside, MONDAY + 30 * DAY)
    assert told(cast, "room_manager") == []
    assert told(cast, "member") == ["answered"]


def test_asking_back_stops_it_for_a_while(cast: Cast, room: RoomScene, inside: Inside) -> None:
    with clock.travel(MONDAY):
        question = ask(cast("member"), room)
    with clock.travel(MONDAY + DAY):
        act(cast("expert"), question, "clarification", text="Which law?")
    tick(inside, MONDAY + 28 * DAY)
    assert "due" not in told(cast, "expert")
    with clock.travel(MONDAY + 28 * DAY):
        send(cast("member").new_client(), question, f"{question}/reply", text="Ours.")
    with inside():
        assert question_row().due_at == MONDAY + 28 * DAY + 4 * DAY  # four of five working days were left


def test_nobody_is_told_of_a_closed_room_or_after_leaving(
    cast: Cast, room: RoomScene, inside: Inside
) -> None:
    with clock.travel(MONDAY):
        ask(cast("member"), room, readers="experts", title="Privately asked")
    assert told(cast, "expert") == ["asked"]
    with inside() as session:
        session.execute(
            update(RoomMembership)
            .where(RoomMembership.id == room.membership_ids["expert"])
            .values(role="member")
        )
    assert told(cast, "expert") == []  # the title of a private question is the experts'
    with inside():
        room_of(room).closed_at = clock.now()
    tick(inside, MONDAY + 30 * DAY)
    assert told(cast, "room_manager") == []


def test_an_expert_who_leaves_frees_their_question(cast: Cast, room: RoomScene, inside: Inside) -> None:
    with clock.travel(MONDAY):
        question = ask(cast("member"), room)
        act(cast("expert"), question, "clarification", text="Which?")
    with inside():
        membership.leave(seat_of(cast("expert"), room.slug))
    tick(inside, MONDAY + DAY)
    with inside():
        row = question_row()
        assert (row.state, row.expert_id, row.paused_at) == (QuestionState.WAITING, None, None)
        assert row.routed_to_all
    assert told(cast, "room_manager") == ["asked"]


def test_managers_set_the_days(cast: Cast, room: RoomScene, inside: Inside) -> None:
    page, target = room.path("/questions"), room.path("/questions/days")
    manager = cast("room_manager").client
    assert send(manager, page, target, days="2").status_code == 302
    for wrong in ("0", "61", "soon", ""):
        assert send(manager, page, target, days=wrong).status_code == 422
    with clock.travel(MONDAY):
        ask(cast("member"), room)
    with inside():
        assert db.session.scalars(select(ExpertQuestion.due_at)).one() == MONDAY + 2 * DAY
    assert cast("expert").client.post(target, data={"days": "3"}).status_code in {400, 404}
