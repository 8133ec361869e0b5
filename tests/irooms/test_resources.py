"""What a room holds, through the front door: adding, describing, versions, languages, withdrawing, lists."""

from __future__ import annotations

import io
import re

from sqlalchemy import func, select

from app.accounts import actions as accounts
from app.core.database import db
from app.core.jobs import run_pending
from app.irooms.actions import rooms
from app.irooms.models.resources import RoomResource, RoomResourceVersion
from app.media.models import MediaFile
from app.records.models import Activity, Fact
from app.search.queries import find
from tests.cast import Cast
from tests.conftest import Inside
from tests.courses.factory import make_course
from tests.irooms.conftest import OpenRoom
from tests.irooms.scene import RoomScene, seat_of
from tests.irooms.shelves import Shelves, resource, version
from tests.support.forms import hidden_fields, send

TABLE = b"country,answer\nKE,yes\n"


def test_a_link_leads_to_a_secure_address_only(cast: Cast, inside: Inside, room: RoomScene) -> None:
    expert, page = cast("expert").client, _add(inside, cast, room, "link")
    for url in (
        "http://library.example/a",
        "javascript:alert(1)",
        "https://",
        "https://user:x@library.example/",
    ):
        assert send(expert, page, title="Library", url=url).status_code == 422
    added = send(
        expert, page, title="Library", url="https://library.example/a?b=1", tags="law, Law reports, law"
    )
    shown = cast("member").client.get(added.location).text
    assert 'href="https://library.example/a?b=1"' in shown
    assert ">library.example</bdi>" in shown
    assert "Law reports" in shown


def _add(inside: Inside, cast: Cast, room: RoomScene, kind: str) -> str:
    root = Shelves(room, inside, cast("room_manager")).root()
    return room.path(f"/resources/in/{root}/{'files' if kind == 'files' else f'add/{kind}'}")


def test_a_text_page_and_a_legal_reference_are_read_at_once(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    manager, reader = cast("room_manager").client, cast("owner").client
    text = send(
        manager, _add(inside, cast, room, "text"), title="Rules", text="# First\n\n<script>alert(1)</script>"
    )
    shown = reader.get(text.location).text
    assert '<h3 dir="auto">First</h3>' in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    legal = send(manager, _add(inside, cast, room, "legal"), title="Preservation")
    assert legal.status_code == 422
    legal = send(
        manager, _add(inside, cast, room, "legal"), title="Preservation", instrument="Convention on Cybercrime",
        article="29", year="2001", legal_systems=["civil", "common"], language="en",
    )  # fmt: skip
    shown = reader.get(legal.location).text
    assert re.search("Convention on Cybercrime.*29.*2001.*Common law, Civil law", shown, re.S)


def test_a_course_is_there_for_who_may_see_it(cast: Cast, inside: Inside, room: RoomScene) -> None:
    owner, manager = cast("owner"), cast("room_manager")
    with inside():
        group = accounts.create_group(None, "Others").id
        key = make_course("electronic-evidence").activity_key
        hidden = make_course("inner", title="CANARY-COURSE", group_id=group).activity_key
    form = _add(inside, cast, room, "training")
    assert "CANARY-COURSE" not in manager.client.get(form).text
    assert send(manager.client, form, training=str(hidden)).status_code == 422
    added = send(manager.client, form, training=str(key))
    assert 'href="/courses/electronic-evidence"' in owner.client.get(added.location).text
    with inside():
        db.session.get_one(Activity, key).group_id = group
    assert owner.client.get(added.location).status_code == 404
    assert "Keeping evidence" not in owner.client.get(room.path("/resources")).text


def test_who_adds_and_who_does_not(cast: Cast, inside: Inside, room: RoomScene) -> None:
    page = _add(inside, cast, room, "text")
    for name in ("member", "practitioner", "outsider", "expelled"):
        assert cast(name).client.get(page).status_code == 404
        assert cast(name).client.post(page, data={"title": "x", "text": "y"}).status_code in {400, 404}
    Shelves(room, inside, cast("room_manager")).collection("Open to members", write={"member": "allow"})
    shelf = re.search(r'href="([^"]+/in/[\w-]{22})"', cast("member").client.get(room.path("/resources")).text)
    assert shelf is not None
    added = send(cast("member").client, f"{shelf[1]}/add/text", title="From a member", text="Words")
    assert "From a member" in cast("owner").client.get(added.location).text
    own, others = f"{added.location}/edit", cast("expert").client
    assert cast("member").client.get(own).status_code == 200
    assert others.get(own).status_code == 404


def test_files_arrive_without_a_script_and_are_shown_once_checked(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    expert, member = cast("expert").client, cast("member").client
    page = _add(inside, cast, room, "files")
    typed = hidden_fields(expert.get(page).text, page)
    files = [(io.BytesIO(TABLE), "answers_of 11 countries.csv"), (io.BytesIO(b"Plain words."), "note.txt")]
    sent = expert.post(page, data=typed | {"files": files}, content_type="multipart/form-data")
    assert sent.status_code == 302
    again = expert.post(page, data=typed | {"files": []}, content_type="multipart/form-data")
    assert again.location == sent.location  # sent twice, there once
    assert "Being checked" in expert.get(room.path("/resources")).text
    assert "Being checked" in cast("room_manager").client.get(room.path("/resources")).text
    assert "countries" not in member.get(room.path("/resources")).text
    together = send(
        expert, sent.location, room.path("/resources/set"), id=_ids(sent.location), type="report", tags="a"
    )
    assert together.status_code == 302
    with inside():
        run_pending()
    shown = member.get(room.path("/resources")).text
    assert "answers of 11 countries" in shown
    assert "note" in shown
    with inside():
        kinds = db.session.scalars(select(RoomResource.type)).all()
        assert kinds == ["report", "report"]
        facts = select(func.count()).select_from(Fact).where(Fact.verb == "contributed")
        assert db.session.scalar(facts) == 2
        found = find(seat_of(cast("member"), room.slug).actor, "countries")
        assert [hit.title.striptags() for hit in found.found] == ["answers of 11 countries"]
        assert find(cast("outsider").actor(), "countries").total == 0


def _ids(location: str) -> list[str]:
    return re.findall(r"id=([\w-]{22})", location)


def test_a_file_that_is_not_taken_says_why_and_goes(cast: Cast, inside: Inside, room: RoomScene) -> None:
    expert, page = cast("expert").client, _add(inside, cast, room, "files")
    typed = hidden_fields(expert.get(page).text, page)
    sent = expert.post(page, data=typed | {"files": (io.BytesIO(b"MZ" + b"\0" * 90), "tool.exe")})
    with inside():
        run_pending()
    own = sent.location.removesuffix("/edit")
    shown = expert.get(own).text
    assert "Not taken" in shown
    assert cast("member").client.get(own).status_code == 404
    gone = send(expert, own, f"{own}/discarding")
    assert gone.status_code == 302
    with inside():
        assert db.session.scalar(select(func.count()).select_from(RoomResource)) == 0
        assert db.session.scalar(select(func.count()).select_from(MediaFile)) == 0


def test_versions_have_a_note_and_old_ones_stay(cast: Cast, inside: Inside, room: RoomScene) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    one = shelves.text("Rules", text="The first words.")
    manager, member = cast("room_manager").client, cast("member").client
    form = shelves.path(one, "/versions/new")
    assert send(manager, form, text="The second words.", note="").status_code == 422
    assert send(manager, form, text="The second words.", note="Shorter").status_code == 302
    latest = member.get(shelves.path(one)).text
    assert "The second words." in latest
    assert "Shorter" in latest
    assert "The first words." in member.get(shelves.path(one, "?v=1")).text
    assert member.get(shelves.path(one, "?v=3")).status_code == 404
    assert member.get(form).status_code == 404
    with inside():
        assert version(one, 2).id == resource(one).current_id


def test_languages_of_one_work_are_a_switch(cast: Cast, inside: Inside, room: RoomScene) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    english, arabic = shelves.text("Rules", language="en"), shelves.text("القواعد", language="ar")
    second = shelves.text("Rules again", language="en")
    manager = cast("room_manager").client
    place = shelves.path(english), shelves.path(english, "/variants")
    assert send(manager, *place, other="https://elsewhere.example/x").status_code == 422
    assert (
        send(manager, *place, other=f"http://localhost:8000{shelves.path(arabic)}?lang=ar").status_code == 302
    )
    assert send(manager, *place, other=second).status_code == 422
    assert f'href="{shelves.path(arabic)}" lang="ar"' in cast("member").client.get(shelves.path(english)).text
    assert send(manager, shelves.path(arabic), shelves.path(arabic, "/variants/parting")).status_code == 302
    assert (
        'lang="ar" hreflang="ar">العربية</a></li></ul></nav>'
        not in manager.get(shelves.path(english)).text.split("<main")[1]
    )


def test_what_is_withdrawn_says_so_and_can_come_back(cast: Cast, inside: Inside, room: RoomScene) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    one = shelves.text("Old rules", text="Words that hold no more.")
    manager, member = cast("room_manager").client, cast("member").client
    with inside():
        run_pending()
    place = shelves.path(one), shelves.path(one, "/withdrawal")
    assert send(manager, *place, why=" ").status_code == 422
    assert send(manager, *place, why="A new law is in force.").status_code == 302
    shown = member.get(shelves.path(one)).text
    assert "A new law is in force." in shown
    assert "Words that hold no more." not in shown
    assert "Old rules" not in member.get(room.path("/resources")).text
    assert "Old rules" in member.get(room.path("/resources?withdrawn=1")).text
    assert "Words that hold no more." in manager.get(shelves.path(one)).text
    with inside():
        assert find(cast("member").actor(), "hold no more").total == 0
    assert send(manager, shelves.path(one), shelves.path(one, "/restoration")).status_code == 302
    assert "Words that hold no more." in member.get(shelves.path(one)).text
    with inside():
        run_pending()
        assert find(cast("member").actor(), "hold no more").total == 1


def test_a_reading_list_counts_what_one_has_read(cast: Cast, inside: Inside, room: RoomScene) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    one, two = shelves.text("One"), shelves.text("Two")
    expert, member = cast("expert").client, cast("member").client
    made = send(expert, room.path("/resources/lists/new"), title="First week")
    for each in (one, two):
        put = shelves.path(each, "/lists")
        send(expert, put, put, list=made.location.rpartition("/")[2])
    assert "0 of 2 read" in member.get(made.location).text
    send(member, made.location, shelves.path(one, "/tick"))
    assert "1 of 2 read" in member.get(room.path("/resources/lists")).text
    assert "0 of 2 read" in cast("owner").client.get(made.location).text
    down = f"{made.location}/items/{one}/place"
    send(expert, made.location, down, way="down")
    page = member.get(made.location).text
    assert page.index("Two") < page.index("One", page.index("<main"))
    assert member.get(room.path("/resources/lists/new")).status_code == 404


def test_a_list_is_narrowed_put_in_order_and_says_what_is_new(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    shelves.collection("Inner")
    member = cast("member").client
    member.get(room.path())
    one = shelves.text("Civil things", "Inner", legal_systems=["civil"], tags=["warrants"])
    two = shelves.text("Common things", legal_systems=["common"], type="guide", language="fr")
    everything = room.path("/resources")
    assert "2 new resources" in member.get(room.path()).text
    assert "Civil things" not in member.get(everything).text
    for query, title in {
        "legal=mine": "Common things", "legal=civil": "Civil things", "tag=warrants": "Civil things",
        "type=guide": "Common things", "language=fr": "Common things", "kind=text&legal=common": "Common things",
    }.items():  # fmt: skip
        assert set(re.findall("(?:Civil|Common) things", member.get(f"{everything}?{query}").text)) == {title}
    assert "Nothing fits" in member.get(f"{everything}?kind=link").text
    send(cast("room_manager").client, f"{everything}?arrange=1", shelves.path(two, "/place"), way="up")
    assert shelves.text("Third")
    manager = cast("room_manager").client
    send(manager, f"{everything}?arrange=1", shelves.path(two, "/place"), way="down")
    page = member.get(everything).text
    assert page.index("Third") < page.index("Common things")
    assert (
        send(manager, shelves.path(one), shelves.path(one, "/collection"), into=shelves.root()).status_code
        == 302
    )
    assert "Civil things" in member.get(everything).text


def test_a_closed_room_is_read_and_not_changed(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    room = open_room()
    shelves = Shelves(room, inside, cast("room_manager"))
    one = shelves.text("Rules")
    manager, page = cast("room_manager").client, _add(inside, cast, room, "text")
    with inside():
        rooms.close_room(seat_of(cast("room_manager"), room.slug))
    assert manager.get(shelves.path(one)).status_code == 200
    for address in (page, shelves.path(one, "/edit"), shelves.path(one, "/versions/new")):
        assert manager.get(address).status_code == 404
    with inside():
        assert db.session.scalar(select(func.count()).select_from(RoomResourceVersion)) == 1
