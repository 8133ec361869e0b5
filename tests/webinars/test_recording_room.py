"""Recording in the room: consent first, four buttons that hosts press and all see, pieces in any order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock
from app.webinars import recording_jobs, snapshot
from app.webinars.actions.recording import may_be_recorded
from app.webinars.models.planning import MediaKind, State
from app.webinars.models.recording import (
    RecordingState,
    WebinarConsent,
    WebinarRecordingChunk,
    WebinarRecordingTake,
)
from app.webinars.models.room import WebinarEvent
from app.webinars.places import place
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars import films
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import HOST, WebinarScene
from tests.webinars.tapes import Person, Tape, bring, bring_all, started, told

HEAD = b"\x1a\x45\xdf\xa3" + b"x" * 40


def snapped(cast: Cast, inside: Inside, scene: WebinarScene, name: str) -> dict[str, Any]:
    """Return what the room tells somebody of the recording."""
    player = cast(name)
    with inside():
        found = place(player.actor(), scene.public_id)
        assert found is not None
        return dict(snapshot.part(found, "recording"))


def entries(inside: Inside, scene: WebinarScene) -> list[tuple[str, str]]:
    with inside() as session:
        rows = session.execute(
            select(WebinarEvent.kind, WebinarEvent.audience)
            .where(WebinarEvent.webinar_id == scene.id, WebinarEvent.kind.like("recording.%"))
            .order_by(WebinarEvent.number)
        )
        return [(kind, audience) for kind, audience in rows]


def test_everybody_sees_whether_it_is_recorded(cast: Cast, inside: Inside, live: WebinarScene) -> None:
    assert snapped(cast, inside, live, "owner")["now"] is None
    tape = started(cast, inside, live)
    host = Person(cast, HOST)
    now = snapped(cast, inside, live, "owner")["now"]
    assert (now["id"], now["state"], now["since"] is not None) == (tape.public_id, "recording", True)
    with clock.travel(clock.now() + timedelta(seconds=30)):
        assert told(host.post(tape.room("/pause"), json={}))["now"]["state"] == "paused"
    paused = snapped(cast, inside, live, "member")["now"]
    assert (paused["state"], paused["since"], 29 < paused["seconds"] < 40) == ("paused", None, True)
    assert host.post(tape.room("/pause"), json={}).status_code == 422
    assert host.post(tape.room("/resume"), json={}).status_code == 200
    assert host.post(live.path("/room/recording"), json={}).status_code == 422  # one at a time
    assert told(host.post(tape.room("/stop"), json={}))["now"]["state"] == "off"
    assert host.post(tape.room("/resume"), json={}).status_code == 422
    assert snapped(cast, inside, live, "owner")["now"] is None
    kinds = ["recording.started", "recording.paused", "recording.resumed", "recording.stopped"]
    assert entries(inside, live) == [(kind, "all") for kind in kinds]
    with inside() as session:
        verbs = session.scalars(
            select(AuditEntry.verb).where(AuditEntry.verb.like("webinar_recording.%"))
        ).all()
    assert sorted(verbs) == sorted(
        f"webinar_recording.{one}" for one in ("started", "paused", "resumed", "stopped")
    )


@pytest.mark.parametrize("name", ["owner", "expert", "outsider", "expelled", "administrator"])
def test_only_who_runs_the_room_records(cast: Cast, inside: Inside, live: WebinarScene, name: str) -> None:
    tape = started(cast, inside, live)
    who = Person(cast, name)
    assert who.post(live.path("/room/recording"), json={}).status_code == 404
    for deed in ("pause", "resume", "stop", "takes"):
        assert who.post(tape.room(f"/{deed}"), json={"id": "x"}).status_code == 404, deed
    if name != "administrator":  # who plans all sessions may deliver what their own browser kept of one
        assert bring(who, tape, 0, HEAD).status_code == 404
        assert who.post(tape.room("/end"), json={"take": 1, "pieces": 0}).status_code == 404
    with inside():
        assert tape.row().state == RecordingState.RECORDING


def test_what_is_not_live_or_elsewhere_is_not_recorded(
    cast: Cast, inside: Inside, open_session: OpenSession
) -> None:
    host = Person(cast, HOST)
    backstage, elsewhere = open_session(state=State.OPEN), open_session(media=MediaKind.LINK)
    assert host.post(backstage.path("/room/recording"), json={}).status_code == 422
    assert "elsewhere" in told(host.post(elsewhere.path("/room/recording"), json={}))["detail"]


def test_consent_is_kept_per_person_and_words(cast: Cast, inside: Inside, live: WebinarScene) -> None:
    owner = Person(cast, "owner")
    assert snapped(cast, inside, live, "owner")["consent"] is None
    path = live.path("/room/recording/consent")
    for agreed in (True, True, False, True):  # the same answer twice is one; a change of mind is another
        assert owner.post(path, json={"agreed": agreed}).json == {"agreed": agreed}
    assert Person(cast, "member").post(path, json={"agreed": False}).status_code == 200
    assert owner.post(path, json={"agreed": "yes"}).status_code == 400
    for name in ("outsider", "expelled"):
        assert Person(cast, name).post(path, json={"agreed": True}).status_code == 404
    with inside() as session:
        rows = session.execute(
            select(WebinarConsent.user_id, WebinarConsent.agreed, WebinarConsent.version)
        ).all()
        assert [tuple(row) for row in rows if row.user_id == cast("owner").id] == [
            (cast("owner").id, True, 1), (cast("owner").id, False, 1), (cast("owner").id, True, 1)
        ]  # fmt: skip
        assert may_be_recorded(live.id, cast("owner").id)
        assert not may_be_recorded(live.id, cast("member").id)
        assert not may_be_recorded(live.id, cast("expert").id)  # was not asked yet
    told = snapped(cast, inside, live, HOST)
    assert told["agreed"] == [live.people["owner"]]
    assert "agreed" not in snapped(cast, inside, live, "member")
    assert {audience for _kind, audience in entries(inside, live)} == {"hosts"}


def test_another_browser_goes_on_and_a_repeat_is_the_same_take(
    cast: Cast, inside: Inside, live: WebinarScene
) -> None:
    tape = started(cast, inside, live, "one")
    host = Person(cast, HOST)
    assert [told(host.post(tape.room("/takes"), json={"id": one}))["take"] for one in ("one", "two", "two", "one")] == [
        1, 2, 2, 1,
    ]  # fmt: skip
    with inside() as session:
        takes = session.scalars(select(WebinarRecordingTake).order_by(WebinarRecordingTake.number)).all()
        assert [(len(one.spans), one.spans[0][1] is None) for one in takes] == [(1, False), (1, True)]


@films.needs_ffmpeg
def test_pieces_come_out_of_order_and_doubled(cast: Cast, inside: Inside, live: WebinarScene) -> None:
    tape = started(cast, inside, live)
    host = Person(cast, HOST)
    parts = films.pieces(films.webm())
    for index, status in ((2, 201), (0, 201), (2, 200), (5, 201), (0, 200)):
        answer = bring(host, tape, index, parts[index])
        assert (answer.status_code, answer.json) == (status, {"index": index, "new": status == 201})
    assert bring(host, tape, 2, b"something else").status_code == 409
    with inside() as session:
        kept = session.scalars(select(WebinarRecordingChunk).order_by(WebinarRecordingChunk.index)).all()
        assert [(one.index, one.size, one.at_ms) for one in kept] == [
            (index, len(parts[index]), index * 500) for index in (0, 2, 5)
        ]


def test_pieces_that_do_not_belong_are_refused(cast: Cast, inside: Inside, live: WebinarScene) -> None:
    tape = started(cast, inside, live)
    host = Person(cast, HOST)
    assert bring(host, tape, 0, b"#EXTM3U\nfile:///etc/passwd").status_code == 422  # no recorder writes that
    assert bring(host, tape, 0, b"").status_code == 411
    assert bring(host, tape, 1, HEAD, take=9).status_code == 422
    assert bring(host, tape, 30_000, HEAD).status_code == 422
    assert bring(host, tape, 1, HEAD, at=10**9).status_code == 422
    assert bring(host, tape, 1, HEAD, at="x").status_code == 400
    assert bring(host, tape, 1, b"x" * 8_000_001).status_code == 413
    other = Tape(tape.id, "Guess3dGuess3dGuess3d0", live)
    assert bring(host, other, 0, HEAD).status_code == 404
    assert host.post(tape.room("/chunks/-1?take=1&at=0&for=1"), data=HEAD).status_code == 404
    assert host.post(tape.room("/stop"), json={}).status_code == 200
    assert bring(host, tape, 1, HEAD).status_code == 201  # held up by the line
    with clock.travel(clock.now() + timedelta(days=3)):
        assert bring(host, tape, 2, HEAD).status_code in {401, 302, 422}


@films.needs_ffmpeg
def test_the_end_of_the_session_stops_the_recording(cast: Cast, inside: Inside, live: WebinarScene) -> None:
    tape = started(cast, inside, live)
    host = Person(cast, HOST)
    assert host.post(live.path("/room/end"), json={}).status_code == 200
    with inside():
        assert tape.row().state == RecordingState.STOPPED
    bring_all(host, tape, films.webm())  # the room is closed, what the browser kept is still taken
    with inside():
        recording_jobs.settle(tape.id)
        assert (tape.row().state, tape.row().edition) == (RecordingState.MAKING, 1)
    assert ("recording.stopped", "all") in entries(inside, live)
