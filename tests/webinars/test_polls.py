"""Polls: prepared, held, voted in once, never lost, with and without names, counted for attendance."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from app.core.database import db
from app.core.models import IdempotencyKey
from app.webinars import attendance_checks, touching
from app.webinars.actions import planning_copies
from app.webinars.actions import polls as actions
from app.webinars.models.planning import State
from app.webinars.models.talk import WebinarBallot, WebinarPoll, WebinarVote
from app.webinars.places import place
from app.webinars.queries import polls as queries
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.forms import send
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene
from tests.webinars.talk import Seated, everything_heard

Sit = Callable[[str], Seated]
COLOURS = {
    "kind": "single",
    "text": "Which one?",
    "options": ["Red", {"label": "Green", "correct": True}, "Blue"],
}


@pytest.fixture
def sit(cast: Cast, live: WebinarScene) -> Sit:
    """Give a function that seats somebody in the running room."""
    return lambda name: Seated(cast, name, live)


def made(seat: Seated, *, begin: bool = True, **more: Any) -> str:
    """Make a poll in the room and return its id."""
    return str(seat.did("polls", COLOURS | {"open": begin} | more)["id"])


def poll_of(seat: Seated, poll: str) -> dict[str, Any]:
    """Return a poll of somebody's snapshot."""
    return next(dict(one) for one in seat.state()["polls"]["polls"] if one["id"] == poll)


def told(live: WebinarScene, inside: Inside, audience: str) -> dict[str, Any]:
    """Return the tallies that an audience is told."""
    with inside():
        return dict(touching.told(live.webinar(), "polls", audience))


def test_what_is_prepared_is_for_hosts_until_it_opens(sit: Sit, inside: Inside) -> None:
    trainer, owner = sit("trainer"), sit("owner")
    poll = made(trainer, begin=False, text="CANARY-PREPARED")
    assert "CANARY" not in everything_heard(owner, inside) + str(owner.state())
    assert owner.post(f"polls/{poll}/vote", {"choices": ["1"]}).status_code == 404
    assert owner.post("polls", COLOURS).status_code == 404
    assert owner.post(f"polls/{poll}/opening").status_code == 404
    trainer.did(f"polls/{poll}/opening")
    (opened,) = owner.heard(inside, "polls.opened")
    assert (opened["text"], opened["quiz"]) == ("CANARY-PREPARED", True)
    assert "'correct'" not in str(opened)  # not before the results are shown
    assert "'correct'" not in str(poll_of(owner, poll))
    assert "'correct'" in str(poll_of(trainer, poll))


def test_a_vote_counts_once_however_often_it_is_sent(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    trainer, owner, member = sit("trainer"), sit("owner"), sit("member")
    poll, key = made(trainer), str(uuid.uuid4())
    for _ in range(3):
        owner.did(f"polls/{poll}/vote", {"choices": ["2"]}, key)
    assert "voted already" in owner.refused(f"polls/{poll}/vote", {"choices": ["1"]})
    member.did(f"polls/{poll}/vote", {"choices": ["1"]})
    assert told(live, inside, "hosts")[poll] == {"voters": 2, "tally": {"1": 1, "2": 1}, "words": 0}
    assert told(live, inside, "all")[poll] == {"voters": 2}
    assert poll_of(owner, poll)["results"] == {"voters": 2}
    trainer.did(f"polls/{poll}/showing")
    shown = owner.heard(inside, "polls.shown")[-1]
    assert shown["results"]["tally"] == {"1": 1, "2": 1}
    assert [one.get("correct") for one in shown["options"]] == [None, True, None]
    assert told(live, inside, "all")[poll]["tally"] == {"1": 1, "2": 1}
    trainer.did(f"polls/{poll}/showing", {"shown": False})
    assert told(live, inside, "all")[poll] == {"voters": 2}
    trainer.did(f"polls/{poll}/closing")
    assert "closed" in sit("expert").refused(f"polls/{poll}/vote", {"choices": ["1"]})


@pytest.mark.parametrize(
    ("more", "vote"),
    [
        ({}, {"choices": []}),
        ({}, {"choices": ["1", "2"]}),
        ({}, {"choices": ["9"]}),
        ({}, {"choices": [{"x": 1}]}),
        ({}, {}),
        ({"kind": "multiple"}, {"choices": ["1", "1"]}),
        ({"kind": "scale"}, {"choices": ["6"]}),
        ({"kind": "open"}, {"text": "  "}),
        ({"kind": "open"}, {"text": "x" * 501}),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_poll_is_no_vote(
    sit: Sit, inside: Inside, more: dict[str, Any], vote: dict[str, Any]
) -> None:
    poll = made(sit("trainer"), **more)
    assert sit("owner").refused(f"polls/{poll}/vote", vote)
    with inside():
        assert db.session.scalars(select(WebinarBallot)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "nonsense"},
        {"text": ""},
        {"options": ["One"]},
        {"options": ["Same", "Same"]},
        {"options": [str(n) for n in range(13)]},
        {"anonymous": True, "changeable": True},
    ],
)
def test_what_is_no_poll_is_refused(sit: Sit, wrong: dict[str, Any]) -> None:
    assert sit("trainer").refused("polls", COLOURS | wrong)


def test_an_anonymous_vote_can_be_joined_with_nobody(sit: Sit, live: WebinarScene, inside: Inside) -> None:
    trainer, owner, member = sit("trainer"), sit("owner"), sit("member")
    poll = made(trainer)
    owner.did(f"polls/{poll}/vote", {"choices": ["2"]})
    member.did(f"polls/{poll}/vote", {"choices": ["1"]})
    assert "mine" not in poll_of(owner, poll)
    assert poll_of(owner, poll)["voted"] is True
    answers = trainer.get(f"polls/{poll}/answers").get_json()["answers"]
    assert all(set(one) == {"id", "choice", "text", "hidden"} for one in answers)
    trainer.did(f"polls/{poll}/closing")
    with inside():
        votes = db.session.scalars(select(WebinarVote)).all()
        assert [one.participant_id for one in votes] == [None, None]
        columns = {column.key for column in inspect(WebinarVote).columns}
        assert columns == {"id", "poll_id", "participant_id", "choice", "text", "hidden"}
        assert {column.key for column in inspect(WebinarBallot).columns} == {
            "poll_id",
            "participant_id",
            "client_id",
        }
        kept = db.session.scalars(
            select(IdempotencyKey).where(IdempotencyKey.endpoint.contains("vote"))
        ).all()
        assert kept == []
        marks = db.session.scalars(text("SELECT DISTINCT xmin::text FROM webinar_vote")).all()
        assert len(marks) == 1  # written anew together: the storage tells no order
    assert "stays closed" in trainer.refused(f"polls/{poll}/opening")


def test_with_names_a_vote_can_be_changed_where_the_poll_says_so(
    sit: Sit, live: WebinarScene, inside: Inside
) -> None:
    trainer, owner, member = sit("trainer"), sit("owner"), sit("member")
    poll = made(trainer, kind="multiple", anonymous=False, changeable=True)
    owner.did(f"polls/{poll}/vote", {"choices": ["1", "3"]})
    owner.did(f"polls/{poll}/vote", {"choices": ["2"]})
    assert poll_of(owner, poll)["mine"] == ["2"]
    assert told(live, inside, "hosts")[poll]["tally"] == {"2": 1}
    (answer,) = trainer.get(f"polls/{poll}/answers").get_json()["answers"]
    assert answer["who"]["label"] == "Amina Odhiambo"
    assert member.get(f"polls/{poll}/answers").status_code == 404
    trainer.did(f"polls/{poll}/showing")
    assert member.get(f"polls/{poll}/answers").status_code == 404  # of choices everybody sees numbers only


def test_own_words_are_shown_when_the_host_says_and_can_be_taken_out(
    sit: Sit, live: WebinarScene, inside: Inside
) -> None:
    trainer, owner, member = sit("trainer"), sit("owner"), sit("member")
    poll = made(trainer, kind="open", anonymous=False)
    owner.did(f"polls/{poll}/vote", {"text": "CANARY <b>rude</b>"})
    member.did(f"polls/{poll}/vote", {"text": "Fine"})
    assert "CANARY" not in everything_heard(member, inside) + str(member.state())
    answers = trainer.get(f"polls/{poll}/answers").get_json()["answers"]
    rude = next(one for one in answers if "CANARY" in one["text"])
    trainer.did(f"polls/{poll}/showing")
    open_to_all = member.get(f"polls/{poll}/answers").get_json()["answers"]
    assert {one["text"] for one in open_to_all} == {"CANARY <b>rude</b>", "Fine"}
    assert all("who" not in one for one in open_to_all)
    trainer.did(f"polls/{poll}/hiding", {"answer": rude["id"]})
    assert "CANARY" not in member.get(f"polls/{poll}/answers").text
    assert "not there" in trainer.refused(f"polls/{poll}/hiding", {"answer": "nothing"})
    with inside():
        (result,) = queries.held(live.id)
        assert (result.words, result.voters) == (("Fine",), 2)


def test_check_questions_count_for_attendance(
    sit: Sit, live: WebinarScene, cast: Cast, inside: Inside
) -> None:
    trainer, owner, member = sit("trainer"), sit("owner"), sit("member")
    counted = [made(trainer, counts=True), made(trainer, kind="scale", counts=True)]
    other = made(trainer)
    made(trainer, begin=False, counts=True)
    for poll in (*counted, other):
        owner.did(f"polls/{poll}/vote", {"choices": ["3"]})
    member.did(f"polls/{counted[0]}/vote", {"choices": ["1"]})
    with inside():
        checks = attendance_checks.checks_of(live.id)
        assert checks.asked == 2
        assert dict(checks.answered) == {cast("owner").id: 2, cast("member").id: 1}
        assert queries.check_answers(live.id) == dict(checks.answered)
        assert len(queries.held(live.id)) == 3
        actions.close_all(live.webinar())
        assert {one.state for one in queries.polls(live.id)} == {"closed", "prepared"}


def test_polls_are_prepared_on_a_page_of_who_plans(
    cast: Cast, open_session: OpenSession, inside: Inside
) -> None:
    scene = open_session(state=State.PLANNED)
    page, client = scene.path("/polls"), cast("trainer").client
    assert "Nothing is prepared yet" in client.get(page).text
    refused = send(client, f"{page}/new", text="Which?", kind="single", options="One", steps="5")
    assert refused.status_code == 422
    assert "at least two answers" in refused.text
    for asked in ("First?", "Second? <b>"):
        made = send(client, f"{page}/new", text=asked, kind="single", options="Red\n* Green", steps="5")
        assert made.location.endswith(page)
    with inside():
        first, second = queries.polls(scene.id)
        assert first.options[1] == {"key": "2", "label": "Green", "correct": True}
        assert first.anonymous is False  # the box was not ticked
        second_id = second.public_id
    send(client, page, f"{page}/{second_id}/up")
    changed = send(client, f"{page}/{second_id}", text="Changed?", kind="scale", steps="7")
    assert changed.status_code == 302
    with inside():
        assert [one.text for one in queries.polls(scene.id)] == ["Changed?", "First?"]
        target = db.session.get_one(WebinarPoll, first.id)
        assert target.position == 2
    send(client, page, f"{page}/{second_id}/removal")
    with inside():
        assert [one.text for one in queries.polls(scene.id)] == ["First?"]
    for name in ("owner", "outsider", "expert"):
        assert cast(name).client.get(page).status_code == 404
        assert cast(name).client.get(f"{page}/new").status_code == 404


def test_a_copy_of_a_session_has_its_polls_and_no_votes(
    cast: Cast, live: WebinarScene, sit: Sit, inside: Inside
) -> None:
    poll = made(sit("trainer"))
    sit("owner").did(f"polls/{poll}/vote", {"choices": ["1"]})
    with inside():
        seat = place(cast("trainer").actor(), live.public_id)
        assert seat is not None
        copy = planning_copies.duplicate(seat)
        (copied,) = queries.polls(copy.id)
        assert (copied.text, copied.state, queries.results([copied])[copied.id].voters) == (
            "Which one?", "prepared", 0,
        )  # fmt: skip
