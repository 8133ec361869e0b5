"""Who watches a recording and takes it away, for how long, and what of it counts as a use."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from app.accounts import actions as accounts
from app.accounts import group_rules
from app.accounts.group_rules import GroupRules
from app.accounts.models import Group
from app.core import clock
from app.records.models import Activity, Fact, Verb
from app.search.queries import find
from app.webinars.actions import recording_playing as playing
from app.webinars.models.planning import Audience, State, Webinar
from app.webinars.models.recording import WebinarRecording, WebinarRecordingPlay
from app.webinars.models.room import WebinarParticipant
from app.webinars.queries.recording import viewing
from tests.cast import COHORT, Cast
from tests.conftest import Inside
from tests.support.queries import counted
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import HOST, WebinarScene
from tests.webinars.tapes import Person, Tape, fetch, planted, publish, told

WATCHERS = ("trainer", "expert", "owner", "member", "outsider", "expelled", "administrator", "pending")


@pytest.fixture
def tape(cast: Cast, inside: Inside, live: WebinarScene, tmp_path: Path) -> Tape:
    """A recording that is published to everybody the session is for."""
    return planted(cast, inside, live, tmp_path)


def watching(cast: Cast, tape: Tape) -> set[str]:
    """Return who of the cast gets the page, and with it the player's file."""
    found = set()
    for name in WATCHERS:
        page = cast(name).client.get(tape.path())
        played = cast(name).client.get(tape.path("/play/film"))
        led = "content.localhost" in played.headers.get("Location", "")
        assert (page.status_code == 200) == led, name
        if page.status_code == 200:
            found.add(name)
    return found


PLANNERS = {"trainer", "administrator"}
RUNNERS = {"expert", *PLANNERS}


@pytest.mark.parametrize(
    ("wanted", "values", "seers"),
    [
        ({}, {}, {*RUNNERS, "owner", "member", "outsider"}),
        ({}, {"viewers": "registered"}, {*RUNNERS, "owner", "member"}),
        ({}, {"published_at": None}, PLANNERS),
        ({}, {"expires_at": -1}, PLANNERS),
        ({}, {"made": 0, "published_at": None}, set()),
        ({"group": True}, {}, {"trainer", "expert", "owner", "member"}),
        ({"group": True}, {"viewers": "registered"}, {"trainer", "expert", "owner", "member"}),
        ({"audience": Audience.INVITATION}, {}, {*RUNNERS, "owner", "member"}),
        ({"audience": Audience.INVITATION}, {"viewers": "group"}, {*PLANNERS, "owner", "member"}),
        ({"state": State.ENDED}, {}, {*RUNNERS, "owner", "member", "outsider", "expelled"}),
    ],
)  # fmt: skip
def test_who_watches_it(
    cast: Cast, inside: Inside, open_session: OpenSession, tmp_path: Path, wanted: dict[str, Any],
    values: dict[str, Any], seers: set[str],
) -> None:  # fmt: skip
    scene = open_session(**wanted)
    if values.get("viewers") == "group":
        with inside() as session:
            values = values | {
                "group_id": session.scalars(select(Group.id).where(Group.name == COHORT)).one()
            }
    if "expires_at" in values:
        values = values | {"expires_at": clock.now() - timedelta(minutes=1)}
    tape = planted(cast, inside, scene, tmp_path, **values)
    found = watching(cast, tape) if values.get("made") != 0 else set()
    assert found == seers
    for name in set(WATCHERS) - seers - PLANNERS:
        client = cast(name).client
        for rest in ("", "/download/film", "/play/sound", "/pictures/1", "/captions/en", "/edit"):
            assert client.get(tape.path(rest)).status_code != 200, (name, rest)


def test_three_downloads_with_exact_sizes_that_can_be_gone_on_with(cast: Cast, tape: Tape) -> None:
    owner = Person(cast, "owner")
    page = owner.get(tape.path()).text
    for part, size in (("film", 4000), ("small", 5000), ("sound", 5000)):
        assert f"{size:,} bytes" in page
        whole = owner.follow(tape.path(f"/download/{part}"))
        assert (whole.status_code, whole.data, whole.headers["Content-Length"]) == (
            200, part.encode() * 1000, str(size),
        )  # fmt: skip
        assert whole.headers["Content-Disposition"].startswith("attachment")
        rest = owner.follow(
            tape.path(f"/download/{part}"), Range="bytes=100-", If_Range=whole.headers["ETag"]
        )
        assert (rest.status_code, rest.data) == (206, whole.data[100:])
    assert owner.get(tape.path("/download/original")).status_code == 404


def test_every_link_dies_with_the_right(cast: Cast, inside: Inside, tape: Tape, live: WebinarScene) -> None:
    owner = Person(cast, "owner")
    links = [owner.get(tape.path(f"/{deed}/film")).headers["Location"] for deed in ("play", "download")]
    assert all("content.localhost" in one for one in links)
    assert {fetch(owner.client, one).status_code for one in links} == {200}
    assert owner.client.get(urlsplit(links[0]).path).status_code == 404  # never on the host of pages

    def gone() -> bool:
        return {fetch(owner.client, one).status_code for one in links} == {404}

    with inside() as session:
        participant = session.scalars(
            select(WebinarParticipant).where(WebinarParticipant.public_id == live.people["owner"])
        ).one()
        participant.removed_at = clock.now()
    assert gone()  # put out of the room
    with inside() as session:
        session.execute(update(WebinarParticipant).values(removed_at=None, banned_at=None))
    assert not gone()
    with inside():
        tape.row().expires_at = clock.now() - timedelta(seconds=1)
    assert gone()
    with inside():
        tape.row().expires_at = None
        tape.row().viewers = "registered"
    assert not gone()
    with inside() as session:
        session.execute(update(Webinar).values(audience=Audience.INVITATION))
        tape.row().published_at = None
    assert gone()
    with inside():
        tape.row().published_at = clock.now()
        row = tape.row()
        row.edition = row.made = 2  # another edition
    assert gone()


@pytest.mark.parametrize(("rule", "takes"), [("allowed", True), ("stamped", False), ("view", False)])
def test_a_rooms_policy_holds_for_its_recordings(
    cast: Cast, inside: Inside, open_session: OpenSession, tmp_path: Path, rule: str, takes: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    scene = open_session(group=True)
    tape = planted(cast, inside, scene, tmp_path)
    monkeypatch.setitem(
        group_rules._sources, "test", lambda ids: {one: GroupRules(rule, named=False) for one in ids}
    )
    for name in ("owner", HOST):
        who = Person(cast, name)
        assert ("/download/film" in who.get(tape.path()).text) == takes
        assert who.get(tape.path("/download/film")).status_code == (302 if takes else 404)
        assert who.follow(tape.path("/play/film")).status_code == 200
    if takes:
        assert Person(cast, "owner").follow(tape.path("/download/film")).status_code == 200
        with inside() as session:
            fact = session.scalars(select(Fact).where(Fact.verb == Verb.DOWNLOADED)).one()
            assert (fact.learner_key, fact.headcount) == (None, 1)  # names are hidden there


# ------------------------------------------------------------------------------------------------ uses


def play(who: Person, tape: Tape, seconds: int, step: int = 10, rate: float = 1.0) -> bool:
    """Play for some seconds of the clock, as the page's script reports it."""
    begun = clock.now()
    who.follow(tape.path("/play/film"))
    assert who.post(tape.path("/progress"), json={"begin": True}).status_code == 200
    counted = False
    for now in range(step, seconds + 1, step):
        with clock.travel(begun + timedelta(seconds=now)):
            body = {"played": step * rate, "place": now * rate}
            counted = bool(told(who.post(tape.path("/progress"), json=body))["counted"])
    return counted


def uses(inside: Inside, tape: Tape, verb: Verb) -> int:
    with inside() as session:
        facts = session.scalars(
            select(Fact).where(Fact.verb == verb, Fact.activity_key == tape.row().activity_key)
        ).all()
        assert all(fact.learner_key is not None for fact in facts)
        return len(facts)


def test_a_view_is_thirty_seconds_once_a_person_and_day(cast: Cast, inside: Inside, tape: Tape) -> None:
    owner, member = Person(cast, "owner"), Person(cast, "member")
    assert not play(owner, tape, 20)
    assert uses(inside, tape, Verb.PLAYED) == 0
    with inside() as session:
        session.execute(update(WebinarRecordingPlay).values(seconds=0))
    assert play(owner, tape, 40)
    assert play(owner, tape, 40)  # again, or in another tab: the same use
    assert uses(inside, tape, Verb.PLAYED) == 1
    assert play(member, tape, 20, rate=2.0)  # twice as fast is 40 seconds of the film
    assert uses(inside, tape, Verb.PLAYED) == 2


def test_the_next_day_is_another_use(cast: Cast, inside: Inside, tape: Tape) -> None:
    owner = cast("owner")
    for days in (0, 1):
        noon = clock.now().replace(hour=12) + timedelta(days=days)
        with inside():
            found = viewing(owner.actor(), WebinarRecording.id == tape.id)
            assert found is not None
            with clock.travel(noon):
                playing.note_fetched(found)
                playing.begin(found)
            with clock.travel(noon + timedelta(seconds=30)):
                assert playing.report(found, 30, 30)
    assert uses(inside, tape, Verb.PLAYED) == 2


def test_what_the_clock_does_not_allow_does_not_count(cast: Cast, inside: Inside, tape: Tape) -> None:
    owner = Person(cast, "owner")
    path = tape.path("/progress")
    now = clock.now()

    def said(after: float, **body: Any) -> bool:
        with clock.travel(now + timedelta(seconds=after)):
            answer = owner.post(path, json=body)
            return bool(told(answer).get("counted")) if answer.status_code == 200 else False

    assert not said(0, played=40, place=40)  # never begun
    said(1, begin=True)
    assert not said(11, played=10, place=10)  # nothing was fetched
    owner.follow(tape.path("/play/film"))
    said(12, begin=True)
    for after in (13, 14, 15):
        assert not said(after, played=3000, place=99)  # a jump
    assert not said(16, played=-50, place=5)
    for wrong in ("NaN", None, True, [1]):
        assert owner.post(path, json={"played": wrong, "place": 1}).status_code == 400
    assert (
        owner.post(path, data='{"played": NaN, "place": 1}', content_type="application/json").status_code
        == 400
    )
    assert not said(17, played=3, place=10**12)
    assert not said(500, played=480, place=90)  # asleep in between
    assert uses(inside, tape, Verb.PLAYED) == 0
    with inside() as session:
        row = session.scalars(select(WebinarRecordingPlay)).one()
        assert (row.seconds, row.place) == (3.0, 90.0)


def test_a_download_is_a_use_once_a_day_and_part(cast: Cast, inside: Inside, tape: Tape) -> None:
    owner = Person(cast, "owner")
    link = owner.get(tape.path("/download/film")).headers["Location"]
    assert uses(inside, tape, Verb.DOWNLOADED) == 0  # not yet followed
    fetch(owner.client, link, "HEAD")
    fetch(owner.client, link, Range="bytes=500-")
    assert uses(inside, tape, Verb.DOWNLOADED) == 0
    fetch(owner.client, link)
    fetch(owner.client, link)
    owner.follow(tape.path("/download/film"))
    assert uses(inside, tape, Verb.DOWNLOADED) == 1
    owner.follow(tape.path("/download/sound"))
    assert uses(inside, tape, Verb.DOWNLOADED) == 2
    assert uses(inside, tape, Verb.PLAYED) == 0


def test_the_place_is_remembered_for_each_person(cast: Cast, inside: Inside, tape: Tape) -> None:
    owner = Person(cast, "owner")
    play(owner, tape, 50)
    assert 'data-place="50.0"' in owner.get(tape.path()).text
    assert 'data-place="0.0"' in Person(cast, "member").get(tape.path()).text
    assert 'data-place="12.0"' in owner.get(tape.path("?t=12")).text
    with inside():
        tape.row().cut_from = 20.0  # another edition: the same words, 20 seconds earlier
    assert 'data-place="30.0"' in owner.get(tape.path()).text
    with inside():
        accounts.close_account(None, cast("owner").person())
    with inside() as session:
        assert session.scalars(select(WebinarRecordingPlay.place)).all() == [0.0]


# ------------------------------------------------------------------------------------------------ looked after


def test_it_is_described_and_found_as_far_as_it_may_be(cast: Cast, inside: Inside, tape: Tape) -> None:
    host = Person(cast, HOST)
    chapters = "0:00 Welcome\n0:40 Preservation requests to providers\n"
    assert host.post(tape.path("/chapters"), data={"chapters": chapters}).status_code == 302
    vtt = b"WEBVTT\n\n00:41.000 --> 00:44.000\nAsk the quetzal first\n"
    sent = {"language": "fr", "file": (io.BytesIO(vtt), "a.vtt")}
    assert host.post(tape.path("/captions"), data=sent).status_code == 302

    def found(name: str, words: str) -> list[str]:
        player = cast(name)
        with inside():
            return [hit.url for hit in find(player.actor(), words, kinds=["recording"]).found]

    assert found("owner", "preservation providers") == [tape.path("?t=40")]
    assert found("owner", "quetzal") == [tape.path("?t=41&captions=fr")]
    with inside() as session:
        activity = session.scalars(select(Activity).where(Activity.key == tape.row().activity_key)).one()
        assert (activity.kind, activity.parent_key, activity.address) == (
            "recording", tape.scene.webinar().activity_key, tape.path(),
        )  # fmt: skip
    assert publish(cast, tape, "registered").status_code == 302
    assert (found("member", "quetzal") != [], found("outsider", "quetzal")) == (True, [])
    with inside() as session:
        session.expire_all()
        assert (
            session.scalars(select(Activity.address).where(Activity.key == tape.row().activity_key)).one()
            == ""
        )
    assert host.post(tape.path("/withdrawal")).status_code == 302
    assert found(HOST, "quetzal") == []


def test_captions_are_shown_beside_it_and_given_out(cast: Cast, tape: Tape) -> None:
    host, owner = Person(cast, HOST), Person(cast, "owner")
    sent = {"language": "en", "file": (io.BytesIO(b"not captions"), "a.vtt")}
    refused = host.post(tape.path("/captions"), data=sent)
    assert (refused.status_code, "its first line has to be WEBVTT" in refused.text) == (422, True)
    vtt = b"WEBVTT\n\n00:01.000 --> 00:04.000\n<c>Who</c> is <script>asked</script>?\n"
    assert (
        host.post(
            tape.path("/captions"), data={"language": "en", "file": (io.BytesIO(vtt), "a.vtt")}
        ).status_code
        == 302
    )
    given = owner.get(tape.path("/captions/en"))
    assert (given.content_type, given.text) == (
        "text/vtt; charset=utf-8", "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nWho is asked?\n",
    )  # fmt: skip
    page = owner.get(tape.path())
    assert "Who is asked?" in page.text
    assert "media-src 'self' http://content.localhost" in page.headers["Content-Security-Policy"]
    assert host.post(tape.path("/captions/en/removal")).status_code == 302
    assert owner.get(tape.path("/captions/en")).status_code == 404


def test_the_small_size_comes_first_on_a_weak_line(cast: Cast, tape: Tape) -> None:
    owner = Person(cast, "owner")
    source = 'src="' + tape.path("/play/{}") + '"'
    assert source.format("film") in owner.get(tape.path()).text
    assert source.format("small") in owner.get(tape.path(), headers={"Save-Data": "on"}).text
    page = owner.get(tape.path("?part=sound")).text
    assert source.format("sound") in page
    assert "<audio" in page


def test_only_who_plans_the_session_looks_after_it(cast: Cast, inside: Inside, tape: Tape) -> None:
    for name in ("owner", "expert", "outsider", "expelled"):
        who = Person(cast, name)
        assert who.get(tape.path("/edit")).status_code == 404
        assert who.get(tape.scene.path("/recordings")).status_code == 404
        for deed in ("edit", "publication", "withdrawal", "cut", "again", "chapters", "captions", "removal"):
            assert who.post(tape.path(f"/{deed}"), data={}).status_code == 404, (name, deed)
    host = Person(cast, HOST)
    assert host.get(tape.path("/edit")).status_code == 200
    assert host.get(tape.scene.path("/recordings")).status_code == 200
    assert host.post(tape.path("/edit"), data={"title": "", "language": "en"}).status_code == 422
    assert host.post(tape.path("/edit"), data={"title": "Another", "language": "fr"}).status_code == 302
    assert publish(cast, tape, until="2001-01-01").status_code == 422
    assert publish(cast, tape, "group").status_code == 422
    assert host.post(tape.path("/chapters"), data={"chapters": "soon Welcome"}).status_code == 422
    with inside():
        row = tape.row()
        assert (row.title, row.language) == ("Another", "fr")
    assert host.post(tape.path("/removal")).status_code == 302
    assert host.get(tape.path()).status_code == 404


def test_until_a_day_is_until_its_midnight_where_one_is(cast: Cast, inside: Inside, tape: Tape) -> None:
    day = clock.now().date() + timedelta(days=7)
    assert publish(cast, tape, until=day.isoformat()).status_code == 302
    with inside():
        ends = tape.row().expires_at
        assert ends is not None
        assert ends.isoformat() == f"{day}T21:00:00+00:00"  # midnight in Nairobi
    assert f'value="{day}"' in Person(cast, HOST).get(tape.path("/edit")).text
    owner = Person(cast, "owner")
    assert owner.get(tape.path()).status_code == 200
    with inside():
        tape.row().expires_at = clock.now() - timedelta(seconds=1)
    assert owner.get(tape.path()).status_code == 404
    assert tape.public_id not in owner.get("/webinars/recordings").text


def test_pages_cost_little(cast: Cast, inside: Inside, tape: Tape, tmp_path: Path) -> None:
    for number in range(2, 6):
        planted(
            cast, inside, tape.scene, tmp_path, number=number, started_at=clock.now() - timedelta(days=number)
        )
    for name, path in (("owner", tape.path()), ("owner", "/webinars/recordings"), (HOST, tape.path("/edit")),
                       (HOST, tape.scene.path("/recordings"))):  # fmt: skip
        client = cast(name).client
        client.get("/verify")
        with counted() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 9, (path, statements)
