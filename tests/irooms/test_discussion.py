"""Topics and posts through the front door: who may do what, and what stays of what was taken away."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select

from app.core.database import db
from app.core.jobs import run_pending
from app.irooms.models import RoomLog
from app.irooms.models.discussion import RoomPost, RoomPostDraft, RoomPostVersion, RoomTopic
from app.irooms.queries.discussion import topics
from app.notifications.models import Notice
from app.records.models import Fact
from app.search.models import SearchDocument, SearchPart
from tests.cast import Cast
from tests.conftest import Inside
from tests.irooms.conftest import OpenRoom
from tests.irooms.scene import RoomScene, room_of, seat_of
from tests.irooms.shelves import Shelves
from tests.irooms.talk import article, fill, main_of, post_in, said, said_address, start, typed
from tests.support.forms import hidden_fields, send
from tests.support.queries import counted

HOSTILE = (
    "<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://evil.example/x.png)\n\n"
    "<img src=x onerror=alert(1)> [y](data:text/html,<script>alert(1)</script>) \u202egnp.exe\u202c `<b>`"
)


def indexed() -> str:
    """Return every word of the index, inside a transaction."""
    return " ".join(db.session.scalars(select(SearchPart.text))).casefold()


def test_a_member_starts_a_topic_and_others_answer(cast: Cast, inside: Inside, room: RoomScene) -> None:
    topic = start(cast("member"), room, "Preserving chat logs", "How long do **providers** keep them?")
    page = cast("expert").client.get(topic).text
    assert "<strong>providers</strong>" in page
    assert "Ngozi Adeyemi" in article(page, 1)
    answered = post_in(cast("expert"), topic, "Ninety days, mostly.")
    assert re.fullmatch(rf"{room.path('/posts/')}[\w-]+", answered.location)
    led = cast("member").client.get(answered.location)
    assert led.location == f"{topic}?page=1#p-2"
    assert "Hana Sato" in article(cast("member").client.get(led.location).text, 2)
    with inside():
        facts = db.session.scalars(
            select(Fact.result).where(
                Fact.verb == "contributed", Fact.activity_key == room_of(room).activity_key
            )
        ).all()
        assert [one["what"] for one in facts] == ["topic", "post"]


@pytest.mark.parametrize("name", ["outsider", "expelled", "administrator"])
def test_who_is_outside_learns_nothing(cast: Cast, room: RoomScene, name: str) -> None:
    topic = start(cast("member"), room, "CANARY-TITLE", "CANARY-TEXT")
    client = cast(name).client
    post = re.search(r'data-post="([\w-]+)"', cast("member").client.get(topic).text)
    assert post is not None
    for path in (
        room.path("/discussion"), room.path("/discussion/new"), room.path("/discussion/people"), topic,
        f"{topic}/posts?after=0", room.path(f"/posts/{post.group(1)}"),
        room.path(f"/posts/{post.group(1)}/versions"), room.path("/discussion/drafts/new/mentions"),
    ):  # fmt: skip
        real, guessed = client.get(path), client.get(path.replace(room.slug, "Guess3d" * 3))
        assert real.status_code == guessed.status_code == 404
        assert "CANARY" not in real.text


def test_observers_read_and_write_nothing(cast: Cast, room: RoomScene) -> None:
    topic = start(cast("member"), room, "A topic", "A text")
    observer = cast("practitioner").client
    page = observer.get(f"{topic}?lang=en").text
    assert "A text" in page
    assert "You are an observer here" in page
    assert 'id="composer"' not in page
    assert observer.get(room.path("/discussion/new")).status_code == 404
    values = {"csrf_token": hidden_fields(page, f"{topic}/following").get("csrf_token", "")}
    assert observer.post(f"{topic}/posts", data=values | {"text": "No"}).status_code == 404
    assert observer.post(f"{topic}/reading", data=values | {"number": "1"}).status_code == 302


def test_sending_twice_is_one_post(cast: Cast, inside: Inside, room: RoomScene) -> None:
    topic = start(cast("member"), room, "A topic", "The first")
    member = cast("member").client
    fields = hidden_fields(member.get(topic).text, f"{topic}/posts") | {"text": "Once", "language": "en"}
    fields["idempotency_key"] = str(uuid.uuid4())
    first = member.post(f"{topic}/posts", data=fields)
    fields["idempotency_key"] = str(uuid.uuid4())  # a program that retries need not know our keys
    assert member.post(f"{topic}/posts", data=fields).location == first.location
    other = member.post(f"{topic}/posts", data=fields | {"text": "Another", "idempotency_key": "x"})
    assert other.status_code == 422
    assert "posted from another page" in other.text
    assert typed(other.text) == "Another"
    assert said(member.get(topic).text) == ["The first", "Once"]
    again = member.post(
        f"{topic}/posts",
        data=hidden_fields(other.text, f"{topic}/posts") | {"text": "Another", "language": "en"},
    )
    assert again.status_code == 302
    assert said(member.get(topic).text) == ["The first", "Once", "Another"]


def test_a_topic_sent_twice_is_one(cast: Cast, inside: Inside, room: RoomScene) -> None:
    member = cast("member").client
    form = hidden_fields(member.get(room.path("/discussion/new")).text, room.path("/discussion"))
    values = form | {"title": "Once", "text": "Only", "language": "en"}
    first = member.post(room.path("/discussion"), data=values | {"idempotency_key": "a"})
    assert (
        member.post(room.path("/discussion"), data=values | {"idempotency_key": "b"}).location
        == first.location
    )
    with inside():
        assert len(db.session.scalars(select(RoomTopic)).all()) == 1


def test_empty_and_overlong_texts_come_back_as_typed(cast: Cast, room: RoomScene) -> None:
    topic = start(cast("member"), room, "A topic", "A text")
    assert post_in(cast("member"), topic, "  \u200b ").status_code == 422
    long = post_in(cast("member"), topic, "x" * 10_001)
    assert long.status_code == 422
    assert typed(long.text) == "x" * 10_001
    assert post_in(cast("member"), topic, "y" * 10_000).status_code == 302
    new = room.path("/discussion/new")
    untitled = send(cast("member").client, new, room.path("/discussion"), text="Kept text", language="en")
    assert untitled.status_code == 422
    assert "Kept text" in untitled.text


def test_hostile_text_is_words_only(cast: Cast, room: RoomScene) -> None:
    topic = start(cast("member"), room, "<script>t</script>\u202egnp", HOSTILE)
    page = main_of(cast("expert").client.get(topic).text)
    shown = article(page, 1)
    assert "<script" not in page
    assert "<img" not in shown
    assert not re.search(r'href="(javascript|data):', shown)
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page
    assert "<img" not in cast("expert").client.get(f"{topic}/posts?after=0").text


def test_an_edit_keeps_what_was_said(cast: Cast, inside: Inside, room: RoomScene) -> None:
    topic = start(cast("member"), room, "A topic", "Thirty days")
    edit = said_address(cast("member").client, topic, 1) + "/edit"
    assert cast("expert").client.get(edit).status_code == 404
    assert send(cast("member").client, edit, text="Ninety days", language="en").status_code == 302
    page = cast("expert").client.get(topic).text
    assert said(page) == ["Ninety days"]
    assert "edited" in article(page, 1)
    versions = main_of(cast("practitioner").client.get(edit.replace("/edit", "/versions")).text)
    assert versions.index("Ninety days") < versions.index("Thirty days")
    with inside():
        assert "ninety" in indexed()
        assert "thirty" not in indexed()
    stale = hidden_fields(cast("member").client.get(edit).text, edit) | {"edits": "0", "language": "en"}
    refused = cast("member").client.post(edit, data=stale | {"text": "Sixty days"})
    assert refused.status_code == 422
    assert typed(refused.text) == "Sixty days"


def test_deleted_text_is_gone_everywhere_and_a_trace_stays(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    topic = start(cast("member"), room, "A topic", "The opening")
    post_in(cast("expert"), topic, "CANARY-GONE once")
    address = said_address(cast("expert").client, topic, 2)
    send(cast("expert").client, f"{address}/edit", text="CANARY-GONE twice", language="en")
    quoting = post_in(
        cast("member"), topic, "I agree", quote_of=address.rsplit("/", 1)[1], quote_text="CANARY-GONE twice"
    )
    assert quoting.status_code == 302
    assert "CANARY-GONE" in article(cast("owner").client.get(topic).text, 3)
    assert send(cast("expert").client, f"{address}/removal").location == f"{topic}?page=1#p-2"
    page = cast("owner").client.get(topic).text
    assert "CANARY-GONE" not in page
    assert "Deleted by its author" in article(page, 2)
    assert "quoted here was deleted" in article(page, 3)
    assert "CANARY-GONE" not in cast("owner").client.get(f"{topic}/posts?after=0").text
    assert cast("owner").client.get(f"{address}/versions").status_code == 404
    with inside():
        for column in (RoomPost.text, RoomPost.quote_text, RoomPostVersion.text, RoomPostDraft.quote_text):
            assert "CANARY-GONE" not in " ".join(db.session.scalars(select(column)))
        assert "canary" not in indexed()


def test_a_manager_removes_for_a_reason_that_everybody_reads(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    topic = start(cast("member"), room, "A topic", "Buy my book")
    address = said_address(cast("member").client, topic, 1)
    assert cast("expert").client.get(f"{address}/removal").status_code == 404
    manager = cast("room_manager").client
    assert "Remove" in article(manager.get(topic).text, 1)
    assert send(manager, f"{address}/removal", reason="").status_code == 422
    assert send(manager, f"{address}/removal", reason="Advertising has no place here.").status_code == 302
    trace = article(cast("member").client.get(topic).text, 1)
    assert "Removed by a manager" in trace
    assert "Advertising has no place here." in trace
    assert "Buy my book" not in cast("member").client.get(topic).text
    assert "removed a post by Ngozi Adeyemi" in cast("expert").client.get(room.path("/log")).text
    with inside():
        told = select(Notice.kind).where(Notice.user_id == cast("member").id)
        assert "discussion.removed" in db.session.scalars(told).all()
        assert db.session.scalars(select(RoomTopic.title)).one() == ""  # nothing of it is left


def test_a_locked_topic_refuses_and_keeps_what_was_typed(cast: Cast, inside: Inside, room: RoomScene) -> None:
    topic = start(cast("member"), room, "A topic", "A text")
    member = cast("member").client
    fields = hidden_fields(member.get(topic).text, f"{topic}/posts")
    assert cast("expert").client.post(f"{topic}/locking", data=fields | {"on": "1"}).status_code in {400, 404}
    send(cast("room_manager").client, topic, f"{topic}/locking")
    late = member.post(f"{topic}/posts", data=fields | {"text": "Typed for an hour", "language": "en"})
    assert late.status_code == 422
    assert "This topic is locked" in late.text
    assert "Typed for an hour" in late.text
    with inside():
        assert db.session.scalars(select(RoomPostDraft.text)).one() == "Typed for an hour"
    send(cast("room_manager").client, topic, f"{topic}/locking", on="0")
    assert typed(member.get(topic).text) == "Typed for an hour"


def test_posts_are_moved_and_traces_lead_there(cast: Cast, inside: Inside, room: RoomScene) -> None:
    topic = start(cast("member"), room, "Chat logs", "One")
    for player, text in (("expert", "Two"), ("member", "Three"), ("owner", "Four")):
        post_in(cast(player), topic, text)
    member = cast("member").client
    fields = hidden_fields(member.get(topic).text, f"{topic}/posts")
    member.post(f"{topic}/reading", data=fields | {"number": "3"})
    move = said_address(cast("room_manager").client, topic, 2) + "/moving"
    assert member.get(move).status_code == 404
    assert send(cast("room_manager").client, move, run="rest", target="", title="").status_code == 422
    moved = send(cast("room_manager").client, move, run="rest", target="", title="Another matter")
    there = cast("member").client.get(moved.location).location
    page = cast("owner").client.get(there).text
    assert said(page) == ["Two", "Three", "Four"]
    assert said(cast("owner").client.get(topic).text) == ["One"]
    assert "Another matter" in article(cast("owner").client.get(topic).text, 3)
    assert 'id="new"' in member.get(there.split("?")[0]).text  # they had read two of the three
    middle = said_address(cast("room_manager").client, there.split("?")[0], 2) + "/moving"
    apart = send(cast("room_manager").client, middle, run="run", last="3", target="", title="A third")
    landed = cast("owner").client.get(apart.location).location
    assert said(cast("owner").client.get(landed).text) == ["Three", "Four"]
    assert said(cast("owner").client.get(there).text) == ["Two"]
    back = said_address(cast("room_manager").client, topic, 1) + "/moving"
    target = there.split("?")[0].rsplit("/", 1)[1]
    send(cast("room_manager").client, back, run="one", target=target, title="")
    late = member.post(f"{topic}/posts", data=fields | {"text": "Where is it?", "language": "en"})
    assert late.status_code == 422
    assert "moved to another topic" in late.text
    assert typed(member.get(there).text) == "Where is it?"


def test_who_asked_says_what_the_answer_is(cast: Cast, inside: Inside, room: RoomScene) -> None:
    topic = start(cast("member"), room, "How long?", "How long?")
    post_in(cast("expert"), topic, "Ninety days")
    owner = hidden_fields(cast("owner").client.get(topic).text, f"{topic}/posts")
    assert cast("owner").client.post(f"{topic}/answer", data=owner | {"post": "2"}).status_code == 404
    assert send(cast("member").client, topic, f"{topic}/answer", post="2").location == f"{topic}?page=1#p-2"
    assert "Answer" in article(cast("owner").client.get(topic).text, 2)
    with inside():
        told = select(Notice.kind).where(Notice.user_id == cast("expert").id)
        assert "discussion.answer" in db.session.scalars(told).all()
    send(cast("member").client, topic, f"{topic}/answer", post="")
    assert "Answered in post" not in cast("owner").client.get(topic).text


def test_it_opens_at_the_first_unread_and_never_goes_back(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    topic = start(cast("member"), room, "A topic", "Post 1")
    owner = cast("owner").client
    with inside():
        fill(cast("expert"), topic, [f"Post {number}" for number in range(2, 54)])
    assert said(owner.get(topic).text)[0] == "Post 1"
    listed = main_of(owner.get(room.path("/discussion?show=unread")).text)
    assert "53 unread posts" in listed
    assert "53 unread posts" in main_of(owner.get(room.path()).text)
    fields = hidden_fields(owner.get(topic).text, f"{topic}/reading")
    owner.post(f"{topic}/reading", data=fields | {"number": "51"})
    page = owner.get(topic).text
    assert said(page) == ["Post 51", "Post 52", "Post 53"]
    assert page.index('id="p-51"') < page.index('id="new"') < page.index('id="p-52"')
    owner.post(f"{topic}/reading", data=fields | {"number": "3"})
    assert 'id="new"' in owner.get(f"{topic}?page=2").text
    assert "2 unread posts" in owner.get(room.path("/discussion")).text
    owner.post(f"{topic}/reading", data=fields | {"number": "999"})
    assert "No such topics" in owner.get(room.path("/discussion?show=unread")).text
    assert "unread post" not in main_of(owner.get(room.path()).text)


def test_changes_are_read_again_from_where_one_was(cast: Cast, room: RoomScene) -> None:
    topic = start(cast("member"), room, "A topic", "One")
    member = cast("member").client
    page = member.get(topic).text
    reached = re.search(r'data-live-after="(\d+)" data-live-url="([^"]+)"', page)
    assert reached is not None
    address = reached.group(2).replace("&amp;", "&")
    post_in(cast("expert"), topic, "Two")
    piece = member.get(address + reached.group(1)).text
    assert said(piece) == ["Two"]
    further = re.search(r'data-live-after="(\d+)"', piece)
    assert further is not None
    assert said(member.get(address + further.group(1)).text) == []
    edit = said_address(cast("expert").client, topic, 2)
    send(cast("expert").client, f"{edit}/edit", text="Two, better", language="en")
    assert said(member.get(address + further.group(1)).text) == ["Two, better"]
    send(cast("expert").client, f"{edit}/removal")
    piece = member.get(address + further.group(1)).text
    assert "Deleted by its author" in piece
    assert "better" not in piece


def test_announcements_are_managers_and_reach_everybody(cast: Cast, inside: Inside, room: RoomScene) -> None:
    new = room.path("/discussion/new?kind=announcement")
    form = hidden_fields(cast("member").client.get(new).text, room.path("/discussion"))
    assert form["kind"] == ""
    values = {"title": "Meeting on Monday", "text": "At ten.", "language": "en"}
    refused = cast("member").client.post(
        room.path("/discussion"), data=form | values | {"kind": "announcement"}
    )
    assert refused.status_code == 422
    send(cast("member").client, room.path("/discussion"), room.path("/discussion/following"), level="none")
    made = send(cast("room_manager").client, new, room.path("/discussion"), **values, lock="y")
    assert made.status_code == 302
    first = main_of(cast("member").client.get(room.path()).text)
    assert "Meeting on Monday" in first
    assert "This topic is locked" in cast("member").client.get(made.location).text
    with inside():
        told = db.session.scalars(
            select(Notice.user_id).where(Notice.kind == "discussion.announcement")
        ).all()
        assert set(told) == {cast(one).id for one in ("member", "expert", "owner", "practitioner")}


def test_a_new_title_is_the_title_everywhere(cast: Cast, inside: Inside, room: RoomScene) -> None:
    topic = start(cast("member"), room, "CANARY-TITLE", "A text")
    post_in(cast("expert"), topic, "An answer")
    assert "CANARY-TITLE" in main_of(cast("member").client.get("/notices").text)
    page = f"{topic}/settings"
    assert cast("expert").client.get(page).status_code == 404
    assert send(cast("room_manager").client, page, title="  ", language="en").status_code == 422
    assert send(cast("room_manager").client, page, title="Chat logs", language="fr").location == topic
    with inside():
        run_pending()
        assert "Chat logs" in {row.title for row in db.session.scalars(select(SearchDocument))}
        assert "CANARY" not in str(
            [(row.title, row.facets) for row in db.session.scalars(select(SearchDocument))]
        )
    for path in (topic, room.path("/discussion"), "/notices", room.path()):
        assert "CANARY-TITLE" not in cast("member").client.get(path).text
    assert "Chat logs" in main_of(cast("member").client.get("/notices").text)


def test_who_hears_of_a_post(cast: Cast, inside: Inside, room: RoomScene) -> None:
    topic = start(cast("member"), room, "A topic", "A text")
    send(cast("owner").client, topic, f"{topic}/following", follow="follow")
    send(
        cast("practitioner").client, room.path("/discussion"), room.path("/discussion/following"), level="all"
    )
    post_in(cast("expert"), topic, "One")
    post_in(cast("expert"), topic, "Two")
    with inside():
        rows = db.session.execute(
            select(Notice.user_id, Notice.count).where(Notice.kind == "discussion.post")
        )
        assert dict(rows.all()) == {cast(one).id: 2 for one in ("member", "owner", "practitioner")}
    send(cast("owner").client, topic, f"{topic}/following", follow="mute")
    post_in(cast("expert"), topic, "Three", mentions=[room.members["owner"]])
    with inside():
        kinds = db.session.execute(
            select(Notice.kind, Notice.count).where(Notice.user_id == cast("owner").id)
        )
        assert dict(kinds.all()) == {"discussion.post": 2, "discussion.mention": 1}
    fields = hidden_fields(cast("member").client.get(topic).text, f"{topic}/posts")
    cast("member").client.post(f"{topic}/reading", data=fields | {"number": "4"})
    with inside():
        unread = select(Notice.id).where(Notice.user_id == cast("member").id, Notice.read_at.is_(None))
        assert db.session.scalars(unread).all() == []


def test_a_mention_follows_the_face(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    room = open_room()
    topic = start(cast("member"), room, "A topic", "A text")
    people = cast("member").client.get(room.path("/discussion/people?q=hana")).json
    assert people is not None
    assert [one["label"] for one in people["people"]] == ["Hana Sato"]
    post_in(cast("member"), topic, "Ask @Hana Sato.", mentions=[people["people"][0]["id"]])
    assert "@Hana Sato" in article(cast("owner").client.get(topic).text, 2)
    assert "You are mentioned" in article(cast("expert").client.get(topic).text, 2)
    with inside():
        kept = db.session.scalars(select(RoomPost.text).where(RoomPost.number == 2)).one()
        assert kept == f"Ask @{{{room.members['expert']}}}."
        room_of(room).identity = "pseudonym"
    for path in (topic, room.path("/discussion/people?q=hana"), f"{topic}/posts?after=0"):
        assert "Hana" not in main_of(cast("owner").client.get(path).text)
    edit = said_address(cast("member").client, topic, 2)
    assert "Hana" not in main_of(cast("member").client.get(f"{edit}/edit").text)


def test_without_scripts_people_are_chosen_on_a_page(cast: Cast, room: RoomScene) -> None:
    topic = start(cast("member"), room, "A topic", "A text")
    member = cast("member").client
    drafts = room.path(f"/discussion/drafts/{topic.rsplit('/', 1)[1]}")
    fields = hidden_fields(member.get(topic).text, f"{topic}/posts")
    on = member.post(drafts, data=fields | {"text": "Who knows?", "language": "en", "then": "mentions"})
    assert on.location == f"{drafts}/mentions"
    back = send(member, f"{drafts}/mentions", mentions=[room.members["expert"]])
    assert back.location == f"{topic}#composer"
    page = member.get(topic).text
    assert typed(page) == "Who knows?"
    assert re.search(rf'name="mentions"[^>]* value="{room.members["expert"]}" checked', page)
    assert "Who knows?" not in cast("expert").client.get(topic).text


def test_a_draft_is_kept_and_a_late_save_brings_none_back(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    topic = start(cast("member"), room, "A topic", "A text")
    member = cast("member").client
    place = room.path(f"/discussion/drafts/{topic.rsplit('/', 1)[1]}")
    fields = hidden_fields(member.get(topic).text, f"{topic}/posts") | {"text": "Half a", "language": "fr"}
    saved = member.post(place, data=fields, headers={"Accept": "application/json"})
    assert saved.json == {"version": fields["client_id"]}
    page = cast("member").new_client().get(topic).text
    assert typed(page) == "Half a"
    assert hidden_fields(page, f"{topic}/posts")["client_id"] == fields["client_id"]
    posted = member.post(
        f"{topic}/posts", data=fields | {"text": "Half a thought", "idempotency_key": str(uuid.uuid4())}
    )
    assert posted.status_code == 302
    late = member.post(place, data=fields, headers={"Accept": "application/json"})
    assert late.status_code == 409
    assert typed(member.get(topic).text) == ""


def test_quotes_are_passages_that_stand_there(cast: Cast, room: RoomScene) -> None:
    topic = start(
        cast("member"), room, "A topic", "Providers keep **chat logs** for ninety days.\n\nNot longer."
    )
    post_id = said_address(cast("member").client, topic, 1).rsplit("/", 1)[1]
    forged = post_in(cast("expert"), topic, "So!", quote_of=post_id, quote_text="I confess")
    assert forged.status_code == 422
    assert "does not say this" in forged.text
    right = post_in(
        cast("expert"), topic, "So!", quote_of=post_id, quote_text="keep chat logs\nfor ninety days"
    )
    assert right.status_code == 302
    shown = article(cast("owner").client.get(topic).text, 2)
    assert "keep chat logs" in shown
    assert room.path(f"/posts/{post_id}") in shown
    assert "ninety days" in typed(cast("owner").client.get(f"{topic}?quote={post_id}").text, "quote_text")


def test_an_attachment_is_there_for_who_may_see_it(cast: Cast, inside: Inside, room: RoomScene) -> None:
    shelves = Shelves(room, inside, cast("room_manager"))
    shelves.collection("For experts", read={"member": "deny"})
    secret, shared = shelves.text("CANARY-SECRET", within="For experts"), shelves.text("A shared guide")
    topic = start(cast("member"), room, "A topic", "A text")
    place = room.path(f"/discussion/drafts/{topic.rsplit('/', 1)[1]}/attachments")
    assert "CANARY-SECRET" not in cast("member").client.get(place).text
    assert "CANARY-SECRET" in cast("expert").client.get(place).text
    back = send(cast("expert").client, place, attachments=[secret, shared])
    assert back.location == f"{topic}#composer"
    post_in(cast("expert"), topic, "Read these.", attachments=[secret, shared])
    seen = article(cast("expert").client.get(topic).text, 2)
    assert "CANARY-SECRET" in seen
    assert shelves.path(secret) in seen
    for path in (topic, f"{topic}/posts?after=0"):
        page = cast("member").client.get(path).text
        assert "CANARY-SECRET" not in page
        assert secret not in page
        assert "A shared guide" in page
    post_in(cast("member"), topic, "And I?", attachments=[secret])
    assert "CANARY-SECRET" not in article(cast("expert").client.get(topic).text, 3)


@pytest.mark.parametrize("name", ["owner", "room_manager"])
def test_pseudonyms_stay_so(cast: Cast, inside: Inside, masked_room: RoomScene, name: str) -> None:
    topic = start(cast("member"), masked_room, "A topic", "A text")
    post_in(cast("expert"), topic, "An answer", mentions=[masked_room.members["member"]])
    client = cast(name).client
    first = said_address(client, topic, 1)
    paths = [topic, f"{topic}/posts?after=0", masked_room.path("/discussion"), masked_room.path("/discussion/people"),
             f"{first}/versions", masked_room.path("/discussion/drafts/new/mentions"), masked_room.path("/log"),
             masked_room.path()]  # fmt: skip
    paths += [f"{first}/removal", f"{first}/moving"] if name == "room_manager" else []
    for path in paths:
        text = main_of(client.get(path).text)
        for one in ("Adeyemi", "Ngozi", "Sato", "Hana", "Nigeria", "Japan", "@cast.example"):
            assert one not in text, (path, one)
    with inside():
        told = db.session.scalars(select(Notice.params)).all()
        assert told
        assert "Adeyemi" not in str(told)
        assert db.session.scalars(
            select(Fact.learner_key).where(
                Fact.verb == "contributed", Fact.activity_key == room_of(masked_room).activity_key
            )
        ).all() == [None, None]


def test_a_closed_room_is_read_only_and_keeps_what_was_typed(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    topic = start(cast("member"), room, "A topic", "A text")
    member = cast("member").client
    fields = hidden_fields(member.get(topic).text, f"{topic}/posts")
    send(cast("room_manager").client, room.path("/policy"), room.path("/closing"))
    page = member.get(topic).text
    assert "A text" in page
    assert 'id="composer"' not in page
    late = member.post(f"{topic}/posts", data=fields | {"text": "Too late", "language": "en"})
    assert late.status_code == 422
    assert "Too late" in late.text
    edit = said_address(member, topic, 1)
    assert member.get(f"{edit}/edit").status_code == 404
    assert cast("room_manager").client.post(f"{topic}/pinning", data=fields).status_code in {400, 404}


def test_break_glass_reads_and_the_log_says_so(cast: Cast, inside: Inside, room: RoomScene) -> None:
    topic = start(cast("member"), room, "A topic", "A text")
    admin = cast("administrator").client
    send(admin, room.path("/glass"), reason="A member reported unlawful content here.", hours="1")
    page = admin.get(topic).text
    assert "A text" in page
    assert 'id="composer"' not in page
    assert admin.get(room.path("/discussion/new")).status_code == 404
    with inside():
        verbs = db.session.scalars(select(RoomLog.verb).where(RoomLog.room_id == room.id)).all()
        assert "room_discussion.topic_read" in verbs


def test_pages_take_few_statements(cast: Cast, inside: Inside, room: RoomScene) -> None:
    guide = Shelves(room, inside, cast("room_manager")).text("A guide")
    topic = start(cast("member"), room, "A topic", "A text")
    first = said_address(cast("member").client, topic, 1).rsplit("/", 1)[1]
    beside = {
        "mentions": [room.members["member"]],
        "quote_of": first,
        "quote_text": "A text",
        "attachments": [guide],
    }
    for number in range(6):
        post_in(cast(("expert", "owner", "member")[number % 3]), topic, f"Post {number}", **beside)
    client = cast("member").client
    draft = hidden_fields(client.get(topic).text, f"{topic}/posts") | {
        "text": "Kept",
        "quote_of": first,
        "quote_text": "A text",
    }
    client.post(room.path(f"/discussion/drafts/{topic.rsplit('/', 1)[1]}"), data=draft)
    for path in (topic, f"{topic}/posts?after=3", room.path("/discussion"), room.path("/calendar")):
        client.get(path)
        with counted() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 8, (path, "\n".join(one[:90] for one in statements))
    with inside():
        seat = seat_of(cast("owner"), room.slug)
        with counted() as statements:
            assert topics.news(seat)
        assert len(statements) == 1  # of the room's first page, which other parts fill, too
