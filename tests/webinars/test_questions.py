"""Questions of the live room: with and without a name, wanted, merged, answered, dismissed, kept with their time."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry, AuditPayload
from app.core.database import db
from app.webinars import touching
from app.webinars.models.room import WebinarEvent, WebinarLog
from app.webinars.queries import questions as queries
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.scene import WebinarScene
from tests.webinars.talk import HOSTILE, Seated, everything_heard, set_person, set_room

Sit = Callable[[str], Seated]


@pytest.fixture
def sit(cast: Cast, live: WebinarScene) -> Sit:
    """Give a function that seats somebody in the running room."""
    return lambda name: Seated(cast, name, live)


def ask(seat: Seated, text: str = "How long is it kept?", **more: Any) -> str:
    """Ask and return the question's id."""
    return str(seat.did("questions", {"text": text} | more)["id"])


def seen(seat: Seated) -> dict[str, dict[str, Any]]:
    """Return the questions of somebody's snapshot by their text."""
    return {one["text"]: one for one in seat.state()["questions"]["questions"]}


def wanted(live: WebinarScene, inside: Inside) -> dict[str, int]:
    """Return the tally that is told to everybody."""
    with inside():
        return dict(touching.told(live.webinar(), "questions", "all"))


def test_a_question_is_asked_once_and_wanted_by_many(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    owner, member, key = sit("owner"), sit("member"), str(uuid.uuid4())
    first, again = (owner.did("questions", {"text": HOSTILE}, key)["id"] for _ in range(2))
    assert first == again
    for _ in range(2):
        member.did(f"questions/{first}/vote")
    assert wanted(live, inside) == {first: 2}
    member.did(f"questions/{first}/vote", {"wanted": False})
    assert wanted(live, inside) == {first: 1}
    (told,) = member.heard(inside, "questions.asked")
    assert "mine" not in told
    assert told["who"]["label"] == "Amina Odhiambo"
    assert told["second"] >= 300  # the session began five minutes ago
    (mine,) = seen(owner).values()
    assert mine["mine"]
    assert mine["wanted"]
    (others,) = seen(member).values()
    assert "mine" not in others
    assert not others["wanted"]


def test_who_asks_without_a_name_is_nowhere(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    owner, others = sit("owner"), [sit("member"), sit("trainer"), sit("expert")]
    asked = ask(owner, "CANARY-SHY", anonymous=True)
    trainer = others[1]
    trainer.did(f"questions/{asked}/answer", {"text": "Six months."})
    for seat in others:
        heard = everything_heard(seat, inside)
        assert "CANARY-SHY" in heard
        assert owner.id not in heard
        assert "Amina" not in heard
        question = seen(seat)["CANARY-SHY"]
        assert "who" not in question
        assert "mine" not in question
        assert owner.id not in str(seat.state()["questions"])
    assert seen(owner)["CANARY-SHY"]["mine"]
    with inside():
        assert [one.who for one in queries.asked_and_answered(live.webinar())] == [""]
        assert all(row.about_id is None for row in db.session.scalars(select(WebinarLog)))
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.object_id == asked)).all()
        kept = [one for one in entries if one.verb == "webinar.question_asked_without_name"]
        assert [one.actor_id for one in kept] == [None]
        assert owner.id not in str([one.detail for one in entries])
        payload = db.session.scalars(
            select(AuditPayload.payload).where(AuditPayload.entry_id == kept[0].id)
        ).one()
        assert payload is not None
        assert payload["participant"] == owner.id


def test_where_names_are_asked_for_nobody_hides(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    with inside():
        live.webinar().anonymous_questions = False
    assert "carry a name" in sit("owner").refused("questions", {"text": "x", "anonymous": True})
    ask(sit("owner"))


def test_held_questions_are_for_hosts_until_shown(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    set_room(inside, live, questions_held=True)
    owner, member, trainer = sit("owner"), sit("member"), sit("trainer")
    asked = ask(owner, "CANARY-HELD")
    assert "CANARY" not in everything_heard(member, inside) + str(member.state())
    assert seen(owner)["CANARY-HELD"]["state"] == "held"
    assert seen(trainer)["CANARY-HELD"]["state"] == "held"
    assert member.post(f"questions/{asked}/vote").status_code == 404
    assert owner.post(f"questions/{asked}/publishing").status_code == 404
    assert "Publish this question first" in trainer.refused(f"questions/{asked}/turn")
    trainer.did(f"questions/{asked}/publishing")
    assert seen(member)["CANARY-HELD"]["state"] == "open"


def test_dismissed_ones_go_and_come_back(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    owner, member, trainer = sit("owner"), sit("member"), sit("trainer")
    asked = ask(owner, "CANARY-AWAY")
    assert member.post(f"questions/{asked}/dismissal").status_code == 404
    trainer.did(f"questions/{asked}/dismissal")
    assert "CANARY" not in everything_heard(member, inside) + str(member.state())
    assert seen(owner)["CANARY-AWAY"]["state"] == "dismissed"
    assert owner.heard(inside, "questions.changed")[-1]["state"] == "dismissed"
    assert member.heard(inside, "questions.gone")
    trainer.did(f"questions/{asked}/publishing")
    assert "CANARY-AWAY" in seen(member)
    with inside():
        assert db.session.scalars(select(WebinarLog.verb).order_by(WebinarLog.id)).all() == [
            "webinar.question_dismissed",
            "webinar.question_brought_back",
        ]


def test_merged_votes_count_each_person_once(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    owner, member, trainer = sit("owner"), sit("member"), sit("trainer")
    one, two, three = ask(owner, "One?"), ask(member, "Two?"), ask(trainer, "Three?")
    owner.did(f"questions/{two}/vote")
    trainer.did(f"questions/{two}/merge", {"into": one})
    assert wanted(live, inside) == {one: 2, three: 1}
    assert seen(member)["Two?"]["into"] == one
    assert "part of another" in trainer.refused(f"questions/{three}/merge", {"into": two})
    assert "another question" in trainer.refused(f"questions/{one}/merge", {"into": one})
    assert trainer.refused(f"questions/{one}/merge", {"into": "nothing"})
    trainer.did(f"questions/{one}/merge", {"into": three})  # takes along what was merged into it
    assert wanted(live, inside) == {three: 3}
    member.did(f"questions/{three}/vote", {"wanted": False})  # given to the second one
    assert wanted(live, inside) == {three: 2}
    trainer.did(f"questions/{two}/separation")
    assert wanted(live, inside) == {two: 1, three: 2}


def test_answered_live_and_in_writing(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    owner, member, speaker = sit("owner"), sit("member"), sit("expert")
    one, two = ask(owner, "One?"), ask(owner, "Two?")
    assert member.post(f"questions/{one}/turn").status_code == 404
    speaker.did(f"questions/{one}/turn")
    assert seen(member)["One?"]["state"] == "answering"
    speaker.did(f"questions/{two}/turn")  # the next one: the first is answered by that
    assert seen(member)["One?"]["state"] == "answered"
    speaker.did(f"questions/{two}/end")
    assert "no longer" in member.refused(f"questions/{two}/vote")
    speaker.did(f"questions/{two}/reopening")
    speaker.did(f"questions/{two}/answer", {"text": "Ninety <b>days</b>."})
    told = owner.heard(inside, "questions.changed")[-1]
    assert (told["answer"], told["mine"], told["by"]["label"]) == ("Ninety <b>days</b>.", True, "Hana Sato")
    assert speaker.post(f"questions/{two}/dismissal").status_code == 404  # a speaker answers, a host decides
    with inside():
        kept = {one.text: one for one in queries.asked_and_answered(live.webinar())}
    assert kept["One?"].answering_second is not None
    assert kept["Two?"].answer == "Ninety <b>days</b>."
    assert kept["Two?"].answered_second is not None


def test_few_questions_wait_at_the_same_time(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    owner = sit("owner")
    set_person(inside, live, "owner", silenced=True)  # who may not write may still ask
    asked = [ask(owner, f"{number}?") for number in range(5)]
    assert "Wait until one" in owner.refused("questions", {"text": "6?"})
    sit("trainer").did(f"questions/{asked[0]}/end")
    ask(owner, "6?")
    assert owner.refused("questions", {"text": " "})


def test_dismissal_takes_the_text_out_of_every_entry(sit: Sit, inside: Inside) -> None:
    asked = ask(sit("owner"), "CANARY-AWAY")
    sit("trainer").did(f"questions/{asked}/turn")
    sit("trainer").did(f"questions/{asked}/dismissal")
    with inside():
        public = db.session.scalars(select(WebinarEvent.body).where(WebinarEvent.audience == "all")).all()
        assert "CANARY" not in str(public)
