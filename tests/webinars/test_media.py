"""Sound and picture of the live room: who gets a seat, who may send, what a room carries, what is enforced."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.database import TransactionalFlask, db
from app.core.settings import KEY
from app.webinars.actions import hands, moderation
from app.webinars.actions import room as rooms
from app.webinars.media import adapter_of, broadcast, encoder, offered, streams
from app.webinars.media_jobs import sweep
from app.webinars.models.media import WebinarMediaSeat
from app.webinars.models.planning import MediaKind, Roster, State
from app.webinars.models.room import WebinarParticipant
from app.webinars.places import Place, place
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene, post
from tests.webinars.talk import Seated

Room = Callable[[str], WebinarScene]
Configure = Callable[..., None]
PEOPLE = ("trainer", "expert", "owner", "member")


@pytest.fixture
def configure(app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Give a function that changes settings for the test."""

    def change(**changed: Any) -> None:
        monkeypatch.setitem(app.config, KEY, app.config[KEY].model_copy(update=changed))

    return change


class Sender(Seated):
    """Somebody in the room who has taken a seat for sound and picture."""

    def come(self, **more: Any) -> dict[str, Any]:
        self.grant = self.did("media/grant", more)
        self.seat = str(self.grant["seat"])
        return self.grant

    def state(self, **on: bool) -> dict[str, Any]:
        return self.did("media/state", {"seat": self.seat, **on})


def seated(cast: Cast, scene: WebinarScene, *names: str) -> list[Sender]:
    """Return people who have come for sound and picture."""
    people = [Sender(cast, name, scene) for name in names]
    for one in people:
        one.come()
    return people


def at(cast: Cast, name: str, scene: WebinarScene) -> Place:
    """Return somebody's place, inside a transaction."""
    found = place(cast(name).actor(), scene.public_id)
    assert found is not None
    return found


def person(scene: WebinarScene, name: str) -> WebinarParticipant:
    """Return somebody's row, inside a transaction."""
    return db.session.scalars(
        select(WebinarParticipant).where(WebinarParticipant.public_id == scene.people[name])
    ).one()


# ----------------------------------------------------------------------------------------------- what is offered


def test_each_adapter_says_in_words_what_it_carries(app: TransactionalFlask, configure: Configure) -> None:
    configure(ffmpeg="none")
    with app.test_request_context():
        found = {one.kind: one for one in offered()}
    assert set(found) == set(MediaKind)
    assert all(one.name and one.carries for one in found.values())
    assert [kind for kind, one in found.items() if not one.available] == [
        MediaKind.BROADCAST, MediaKind.JANUS,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "cameras", "people", "carried"),
    [
        (MediaKind.NULL, 0, 5000, True),
        (MediaKind.NULL, 1, 2, False),
        (MediaKind.P2P, 1, 9, True),
        (MediaKind.P2P, 1, 10, False),
        (MediaKind.P2P, 4, 4, True),
        (MediaKind.P2P, 2, 5, False),
        (MediaKind.P2P, 5, 4, False),
        (MediaKind.BROADCAST, 1, 301, True),
        (MediaKind.BROADCAST, 2, 3, False),
        (MediaKind.JANUS, 25, 601, True),
        (MediaKind.JANUS, 26, 30, False),
    ],
)
def test_what_each_adapter_carries(
    open_session: OpenSession, inside: Inside, kind: MediaKind, cameras: int, people: int, carried: bool
) -> None:
    scene = open_session(media=kind)
    with inside():
        assert adapter_of(scene.webinar()).mixes(cameras, people) is carried


# ----------------------------------------------------------------------------------------------- seats and sending


@pytest.mark.parametrize("kind", [MediaKind.NULL, MediaKind.LINK])
def test_rooms_without_media_grant_a_seat_and_nothing_to_send(
    open_session: OpenSession, cast: Cast, kind: MediaKind
) -> None:
    scene = open_session(media=kind, link="https://meet.example/abc")
    (trainer,) = seated(cast, scene, "trainer")
    assert trainer.grant.get("link", "https://meet.example/abc") == "https://meet.example/abc"
    assert ("link" in trainer.grant) == (kind == MediaKind.LINK)
    assert trainer.refused("media/state", {"seat": trainer.seat, "microphone": True})


def test_who_is_on_the_stage_sends_and_everybody_is_told(
    open_session: OpenSession, cast: Cast, inside: Inside
) -> None:
    scene = open_session(media=MediaKind.P2P)
    trainer, member = seated(cast, scene, "trainer", "member")
    assert (trainer.grant["sends"], member.grant["sends"]) == (True, False)
    tracks = [
        {"mid": "0", "source": "microphone"},
        {"mid": "1", "source": "camera"},
        {"mid": "2", "source": "x"},
    ]
    answer = trainer.did(
        "media/state", {"seat": trainer.seat, "microphone": True, "camera": True, "tracks": tracks}
    )
    assert (answer["microphone"], answer["camera"], answer["screen"]) == (True, True, False)
    (told,) = member.heard(inside, "media.tracks")
    assert [one["source"] for one in told["tracks"]] == ["microphone", "camera"]
    (changed,) = member.heard(inside, "people.changed")
    assert (changed["person"]["microphone"], changed["person"]["stage"]) == (True, 1)
    assert "raise your hand" in member.refused("media/state", {"seat": member.seat, "microphone": True})


def test_given_the_floor_one_sends_without_rejoining_until_it_ends(
    open_session: OpenSession, cast: Cast, inside: Inside
) -> None:
    scene = open_session(media=MediaKind.P2P)
    (member,) = seated(cast, scene, "member")
    with inside():
        hands.give_floor(at(cast, "trainer", scene), person(scene, "member"))
    assert member.did("media/grant", {"seat": member.seat})["sends"] is True
    member.did(
        "media/state",
        {"seat": member.seat, "microphone": True, "tracks": [{"mid": "0", "source": "microphone"}]},
    )
    with inside():
        hands.end_floor(at(cast, "trainer", scene), person(scene, "member"))
    with inside():
        assert person(scene, "member").microphone is False
        assert db.session.scalars(select(WebinarMediaSeat.tracks).filter_by(ended_at=None)).all() == [[]]
    assert member.refused("media/state", {"seat": member.seat, "microphone": True})


def test_a_hard_mute_holds(open_session: OpenSession, cast: Cast, inside: Inside) -> None:
    scene = open_session(media=MediaKind.P2P)
    (expert,) = seated(cast, scene, "expert")
    expert.state(microphone=True, camera=True)
    with inside():
        moderation.hard_mute(at(cast, "trainer", scene), person(scene, "expert"))
    assert "muted you" in expert.refused(
        "media/state", {"seat": expert.seat, "microphone": True, "camera": True}
    )
    assert expert.state(camera=True)["microphone"] is False
    with inside():
        moderation.hard_mute(at(cast, "trainer", scene), person(scene, "expert"), on=False)
    assert expert.state(microphone=True)["microphone"] is True


def test_who_comes_back_is_one_person_and_silent(
    open_session: OpenSession, cast: Cast, inside: Inside
) -> None:
    scene = open_session(media=MediaKind.P2P)
    (expert,) = seated(cast, scene, "expert")
    expert.did(
        "media/state",
        {"seat": expert.seat, "microphone": True, "tracks": [{"mid": "0", "source": "microphone"}]},
    )
    first = expert.seat
    expert.come()
    with inside():
        assert person(scene, "expert").microphone is False
        living = db.session.scalars(select(WebinarMediaSeat.public_id).filter_by(ended_at=None)).all()
        assert living == [expert.seat]
    assert "another window" in expert.refused("media/state", {"seat": first, "microphone": True})
    assert "another window" in expert.refused("media/renew", {"seat": first})
    assert [one["seat"] for one in expert.heard(inside, "media.elsewhere")] == [first]


def test_a_small_room_refuses_politely_and_keeps_a_seat_for_the_host(
    open_session: OpenSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.webinars.media.p2p.RECEIVERS", 2)
    scene = open_session(media=MediaKind.P2P)
    seated(cast, scene, "owner", "member")
    assert "no more people" in Sender(cast, "expert", scene).refused("media/grant")
    (trainer,) = seated(cast, scene, "trainer")
    trainer.state(camera=True)


def test_more_cameras_than_browsers_can_send_are_refused(
    open_session: OpenSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.webinars.media.p2p.MESH", 2)
    scene = open_session(media=MediaKind.P2P)
    trainer, expert, _owner = seated(cast, scene, "trainer", "expert", "owner")
    trainer.state(camera=True)
    assert "no further picture" in expert.refused("media/state", {"seat": expert.seat, "camera": True})
    assert expert.state(microphone=True)["microphone"] is True


def test_who_is_removed_has_no_seat_and_gets_none(
    open_session: OpenSession, cast: Cast, inside: Inside
) -> None:
    scene = open_session(media=MediaKind.P2P)
    (expert,) = seated(cast, scene, "expert")
    expert.state(microphone=True)
    with inside():
        moderation.remove(at(cast, "trainer", scene), person(scene, "expert"))
        assert not db.session.scalars(select(WebinarMediaSeat).filter_by(ended_at=None)).all()
    for path in ("grant", "renew", "state", "signal", "streams"):
        assert expert.post(f"media/{path}", {"seat": expert.seat}).status_code == 404
    assert Sender(cast, "outsider", scene).post("media/grant").status_code == 404


def test_a_browser_that_is_gone_is_not_shown_as_sending(
    open_session: OpenSession, cast: Cast, inside: Inside
) -> None:
    scene = open_session(media=MediaKind.P2P)
    trainer, expert = seated(cast, scene, "trainer", "expert")
    for one in (trainer, expert):
        one.did(
            "media/state",
            {"seat": one.seat, "microphone": True, "tracks": [{"mid": "0", "source": "microphone"}]},
        )
    with clock.travel(clock.now() + timedelta(seconds=55)):
        trainer.did("media/renew", {"seat": trainer.seat})
        with inside():
            sweep()
    with inside():
        assert (person(scene, "trainer").microphone, person(scene, "expert").microphone) == (True, False)
    assert trainer.heard(inside, "media.tracks")[-1] == {
        "kind": "media.tracks", "id": expert.id, "seat": expert.seat, "tracks": [],
    }  # fmt: skip


# ----------------------------------------------------------------------------------------------- signals


def test_signals_reach_the_other_only(open_session: OpenSession, cast: Cast, inside: Inside) -> None:
    scene = open_session(media=MediaKind.P2P)
    trainer, member, owner = seated(cast, scene, "trainer", "member", "owner")
    member.did("media/signal", {"seat": member.seat, "to": trainer.id, "hello": True, "more": "not told"})
    (told,) = trainer.heard(inside, "media.signal")
    assert told == {
        "from": member.id,
        "seat": member.seat,
        "to": trainer.seat,
        "hello": True,
        "kind": "media.signal",
    }
    assert owner.heard(inside, "media.signal") == []
    assert "Neither" in member.refused("media/signal", {"seat": member.seat, "to": owner.id, "hello": True})
    assert member.post("media/signal", {"seat": member.seat, "to": trainer.id}).status_code == 400
    large = {"seat": member.seat, "to": trainer.id, "description": "x" * 70_000}
    assert member.post("media/signal", large).status_code == 400
    with clock.travel(clock.now() + timedelta(minutes=3)):
        member.did("media/signal", {"seat": member.seat, "to": trainer.id, "candidates": []})
    assert len(trainer.heard(inside, "media.signal")) == 1  # addresses of networks are not kept


def test_relays_are_granted_with_credentials_that_end(
    open_session: OpenSession, cast: Cast, configure: Configure
) -> None:
    configure(turn_url="stun:turn.example:3478,turn:turn.example:3478?transport=udp", turn_secret="s3cret")
    scene = open_session(media=MediaKind.P2P, roster=Roster.PSEUDONYM)
    (member,) = seated(cast, scene, "member")
    plain, relay = member.grant["ice"]
    assert plain == {"urls": ["stun:turn.example:3478"]}
    until, _colon, who = relay["username"].partition(":")
    assert 0 < int(until) - clock.now().timestamp() <= 6 * 3600
    assert who == member.seat
    mac = hmac.new(b"s3cret", relay["username"].encode(), hashlib.sha1).digest()
    assert relay["credential"] == base64.b64encode(mac).decode()
    assert member.grant["relay_only"] is True


# ----------------------------------------------------------------------------------------------- the media server


def test_a_media_server_that_does_not_answer_leaves_the_room_in_use(
    open_session: OpenSession, cast: Cast, configure: Configure
) -> None:
    configure(janus_url="http://127.0.0.1:9/admin", janus_secret="x" * 32)
    scene = open_session(media=MediaKind.JANUS)
    (trainer,) = seated(cast, scene, "trainer")
    assert trainer.grant["available"] is False
    assert trainer.state(microphone=True)["microphone"] is True


def test_only_the_rooms_that_need_it_may_reach_further(
    open_session: OpenSession, cast: Cast, configure: Configure
) -> None:
    configure(
        janus_url="http://127.0.0.1:9/admin",
        janus_secret="x" * 32,
        janus_public_url="wss://media.example/janus",
    )
    policies = {}
    for kind in MediaKind:
        answer = cast("trainer").client.get(open_session(media=kind).path("/room"))
        assert "microphone=(self)" in answer.headers["Permissions-Policy"]
        policies[kind] = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self' wss://media.example;" in policies[MediaKind.JANUS]
    assert policies[MediaKind.BROADCAST].endswith("; media-src 'self' blob:")
    assert len({policies[kind] for kind in (MediaKind.NULL, MediaKind.P2P, MediaKind.LINK)}) == 1


# ----------------------------------------------------------------------------------------------- broadcasts


@pytest.fixture
def air(open_session: OpenSession, configure: Configure, tmp_path: Path) -> WebinarScene:
    """A broadcast room whose streams lie in a folder of the test's own."""
    program = tmp_path / "ffmpeg"
    program.touch()
    configure(ffmpeg=str(program), var=tmp_path)
    return open_session(media=MediaKind.BROADCAST)


def piece(sender: Sender, stream: str, index: int, content: bytes) -> int:
    """Send a piece and return the answer's status."""
    return sender.client.post(
        sender.scene.path(f"/room/media/streams/{stream}/{index}"),
        data=content, content_type="application/octet-stream", headers={"X-CSRFToken": sender.token},
    ).status_code  # fmt: skip


def fetched(client: FlaskClient, address: str) -> tuple[int, bytes, str]:
    """Return status, octets and caching of an answer."""
    with client.get(address) as answer:
        return answer.status_code, answer.data, answer.headers.get("Cache-Control", "")


def test_pieces_are_kept_once_and_by_who_sends_only(
    air: WebinarScene, cast: Cast, inside: Inside, app: TransactionalFlask
) -> None:
    trainer, expert, member = seated(cast, air, "trainer", "expert", "member")
    assert member.refused("media/streams", {"picture": True})
    stream = trainer.did("media/streams", {"picture": True})["stream"]
    assert [one["stream"] for one in member.heard(inside, "media.stream")] == [stream]
    for index, content in ((0, b"first"), (0, b"again"), (1, b"more")):
        assert piece(trainer, stream, index, content) == 200
    assert piece(expert, stream, 2, b"forged") == 409
    assert piece(trainer, stream, 9999, b"far") == 503
    assert piece(trainer, stream, 2, b"") == 422
    with app.app_context():
        assert streams.piece_of(streams.folder(stream), 0).read_bytes() == b"first"
        assert sorted(path.name for path in (streams.folder(stream) / "in").iterdir()) == [
            "0000000",
            "0000001",
        ]
    with app.app_context():
        (streams.folder(stream) / "done").touch()  # the encoder was cut off
    assert piece(trainer, stream, 2, b"more") == 410
    assert "Somebody else" in expert.refused("media/streams", {"picture": True})
    trainer.did(f"media/streams/{stream}/end")
    assert piece(trainer, stream, 2, b"late") == 409
    assert member.heard(inside, "media.stream")[-1] == {"stream": None, "kind": "media.stream"}


def test_segments_are_for_the_person_and_end_with_the_right(
    air: WebinarScene, cast: Cast, inside: Inside, app: TransactionalFlask
) -> None:
    trainer, member = seated(cast, air, "trainer", "member")
    stream = trainer.did("media/streams", {"picture": True})["stream"]
    with app.app_context():
        place_of = streams.folder(stream) / "out" / "full"
        place_of.mkdir(parents=True)
        (place_of / "live.m3u8").write_text("#EXTM3U\n")
        (place_of / "s0.m4s").write_bytes(b"octets")
    base = f"{member.grant['streams']}/{stream}"
    stranger = app.test_client()
    assert fetched(stranger, f"{base}/full/live.m3u8") == (200, b"#EXTM3U\n", "no-store")
    assert fetched(stranger, f"{base}/full/s0.m4s")[:2] == (200, b"octets")
    for wrong in ("full/s1.m4s", "other/s0.m4s", "full/..%2f..%2fstream.json", "full/.hidden"):
        assert fetched(stranger, f"{base}/{wrong}")[0] == 404
    token = member.grant["streams"].rpartition("/")[2]
    forged = token.replace(member.id, air.people["owner"])
    assert fetched(stranger, f"/webinars/streams/{forged}/{stream}/full/s0.m4s")[0] == 404
    with clock.travel(clock.now() + broadcast.LIFE + timedelta(seconds=2)):
        assert fetched(stranger, f"{base}/full/s0.m4s")[0] == 404
    with inside():
        moderation.remove(at(cast, "trainer", air), person(air, "member"))
    assert fetched(stranger, f"{base}/full/s0.m4s")[0] == 404


def test_a_hard_mute_ends_the_stream_and_the_next_has_no_sound(
    air: WebinarScene, cast: Cast, inside: Inside
) -> None:
    (expert,) = seated(cast, air, "expert")
    first = expert.did("media/streams", {"picture": True})
    assert first["sound"] is True
    with inside():
        moderation.hard_mute(at(cast, "trainer", air), person(air, "expert"))
    assert piece(expert, first["stream"], 0, b"sound") == 409
    second = expert.did("media/streams", {"picture": True})
    assert second["sound"] is False
    wanted = {"sound": second["sound"], "picture": True}
    command = encoder.arguments("ffmpeg", Path("/x"), wanted, {"video": "vp8", "audio": "opus"})
    assert "0:a" not in command


def test_the_end_of_the_session_ends_all(air: WebinarScene, cast: Cast, inside: Inside) -> None:
    trainer, member = seated(cast, air, "trainer", "member")
    stream = trainer.did("media/streams", {"picture": True})["stream"]
    with inside():
        rooms.end(at(cast, "trainer", air))
    with inside():
        assert not db.session.scalars(select(WebinarMediaSeat).filter_by(ended_at=None)).all()
    assert piece(trainer, stream, 0, b"late") == 404
    assert fetched(member.client, f"{member.grant['streams']}/{stream}/full/live.m3u8")[0] == 404


@pytest.mark.parametrize(
    ("wanted", "codecs", "variants"),
    [
        ({"sound": True, "picture": True}, {"video": "h264", "audio": "opus"},
         "v:0,a:0,name:full v:1,a:1,name:low a:2,name:sound"),
        ({"sound": False, "picture": True}, {"video": "h264", "audio": "opus"}, "v:0,name:full v:1,name:low"),
        ({"sound": True, "picture": False}, {"audio": "opus"}, "a:0,name:sound"),
    ],
)  # fmt: skip
def test_what_the_encoder_makes(wanted: dict[str, bool], codecs: dict[str, str], variants: str) -> None:
    command = encoder.arguments("ffmpeg", Path("/x"), wanted, codecs)
    assert command[command.index("-var_stream_map") + 1] == variants
    assert ("copy" in command) == (codecs.get("video") == "h264")


# ------------------------------------------------------------------------------------------------------- planning

SETUP = {"roster": "all", "percent": "70", "answers_needed": "0"}


def test_the_form_says_what_can_be_had_here_and_for_how_many(
    cast: Cast, open_session: OpenSession, configure: Configure
) -> None:
    configure(ffmpeg="none", janus_url="", janus_listeners=450)
    scene, client = open_session(), cast("trainer").client
    page = client.get(scene.path("/setup")).get_data(as_text=True)
    shown = " ".join(page.split())
    assert "up to 4 people with cameras, or one trainer with camera and up to 8 others" in shown
    assert "up to 300 others" in shown
    assert "The program ffmpeg is not set up here." in page
    assert "up to 450 in the room" in shown
    assert "No media server is set up here." in page
    assert re.search(r'<input[^>]*disabled[^>]*value="janus"', page)
    assert not re.search(r'<input[^>]*disabled[^>]*value="p2p"', page)


def test_what_cannot_be_had_here_is_refused_at_its_field(
    cast: Cast, inside: Inside, open_session: OpenSession, configure: Configure
) -> None:
    configure(ffmpeg="none", janus_url="")
    scene, client = open_session(state=State.PLANNED), cast("trainer").client
    for kind, why in (
        ("janus", "No media server is set up here."),
        ("broadcast", "The program ffmpeg is not set up here."),
        ("link", "Enter the web address of the meeting"),
        ("telepathy", "Not a valid choice"),
    ):
        refused = post(client, scene.path("/setup"), SETUP | {"media": kind})
        assert refused.status_code == 422, kind
        assert f'<p class="field-error">{why}' in refused.get_data(as_text=True), kind
    configure(ffmpeg="auto", janus_url="http://127.0.0.1:8088/janus")
    assert post(client, scene.path("/setup"), SETUP | {"media": "janus"}).status_code == 302
    configure(janus_url="")
    assert post(client, scene.path("/setup"), SETUP | {"media": "janus", "percent": "60"}).status_code == 302
    with inside():
        assert (scene.webinar().media, scene.webinar().percent) == (MediaKind.JANUS, 60)
