"""Rights of collections: allow, deny, inherit. Denied is absent: in lists, counts, search, notices, feeds, live."""

from __future__ import annotations

from itertools import product

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import scopes
from app.core.access import act_as
from app.core.database import db
from app.core.jobs import run_pending
from app.irooms.actions import oversight
from app.irooms.actions.resources import changing
from app.irooms.collections import Deed, Node, Right, Tree
from app.irooms.following import may_follow
from app.irooms.models import RoomRole
from app.irooms.models.resources import RoomCollection
from app.irooms.queries.resources import listing
from app.irooms.queries.resources.collections import collection_scope, collection_topic, tree
from app.irooms.seats import overseen
from app.notifications.models import Notice
from app.search.queries import find
from tests.cast import Cast
from tests.conftest import Inside
from tests.irooms.scene import RoomScene, seat_of
from tests.irooms.shelves import Shelves, collection, resource, row_of
from tests.support.forms import send

MEMBER, OBSERVER, EXPERT, MANAGER = RoomRole.MEMBER, RoomRole.OBSERVER, RoomRole.EXPERT, RoomRole.MANAGER


# ------------------------------------------------------------------------------------------------ the rule


def _tree(role: RoomRole, *said: tuple[str, str], everything: bool = False, adds: bool = True) -> Tree:
    """Three collections in each other; ``said`` is what each says of reading and of adding for ``role``."""
    nodes = {
        number: Node(
            number, f"id-{number}", 1, number - 1 or None, 1, f"Level {number}", "",
            {deed: {role: word} for deed, word in zip(Deed, words, strict=True) if word},
        )
        for number, words in enumerate(said, 1)
    }  # fmt: skip
    return Tree(nodes, role, everything, adds)


@pytest.mark.parametrize(("outer", "middle", "inner"), list(product(("", "allow", "deny"), repeat=3)))
def test_the_nearest_word_counts(outer: str, middle: str, inner: str) -> None:
    shelves = _tree(MEMBER, (outer, ""), (middle, ""), (inner, ""))
    nearest = next((word for word in (inner, middle, outer) if word), "allow")
    assert (3 in shelves.readable) == (nearest == "allow")


@pytest.mark.parametrize(
    ("role", "adds"), [(MANAGER, True), (EXPERT, True), (MEMBER, False), (OBSERVER, False)]
)
def test_without_a_word_everybody_reads_and_managers_and_experts_add(role: RoomRole, adds: bool) -> None:
    shelves = _tree(role, ("", ""))
    assert shelves.readable == {1}
    assert (1 in shelves.writable) == adds


def test_who_may_not_read_may_not_add_and_a_manager_always_may() -> None:
    assert _tree(MEMBER, ("deny", "allow")).writable == frozenset()
    assert _tree(MEMBER, ("", "allow")).writable == {1}
    assert _tree(MEMBER, ("", "allow"), adds=False).writable == frozenset()
    assert _tree(MANAGER, ("deny", "deny")).writable == {1}
    assert _tree(MEMBER, ("deny", ""), everything=True).readable == {1}


def test_what_lies_in_a_denied_collection_stands_in_the_next_one_outwards() -> None:
    shelves = _tree(MEMBER, ("", ""), ("deny", ""), ("allow", ""))
    outer, _middle, inner = (shelves.nodes[number] for number in (1, 2, 3))
    assert shelves.trail(inner) == [outer, inner]
    assert shelves.shelf(outer) == [inner]
    assert shelves.outline() == [(0, outer), (1, inner)]
    assert shelves.get("id-2") is None
    assert inner.says(Deed.READ, MEMBER) is Right.ALLOW
    hidden = _tree(MEMBER, ("deny", ""), ("allow", ""))
    assert hidden.shelf(None) == [hidden.nodes[2]]


# ------------------------------------------------------------------------------------------------ absent everywhere

CANARY = "CANARY-DENIED"


@pytest.fixture
def shelves(cast: Cast, inside: Inside, room: RoomScene) -> Shelves:
    """A room with a collection that members and observers may not read, and something in it."""
    made = Shelves(room, inside, cast("room_manager"))
    made.collection(f"{CANARY}-COLLECTION", read={"member": "deny", "observer": "deny"})
    return made


def _reads_nothing(client: FlaskClient, room: RoomScene, *paths: str) -> None:
    for path in paths:
        answer = client.get(room.path(path))
        assert CANARY not in answer.text, path


def test_denied_is_absent_everywhere(cast: Cast, inside: Inside, room: RoomScene, shelves: Shelves) -> None:
    member = cast("member")
    member.client.get(room.path())
    one = shelves.text(f"{CANARY}-TITLE", f"{CANARY}-COLLECTION", text=f"{CANARY} words", tags=["canary-tag"])
    made = send(cast("expert").client, room.path("/resources/lists/new"), title=f"{CANARY}-LIST")
    put = shelves.path(one, "/lists")
    send(cast("expert").client, put, put, list=made.location.rpartition("/")[2])
    with inside():
        run_pending()
        hidden = resource(one).collection_id
        outer = db.session.get_one(RoomCollection, hidden).public_id
    _reads_nothing(
        member.client, room, "", "/resources", "/resources?tag=canary-tag", "/resources?sort=new&withdrawn=1",
        "/resources/lists", "/resources/mine", "/log",
    )  # fmt: skip
    guessed = "Guess3dGuess3dGuess3d0"
    for real, other in (
        (f"/resources/{one}", f"/resources/{guessed}"),
        (f"/resources/{one}/pages/1", f"/resources/{guessed}/pages/1"),
        (f"/resources/{one}/download", f"/resources/{guessed}/download"),
        (f"/resources/in/{outer}", f"/resources/in/{guessed}"),
        (f"/resources/in/{outer}/news", f"/resources/in/{guessed}/news"),
        (made.location.removeprefix(room.path()), f"/resources/lists/{guessed}"),
    ):
        answers = [member.client.get(room.path(path)) for path in (real, other)]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert "0 resources" not in member.client.get(room.path("/resources")).text
    with inside():
        seat = seat_of(member, room.slug)
        assert collection_scope(hidden) not in scopes.scopes_of(seat.actor)
        assert may_follow(seat.actor, collection_topic(room.id, hidden)) is None
        assert find(seat.actor, CANARY).total == 0
        assert listing.feed(seat, tree(seat)) == []
        assert listing.counts(seat, tree(seat)).get(hidden) is None
        told = db.session.scalars(select(Notice.user_id).where(Notice.kind == "resources.new"))
        assert set(told) == {cast("expert").id}
    expert = cast("expert").client.get(room.path("/resources")).text
    assert f"{CANARY}-COLLECTION" in expert
    assert "1 resource<" in expert


def test_a_right_that_changes_holds_at_once(
    cast: Cast, inside: Inside, room: RoomScene, shelves: Shelves
) -> None:
    member, manager = cast("member"), cast("room_manager").client
    one = shelves.text(f"{CANARY}-TITLE", text=f"{CANARY} words")
    assert CANARY in member.client.get(shelves.path(one)).text
    with inside():
        run_pending()
        seat = seat_of(cast("room_manager"), room.slug)
        every, row = row_of(seat, one)
        target = next(node for node in every.nodes.values() if node.title)
        changing.move(seat, every, row.resource, target)
        inner = target.public_id
    assert member.client.get(shelves.path(one)).status_code == 404
    _reads_nothing(member.client, room, "/resources/mine")
    with inside():
        assert find(member.actor(), CANARY).total == 0
    edit = room.path(f"/resources/in/{inner}/edit")
    send(manager, edit, title="Open now", read_member="", write_member="allow", read_observer="deny")
    assert CANARY in member.client.get(shelves.path(one)).text
    assert member.client.get(room.path(f"/resources/in/{inner}/add/text")).status_code == 200
    assert cast("practitioner").client.get(shelves.path(one)).status_code == 404
    with inside():
        assert find(member.actor(), CANARY).total == 1
        assert collection(inner).rights == {"read": {"observer": "deny"}, "write": {"member": "allow"}}


def test_collections_are_made_moved_and_removed_by_managers(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    outer, other = shelves.collection("Outer"), shelves.collection("Other")
    inner = shelves.collection("Inner", "Outer")
    manager = cast("room_manager").client
    place = room.path(f"/resources/in/{outer}")
    assert send(manager, f"{place}/edit", f"{place}/collection", into=inner).status_code == 422
    assert send(manager, f"{place}/edit", f"{place}/removal").location == place
    with inside():
        assert collection(outer).title == "Outer"
    assert send(manager, f"{place}/edit", f"{place}/collection", into=other).location == place
    assert "Other" in cast("member").client.get(room.path(f"/resources/in/{inner}")).text
    place = room.path(f"/resources/in/{inner}")
    assert send(manager, f"{place}/edit", f"{place}/removal").status_code == 302
    assert manager.get(place).status_code == 404
    for name in ("expert", "member"):
        assert cast(name).client.get(room.path(f"/resources/in/{outer}/edit")).status_code == 404


def test_who_broke_the_glass_reads_all_and_changes_nothing(
    cast: Cast, inside: Inside, room: RoomScene, shelves: Shelves
) -> None:
    one = shelves.text(f"{CANARY}-TITLE", f"{CANARY}-COLLECTION")
    administrator = cast("administrator")
    assert administrator.client.get(shelves.path(one)).status_code == 404
    with inside():
        actor = administrator.actor()
        act_as(actor)
        seat = overseen(room.slug, actor)
        assert seat is not None
        oversight.break_glass(seat, "A complaint about a text in this room.", 1)
    assert CANARY in administrator.client.get(shelves.path(one)).text
    assert administrator.client.get(shelves.path(one, "/edit")).status_code == 404
    assert "Deborah Mensah" in cast("room_manager").client.get(shelves.path(one, "/readers")).text
