"""The live room: opened, entered, begun, ended; its lobby, its lock, its journal, what each is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import User
from app.core import clock
from app.webinars import faces, journal, snapshot
from app.webinars.actions import people as people_actions
from app.webinars.actions import room as room_actions
from app.webinars.models.planning import MediaKind, Roster, RunnerRole, State, Webinar, WebinarRegistration
from app.webinars.models.room import WebinarEvent, WebinarParticipant, WebinarRoom
from app.webinars.models.talk import WebinarMessage
from app.webinars.places import place
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.queries import counted
from tests.webinars.conftest import OpenSession
from tests.webinars.room import Room
from tests.webinars.scene import WebinarScene
from tests.webinars.talk import Seated


@pytest.fixture
def room(live: WebinarScene, cast: Cast, inside: Inside) -> Room:
    """A running room with the cast in it."""
    return Room(cast, inside, live)


def test_from_the_door_to_the_end(open_session: OpenSession, cast: Cast, inside: Inside) -> None:
    scene = open_session(state=State.PLANNED)
    room = Room(cast, inside, scene)
    for name in ("owner", "trainer"):
        page = cast(name).client.get(scene.path("/room"))
        assert page.status_code == 200
        assert "camera=(self)" in page.headers["Permissions-Policy"]
        assert (scene.path("/room/open") in page.text) == (name == "trainer")
    assert room.no("owner", "entry") == 422
    assert room.no("owner", "open") == 404
    assert room.do("trainer", "open")["waiting"] is False
    assert room.do("expert", "entry") | {"id": ""} == {
        "id": "", "number": 0, "role": "speaker", "waiting": False,
    }  # fmt: skip
    assert room.do("owner", "entry")["waiting"] is True
    waiting = room.state("owner")
    assert (waiting["me"]["waiting"], "people" in waiting, waiting["lobby"]["state"]) == (True, False, "open")
    assert room.no("owner", "hands") == 404
    assert room.do("trainer", "lobby/words", words="We begin at ten.")
    assert room.state("owner")["lobby"]["words"] == "We begin at ten."
    assert [kind for _n, kind, _body, _at in room.news("owner")] == ["room.lobby_words"]
    before = room.state("trainer")["people"]
    assert (before["count"], before["waiting"], before["steps"]["full"]) == (2, 1, 2)
    assert room.do("trainer", "begin")
    assert room.no("trainer", "begin") == 422
    inside_now = room.state("owner")
    assert (inside_now["me"]["waiting"], inside_now["people"]["count"], inside_now["room"]["state"]) == (
        False,
        3,
        "live",
    )
    page = cast("owner").client.get(scene.path("/room"))
    assert '"topic": "webinar:' in page.text
    assert room.no("owner", "end") == 404
    assert room.do("trainer", "end")
    assert room.news("owner")[-1][1] == "room.ended"
    assert room.get("owner", "state").status_code == 404
    assert cast("owner").client.get(scene.path("/room")).status_code == 200
    with inside():
        webinar = scene.webinar()
        assert webinar.begun_at is not None
        assert webinar.closed_at is not None


def test_the_room_opens_an_hour_before(open_session: OpenSession, cast: Cast, inside: Inside) -> None:
    later = {"starts_at": clock.now() + timedelta(minutes=61), "ends_at": clock.now() + timedelta(hours=3)}
    room = Room(cast, inside, open_session(state=State.PLANNED, **later))
    assert room.no("trainer", "open") == 422
    with clock.travel(clock.now() + timedelta(minutes=2)):
        assert room.do("trainer", "open")


def test_one_person_however_often_and_the_same_as_before(
    live: WebinarScene, cast: Cast, inside: Inside, room: Room
) -> None:
    room.post("owner", "hands")
    first = room.state("owner")["me"]
    assert first["hand_at"] is not None
    device = Seated(cast, "owner", live, cast("owner").new_client())
    again = device.did("entry")
    assert again["id"] == first["id"] == live.people["owner"]
    assert device.get("state").get_json()["me"] == first
    with inside() as session:
        assert len(session.scalars(select(WebinarParticipant)).all()) == 5


def test_who_comes_without_registration_is_registered_while_there_is_room(
    open_session: OpenSession, cast: Cast, inside: Inside
) -> None:
    scene = open_session(capacity=4)
    room = Room(cast, inside, scene)
    assert room.do("outsider", "entry")
    assert room.no("practitioner", "entry") == 422
    with inside() as session:
        registered = select(WebinarRegistration).where(WebinarRegistration.webinar_id == scene.id)
        states = {row.user_id: row.state for row in session.scalars(registered)}
        assert states[cast("outsider").id] == "registered"
        assert states.get(cast("practitioner").id) in {None, "waiting"}


def test_a_locked_room_lets_only_those_back_who_were_inside(
    live: WebinarScene, cast: Cast, room: Room
) -> None:
    assert room.do("trainer", "lock", on=True)
    assert room.no("outsider", "entry") == 422
    assert room.do("owner", "leave")
    assert room.do("owner", "entry")
    assert room.do("trainer", "lock", on=False)
    assert room.do("outsider", "entry")


def test_the_lobby_holds_newcomers_until_they_are_let_in(live: WebinarScene, cast: Cast, room: Room) -> None:
    assert room.do("trainer", "lobby", on=True)
    newcomer = room.do("outsider", "entry")
    assert newcomer["waiting"] is True
    assert room.get("outsider", "people").status_code == 404
    assert room.do("trainer", f"people/{newcomer['id']}/admit")
    assert room.state("outsider")["me"]["waiting"] is False
    room.post("practitioner", "entry")
    assert room.do("trainer", "lobby/admit")["admitted"] == 1


@pytest.mark.parametrize(
    ("roster", "to_member", "to_host"),
    [
        (Roster.ALL, "Amina Odhiambo", "Amina Odhiambo"),
        (Roster.HOSTS, "#3", "Amina Odhiambo"),
        (Roster.PSEUDONYM, "#3", "#3"),
    ],
)
def test_what_is_hidden_is_absent_from_the_bytes(
    open_session: OpenSession, cast: Cast, inside: Inside, roster: Roster, to_member: str, to_host: str
) -> None:
    scene = open_session(roster=roster)
    room = Room(cast, inside, scene)
    room.post("owner", "hands")
    room.post("trainer", f"hands/{scene.people['owner']}/floor")
    hidden = roster != Roster.ALL
    seen = [room.get("member", path).text for path in ("state", "people", "journal")]
    assert [("Odhiambo" in text) for text in seen] == [not hidden] * 3
    if roster == Roster.PSEUDONYM:
        told = [room.get("trainer", path).text for path in ("state", "people")]
        assert [("Odhiambo" in text) for text in told] == [False, False]
    for name, wanted in (("member", to_member), ("trainer", to_host), ("owner", "Amina Odhiambo")):
        player = cast(name)
        with inside():
            found = place(player.actor(), scene.public_id)
            assert found is not None
            about = found.participant if name == "owner" else None
        about = about or room.row("owner")
        with inside():
            assert faces.label(found, about) == wanted


def test_a_snapshot_costs_little_and_holds_every_part(live: WebinarScene, cast: Cast, room: Room) -> None:
    told = room.state("member")
    assert {"number", "me", "now", "room", "people", "stage", "hands"} <= told.keys()
    assert {"steps", "waiting"}.isdisjoint(told["people"])
    assert [person["label"] for person in told["people"]["list"]][:2] == ["Pierre Diallo", "Hana Sato"]
    assert snapshot.parts() <= told.keys()


def test_a_snapshot_costs_twelve_statements_however_many_are_there(
    open_session: OpenSession, cast: Cast, inside: Inside
) -> None:
    scene = open_session(media=MediaKind.BROADCAST)
    room = Room(cast, inside, scene)
    everything_happens(room)
    few = {name: cost_of_state(room, name) for name in ("trainer", "expert", "member")}
    with inside() as session:
        crowd = [
            User(email=f"crowd-{number}@x.example", given_name="In", family_name="Line")
            for number in range(40)
        ]
        session.add_all(crowd)
        session.flush()
        joined = [
            WebinarParticipant(
                webinar_id=scene.id, user_id=one.id, number=number, admitted_at=clock.now(), hand_at=clock.now()
            )
            for number, one in enumerate(crowd, 10)
        ]  # fmt: skip
        session.add_all(joined)
        session.flush()
        session.add_all(
            WebinarMessage(
                webinar_id=scene.id, participant_id=one.id, client_id="1", text="I have one.", number=100 + one.number,
            )
            for one in joined
        )  # fmt: skip
    many = {name: cost_of_state(room, name) for name in few}
    assert max(few.values()) <= 12, few
    assert few == many


def everything_happens(room: Room) -> None:
    """Use every part of a room."""
    assert room.do("trainer", "chat/messages", text="Welcome.", channel="all")
    assert room.do("owner", "chat/messages", text="Thank you.", channel="all")
    assert room.do("member", "questions", text="Which form is asked for?")
    assert room.do(
        "trainer", "polls", kind="single", text="Which comes first?", options=["Order", "Request"], open=True
    )
    assert room.do("owner", "hands")
    assert room.do("trainer", "slides/handouts", on=True)
    room.do("trainer", "breakouts", grouping="random", count=2)


def cost_of_state(room: Room, name: str) -> int:
    """Return how many statements somebody's snapshot costs."""
    room.state(name)
    with counted() as statements:
        room.state(name)
    return len(statements)


def test_roles_go_up_and_down_and_the_host_passes_on(
    live: WebinarScene, cast: Cast, inside: Inside, room: Room
) -> None:
    owner, expert, trainer = (live.people[name] for name in ("owner", "expert", "trainer"))
    assert room.do("trainer", f"people/{owner}/role", role="cohost")
    assert room.state("owner")["me"]["hosts"] is True
    assert room.no("owner", f"people/{trainer}/role", role="participant") == 422
    assert room.no("owner", f"people/{expert}/role", role="host") == 422
    assert room.no("owner", f"people/{owner}/role", role="participant") == 422
    assert room.no("owner", f"people/{expert}/role", role="king") == 422
    assert room.do("trainer", f"people/{expert}/host")
    assert room.state("trainer")["me"]["role"] == "cohost"
    assert room.state("expert")["me"]["role"] == "host"
    assert room.state("member")["people"]["host"] == expert
    assert room.do("expert", f"people/{owner}/role", role="participant")
    assert room.no("owner", "lock") == 404
    assert room.row("owner").stage is None


def test_a_silent_host_is_told_of_and_a_cohost_takes_over(
    live: WebinarScene, cast: Cast, inside: Inside, room: Room
) -> None:
    now = clock.now()
    with inside() as session:
        host, cohost = (room.row(name) for name in ("trainer", "expert"))
        session.get_one(WebinarRoom, live.id).host_id = host.id
        session.get_one(WebinarParticipant, cohost.id).role = RunnerRole.COHOST

    def seconds(later: float, *there: str) -> list[str]:
        with clock.travel(now + timedelta(seconds=later)), inside() as session:
            for name in there:
                session.execute(
                    update(WebinarParticipant)
                    .where(WebinarParticipant.public_id == live.people[name])
                    .values(seen_at=clock.now())
                )
            people_actions.watch_host(session.get_one(Webinar, live.id))
        with inside() as session:
            return list(session.scalars(select(WebinarEvent.kind).order_by(WebinarEvent.number)))

    assert seconds(0, "trainer", "expert") == []
    assert seconds(2.5, "expert") == ["room.host_away"]
    assert seconds(3.0, "trainer", "expert") == ["room.host_away", "room.host_back"]
    assert seconds(5.5, "expert")[-1] == "room.host_away"
    assert seconds(8.0, "expert")[-1] == "room.host_away"
    assert seconds(12.0, "expert")[-2:] == ["people.changed", "room.host"]
    with inside() as session:
        assert session.get_one(WebinarRoom, live.id).host_id == cohost.id
        assert session.get_one(WebinarParticipant, cohost.id).stage == 1


def test_a_room_that_everybody_left_is_closed_some_time_after_its_end(
    live: WebinarScene, inside: Inside
) -> None:
    def closed(minutes: int, *, left: bool) -> int:
        with clock.travel(ends_at + timedelta(minutes=minutes)), inside() as session:
            seen = clock.now() - timedelta(minutes=5 if left else 0)
            session.execute(update(WebinarParticipant).values(seen_at=seen))
            return room_actions.close_left_rooms()

    with inside():
        ends_at = live.webinar().ends_at
    assert closed(14, left=True) == 0
    assert closed(16, left=False) == 0
    assert closed(16, left=True) == 1
    with inside():
        assert live.webinar().state == State.ENDED


def test_the_stage_has_twenty_five_places_and_the_database_counts_them(
    live: WebinarScene, cast: Cast, inside: Inside, room: Room
) -> None:
    owner, member = live.people["owner"], live.people["member"]
    with inside() as session:
        for number in range(6, 30):
            made = User(email=f"stage-{number}@x.example")
            session.add(made)
            session.flush()
            session.add(
                WebinarParticipant(webinar_id=live.id, user_id=made.id, number=number, stage=number - 4)
            )
        session.get_one(WebinarRoom, live.id).participants = 29
    assert room.do("trainer", f"hands/{owner}/floor")
    refused = room.post("trainer", f"hands/{member}/floor")
    assert (refused.status_code, "25" in refused.get_json()["detail"]) == (422, True)


def test_the_journal_gives_each_their_own_and_no_number_is_missed(
    live: WebinarScene, cast: Cast, inside: Inside, room: Room
) -> None:
    with inside():
        webinar = live.webinar()
        numbers = [
            journal.tell(webinar, "test.said", {"to": audience}, audience)
            for audience in ("all", "hosts", f"p:{live.people['owner']}", "b:somewhere", "all")
        ]
    assert numbers == [1, 2, 3, 4, 5]
    told = {name: [n for n, *_ in room.news(name)] for name in ("trainer", "owner", "member")}
    assert told == {"trainer": [1, 2, 5], "owner": [1, 3, 5], "member": [1, 5]}
    answer = room.get("member", "journal?after=1").get_json()
    assert (answer["upto"], answer["more"]) == (5, False)
    assert room.get("member", "journal?after=99").get_json()["renew"] is True
    beat = '{"connection": "tab", "n": 1, "step": "text", "missed": []}'
    polled = cast("member").client.get(live.path("/room/poll"), query_string={"after": 5, "beat": beat})
    assert polled.get_json()["entries"] == []
    assert room.get("expelled", "poll").status_code == 404
    assert room.get("outsider", "journal").status_code == 404
