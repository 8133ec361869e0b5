"""Chat of the live room: who writes to whom, what is held, what is taken away and brought back, what stays."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.database import db
from app.webinars import touching
from app.webinars.actions import chat as actions
from app.webinars.models.planning import Roster
from app.webinars.models.room import ChatMode, WebinarEvent, WebinarLog, WebinarParticipant
from app.webinars.models.talk import WebinarMessage
from app.webinars.queries import chat as queries
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.queries import counted
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene
from tests.webinars.talk import HOSTILE, Seated, everything_heard, set_person, set_room

Sit = Callable[[str], Seated]


@pytest.fixture
def sit(cast: Cast, live: WebinarScene) -> Sit:
    """Give a function that seats somebody in the running room."""
    return lambda name: Seated(cast, name, live)


def chat_of(seat: Seated) -> dict[str, Any]:
    """Return chat in a snapshot as somebody gets it."""
    return dict(seat.state()["chat"])


def test_a_message_reaches_everybody_once(sit: Sit, inside: Inside) -> None:
    owner, key = sit("owner"), str(uuid.uuid4())
    first = owner.did("chat/messages", {"text": "How long do they keep it?"}, key)
    again = owner.did("chat/messages", {"text": "How long do they keep it?"}, key)
    assert first == again
    assert first["state"] == "shown"
    (told,) = sit("member").heard(inside, "chat.posted")
    assert (told["text"], told["who"]["label"], told["host"]) == (
        "How long do they keep it?", "Amina Odhiambo", False,
    )  # fmt: skip
    assert [one["id"] for one in chat_of(sit("member"))["messages"]] == [first["id"]]


def test_hostile_text_is_kept_as_plain_text(sit: Sit, inside: Inside) -> None:
    sit("owner").did("chat/messages", {"text": HOSTILE + "\r\n\r\n\r\n\r\nend\x07 a" + "\u0301" * 40})
    (told,) = sit("member").heard(inside, "chat.posted")
    assert told["text"].startswith("<script>alert(1)</script><img")
    assert "\u202e" not in told["text"]
    assert "\x07" not in told["text"]
    assert "\n\n\n" not in told["text"]
    assert told["text"].count("\u0301") <= 4


@pytest.mark.parametrize("typed", ["", "  \n ", "\u200b\u2060", None, 7, ["x"], "x" * 1001])
def test_what_is_no_message_is_refused(sit: Sit, typed: object) -> None:
    assert sit("owner").refused("chat/messages", {"text": typed})


def test_to_the_hosts_only_and_their_answer(sit: Sit, inside: Inside) -> None:
    owner, member, trainer = sit("owner"), sit("member"), sit("trainer")
    owner.did("chat/messages", {"text": "CANARY-ASKS", "channel": "hosts"})
    trainer.did(
        "chat/messages", {"text": "CANARY-ANSWERS", "channel": "hosts", "about": owner.id}
    )  # fmt: skip
    trainer.did("chat/messages", {"text": "CANARY-AMONG-US", "channel": "hosts"})
    for seat, texts in (
        (trainer, ["CANARY-ASKS", "CANARY-ANSWERS", "CANARY-AMONG-US"]),
        (owner, ["CANARY-ASKS", "CANARY-ANSWERS"]),
        (member, []),
    ):
        assert [one["text"] for one in seat.heard(inside, "chat.posted")] == texts
        assert [one["text"] for one in chat_of(seat)["messages"]] == texts
    assert "CANARY" not in member.get("chat").text + str(member.state())
    # somebody cannot make a message be about somebody else
    member.did("chat/messages", {"text": "Mine", "channel": "hosts", "about": owner.id})
    assert "Mine" not in everything_heard(owner, inside)


def test_closed_and_switched_off(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    owner, speaker, trainer = sit("owner"), sit("expert"), sit("trainer")
    set_room(inside, live, chat=ChatMode.HOSTS)
    assert "closed the chat to all" in owner.refused("chat/messages", {"text": "x"})
    owner.did("chat/messages", {"text": "x", "channel": "hosts"})
    set_room(inside, live, chat=ChatMode.OFF)
    assert "switched the chat off" in owner.refused("chat/messages", {"text": "x", "channel": "hosts"})
    speaker.did("chat/messages", {"text": "x"})
    trainer.did("chat/messages", {"text": "x"})
    assert owner.refused("chat/messages", {"text": "x", "channel": "breakout"})
    assert owner.refused("chat/messages", {"text": "x", "channel": "nonsense"})


def test_the_silenced_are_refused_in_words(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    set_person(inside, live, "owner", silenced=True)
    assert "asked you not to write" in sit("owner").refused("chat/messages", {"text": "x"})
    assert "asked you not to write" in sit("owner").refused("chat/signs", {"sign": "clap"})
    assert chat_of(sit("owner"))["silenced"] is True


def test_who_writes_very_fast_waits(sit: Sit) -> None:
    owner = sit("owner")
    for number in range(8):
        owner.did("chat/messages", {"text": str(number)})
    assert "very fast" in owner.refused("chat/messages", {"text": "9"})


def test_held_messages_wait_for_a_host(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    set_room(inside, live, chat_held=True)
    owner, member, trainer = sit("owner"), sit("member"), sit("trainer")
    good, bad = (owner.did("chat/messages", {"text": text}) for text in ("CANARY-GOOD", "CANARY-BAD"))
    assert good["state"] == "held"
    assert "CANARY" not in everything_heard(member, inside) + str(member.state())
    assert [one["text"] for one in chat_of(trainer)["waiting"]] == ["CANARY-GOOD", "CANARY-BAD"]
    assert [one["text"] for one in chat_of(owner)["waiting"]] == ["CANARY-GOOD", "CANARY-BAD"]
    path = f"chat/messages/{good['id']}/publishing"
    assert owner.post(path).status_code == member.post(path).status_code == 404
    trainer.did(path)
    trainer.did(path)
    trainer.did(f"chat/messages/{bad['id']}/refusal")
    assert [one["text"] for one in member.heard(inside, "chat.posted")] == ["CANARY-GOOD"]
    assert "CANARY-BAD" not in everything_heard(member, inside) + str(member.state())
    assert [one["id"] for one in owner.heard(inside, "chat.refused")] == [bad["id"]]
    trainer.did("chat/messages", {"text": "Hosts are not held"})
    assert len(member.heard(inside, "chat.posted")) == 2


def test_a_deleted_message_leaves_a_trace_and_comes_back(
    sit: Sit, live: WebinarScene, inside: Inside
) -> None:
    owner, member, trainer = sit("owner"), sit("member"), sit("trainer")
    made = owner.did("chat/messages", {"text": "CANARY-RUDE"})
    path = f"chat/messages/{made['id']}"
    assert "Only hosts" in member.refused(f"{path}/deletion")
    trainer.did(f"{path}/deletion")
    for seat in (owner, member, trainer):
        (trace,) = chat_of(seat)["messages"]
        assert (trace["state"], trace["text"]) == ("deleted", "")
        assert "CANARY" not in everything_heard(seat, inside) + seat.get("chat").text
    assert [one["id"] for one in member.heard(inside, "chat.deleted")] == [made["id"]]
    trainer.did(f"{path}/return")
    (back,) = chat_of(member)["messages"]
    assert member.heard(inside, "chat.posted")[-1] == back | {"kind": "chat.posted"}
    assert (back["text"], back["number"]) == ("CANARY-RUDE", made["number"])
    with inside():
        verbs = db.session.scalars(select(WebinarLog.verb).order_by(WebinarLog.id)).all()
        assert verbs == ["webinar.message_deleted", "webinar.message_restored"]
        kept = db.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "webinar_message")).all()
        assert len(kept) == 2
        assert "CANARY" not in str([one.detail for one in kept])


def test_ones_own_message_is_deleted_for_good(sit: Sit) -> None:
    owner = sit("owner")
    path = f"chat/messages/{owner.did('chat/messages', {'text': 'Oops'})['id']}"
    owner.did(f"{path}/deletion")
    assert "author" in sit("trainer").refused(f"{path}/return")


def test_a_report_reaches_the_hosts_once(sit: Sit, inside: Inside) -> None:
    owner, member, trainer = sit("owner"), sit("member"), sit("trainer")
    made = owner.did("chat/messages", {"text": "Buy my book"})
    path = f"chat/messages/{made['id']}"
    assert "your own" in owner.refused(f"{path}/report")
    member.did(f"{path}/report")
    member.did(f"{path}/report")
    (told,) = trainer.heard(inside, "chat.reported")
    assert (told["text"], told["reports"]) == ("Buy my book", 1)
    assert owner.heard(inside, "chat.reported") == []
    assert [one["reports"] for one in chat_of(trainer)["waiting"]] == [1]
    assert "reports" not in str(chat_of(owner))
    trainer.did(f"{path}/settlement")
    assert chat_of(trainer)["waiting"] == []


@pytest.mark.parametrize("name", ["outsider", "expelled", "pending"])
def test_who_is_not_in_the_room_learns_nothing(
    cast: Cast, sit: Sit, live: WebinarScene, name: str
) -> None:  # fmt: skip
    made = sit("owner").did("chat/messages", {"text": "CANARY"})
    client = cast(name).client
    assert "CANARY" not in client.get(live.path("/room/chat")).text
    token = sit("owner").token
    for path in ("messages", f"messages/{made['id']}/report", "signs"):
        answer = client.post(live.path(f"/room/chat/{path}"), json={}, headers={"X-CSRFToken": token})
        assert answer.status_code != 200


def test_where_names_are_hidden_they_are_absent(
    cast: Cast, inside: Inside, open_session: OpenSession
) -> None:
    for roster in (Roster.HOSTS, Roster.PSEUDONYM):
        scene = open_session(roster=roster)
        owner, member, trainer = (Seated(cast, name, scene) for name in ("owner", "member", "trainer"))
        owner.did("chat/messages", {"text": "Hello"})
        owner.did("chat/messages", {"text": "Hello hosts", "channel": "hosts"})
        assert "Amina" not in everything_heard(member, inside) + str(chat_of(member))
        assert ("Amina" in everything_heard(trainer, inside)) == (roster == Roster.HOSTS)
        assert ("Amina" in str(chat_of(trainer))) == (roster == Roster.HOSTS)
        with inside():
            assert [line.who for line in queries.kept(scene.webinar())] == ["#3"]


def test_older_messages_come_by_page_at_little_cost(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    with inside() as session:
        number = _participant(live.people["owner"])
        session.add_all(
            WebinarMessage(
                webinar_id=live.id, participant_id=number, client_id=str(n), text=f"m{n}", number=n,
            )
            for n in range(1, 121)
        )  # fmt: skip
    member = sit("member")
    chat = chat_of(member)
    assert [one["text"] for one in chat["messages"]] == [f"m{n}" for n in range(71, 121)]
    assert chat["more"]
    with counted() as statements:
        older = member.get(f"chat?before={chat['messages'][0]['number']}").get_json()
    assert [one["text"] for one in older["messages"]] == [f"m{n}" for n in range(21, 71)]
    assert older["more"]
    assert len(statements) <= 8
    assert not member.get("chat?before=21").get_json()["more"]
    assert member.get("chat?before=zzz").status_code == 200


def _participant(public_id: str) -> int:
    found = select(WebinarParticipant.id).where(WebinarParticipant.public_id == public_id)
    return int(db.session.scalars(found).one())


def test_signs_are_counted_without_names(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    for name in ("owner", "member"):
        sit(name).did("chat/signs", {"sign": "clap"})
    assert "no such sign" in sit("owner").refused("chat/signs", {"sign": "<b>"})
    with inside():
        assert touching.told(live.webinar(), "reactions", "all") == {"clap": 2}


def test_chat_that_is_not_kept_is_forgotten(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    sit("owner").did("chat/messages", {"text": "CANARY"})
    with inside():
        assert [line.text for line in queries.kept(live.webinar())] == ["CANARY"]
    with inside():
        live.webinar().keep_chat = False
        assert queries.kept(live.webinar()) == []
        assert actions.forget(live.webinar()) == 1
    with inside():
        bodies = db.session.scalars(select(WebinarEvent.body)).all()
        assert bodies == [{"gone": True}]
        assert not db.session.scalars(select(WebinarMessage)).all()


def test_hosts_set_who_may_write(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    trainer, owner = sit("trainer"), sit("owner")
    assert owner.post("chat/setting", {"mode": "off"}).status_code == 404
    trainer.did("chat/setting", {"mode": "hosts", "holds": True})
    assert owner.heard(inside, "chat.set") == [{"kind": "chat.set", "mode": "hosts", "holds": True}]
    trainer.did("chat/setting", {"mode": "all"})
    assert owner.did("chat/messages", {"text": "x"})["state"] == "held"
    assert trainer.refused("chat/setting", {"mode": "loud"})
    trainer.did("questions/setting", {"holds": True})
    assert owner.did("questions", {"text": "x"})["state"] == "held"
