"""Mail about notices: when each person's morning comes, once, in their language, naming nothing that must not leave."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

import config
from app.accounts import actions as accounts
from app.accounts.models import User
from app.core import jobs as queue
from app.core.database import TransactionalFlask
from app.core.models import OutboxMail
from app.core.settings import KEY
from app.notifications import actions, jobs, links, notices, queries
from app.notifications.actions import Choice
from app.notifications.models import EVERYTHING, Digest, Notice, NoticePreference
from app.notifications.rhythm import due_before
from tests.cast import Cast, Player
from tests.conftest import Inside, settings_for_tests
from tests.core.test_mail import sink
from tests.notifications.conftest import OTHER_ROOM, ROOM, Held, Tell
from tests.support.forms import send
from tests.support.queries import counted
from tests.support.smtp import Sink

__all__ = ["sink"]
At = Callable[[str], None]
Run = Callable[[], list[OutboxMail]]
MONDAY = "2026-03-02"


@pytest.fixture
def choose(inside: Inside) -> Callable[[Player, str], None]:
    def chosen(player: Player, digest: str) -> None:
        with inside():
            actions.choose(player.id, {EVERYTHING: Choice(Digest(digest))})

    return chosen


# ------------------------------------------------------------------------------------------------ when


def test_the_daily_mail_comes_at_seven_where_the_person_is(
    member: Player, tell: Tell, at: At, run_mails: Run
) -> None:
    at(f"{MONDAY} 12:00")
    tell(member, topic="a")
    tell(member, topic="b")
    at("2026-03-03 05:59")  # Lagos is an hour ahead
    assert run_mails() == []
    at("2026-03-03 06:00:01")
    tell(member, topic="after seven")
    [mail] = run_mails()
    assert (mail.recipient, mail.subject, mail.language) == (member.email, "2 new notices", "en")
    assert mail.text.count("Answer ×1 · Evidence") == 2
    at("2026-03-03 06:10")
    assert len(run_mails()) == 1


@pytest.mark.parametrize(
    ("zone", "day", "hour_utc"),
    [
        ("Europe/Paris", "2026-03-28", "06:00"),
        ("Europe/Paris", "2026-03-29", "05:00"),  # summer time began at night
        ("Europe/Paris", "2026-10-25", "06:00"),  # and ended
        ("America/New_York", "2026-03-08", "11:00"),
        ("America/New_York", "2026-11-01", "12:00"),
        ("America/Santiago", "2026-04-05", "11:00"),  # the south
        ("America/Santiago", "2026-09-06", "10:00"),
        ("Asia/Kathmandu", "2026-03-28", "01:15"),
        ("Pacific/Auckland", "2026-04-05", "19:00"),  # on the day before in UTC
        ("UTC", "2026-03-29", "07:00"),
    ],
)
def test_seven_is_seven_on_both_sides_of_a_clock_change(zone: str, day: str, hour_utc: str) -> None:
    turn = datetime.fromisoformat(f"{day}T{hour_utc}:00+00:00")
    assert due_before(Digest.DAILY, zone, turn) == turn
    assert due_before(Digest.DAILY, zone, turn + timedelta(hours=5)) == turn
    assert due_before(Digest.DAILY, zone, turn - timedelta(seconds=1)) is None
    assert due_before(Digest.DAILY, zone, turn + timedelta(hours=5, seconds=1)) is None


def test_the_weekly_mail_comes_on_monday(
    member: Player, tell: Tell, at: At, run_mails: Run, choose: Callable[[Player, str], None]
) -> None:
    choose(member, "weekly")
    at("2026-02-24 12:00")
    tell(member)
    at("2026-03-01 06:30")
    assert run_mails() == []
    at(f"{MONDAY} 06:00")
    assert len(run_mails()) == 1


def test_an_immediate_mail_waits_a_minute_so_that_a_burst_is_one_mail(
    member: Player, tell: Tell, at: At, run_mails: Run, choose: Callable[[Player, str], None]
) -> None:
    choose(member, "immediate")
    at(f"{MONDAY} 12:00")
    tell(member)
    at(f"{MONDAY} 12:00:50")
    tell(member)
    assert run_mails() == []
    at(f"{MONDAY} 12:01")
    [mail] = run_mails()
    assert mail.subject == "Answer ×2 · Evidence"
    assert len(run_mails()) == 1
    tell(member)  # a further answer is told, and once
    at(f"{MONDAY} 12:02")
    assert [one.subject for one in run_mails()] == [mail.subject, "Answer ×3 · Evidence"]


def test_a_run_that_failed_or_came_twice_mails_each_notice_once(
    member: Player,
    cast: Cast,
    held: Held,
    tell: Tell,
    at: At,
    run_mails: Run,
    monkeypatch: pytest.MonkeyPatch,
    choose: Callable[[Player, str], None],
) -> None:
    owner = cast("owner")
    held[owner.id] = {ROOM}
    for player in (member, owner):
        choose(player, "immediate")
    at(f"{MONDAY} 12:00")
    tell(member, owner)
    at(f"{MONDAY} 12:05")
    made = notices.digest

    def fails(person: User, due: list[Notice]) -> object:
        if person.id == owner.id:
            raise RuntimeError("no words for it")
        return made(person, due)

    monkeypatch.setattr(notices, "digest", fails)
    assert [mail.recipient for mail in run_mails()] == [member.email]
    monkeypatch.setattr(notices, "digest", made)
    assert sorted(mail.recipient for mail in run_mails()) == [member.email, owner.email]
    assert len(run_mails()) == 2


def test_what_was_read_or_is_not_wanted_is_not_mailed(
    member: Player,
    cast: Cast,
    held: Held,
    tell: Tell,
    at: At,
    run_mails: Run,
    inside: Inside,
    choose: Callable[[Player, str], None],
) -> None:
    owner = cast("owner")
    held[owner.id] = {ROOM, OTHER_ROOM}
    at(f"{MONDAY} 12:00")
    tell(member, owner)
    tell(owner, topic="other", scope=OTHER_ROOM)
    with inside():
        actions.seen(member.actor(), "t")
        actions.choose(owner.id, {ROOM: Choice(muted=True)})
    choose(owner, "off")
    choose(owner, "daily")  # what was written while it was off is not told later
    at("2026-03-03 07:00")
    assert run_mails() == []


def test_a_place_may_have_a_rhythm_of_its_own(
    member: Player, tell: Tell, at: At, run_mails: Run, inside: Inside
) -> None:
    with inside():
        everything, place = Choice(Digest.WEEKLY), Choice(Digest.IMMEDIATE)
        actions.choose(member.id, {EVERYTHING: everything, ROOM: place})
    at("2026-03-03 12:00")
    tell(member, scope=f"{ROOM}:managers", topic="here")
    tell(member, scope=OTHER_ROOM, topic="there")
    at("2026-03-03 12:05")
    assert run_mails() == []  # the narrower scope was never held
    with inside():
        actions.notify([member.id], "test.reply", ROOM, {"room": "Evidence", "topic": ""}, topic="x")
    at("2026-03-03 12:10")
    [mail] = run_mails()
    assert mail.subject == "Answer ×1 · Evidence"
    at("2026-03-09 06:00")
    assert len(run_mails()) == 2


# ------------------------------------------------------------------------------------------------ what, to whom


def test_a_lost_right_a_suspended_account_and_a_secret_place_stay_out_of_mails(
    member: Player, cast: Cast, tell: Tell, at: At, run_mails: Run, held: Held, inside: Inside
) -> None:
    owner, practitioner = cast("owner"), cast("practitioner")
    for player in (owner, practitioner):
        held[player.id] = {ROOM, OTHER_ROOM}
    at(f"{MONDAY} 12:00")
    tell(member, owner, practitioner)
    tell(practitioner, kind="test.secret", topic="1")
    tell(practitioner, kind="test.secret", topic="2", scope=OTHER_ROOM)
    tell(practitioner, topic="3", named=False)
    held[member.id].clear()
    with inside():
        accounts.suspend(None, owner.person(), "For the test")
    at("2026-03-03 08:00")
    [mail] = run_mails()
    assert (mail.recipient, mail.language) == (practitioner.email, "ar")
    for part in (mail.text, mail.html):
        assert part.count("Evidence") == 1  # the one that may be named
        assert part.count("هناك جديد لك") == 1  # three that may not, as one
        assert "topic=" not in part
    assert 'dir="rtl"' in mail.html
    held[member.id] = {ROOM}
    assert len(run_mails()) == 1  # it is on the page again, but no mail tells of it


def test_the_link_in_a_mail_reads_the_notice(member: Player, tell: Tell, at: At, run_mails: Run) -> None:
    at(f"{MONDAY} 12:00")
    tell(member)
    at("2026-03-03 06:00")
    [mail] = run_mails()
    link = re.search(r"http://localhost:8000(/notices/[\w-]{22})\b", mail.text)
    assert link is not None
    assert member.client.get(link[1]).headers["Location"] == "/about?topic=t"


def test_many_people_cost_few_statements_each(
    member: Player,
    cast: Cast,
    tell: Tell,
    at: At,
    held: Held,
    run_mails: Run,
    choose: Callable[[Player, str], None],
    inside: Inside,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = [cast(name) for name in ("owner", "trainer", "expert", "focal_point", "reporting_officer")]
    for player in (member, *others):
        held[player.id] = {ROOM}
        choose(player, "immediate")
    at(f"{MONDAY} 12:00")
    for topic in range(20):
        tell(member, *others, topic=str(topic))
    at("2026-03-03 10:00")
    monkeypatch.setattr(jobs, "BATCH", 4)
    with counted() as statements:
        assert len({mail.recipient for mail in run_mails()}) == 4
        with inside():
            queue.run_pending()
        assert len({mail.recipient for mail in run_mails()}) == 6
    assert len(statements) <= 6 * 4 + 3 * 3 + 5, statements


# ------------------------------------------------------------------------------------------------ choosing


def test_choosing_on_the_page(member: Player, held: Held, inside: Inside) -> None:
    held[member.id].add("collection:9")
    page = member.client.get("/account/notices").text
    assert page.index("Room 7") < page.index("Room 8")
    assert "room:7" not in page
    assert "collection" not in page
    field = re.findall(r'<select class="input[^"]*" id="(\w{20})"', page)
    assert len(field) == 2
    answer = send(
        member.client, "/account/notices", everything="weekly", **{field[0]: "muted", field[1]: "immediate"}
    )
    assert answer.status_code == 302
    with inside():
        kept = queries.preferences(member.actor())
        assert kept.everything == Digest.WEEKLY
        assert kept.choices == {ROOM: Choice(muted=True), OTHER_ROOM: Choice(Digest.IMMEDIATE)}
        assert queries.choice_for(member.id, ROOM) == Choice(muted=True)
    assert '<option selected value="muted">' in member.client.get("/account/notices").text
    send(member.client, "/account/notices", everything="weekly", **dict.fromkeys(field, ""))
    with inside():
        assert queries.choice_for(member.id, ROOM) == Choice()
    refused = send(member.client, "/account/notices", everything="hourly")
    assert refused.status_code == 422


# ------------------------------------------------------------------------------------------------ ending it


def unsubscribe_path(mail: OutboxMail) -> str:
    return mail.unsubscribe.removeprefix("http://localhost:8000")


def test_one_click_ends_the_mails_without_sign_in(
    member: Player,
    tell: Tell,
    at: At,
    run_mails: Run,
    inside: Inside,
    app: TransactionalFlask,
) -> None:
    with inside():
        actions.choose(member.id, {ROOM: Choice(Digest.IMMEDIATE)})
    at(f"{MONDAY} 12:00")
    tell(member)
    at(f"{MONDAY} 12:05")
    [mail] = run_mails()
    assert unsubscribe_path(mail) in mail.text
    assert unsubscribe_path(mail) in mail.html
    tell(member, topic="waits")
    stranger = app.test_client()
    answer = stranger.post(unsubscribe_path(mail), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "You get no more mail about notices" in answer.text
    assert member.email not in answer.text
    assert stranger.post(unsubscribe_path(mail)).status_code == 200
    tell(member, topic="later")
    at("2026-03-09 10:00")
    assert len(run_mails()) == 1
    with inside() as session:
        accounts.suspend(None, member.person(), "Security goes on")
        told = select(func.count()).where(
            OutboxMail.recipient == member.email, OutboxMail.subject.contains("suspended")
        )
        assert session.scalar(told) == 1


def test_the_link_opened_by_hand_asks_first(
    member: Player, tell: Tell, at: At, run_mails: Run, app: TransactionalFlask, inside: Inside
) -> None:
    at(f"{MONDAY} 12:00")
    tell(member)
    at("2026-03-03 06:00")
    path = unsubscribe_path(run_mails()[0])
    stranger = app.test_client()
    page = stranger.get(path).text
    assert f'<form action="{path}" method="post"' in page
    assert member.email not in page
    with inside():
        assert queries.preferences(member.actor()).everything == Digest.DAILY
    stranger.post(path, data={"List-Unsubscribe": "One-Click"})
    with inside():
        assert queries.preferences(member.actor()).everything == Digest.OFF


def test_a_forged_link_ends_nothing(
    member: Player, cast: Cast, inside: Inside, app: TransactionalFlask
) -> None:
    with inside():
        signed = links.unsubscribe(cast("owner").public_id).rsplit("/", 1)[1]
    mac = signed.rsplit(".", 1)[1]
    for forged in (member.public_id, f"{member.public_id}.{mac}", f"{signed}x", "é.é", f"{'x' * 22}.{mac}"):
        for method in ("GET", "POST"):
            assert app.test_client().open(f"/notices/unsubscribe/{forged}", method=method).status_code == 404
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(NoticePreference)) == 0


# ------------------------------------------------------------------------------------------------ on the wire


def test_the_headers_arrive(
    member: Player,
    tell: Tell,
    at: At,
    run_mails: Run,
    sink: Sink,
    inside: Inside,
    app: TransactionalFlask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before: config.Settings = app.config[KEY]
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", None)
    long_host = "https://learning.a-very-long-name-of-a-platform.ministry-of-justice.example"
    app.config[KEY] = settings_for_tests(
        before.database_url, tmp_path, SMTP_URL=before.smtp_url, PUBLIC_URL=long_host
    )
    at(f"{MONDAY} 12:00")
    tell(member)
    at("2026-03-03 06:00")
    run_mails()
    with inside():
        queue.run_pending()
    email = next(one for one in sink.received if one["List-Unsubscribe"])
    address = str(email["List-Unsubscribe"])
    assert re.fullmatch(rf"<{long_host}/notices/unsubscribe/[\w.-]+>", address)
    assert email["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert email["Reply-To"] is None
    assert app.test_client().post(address.strip("<>").removeprefix(long_host)).status_code == 200
    others = [one for one in sink.received if one is not email]
    assert not any(one["List-Unsubscribe"] for one in others)


def test_people_elsewhere_have_their_own_morning(
    member: Player, cast: Cast, tell: Tell, at: At, run_mails: Run, held: Held, inside: Inside
) -> None:
    outsider = cast("outsider")  # Lima, in Spanish
    held[outsider.id] = {ROOM}
    with inside() as session:
        session.execute(update(User).where(User.id == member.id).values(zone="Pacific/Auckland"))
    at("2026-04-03 00:00")
    tell(member, outsider)
    at("2026-04-03 18:00")
    assert [mail.recipient for mail in run_mails()] == [member.email]
    at("2026-04-04 12:00")
    assert [mail.recipient for mail in run_mails()] == [member.email, outsider.email]
