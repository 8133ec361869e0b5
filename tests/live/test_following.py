"""Sockets at the running platform: who may follow what, what is told, and how it ends in time."""

from __future__ import annotations

import time

import pytest
from socketio.exceptions import ConnectionError as Refused
from sqlalchemy import text

from app.accounts import actions as people
from app.accounts.models import Group, User
from app.live import actions
from tests.live.conftest import Place

WITHIN = 1.0  # seconds
WHILE_NOBODY_LISTENS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ctlp gateway'",
    "INSERT INTO live_topic VALUES (:topic, 5) ON CONFLICT (key) DO UPDATE SET number = live_topic.number + 5",
    "UPDATE group_membership SET left_at = now() WHERE user_id = :person",
)


def test_who_may_is_told_topic_and_number_and_nothing_else(place: Place, group: int) -> None:
    with place.listener(place.sign_in("owner")) as owner:
        before = owner.follow(f"group:{group}")
        with place.within():
            number = actions.announce(f"group:{group}")
        owner.wait_for("news")
        assert number == before + 1
        assert owner.heard("news") == [{"topic": f"group:{group}", "number": number}]
        assert owner.ask("heartbeat") == {"numbers": {f"group:{group}": number}}
        owner.ask("leave", f"group:{group}")
        assert owner.ask("heartbeat") == {"numbers": {}}


@pytest.mark.parametrize("name", ["expelled", "outsider", "pending", "administrator"])
def test_without_right_foreign_guessed_and_junk_are_refused_alike(
    place: Place, group: int, name: str
) -> None:
    with place.listener(place.sign_in(name)) as other:
        asked = [
            f"group:{group}",
            "group:999999",
            "named:x",
            "nobodys:1",
            "group",
            f"group:{group}:",
            "x" * 3000,
            "",
        ]
        assert {str(other.ask("subscribe", topic)) for topic in asked} == {"{'state': 'refused'}"}
        assert other.ask("heartbeat") == {"numbers": {}}


def test_a_feature_that_fails_is_no_refusal(place: Place) -> None:
    with place.listener(place.sign_in("owner")) as owner:
        assert owner.ask("subscribe", "broken:1") == {"state": "later"}


def test_what_is_taken_away_while_it_is_asked_for_is_not_given(place: Place) -> None:
    with place.listener(place.sign_in("owner")) as owner:
        assert owner.ask("subscribe", "meanwhile:1") == {"state": "later"}
        assert owner.ask("heartbeat") == {"numbers": {}}


def test_everybody_has_a_topic_of_their_own(place: Place) -> None:
    owner, member = place.sign_in("owner"), place.sign_in("member")
    with place.listener(owner) as one:
        assert one.ask("subscribe", f"person:{owner.user_id}")["state"] == "following"
        assert one.ask("subscribe", f"person:{member.user_id}") == {"state": "refused"}


def test_a_cut_ends_what_lies_under_it_within_a_second(place: Place, group: int) -> None:
    who = place.sign_in("owner")
    with place.listener(who) as owner, place.listener(place.sign_in("member")) as member:
        for one in (owner, member):
            one.follow(f"group:{group}")
        owner.follow(f"named:{group}")
        with place.within():
            actions.cut(who.user_id, f"group:{group}")
            actions.cut(who.user_id, "nam")
        at = time.monotonic()
        assert owner.wait_for("cut") - at < WITHIN
        with place.within():
            actions.announce(f"group:{group}")
            actions.announce(f"named:{group}")
        member.wait_for("news")
        owner.wait_for("news")
        assert owner.heard("cut") == [{"topic": f"group:{group}"}]
        assert [told["topic"] for told in owner.heard("news")] == [f"named:{group}"]
        assert member.heard("cut") == []


def test_a_seat_ends_at_its_time_within_a_second(place: Place, group: int) -> None:
    with place.listener(place.sign_in("owner")) as owner:
        owner.follow(f"brief:{group}")
        at = time.monotonic()
        assert owner.wait_for("cut") - at < 2.0 + WITHIN
        assert owner.heard("cut") == [{"topic": f"brief:{group}"}]


def test_lost_rights_end_what_hung_on_them(place: Place) -> None:
    who = place.sign_in("practitioner")
    with place.within() as session:
        room = people.create_group(None, "Those who leave")
        people.add_to_group(None, room, session.get_one(User, who.user_id))
        number = room.id
    with place.listener(who) as one:
        one.follow(f"group:{number}")
        one.follow(f"person:{who.user_id}")
        with place.within() as session:
            people.remove_from_group(None, session.get_one(Group, number), session.get_one(User, who.user_id))
        at = time.monotonic()
        assert one.wait_for("cut") - at < WITHIN
        assert one.heard("cut") == [{"topic": f"group:{number}"}]
        assert one.ask("heartbeat") == {"numbers": {f"person:{who.user_id}": 0}}
        assert one.ask("subscribe", f"group:{number}") == {"state": "refused"}


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_the_end_of_a_sign_in_closes_its_sockets_and_no_other(
    place: Place, group: int, transport: str
) -> None:
    here, there = place.sign_in("member"), place.sign_in("member")
    with (
        place.listener(here, transport=transport) as one,
        place.listener(there, transport=transport) as other,
    ):
        one.follow(f"group:{group}")
        other.follow(f"group:{group}")
        with place.within():
            actions.cut_session(here.session_id)
        at = time.monotonic()
        assert one.wait_for("disconnect") - at < WITHIN
        assert one.heard("ended")
        assert other.ask("heartbeat")["numbers"]
    with place.listener(there):
        place.end_sign_ins("member")
    with pytest.raises(Refused):
        place.listener(there)


def test_suspension_and_closing_close_every_socket(place: Place) -> None:
    for name, end in (("expert", people.suspend), ("focal_point", people.close_account)):
        who = place.sign_in(name)
        with place.listener(who) as one, place.listener(who) as two:
            with place.within() as session:
                person = session.get_one(User, who.user_id)
                end(None, person, *(["The tests say so"] if end is people.suspend else []))
            at = time.monotonic()
            assert max(one.wait_for("disconnect"), two.wait_for("disconnect")) - at < WITHIN
        with pytest.raises(Refused):
            place.listener(who)


def test_typing_is_told_to_the_others_by_the_label_the_feature_gave(place: Place, group: int) -> None:
    with place.listener(place.sign_in("owner")) as owner, place.listener(place.sign_in("member")) as member:
        for one in (owner, member):
            one.follow(f"named:{group}")
            one.follow(f"group:{group}")
        for topic in (f"group:{group}", "named:999", f"named:{group}", f"named:{group}"):
            owner.ask("typing", topic)
        member.wait_for("typing")
        member.ask("typing", f"named:{group}")
        owner.wait_for("typing")
        assert member.heard("typing") == [{"topic": f"named:{group}", "label": "from KE"}]
        assert owner.heard("typing") == [{"topic": f"named:{group}", "label": "from NG"}]


def test_a_lost_database_connection_loses_no_announcement_and_no_cut(place: Place, group: int) -> None:
    who, topic = place.sign_in("practitioner"), f"group:{group}"
    with place.within() as session:
        people.add_to_group(None, session.get_one(Group, group), session.get_one(User, who.user_id))
    with place.listener(who) as leaving, place.listener(place.sign_in("member")) as member:
        leaving.follow(topic)
        before = member.follow(topic)
        with place.engine.begin() as connection:  # what is told while nobody listens reaches nobody
            for statement in WHILE_NOBODY_LISTENS:
                connection.execute(text(statement), {"topic": topic, "person": who.user_id})
        member.wait_for("reread")
        assert member.ask("heartbeat") == {"numbers": {topic: before + 5}}
        assert leaving.heard("cut") == [{"topic": topic}]
        with place.within():
            actions.announce(topic)
        member.wait_for("news")
        assert member.heard("news") == [{"topic": topic, "number": before + 6}]
        assert leaving.heard("news") == []
    place.server.wait()
