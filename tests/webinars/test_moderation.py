"""Moderation of the live room: each act by one call, kept, undone; and nobody does what is not theirs."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.webinars.models.room import WebinarLog
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.room import Room
from tests.webinars.scene import WebinarScene
from tests.webinars.talk import set_person

ON_PERSON = ("mute", "hard-mute", "silence", "remove", "ban")
ON_ROOM = ("mute", "hard-mute")


@pytest.fixture
def room(live: WebinarScene, cast: Cast, inside: Inside) -> Room:
    """A running room with the cast in it."""
    return Room(cast, inside, live)


def test_a_mute_switches_off_and_never_on(room: Room, live: WebinarScene, inside: Inside) -> None:
    owner = room.id("owner")
    set_person(inside, live, "owner", stage=3, microphone=True)
    room.do("trainer", f"moderation/people/{owner}/mute")
    assert room.row("owner").microphone is False
    room.do("trainer", f"moderation/people/{owner}/mute", on=False)
    assert room.row("owner").microphone is False
    assert [kind for _n, kind, *_ in room.news("owner")] == ["people.changed", "people.asked_to_speak"]
    assert [kind for _n, kind, *_ in room.news("member")] == ["people.changed"]
    set_person(inside, live, "owner", microphone=True)
    room.do("trainer", f"moderation/people/{owner}/hard-mute")
    me = room.state("owner")["me"]
    assert (me["muted"], me["microphone"]) == (True, False)
    room.do("trainer", f"moderation/people/{owner}/hard-mute", on=False)
    me = room.state("owner")["me"]
    assert (me["muted"], me["microphone"]) == (False, False)


def test_everybody_is_muted_but_who_runs_the_room(room: Room, live: WebinarScene, inside: Inside) -> None:
    for name in ("owner", "expert", "trainer"):
        set_person(inside, live, name, microphone=True)
    room.do("trainer", "moderation/mute")
    assert [room.row(name).microphone for name in ("owner", "expert", "trainer")] == [False, False, True]
    room.do("trainer", "moderation/hard-mute")
    assert room.state("owner")["room"]["hard_muted"] is True


def test_who_is_silenced_knows_and_the_others_do_not(room: Room) -> None:
    room.do("trainer", f"moderation/people/{room.id('owner')}/silence")
    assert room.state("owner")["me"]["silenced"] is True
    assert [kind for _n, kind, *_ in room.news("owner")] == ["people.silenced"]
    assert room.news("member") == []
    listed = room.get("member", "people").get_json()["people"]
    assert all("silenced" not in person for person in listed)


@pytest.mark.parametrize("act", ["remove", "ban"])
def test_who_is_taken_out_is_out_until_let_in_again(room: Room, act: str) -> None:
    owner = room.id("owner")
    room.do("owner", "hands")
    room.do("trainer", f"moderation/people/{owner}/{act}")
    assert {room.get("owner", path).status_code for path in ("state", "journal", "people", "poll")} == {404}
    assert room.no("owner", "entry") == 422
    page = room.seated("owner").client.get(room.scene.path("/room"))
    assert "removed from this room" in page.text
    assert room.state("trainer")["hands"]["count"] == 0
    if act == "ban":
        assert room.no("trainer", f"moderation/people/{owner}/remove", on=False) == 422
    room.do("trainer", f"moderation/people/{owner}/{act}", on=False)
    assert room.do("owner", "entry")["id"] == owner
    assert room.state("owner")["me"]["waiting"] is False


def test_every_act_is_kept_and_undone_once(room: Room, inside: Inside) -> None:
    owner = room.id("owner")
    acts = [f"moderation/people/{owner}/{act}" for act in ON_PERSON] + [
        f"moderation/{act}" for act in ON_ROOM
    ]
    for act in [*acts, "lock", "lobby"]:
        room.do("trainer", act)
    room.do("trainer", f"people/{room.id('member')}/role", role="speaker")
    log = room.get("trainer", "moderation/log").get_json()["log"]
    assert len(log) == 10
    assert all(entry["by"]["label"] == "Pierre Diallo" and entry["can_undo"] for entry in log)
    for entry in log:
        room.do("trainer", f"moderation/log/{entry['id']}/undo")
        assert room.no("trainer", f"moderation/log/{entry['id']}/undo") == 422
    after = room.row("owner")
    assert (after.muted, after.silenced, after.removed_at, after.banned_at) == (False, False, None, None)
    told = room.state("trainer")["room"]
    assert (told["locked"], told["lobby"], told["hard_muted"]) == (False, False, False)
    assert room.row("member").role == "participant"
    with inside() as session:
        kept = session.scalars(select(WebinarLog.verb).order_by(WebinarLog.id)).all()
        audited = session.scalars(
            select(AuditEntry.verb)
            .where(AuditEntry.object_id == room.scene.public_id)
            .order_by(AuditEntry.id)
        ).all()
    assert len(kept) == 20
    assert audited == kept


def test_a_cohost_does_nothing_to_a_host_and_nobody_to_themselves(
    room: Room, live: WebinarScene, inside: Inside
) -> None:
    set_person(inside, live, "member", role="cohost")
    for act in ON_PERSON:
        assert room.no("member", f"moderation/people/{room.id('trainer')}/{act}") == 422
        assert room.no("trainer", f"moderation/people/{room.id('trainer')}/{act}") == 422
    room.do("member", f"moderation/people/{room.id('owner')}/mute")


PERSON_ACTS = [
    *(f"moderation/people/{{owner}}/{act}" for act in ON_PERSON),
    "people/{owner}/admit", "people/{owner}/role", "people/{owner}/host",
    "hands/{owner}/lower", "hands/{owner}/floor",
]  # fmt: skip
ROOM_ACTS = [
    "begin", "end", "lock", "lobby", "lobby/words", "lobby/admit", "moderation/mute", "moderation/hard-mute",
    "moderation/log/1/undo", "hands/lower", "hands/next",
]  # fmt: skip


def test_forged_acts_are_refused_whoever_sends_them(room: Room, live: WebinarScene, inside: Inside) -> None:
    """Whatever a client shows or hides: who does not run the room does none of it, who is not in it nothing at all."""
    set_person(inside, live, "member", role="notetaker")
    runs = [act.format(owner=room.id("owner")) for act in PERSON_ACTS] + ROOM_ACTS
    for name in ("owner", "member", "expert", "expelled", "outsider"):
        answers = {act: room.post(name, act, on=True, role="host", words="x").status_code for act in runs}
        assert set(answers.values()) == {404}, (name, answers)
    for name in ("expelled", "outsider"):
        answers = {
            act: room.post(name, act).status_code
            for act in ("hands", "leave", f"hands/{room.id('owner')}/end")
        }
        assert set(answers.values()) == {404}, (name, answers)
    assert room.no("owner", f"hands/{room.id('expert')}/end") == 422
    with inside() as session:
        assert session.scalars(select(WebinarLog)).all() == []
    assert room.news("owner") == []


@pytest.mark.parametrize("body", [{"on": "yes"}, {"on": 1}, {"on": None}, [], "x", None])
def test_acts_take_nothing_but_what_they_mean(room: Room, body: object) -> None:
    answer = room.seated("trainer").client.post(
        room.scene.path("/room/lock"), json=body, headers={"X-CSRFToken": room.seated("trainer").token}
    )
    assert answer.status_code in {400, 415}
    assert room.state("trainer")["room"]["locked"] is False


def test_other_rooms_people_and_entries_are_not_found(room: Room, inside: Inside) -> None:
    room.do("trainer", "lock")
    other = "A" * 22
    assert room.no("trainer", f"moderation/people/{other}/mute") == 404
    assert room.no("trainer", f"people/{other}/role", role="cohost") == 404
    assert room.no("trainer", "moderation/log/999999/undo") == 404
