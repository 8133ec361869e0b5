"""Hands in the live room: one queue, the floor, its time limit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import clock
from app.webinars.actions import hands
from app.webinars.models.room import WebinarRoom
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.room import Room
from tests.webinars.scene import WebinarScene
from tests.webinars.talk import set_person


@pytest.fixture
def room(live: WebinarScene, cast: Cast, inside: Inside) -> Room:
    """A running room with the cast in it."""
    return Room(cast, inside, live)


def queue(room: Room, name: str = "trainer") -> list[str]:
    return [one["id"] for one in room.state(name)["hands"]["queue"]]


def test_one_queue_in_the_order_in_which_hands_went_up(room: Room) -> None:
    for name in ("member", "owner", "expert", "member"):  # up already: the place stays
        room.do(name, "hands", up=True)
    assert queue(room) == queue(room, "owner") == [room.id(name) for name in ("member", "owner", "expert")]
    room.do("owner", "hands", up=False)
    room.do("trainer", f"hands/{room.id('expert')}/lower")
    assert queue(room) == [room.id("member")]
    room.do("owner", "hands", up=True)
    room.do("trainer", "hands/next")
    state = room.state("member")
    assert (state["me"]["stage"], state["me"]["hand_at"], state["me"]["microphone"]) == (1, None, False)
    assert [one["id"] for one in state["hands"]["floor"]] == [room.id("member")]
    assert [one["id"] for one in state["stage"]] == [room.id("member")]
    assert room.do("trainer", "hands/lower")["lowered"] == 1
    assert room.no("trainer", "hands/next") == 422
    assert [kind for _n, kind, *_ in room.news("owner")] == ["people.changed", "hands.floor"]


def test_the_floor_ends_by_itself_by_its_holder_or_by_a_host(
    room: Room, live: WebinarScene, inside: Inside
) -> None:
    owner = room.id("owner")

    def ended(seconds: int) -> int:
        with clock.travel(clock.now() + timedelta(seconds=seconds)), inside():
            return hands.end_what_is_over(live.webinar())

    room.do("trainer", f"hands/{owner}/floor", seconds=60)
    set_person(inside, live, "owner", microphone=True, camera=True)
    assert ended(55) == 0
    assert ended(61) == 1
    over = room.row("owner")
    assert (over.floor_until, over.stage, over.microphone, over.camera) == (None, None, False, False)
    assert room.news("owner")[-1][1] == "hands.floor_ended"
    for who in ("owner", "trainer"):
        room.do("trainer", f"hands/{owner}/floor")
        room.do(who, f"hands/{owner}/end")
        assert room.row("owner").stage is None


def test_a_speaker_stays_on_the_stage_without_the_floor(room: Room) -> None:
    expert = room.id("expert")
    room.do("trainer", f"hands/{expert}/floor")
    room.do("trainer", f"hands/{expert}/end")
    assert room.row("expert").stage == 1


@pytest.mark.parametrize("seconds", [14, 3601, "60", True, None])
def test_a_time_is_between_seconds_and_an_hour(room: Room, seconds: object) -> None:
    answer = room.post("trainer", f"hands/{room.id('owner')}/floor", seconds=seconds)
    assert answer.status_code in {400, 422}
    assert room.row("owner").stage is None


def test_hand_and_seat_are_the_same_after_a_cut_and_given_back_on_leaving(
    room: Room, live: WebinarScene, inside: Inside
) -> None:
    room.do("owner", "hands")
    room.do("trainer", f"hands/{room.id('member')}/floor")
    set_person(inside, live, "member", microphone=True)
    before = {name: room.state(name)["me"] for name in ("owner", "member")}
    for name in ("owner", "member"):
        room.do(name, "entry")
    assert {name: room.state(name)["me"] for name in ("owner", "member")} == before
    for name in ("owner", "member"):
        room.do(name, "leave")
        room.do(name, "entry")
        me = room.state(name)["me"]
        assert (me["hand_at"], me["stage"], me["microphone"], me["floor_until"]) == (None, None, False, None)
    with inside() as session:
        assert session.get_one(WebinarRoom, live.id).participants == 5
