"""Reading is kept: the mark on a page, its code, who read what, downloads, links that die with the right."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry
from app.core import clock
from app.core.database import db
from app.irooms.actions import membership
from app.irooms.actions.resources import viewing
from app.irooms.models import Room, RoomMembership
from app.irooms.models.resources import RoomResourceView
from app.media import marking
from app.records.models import Activity, Fact
from tests.cast import PARTS, Cast, Player
from tests.conftest import Inside
from tests.irooms.conftest import OpenRoom
from tests.irooms.scene import RoomScene, seat_of
from tests.irooms.shelves import Shelves, pdf, picture, text_of
from tests.support.forms import hidden_fields, send
from tests.support.queries import counted

CONTENT = {"Host": "content.localhost:8000"}
CODE = re.compile(r">([0-9A-Z]{4}-[0-9A-Z]{4})(?:/(\d+))?</bdi>")


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The lines of every mark that is drawn into a picture of a page; drawing itself is tried where it is made."""
    drawn: list[list[str]] = []

    def mark(image: bytes, lines: list[str]) -> bytes:
        drawn.append(list(lines))
        return image

    monkeypatch.setattr(marking, "mark_image", mark)
    return drawn


def follow(player: Player, path: str) -> TestResponse:
    """Follow a download to the host of user files, as a browser does: without a cookie there."""
    answer = player.client.get(path)
    assert answer.status_code == 302, answer.status_code
    return ask(player.app.test_client(), answer.location)


def ask(client: FlaskClient, link: str) -> TestResponse:
    return client.get(urlsplit(link).path, headers=CONTENT)


def code_on(page: str) -> str:
    found = CODE.search(page)
    assert found is not None
    return found[1]


def test_a_page_carries_a_mark_that_leads_back_to_its_view(
    cast: Cast, inside: Inside, room: RoomScene, marks: list[list[str]]
) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    guide = shelves.file("A guide", pdf(), "guide.pdf")
    member, manager = cast("member"), cast("room_manager").client
    page = member.client.get(shelves.path(guide, "/pages/2"))
    code = code_on(page.text)
    image = member.client.get(shelves.path(guide, "/pages/2/image?size=small"))
    ahead = member.client.get(shelves.path(guide, "/pages/3/image?size=small"))
    assert (image.status_code, ahead.status_code) == (200, 200)
    assert image.headers["Cache-Control"] == "private, max-age=600"
    assert [(who, letters) for who, _when, letters in marks] == [
        ("Ngozi Adeyemi", f"{code}/2"),
        ("Ngozi Adeyemi", f"{code}/3"),
    ]
    again = code_on(member.client.get(shelves.path(guide, "/pages/1?view=text")).text)
    assert again == code  # one code a day
    assert code_on(cast("owner").client.get(shelves.path(guide, "/pages/2")).text) != code
    found = send(manager, room.path("/resources/trace"), code=f" {code.lower().replace('-', '')}/2").text
    for words in ("Ngozi Adeyemi", "A guide", "Shown on the page", "1-2"):
        assert words in found
    missed = send(manager, room.path("/resources/trace"), code=f"{code}/7").text
    assert "That page was not given out" in missed
    assert "No view has this code" in send(manager, room.path("/resources/trace"), code="0000-0000").text
    assert member.client.get(room.path("/resources/trace")).status_code == 404
    assert "asked whose view a code belongs to" in member.client.get(room.path("/log")).text
    assert code in member.client.get(room.path("/resources/mine")).text
    assert code not in cast("owner").client.get(room.path("/resources/mine")).text
    assert "Ngozi Adeyemi" in manager.get(shelves.path(guide, "/readers")).text
    assert code in manager.get(room.path(f"/resources/readers/{room.members['member']}")).text
    assert member.client.get(shelves.path(guide, "/readers")).status_code == 404


def test_a_code_leads_overseers_to_the_room_and_not_to_its_content(
    cast: Cast, inside: Inside, open_room: OpenRoom
) -> None:
    room, other = open_room(), open_room(title="Another room")
    text = Shelves(room, inside, cast("room_manager")).text("CANARY-TITLE")
    code = code_on(cast("member").client.get(room.path(f"/resources/{text}")).text)
    assert (
        "No view has this code"
        in send(cast("room_manager").client, other.path("/resources/trace"), code=code).text
    )
    found = send(cast("administrator").client, "/irooms/trace", code=code).text
    assert "Electronic evidence in practice" in found
    assert "Ngozi Adeyemi" in found
    assert "CANARY-TITLE" not in found
    assert (
        "A platform administrator (Deborah Mensah) asked" in cast("member").client.get(room.path("/log")).text
    )
    assert cast("room_manager").client.get("/irooms/trace").status_code == 404


def test_reading_is_a_fact_once_a_day_and_is_told_with_pages_and_time(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    guide = shelves.file("A guide", pdf(), "guide.pdf")
    member = cast("member")
    start = clock.now()
    page = member.client.get(shelves.path(guide, "/pages/1")).text
    member.client.get(shelves.path(guide, "/pages/2?view=text"))
    code, token = code_on(page), re.search('data-token="([^"]+)"', page)
    assert token is not None

    def beat(seconds: int, code: str = code, page: int = 2, player: Player = member) -> None:
        data = {"csrf_token": token[1], "code": code, "page": page, "seconds": seconds}
        assert player.client.post(shelves.path(guide, "/reading"), data=data).status_code in {204, 400}

    def seconds() -> int:
        with inside():
            return db.session.scalars(
                select(RoomResourceView.seconds).where(RoomResourceView.code == code)
            ).one()

    beat(50)
    assert seconds() <= 5  # no more than have passed
    with clock.travel(start + timedelta(seconds=40)):
        beat(15)
        beat(15, page=9)
        beat(15, code="0000-0000")
    assert 15 <= seconds() <= 20
    with clock.travel(start + timedelta(hours=2)):
        beat(5000)
    assert seconds() <= 80
    with inside():
        facts = db.session.scalars(select(Fact).where(Fact.verb == "viewed")).all()
        assert len(facts) == 1
        assert db.session.get_one(Activity, facts[0].activity_key).titles["en"] == "A resource of a room"
        with clock.travel(clock.now() + timedelta(hours=3)):
            assert viewing.tell_readings() == 1
            assert viewing.tell_readings() == 0
        told = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "room_resource.read")).one()
        assert (told.actor_id, told.detail["pages"]) == (member.id, "1-2")
        assert told.detail["seconds"] == db.session.scalars(select(RoomResourceView.seconds)).one()


def test_a_stamped_download_carries_mark_and_code(cast: Cast, inside: Inside, room: RoomScene) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    guide = shelves.file("A guide", pdf(), "guide.pdf")
    table = shelves.file("A table", b"country,answer\nKE,yes\n", "table.csv")
    member = cast("member")
    taken = follow(member, shelves.path(guide, "/download"))
    words = text_of(taken.data)
    code = re.search("[0-9A-Z]{4}-[0-9A-Z]{4}", words)
    assert code is not None
    assert "Ngozi Adeyemi" in words
    assert "attachment" in taken.headers["Content-Disposition"]
    found = send(cast("room_manager").client, room.path("/resources/trace"), code=code[0]).text
    assert "Downloaded" in found
    assert "Ngozi Adeyemi" in found
    assert "this one cannot" in member.client.get(shelves.path(table)).text
    assert member.client.get(shelves.path(table, "/download")).status_code == 404
    with inside():
        assert db.session.scalar(select(func.count()).select_from(Fact).where(Fact.verb == "downloaded")) == 1


def test_the_policy_decides_what_may_be_taken_away(cast: Cast, inside: Inside, room: RoomScene) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    table = shelves.file("A table", b"country,answer\nKE,yes\n", "table.csv")
    member = cast("member")
    for download, status in (("view", 404), ("allowed", 302)):
        with inside():
            db.session.execute(update(Room).where(Room.id == room.id).values(download=download))
        assert member.client.get(shelves.path(table, "/download")).status_code == status
        assert ("/download" in member.client.get(shelves.path(table)).text) == (status == 302)
    assert follow(member, shelves.path(table, "/download")).data == b"country,answer\nKE,yes\n"
    assert "country,answer" in member.client.get(shelves.path(table, "/pages/1")).text
    assert member.client.get(shelves.path(table, "/pages/1/image")).status_code == 404
    assert member.client.get(shelves.path(table, "/play")).status_code == 404


def test_a_link_dies_with_the_right(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    room = open_room(download="allowed")
    shelves = Shelves(room, inside, cast("room_manager"))
    inner = shelves.collection("Inner")
    table = shelves.file("A table", b"country,answer\nKE,yes\n", "table.csv", "Inner")
    stranger = cast("member").app.test_client()
    links = {
        name: cast(name).client.get(shelves.path(table, "/download")).location
        for name in ("member", "owner", "expert")
    }
    assert ask(stranger, links["member"]).status_code == 200
    with inside():
        seat = seat_of(cast("room_manager"), room.slug)
        membership.remove(seat, db.session.get_one(RoomMembership, room.membership_ids["owner"]))
    assert ask(stranger, links["owner"]).status_code == 404
    assert cast("owner").client.get(shelves.path(table)).status_code == 404
    edit = room.path(f"/resources/in/{inner}/edit")
    send(cast("room_manager").client, edit, title="Inner", read_member="deny")
    assert ask(stranger, links["member"]).status_code == 404
    assert ask(stranger, links["expert"]).status_code == 200
    with inside():
        db.session.execute(update(Room).where(Room.id == room.id).values(download="view"))
    assert ask(stranger, links["expert"]).status_code == 404


NAMES = [part.given_name for part in PARTS.values()] + [part.family_name for part in PARTS.values()]


def test_in_a_room_of_pseudonyms_no_byte_names_anybody(
    cast: Cast, inside: Inside, masked_room: RoomScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, shelves = masked_room, Shelves(masked_room, inside, cast("room_manager"))
    guide = shelves.file("A guide", pdf(), "guide.pdf")
    photograph = shelves.file("A photograph", picture(), "scene.jpg")
    text = shelves.text("Words")
    member, manager = cast("member"), cast("room_manager")
    with inside():
        db.session.execute(update(Room).where(Room.id == room.id).values(download="stamped"))
    drawn: list[list[str]] = []
    draw = marking.mark_image

    def mark(image: bytes, lines: list[str]) -> bytes:
        drawn.append(list(lines))
        return draw(image, lines)

    monkeypatch.setattr(marking, "mark_image", mark)
    image = member.client.get(shelves.path(photograph, "/pages/1/image")).data
    taken = follow(member, shelves.path(guide, "/download")).data
    copy = follow(member, shelves.path(photograph, "/download")).data
    pages = [
        client.get(path).data.split(b"<main", 1)[1]  # what stands above is the reader's own name, for themselves
        for client in (member.client, manager.client, cast("owner").client)
        for path in (room.path("/resources"), shelves.path(guide), shelves.path(text), shelves.path(guide, "/pages/1"),
                     room.path("/resources/mine"), room.path("/log"))
    ]  # fmt: skip
    pages.append(manager.client.get(shelves.path(guide, "/readers")).data.split(b"<main", 1)[1])
    theirs = manager.client.get(room.path(f"/resources/readers/{room.members['member']}"))
    pages.append(theirs.data.split(b"<main", 1)[1])
    code = code_on(member.client.get(shelves.path(text)).text)
    pages.append(send(manager.client, room.path("/resources/trace"), code=code).data.split(b"<main", 1)[1])
    pages.append(send(cast("administrator").client, "/irooms/trace", code=code).data.split(b"<main", 1)[1])
    words = [
        *map(bytes.decode, pages),
        text_of(taken),
        str(drawn),
        str(dict(Image.open(io.BytesIO(copy)).getexif())),
    ]
    assert [name for name in NAMES for one in words if re.search(rf"\b{name}\b", one)] == []
    assert not any(name.encode() in body for name in NAMES for body in (image, copy, taken))
    with inside():
        alias = db.session.get_one(RoomMembership, room.membership_ids["member"]).alias
        word, number = alias.split("-")
        assert f"{word.capitalize()} {number}" in str(drawn) or number in str(drawn)
        viewed = db.session.scalars(select(Fact).where(Fact.verb == "viewed")).all()
        assert {(fact.learner_key, fact.headcount) for fact in viewed} == {(None, 1)}
        entries = select(AuditEntry.actor_id).where(AuditEntry.verb.startswith("room_resource"))
        assert set(db.session.scalars(entries)) <= {None, cast("administrator").id}


def test_pages_cost_few_statements(
    cast: Cast, inside: Inside, room: RoomScene, marks: list[list[str]]
) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    guide = shelves.file("A guide", pdf(), "guide.pdf")
    for number in range(4):
        shelves.collection(f"Shelf {number}")
        shelves.text(f"Text {number}", f"Shelf {number}", language="en")
    text = shelves.text("Words")
    made = send(cast("expert").client, room.path("/resources/lists/new"), title="First week")
    send(cast("expert").client, shelves.path(text, "/lists"), list=made.location.rpartition("/")[2])
    member = cast("member").client
    costs = {}
    for path in (
        room.path("/resources"), room.path("/resources?legal=mine"), shelves.path(guide), shelves.path(text),
        shelves.path(guide, "/pages/1"), shelves.path(guide, "/pages/1?view=text"),
        shelves.path(guide, "/pages/1/image"), made.location, room.path("/resources/lists"),
        room.path("/resources/mine"),
    ):  # fmt: skip
        member.get(path)
        with counted() as statements:
            assert member.get(path).status_code == 200
        costs[path.rpartition(room.slug)[2]] = len(statements)
    assert max(costs.values()) <= 8, costs


def test_no_form_of_a_reader_is_needed_to_type_a_page(cast: Cast, inside: Inside, room: RoomScene) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    guide = shelves.file("A guide", pdf(), "guide.pdf")
    member = cast("member").client
    assert member.get(shelves.path(guide, "/pages?page=99&view=text")).location == shelves.path(
        guide, "/pages/3?view=text"
    )
    for wrong in ("0", "4", "x", "-1", "1.5", "٢"):
        assert member.get(shelves.path(guide, f"/pages/{wrong}")).status_code == 404
    text = member.get(shelves.path(guide, "/pages/3?view=text")).text
    assert "The warrant of chapter 3 is explained." in text
    assert hidden_fields(member.get(shelves.path(guide)).text, "/account/sign-out")
