"""Breakouts: groups by hand, at random, by language and country; sent, moved, helped, told, called back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core import clock, events
from app.core.database import db
from app.core.jobs import run_pending
from app.webinars import following
from app.webinars.models.planning import Roster, State
from app.webinars.models.room import WebinarEvent, WebinarParticipant
from app.webinars.models.talk import WebinarBreakout, WebinarMessage
from app.webinars.places import place
from app.webinars.queries import breakouts as queries
from app.webinars.room_events import SessionEnded
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.forms import send
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene
from tests.webinars.talk import Seated, set_person

Sit = Callable[[str], Seated]


@pytest.fixture
def sit(cast: Cast, live: WebinarScene) -> Sit:
    """Give a function that seats somebody in the running room."""
    return lambda name: Seated(cast, name, live)


def state(seat: Seated) -> dict[str, Any]:
    """Return the breakouts of somebody's snapshot."""
    return dict(seat.state()["breakouts"])


def rooms(seat: Seated) -> dict[str, str]:
    """Return the breakouts by name."""
    return {one["name"]: one["id"] for one in state(seat)["round"]["rooms"]}


def test_a_round_by_hand_from_beginning_to_end(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    trainer, owner, member = sit("trainer"), sit("owner"), sit("member")
    trainer.did("breakouts", {"grouping": "hand", "names": ["North", "South"]})
    assert state(owner) == {"round": None}  # what is prepared is the hosts' own
    assert owner.heard(inside) == []
    names = rooms(trainer)
    for name, room in (("owner", "North"), ("member", "South")):
        trainer.did("breakouts/moves", {"person": live.people[name], "room": names[room]})
    trainer.did("breakouts/opening", {"minutes": 10})
    assert owner.heard(inside, "breakouts.moved") == [{"kind": "breakouts.moved", "room": names["North"]}]
    assert state(owner)["here"] == names["North"]
    assert state(trainer)["people"] == [
        [live.people["owner"], names["North"], names["North"]],
        [live.people["member"], names["South"], names["South"]],
    ]
    owner.did("chat/messages", {"text": "CANARY-NORTH", "channel": "breakout"})
    assert "CANARY" not in str(member.state()) + str(trainer.state()["chat"])
    assert "CANARY" in str(owner.state())
    with inside():
        found = place(owner.player.actor(), live.public_id)
        assert found is not None
        assert f"b:{names['North']}" in following.heard_by(found)
        (said,) = db.session.scalars(select(WebinarEvent).where(WebinarEvent.kind == "chat.posted"))
        assert said.audience == f"b:{names['North']}"
    trainer.did(f"breakouts/{names['North']}/visit")
    assert "CANARY" in str(trainer.state()["chat"])
    trainer.did("breakouts/closing")
    for seat in (owner, member, trainer):
        assert state(seat) == {"round": None}
        assert seat.heard(inside, "breakouts.moved")[-1]["room"] is None
    assert owner.refused("chat/messages", {"text": "x", "channel": "breakout"})


def test_who_belongs_elsewhere_stays_out_and_hosts_go_everywhere(
    sit: Sit, live: WebinarScene, inside: Inside
) -> None:
    trainer, owner = sit("trainer"), sit("owner")
    trainer.did("breakouts", {"grouping": "hand", "count": 2})
    first, second = rooms(trainer).values()
    trainer.did("breakouts/moves", {"person": owner.id, "room": first})
    assert owner.post(f"breakouts/{first}/visit").status_code == 404  # not open yet
    trainer.did("breakouts/opening")
    assert "another breakout" in owner.refused(f"breakouts/{second}/visit")
    owner.did("breakouts/return")
    assert state(owner)["here"] is None
    assert state(owner)["mine"] == first
    owner.did(f"breakouts/{first}/visit")
    assert state(owner)["here"] == first
    for path in ("", "/opening", "/closing", "/word", "/moves", "/time", "/removal"):
        assert owner.post(f"breakouts{path}", {"text": "x"}).status_code == 404
    trainer.did("breakouts/moves", {"person": owner.id, "room": second})
    assert state(owner)["here"] == second
    assert "Bring everybody back" in trainer.refused("breakouts", {"grouping": "random", "count": 2})


def test_help_is_called_and_comes(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    trainer, owner, member = sit("trainer"), sit("owner"), sit("member")
    assert "No breakouts" in owner.refused("breakouts/help")
    trainer.did("breakouts", {"grouping": "hand", "names": ["North"]})
    north = rooms(trainer)["North"]
    trainer.did("breakouts/moves", {"person": owner.id, "room": north})
    trainer.did("breakouts/opening")
    assert "not in a breakout" in member.refused("breakouts/help")
    owner.did("breakouts/help")
    owner.did("breakouts/help")
    (called,) = trainer.heard(inside, "breakouts.help")
    assert (called["name"], called["who"]["label"]) == ("North", "Amina Odhiambo")
    assert member.heard(inside, "breakouts.help") == []
    trainer.did(f"breakouts/{north}/visit")
    assert trainer.heard(inside, "breakouts.help")[-1]["called"] is False
    trainer.did("breakouts/word", {"text": "Five more minutes"})
    assert member.heard(inside, "breakouts.word")[0]["word"] == "Five more minutes"
    assert state(owner)["round"]["word"] == "Five more minutes"


def test_time_brings_everybody_back(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    trainer, owner = sit("trainer"), sit("owner")
    trainer.did("breakouts", {"grouping": "random", "count": 1})
    assert trainer.refused("breakouts/opening", {"minutes": 0})
    trainer.did("breakouts/opening", {"minutes": 5})
    trainer.did("breakouts/time", {"minutes": 20})
    assert state(owner)["here"]
    for minutes, still_there in ((6, True), (21, False)):
        with clock.travel(clock.now() + timedelta(minutes=minutes)), inside():
            run_pending()
        with inside():
            one = db.session.scalars(
                select(WebinarParticipant).where(WebinarParticipant.public_id == owner.id)
            ).one()
            assert (one.breakout_id is not None) == still_there


def test_random_groups_are_of_one_size(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    set_person(inside, live, "expert", role="participant")
    sit("trainer").did("breakouts", {"grouping": "random", "count": 3})
    people = state(sit("trainer"))["people"]
    assert sorted(one[1] for one in people) == sorted(rooms(sit("trainer")).values())
    assert live.people["expelled"] not in str(people)
    assert live.people["trainer"] not in str(people)


def test_by_language_and_by_country(
    sit: Sit, cast: Cast, open_session: OpenSession, live: WebinarScene, inside: Inside
) -> None:
    trainer = sit("trainer")
    for name in ("expert", "member"):
        set_person(inside, live, name, role="participant", language="ar")
    trainer.did("breakouts", {"grouping": "language"})
    assert list(rooms(trainer)) == ["العربية", "Others"]  # who would be alone is with the others
    trainer.did("breakouts", {"grouping": "country"})
    assert list(rooms(trainer)) == ["Others"]
    hidden = Seated(cast, "trainer", open_session(roster=Roster.PSEUDONYM))
    assert "country" in hidden.refused("breakouts", {"grouping": "country"})


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"grouping": "magic"},
        {"grouping": "hand", "count": 0},
        {"grouping": "hand", "count": 41},
        {"grouping": "random", "names": ["A", "A"]},
    ],
)
def test_what_makes_no_groups_is_refused(sit: Sit, wrong: dict[str, Any]) -> None:
    assert sit("trainer").refused("breakouts", wrong)


def test_the_end_of_a_session_ends_its_talk(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    trainer, owner = sit("trainer"), sit("owner")
    owner.did("chat/messages", {"text": "CANARY"})
    trainer.did("breakouts", {"grouping": "random", "count": 1})
    trainer.did("breakouts/opening")
    with inside():
        live.webinar().keep_chat = False
        events.publish(SessionEnded(live.id))
    with inside():
        assert queries.running(live.id) is None
        assert db.session.scalars(select(WebinarMessage)).all() == []
        assert "CANARY" not in str(db.session.scalars(select(WebinarEvent.body)).all())


def test_prepared_before_for_who_is_registered(cast: Cast, open_session: OpenSession, inside: Inside) -> None:
    scene = open_session(state=State.PLANNED)
    page, client = scene.path("/breakouts"), cast("trainer").client
    assert send(client, page, grouping="hand", names="", count="").status_code == 422
    assert send(client, page, grouping="hand", names="North\nSouth").status_code == 302
    text = client.get(page).text
    assert "Amina Odhiambo" in text
    with inside():
        south = db.session.scalars(
            select(WebinarBreakout.public_id).where(WebinarBreakout.name == "South")
        ).one()
    chosen = {f"place-{cast('owner').public_id}": south}
    assert send(client, page, f"{page}/places", **chosen).status_code == 302
    with inside():
        held = queries.running(scene.id)
        assert held is not None
        own = queries.own_room(held, cast("owner").id)
        assert own is not None
        assert own.name == "South"
        assert queries.own_room(held, cast("member").id) is None
    for name in ("owner", "outsider"):
        assert cast(name).client.get(page).status_code == 404
    send(client, page, f"{page}/removal")
    with inside():
        assert queries.running(scene.id) is None
