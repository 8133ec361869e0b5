"""Rooms and their people, through the front door."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import GroupMembership
from app.audit.models import AuditEntry
from app.core import clock
from app.core.database import db
from app.core.models import OutboxMail
from app.irooms.actions import membership
from app.irooms.models import Room, RoomMembership
from app.irooms.queries import rooms as queries
from app.irooms.scopes import held_by
from app.records.models import Fact
from tests.cast import PARTS, Cast
from tests.conftest import Inside
from tests.irooms.conftest import OpenRoom
from tests.irooms.scene import RoomScene, room_of, seat_of
from tests.support.forms import send
from tests.support.queries import counted

OUTSIDE = ("outsider", "expelled", "administrator", "reporting_officer", "trainer")
POLICY: dict[str, Any] = {"title": "A new room", "topic": "prosecution", "purpose": "To work together.",
          "languages": ["en"], "entry": "invitation", "identity": "name", "download": "stamped",
          "membership_days": "30"}  # fmt: skip


def test_a_manager_opens_a_room(cast: Cast, inside: Inside) -> None:
    manager = cast("room_manager")
    preview = send(manager.client, "/irooms/new", "/irooms", **POLICY, preview="1")
    assert preview.status_code == 200
    assert "Tomas Novak" in preview.text
    with inside():
        assert db.session.scalar(select(func.count()).select_from(Room)) == 0
    opened = send(manager.client, "/irooms/new", "/irooms", **POLICY)
    assert re.fullmatch(r"/irooms/[\w-]{22}/members", opened.location)
    page = manager.client.get(opened.location).text
    assert "A new room" in page
    assert cast("member").client.get("/irooms/new").status_code == 404


@pytest.mark.parametrize("name", OUTSIDE)
def test_strangers_learn_nothing(cast: Cast, room: RoomScene, name: str) -> None:
    client = cast(name).client
    for rest in ("", "/members", "/log", "/door", "/policy", f"/members/{room.members['member']}"):
        real, guessed = (
            client.get(room.path(rest)),
            client.get(room.path(rest).replace(room.slug, "Guess3d" * 3)),
        )
        assert real.status_code == guessed.status_code == 404
    assert "Electronic evidence in practice" not in client.get("/irooms").text


def test_members_see_each_other_by_name(cast: Cast, room: RoomScene) -> None:
    page = cast("member").client.get(room.path("/members")).text
    assert "Hana Sato" in page
    assert "Layla Haddad" in page
    assert "Ivan Petrov" not in page  # removed
    assert "@cast.example" not in page


def test_members_come_page_by_page(cast: Cast, room: RoomScene, monkeypatch: pytest.MonkeyPatch) -> None:
    present = {id for name, id in room.members.items() if name != "expelled"}
    monkeypatch.setattr(queries, "MEMBERS_PAGE", len(present) - 1)
    client, path = cast("member").client, room.path("/members")
    pages = [client.get(f"{path}?page={number}").text for number in range(2)]
    link = re.compile(rf'href="{path}/([\w-]{{22}})"')
    assert [len(link.findall(page)) for page in pages] == [len(present) - 1, 1]
    assert {one for page in pages for one in link.findall(page)} == present
    assert f"{path}?page=1" in pages[0]
    assert f"{path}?page=0" in pages[1]
    assert "page=2" not in pages[1]


@pytest.mark.parametrize("name", ["member", "room_manager"])
def test_pseudonyms_hide_everybody_from_everybody(cast: Cast, masked_room: RoomScene, name: str) -> None:
    client = cast(name).client
    for rest in ("", "/members", "/log", f"/members/{masked_room.members['expert']}"):
        page = client.get(masked_room.path(rest)).text.partition("<main")[2].partition("</main")[0]
        for one in ("expert", "practitioner", "owner", "member", "room_manager"):
            part = PARTS[one]
            assert part.family_name not in page, (rest, one)
            assert one.replace("_", "-") + "@" not in page


def test_the_audit_of_pseudonyms_names_members_only(
    cast: Cast, inside: Inside, masked_room: RoomScene
) -> None:
    cast("member").client.get(masked_room.path("/policy"))  # refused
    with inside():
        rows = db.session.execute(
            select(AuditEntry.actor_id, AuditEntry.verb).where(
                AuditEntry.detail["room"].astext == masked_room.slug, AuditEntry.verb.startswith("room.")
            )
        ).all()
        assert {verb for _actor, verb in rows} >= {"room.opened", "room.joined", "room.left"}
        assert {actor for actor, _verb in rows} == {None}
        refused = select(AuditEntry.actor_id).where(
            AuditEntry.verb == "room.refused", AuditEntry.object_id == masked_room.slug
        )
        assert db.session.scalars(refused).all() == [None]
        facts = db.session.scalars(
            select(Fact).where(Fact.activity_key == room_of(masked_room).activity_key)
        ).all()
        assert all(fact.learner_key is None for fact in facts)


def test_the_name_behind_a_pseudonym_takes_a_reason(cast: Cast, masked_room: RoomScene) -> None:
    member = masked_room.path(f"/members/{masked_room.members['expert']}")
    manager = cast("room_manager").client
    assert send(manager, member, member + "/reveal", reason="No").status_code == 422
    shown = send(
        manager, member, member + "/reveal", reason="A court asked who wrote this, order 12 of 2026."
    )
    assert "Hana Sato" in shown.text
    assert "Hana Sato" not in manager.get(member).text
    assert "A court asked who wrote this" in cast("member").client.get(masked_room.path("/log")).text
    assert cast("member").client.post(member + "/reveal").status_code == 404


def test_an_invitation_works_once_for_its_address(cast: Cast, inside: Inside, room: RoomScene) -> None:
    page = room.path("/members")
    sent = send(cast("room_manager").client, page, emails="outsider@cast.example", role="expert")
    assert sent.location == page
    with inside():
        mail = db.session.scalars(
            select(OutboxMail).where(OutboxMail.recipient == "outsider@cast.example")
        ).one()
        link = re.search(r"/irooms/invitations/[\w-]+", mail.text)
        assert link is not None
        assert "Electronic evidence in practice" not in mail.text + mail.subject + mail.html
    other = cast("trainer").client
    assert "Electronic evidence in practice" not in other.get(link.group()).text
    outsider = cast("outsider").client
    assert "Electronic evidence in practice" in outsider.get(link.group()).text
    assert send(outsider, link.group(), link.group() + "/acceptance").location == room.path()
    assert outsider.get(room.path()).status_code == 200
    assert "cannot be used" in outsider.get(link.group()).text
    assert outsider.get("/irooms/invitations/Guess3d").status_code == 404


def test_removal_works_on_the_next_request(cast: Cast, inside: Inside, room: RoomScene) -> None:
    member = cast("member").client
    assert member.get(room.path()).status_code == 200
    page = room.path(f"/members/{room.members['member']}")
    send(cast("room_manager").client, page, page + "/removal")
    assert member.get(room.path()).status_code == 404
    with inside():
        assert f"room:{room.id}" not in set(held_by(cast("member").actor()))
        present = select(func.count()).where(
            GroupMembership.user_id == cast("member").id,
            GroupMembership.group_id == room_of(room).group_id,
            GroupMembership.left_at.is_(None),
        )
        assert db.session.scalar(present) == 0


def test_an_end_date_ends_by_itself(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    room = open_room(membership_days=10)
    member, manager = cast("member").client, cast("room_manager").client
    assert manager.get(room.path()).status_code == 200
    with clock.travel(clock.now() + timedelta(days=10, seconds=1)):
        fresh = cast("member").new_client()
        assert fresh.get(room.path()).status_code == 404
        assert cast("room_manager").new_client().get(room.path()).status_code == 200
        with inside():
            actor = cast("member").actor()
            assert room_of(room).group_id not in actor.groups
            assert membership.expire_due() == len({"member", "expert", "practitioner", "owner"})
            assert membership.expire_due() == 0
    assert member.get(room.path()).status_code == 404


def test_terms_are_asked_again_when_they_change(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    room = open_room(terms="Keep what you **read** here to yourself.")
    member = cast("member").client
    assert member.get(room.path("/members")).location == room.path("/door")
    with inside():
        assert room_of(room).group_id not in cast("member").actor().groups
    door = member.get(room.path("/door")).text
    assert "<strong>read</strong>" in door
    assert send(member, room.path("/door"), room.path("/acceptance")).status_code == 422
    assert send(member, room.path("/door"), room.path("/acceptance"), accepted="y").location == room.path()
    assert member.get(room.path("/members")).status_code == 200
    with inside():
        assert room_of(room).group_id in cast("member").actor().groups
    send(cast("room_manager").client, room.path("/terms"), text="Other terms.")
    assert member.get(room.path("/members")).location == room.path("/door")
    stale = send(member, room.path("/door"), room.path("/acceptance"), accepted="y", version="1")
    assert stale.location == room.path("/door")
    assert cast("room_manager").client.get(room.path("/members")).status_code == 200


def test_a_room_may_ask_for_a_second_factor(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    room = open_room(second_factor=True)
    member = cast("member").client
    assert member.get(room.path("/members")).location == room.path("/door")
    assert "Set up the second factor" in member.get(room.path("/door")).text
    with inside():
        assert f"room:{room.id}" not in set(held_by(cast("member").actor()))
        assert room_of(room).group_id not in cast("member").actor().groups


def test_a_listed_room_takes_requests(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    room = open_room(listed=True, entry="request")
    outsider, manager = cast("outsider").client, cast("room_manager").client
    assert "To share what works" in outsider.get("/irooms").text
    assert send(outsider, room.path(), room.path("/requests")).status_code == 422
    assert (
        send(outsider, room.path(), room.path("/requests"), reason="I work on this.").location == room.path()
    )
    assert "Your request is waiting" in outsider.get(room.path()).text
    assert outsider.get(room.path("/members")).status_code == 404
    page = manager.get(room.path("/members")).text
    assert "I work on this." in page
    action = re.search(rf"{room.path('/requests/')}[\w-]+/decision", page)
    assert action is not None
    refused = send(manager, room.path("/members"), action.group(), decision="decline", answer="")
    assert refused.status_code == 422
    assert send(manager, room.path("/members"), action.group(), decision="approve").status_code == 302
    assert outsider.get(room.path("/members")).status_code == 200


def test_identity_is_never_shown_more_than_promised(cast: Cast, open_room: OpenRoom) -> None:
    room = open_room(identity="role_country")
    manager = cast("room_manager").client
    assert "Judge or magistrate, Nigeria" in manager.get(room.path("/members")).text
    refused = send(manager, room.path("/policy"), **(POLICY | {"identity": "name"}))
    assert refused.status_code == 422
    assert "cannot be taken back" in refused.text
    assert send(manager, room.path("/policy"), **(POLICY | {"identity": "pseudonym"})).status_code == 302
    assert "Nigeria" not in manager.get(room.path("/members")).text


def test_an_administrator_breaks_the_glass_in_the_open(cast: Cast, room: RoomScene) -> None:
    admin = cast("administrator").client
    assert admin.get(room.path()).status_code == 404
    assert "Electronic evidence in practice" in admin.get("/irooms/oversight").text
    assert send(admin, room.path("/glass"), reason="Because", hours="4").status_code == 422
    opened = send(admin, room.path("/glass"), reason="A member reported unlawful content here.", hours="4")
    assert opened.location == room.path()
    assert admin.get(room.path("/members")).status_code == 200
    assert admin.post(room.path("/leaving")).status_code in {400, 404}
    log = cast("practitioner").client.get(room.path("/log")).text
    assert "Deborah Mensah" in log
    assert "A member reported unlawful content here." in log
    with clock.travel(clock.now() + timedelta(hours=4, seconds=1)):
        assert cast("administrator").new_client().get(room.path()).status_code == 404
    assert cast("other_administrator").client.get(room.path()).status_code == 404


def test_the_last_manager_stays(cast: Cast, inside: Inside, room: RoomScene) -> None:
    manager = cast("room_manager").client
    send(manager, room.path(), room.path("/leaving"))
    assert manager.get(room.path("/members")).status_code == 200
    with inside():
        other = db.session.scalars(
            select(RoomMembership).where(RoomMembership.public_id == room.members["expert"])
        ).one()
        membership.change_member(
            seat_of(cast("room_manager"), room.slug), other, role="manager", ends_at=None
        )
    assert send(manager, room.path(), room.path("/leaving")).location == "/irooms"
    assert manager.get(room.path()).status_code == 404


def test_a_closed_account_is_in_no_room(cast: Cast, inside: Inside, room: RoomScene) -> None:
    with inside():
        membership.end_all_of(cast("owner").id)
    assert cast("owner").client.get(room.path()).status_code == 404


def test_rooms_and_members_take_few_statements(cast: Cast, room: RoomScene) -> None:
    client = cast("room_manager").client
    for path in ("/irooms", room.path(), room.path("/members"), room.path("/log")):
        client.get(path)
        with counted() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 8, (path, len(statements))
