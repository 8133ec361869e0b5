"""Notices on the platform: folded, counted, opened, gone with the right to know."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.accounts.actions import close_account
from app.core import clock, scopes
from app.core.access import NOBODY, Actor
from app.core.database import db
from app.notifications import actions, jobs
from app.notifications.models import CalendarToken, Notice, NoticePreference
from app.notifications.words import UnknownKind
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.notifications.conftest import OTHER_ROOM, ROOM, Held, Tell
from tests.support.forms import hidden_fields, send
from tests.support.queries import counted

COUNT = re.compile(r'class="header-count" aria-hidden="true">(\d+\+?)<')


def badge(player: Player) -> str:
    """Return the count in the header of any page; empty when there is none."""
    found = COUNT.search(player.client.get("/courses").text)
    return found[1] if found else ""


def links(player: Player) -> list[str]:
    """Return the notices on the page, in order."""
    return re.findall(r'href="(/notices/[\w-]{22})"', player.client.get("/notices").text)


def test_repeats_fold_into_one_that_counts_and_begin_anew_once_read(member: Player, tell: Tell) -> None:
    assert [tell(member) for _ in range(3)] == [1, 1, 1]
    tell(member, topic="other")
    page = member.client.get("/notices").text
    assert "Answer ×3 · Evidence" in page
    assert badge(member) == "2"
    assert "Notices, 2 not read" in page
    member.client.get(links(member)[1])
    tell(member)
    assert "Answer ×1 · Evidence" in member.client.get("/notices").text
    assert badge(member) == "2"


def test_a_notice_without_topic_stands_alone(member: Player, tell: Tell) -> None:
    tell(member, topic="")
    tell(member, topic="")
    assert len(links(member)) == 2


def test_opening_leads_on_and_reads(member: Player, tell: Tell) -> None:
    tell(member)
    [link] = links(member)
    answer = member.client.get(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/about?topic=t")
    assert badge(member) == ""
    page = member.client.get("/notices").text
    assert "Read</h2>" in page
    assert "Not read yet" not in page


def test_one_or_all_are_marked_as_read_by_post(member: Player, tell: Tell) -> None:
    for topic in "abc":
        tell(member, topic=topic)
    first = links(member)[0]
    assert send(member.client, "/notices", f"{first}/read").status_code == 302
    assert badge(member) == "2"
    assert send(member.client, "/notices", "/notices/read").status_code == 302
    assert badge(member) == ""
    assert len(links(member)) == 3


def test_seeing_the_thing_reads_its_notices_within_the_same_page(
    member: Player, tell: Tell, inside: Inside
) -> None:
    tell(member, topic="a")
    tell(member, topic="b")
    with inside():
        assert actions.seen(member.actor(), "a", kinds=["test.secret"]) == 0
        assert actions.seen(member.actor(), "a") == 1
    assert badge(member) == "1"


def test_what_may_not_be_known_any_more_is_not_there(member: Player, tell: Tell, held: Held) -> None:
    tell(member, topic="a")
    tell(member, topic="b", scope=OTHER_ROOM)
    before = set(links(member))
    held[member.id].discard(ROOM)
    assert badge(member) == "1"
    [left] = links(member)
    [gone] = before - {left}
    missing = member.client.get(f"/notices/{'x' * 22}")
    for answer in (member.client.get(gone), missing):
        assert answer.status_code == 404
    assert "Evidence" not in member.client.get(gone).text


def test_anothers_notice_is_not_there(member: Player, cast: Cast, tell: Tell, held: Held) -> None:
    tell(member)
    [link] = links(member)
    other = cast("owner")
    held[other.id] = {ROOM}
    assert other.client.get(link).status_code == 404
    token = hidden_fields(member.client.get("/notices").text, f"{link}/read")
    assert cast("outsider").client.post(f"{link}/read", data=token).status_code in {400, 404}
    assert badge(member) == "1"


def test_who_causes_it_who_muted_it_and_who_may_do_nothing_are_not_told(
    member: Player, cast: Cast, inside: Inside, held: Held
) -> None:
    owner, suspended, pending = cast("owner"), cast("suspended"), cast("pending")
    everybody = [member.id, owner.id, owner.id, suspended.id, pending.id]
    with inside():
        actions.choose(owner.id, {ROOM: actions.Choice(muted=True)})
        told = actions.notify(everybody, "test.reply", f"{ROOM}:managers", {"room": "", "topic": ""})
        assert told == 1
        assert actions.notify(everybody, "test.reply", ROOM, {}, by=member.actor()) == 0
        assert actions.notify([owner.id], "test.reply", "collection:3", {}, within=ROOM) == 0
        assert actions.notify([owner.id], "test.reply", OTHER_ROOM, {}, by=NOBODY) == 1


def test_an_unknown_kind_fails_loudly(member: Player, inside: Inside) -> None:
    with inside(), pytest.raises(UnknownKind, match="no such kind"):
        actions.notify([member.id], "no such kind", ROOM, {})


def test_a_notice_that_cannot_be_told_does_not_take_the_others_along(
    member: Player, tell: Tell, inside: Inside
) -> None:
    tell(member)
    with inside():
        actions.notify([member.id], "test.reply", ROOM, {"nothing": "fits"}, topic="broken")
    page = member.client.get("/notices").text
    assert "Something that is not there any more" in page
    assert "Answer ×1" in page
    for link in links(member):
        assert member.client.get(link).status_code in {302, 303}
    assert badge(member) == ""


def test_five_hundred_people_are_told_in_one_statement(member: Player, inside: Inside) -> None:
    with inside(), counted() as statements:
        actions.notify([*range(1_000_000, 1_000_500), member.id], "test.reply", ROOM, {}, topic="t")
    assert len(statements) == 1


def test_pages_cost_no_statement_more_however_many_there_are(
    member: Player, tell: Tell, inside: Inside
) -> None:
    member.client.get("/courses")
    with counted() as without:
        member.client.get("/courses")
    with inside():
        for number in range(70):
            params = {"room": "R", "topic": "t"}
            actions.notify([member.id], "test.reply", ROOM, params, topic=str(number))
    with counted() as with_many:
        assert badge(member) == "70"
    assert len(with_many) == len(without)
    with counted() as page:
        member.client.get("/notices")
    assert len(page) <= 3


def test_the_pager_shows_each_notice_once(member: Player, inside: Inside) -> None:
    with inside():
        for number in range(70):
            params = {"room": f"R{number}", "topic": "t"}
            actions.notify([member.id], "test.reply", ROOM, params, topic=str(number), at=clock.now())
        newest = select(Notice).order_by(Notice.id.desc()).limit(35)
        for notice in db.session.scalars(newest).all():
            actions.read(notice)
    path: str | None = "/notices"
    met: list[str] = []
    while path:
        page = member.client.get(path).text
        met += re.findall(r"Evidence|· (R\d+)<", page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        path = further[1].replace("&amp;", "&") if further else None
    assert len(met) == len(set(met)) == 70
    assert {int(one[1:]) for one in met[:35]} == set(range(35))
    for cursor in ("x", "0.9", f"1.{'9' * 30}.x", "0.17.é", "2.1.x"):
        assert member.client.get(f"/notices?after={cursor}").status_code == 200


def test_the_empty_page_says_what_will_come(cast: Cast) -> None:
    page = cast("outsider").client.get("/notices?lang=en").text
    assert "No notices yet" in page
    assert "header-count" not in page


def test_in_arabic_the_page_is_mirrored(member: Player, tell: Tell) -> None:
    tell(member)
    page = member.client.get("/notices?lang=ar").text
    assert 'dir="rtl"' in page
    assert "×1 · Evidence" in page


def test_an_account_that_closes_leaves_nothing(
    member: Player, tell: Tell, inside: Inside, at: Callable[[str], None]
) -> None:
    tell(member)
    with inside() as session:
        actions.choose(member.id, {ROOM: actions.Choice(muted=True)})
        actions.new_feed(member.actor())
        close_account(None, member.person())
        for table in (Notice, NoticePreference, CalendarToken):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_old_notices_are_forgotten(
    member: Player, tell: Tell, inside: Inside, at: Callable[[str], None]
) -> None:
    at("2026-01-01 12:00")
    tell(member, topic="read")
    with inside():
        actions.seen(member.actor(), "read")
    tell(member, topic="never read")
    at("2026-04-15 12:00")
    with inside():
        jobs.forget_old()
        assert db.session.scalars(select(Notice.topic)).all() == ["never read"]
    at("2027-01-15 12:00")
    with inside():
        jobs.forget_old()
        assert db.session.scalars(select(Notice.topic)).all() == []


def test_only_the_feature_that_a_notice_belongs_to_is_asked(
    member: Player, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def other(actor: Actor) -> list[str]:
        asked.append(actor)
        return ["course:1"]

    scopes.provide("other", other, kinds=["course"])
    tell(member)
    assert badge(member) == "1"
    assert asked == []
    tell(member, topic="c", scope="course:1")
    assert badge(member) == "2"
    assert asked
    scopes.provide("other", other, kinds=["seminar"])
    tell(member, topic="s", scope="seminar:1")
    with pytest.raises(ValueError, match="not named"):
        badge(member)
