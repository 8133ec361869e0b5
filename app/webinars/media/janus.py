"""Through the media server Janus (VideoRoom): the stage sends once, the server sends it on, in three sizes.

Only the platform makes rooms. Who receives joins as a subscriber, with the room's pin and a token of two minutes. Who
sends also needs that their token stands in the room's list, which only the platform writes; it is taken off with the
floor. A removal changes the pin, takes the tokens off and ends every connection of the person: they are found by the
token that each connection carries, since nothing that a browser claims about itself is believed.
"""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from app.core import clock, log
from app.core.database import JSON
from app.core.settings import settings
from app.webinars.media.base import GRANT, STAGE_PLACES, Adapter, Capacity, Door, Unavailable
from app.webinars.media.relay import ice_servers, signature
from app.webinars.models.media import WebinarMediaRoom, WebinarMediaSeat
from app.webinars.models.planning import MediaKind, Webinar

PLUGIN = "janus.plugin.videoroom"
CONNECTED = timedelta(hours=12)  # as long as one connection to Janus may last; it opens no room by itself
PATIENCE = 3.0  # seconds for an answer
BITRATE = 1_200_000  # what one camera may send, its three sizes together
_NOBODY = "nobody-has-this-token"
_NO_ROOM, _ROOM_EXISTS, _NO_SUCH_FEED = 426, 427, 428
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class JanusAdapter(Adapter):
    """A stage of 25 and hundreds of listeners."""

    kind = MediaKind.JANUS

    @property
    def capacity(self) -> Capacity:
        """What the server was sized for."""
        return Capacity(STAGE_PLACES, STAGE_PLACES, settings().janus_listeners)

    def name(self) -> str:
        """Return its name."""
        return str(_("Media server"))

    def carries(self) -> str:
        """Return what it carries."""
        return str(
            _(
                "Up to %(stage)s people on the stage, up to %(audience)s in the room. Weak lines get a small "
                "picture or sound only.",
                stage=STAGE_PLACES,
                audience=settings().janus_listeners,
            )
        )

    def missing(self) -> str:
        """Return why there is none."""
        return "" if settings().janus_url else str(_("No media server is set up here."))

    # ------------------------------------------------------------------------------------------- the room

    def open(self, room: WebinarMediaRoom, webinar: Webinar) -> None:
        """Make the room; one that is there keeps its people."""
        answer = _ask(
            "create",
            room=room.key,
            admin_key=settings().janus_secret,
            secret=_secret_of(room),
            pin=room.pin,
            is_private=True,
            signed_tokens=True,
            allowed=[_NOBODY],
            publishers=STAGE_PLACES,
            bitrate=BITRATE,
            audiocodec="opus",
            videocodec="vp8,h264,vp9",
            opus_fec=True,
            fir_freq=10,
            audiolevel_ext=True,
            audiolevel_event=False,
            transport_wide_cc_ext=True,
            notify_joining=False,
            record=False,
            lock_record=True,
            **(
                {"rec_dir": f"{settings().janus_recordings}/{room.key}"}
                if settings().janus_recordings
                else {}
            ),
        )
        if answer.get("error_code") not in {None, _ROOM_EXISTS}:
            raise Unavailable(answer.get("error"))

    def close(self, room: WebinarMediaRoom) -> None:
        """End the room; everybody in it is put out."""
        _expect(_ask("destroy", room=room.key, secret=_secret_of(room)), _NO_ROOM)

    # ------------------------------------------------------------------------------------------ people

    def grant(self, door: Door) -> JSON:
        """Return addresses and tokens; who may send is put on the room's list."""
        chosen = settings()
        granted: JSON = {
            "ice": ice_servers(door.seat.public_id),
            "url": chosen.janus_public_url,
            "token": signed(CONNECTED, "janus", PLUGIN, f"person={door.participant_id}"),
            "room": door.room.key,
            "pin": door.room.pin,
            "join": signed(GRANT, PLUGIN, f"room={door.room.key}"),
            "feed": door.seat.public_id,
            "bitrate": BITRATE,
        }
        if door.sends:
            token = door.seat.token = signed(CONNECTED, PLUGIN, f"room={door.room.key}", secrets.token_hex(8))
            self._let_send(door, token)
            granted["send"] = token
        return granted

    def _let_send(self, door: Door, token: str) -> None:
        answer = self._allowed(door.room, "add", token)
        if answer.get("error_code") == _NO_ROOM:  # the media server was started anew
            self.open(door.room, door.webinar)
            answer = self._allowed(door.room, "add", token)
        _expect(answer)

    def _allowed(self, room: WebinarMediaRoom, action: str, token: str) -> JSON:
        return _ask("allowed", room=room.key, secret=_secret_of(room), action=action, allowed=[token])

    def mute(self, room: WebinarMediaRoom, seat: WebinarMediaSeat, muted: bool) -> None:
        """Let the server drop, or pass on again, every sound of a seat."""
        for track in seat.tracks:
            if track["kind"] == "audio":
                answer = _ask(
                    "moderate", room=room.key, secret=_secret_of(room), id=seat.public_id, mid=track["mid"], mute=muted
                )  # fmt: skip
                _expect(answer, _NO_ROOM, _NO_SUCH_FEED)

    def quiet(self, room: WebinarMediaRoom, seat: WebinarMediaSeat) -> None:
        """Take the seat's token off the list and put its feed out."""
        if seat.token:
            _expect(self._allowed(room, "remove", seat.token), _NO_ROOM)
        _expect(
            _ask("kick", room=room.key, secret=_secret_of(room), id=seat.public_id), _NO_ROOM, _NO_SUCH_FEED
        )

    def kick(self, room: WebinarMediaRoom, participant_id: str, seats: Sequence[WebinarMediaSeat]) -> None:
        """Change the room's pin to the present one, put the feeds out, end whatever else the person has open."""
        _expect(_ask("edit", room=room.key, secret=_secret_of(room), new_pin=room.pin), _NO_ROOM)
        for seat in seats:
            self.quiet(room, seat)
        for session in _sessions_of(participant_id):
            with suppress(Unavailable):  # gone by itself meanwhile
                _admin({"janus": "destroy_session", "session_id": session}, f"/{session}")

    def record(self, room: WebinarMediaRoom, on: bool) -> bool:
        """Let the server write what the stage sends, or stop; one file a track, in ``JANUS_RECORDINGS/<key>``."""
        if not settings().janus_recordings:
            return False
        _expect(_ask("enable_recording", room=room.key, secret=_secret_of(room), record=on))
        return True


def signed(life: timedelta, realm: str, *descriptors: str) -> str:
    """Return a token that Janus believes for ``life``: expiry, realm, what it is good for, and their HMAC."""
    base = ",".join([str(int((clock.now() + life).timestamp())), realm, *descriptors])
    return f"{base}:{signature(settings().janus_secret, base)}"


def _secret_of(room: WebinarMediaRoom) -> str:
    return signature(settings().janus_secret, f"room {room.key}")


def _sessions_of(participant_id: str) -> list[int]:
    """Return the sessions at Janus in which a connection carries a token of the person."""
    mark = f",person={participant_id}:"
    found = []
    for session in _admin({"janus": "list_sessions"}).get("sessions", []):
        with suppress(Unavailable):
            handles = _admin({"janus": "list_handles"}, f"/{session}").get("handles", [])
            if any(mark in _token_of(session, handle) for handle in handles):
                found.append(session)
    return found


def _token_of(session: int, handle: int) -> str:
    info = _admin({"janus": "handle_info"}, f"/{session}/{handle}").get("info", {})
    return f"{info.get('token', '')}"


# --------------------------------------------------------------------------------------------- the admin interface


def _expect(answer: JSON, *fine: int) -> None:
    """Raise Unavailable when the answer is an error other than those that are fine."""
    if answer.get("error_code") is not None and answer["error_code"] not in fine:
        raise Unavailable(f"{answer.get('error_code')} {answer.get('error')}")


def _ask(request: str, **values: Any) -> JSON:
    """Ask the VideoRoom plugin and return its answer, an error of its own included. Raises Unavailable."""
    body = {"janus": "message_plugin", "plugin": PLUGIN, "request": {"request": request, **values}}
    answer = _admin(body).get("response", {})
    return answer if isinstance(answer, dict) else {}


def _admin(body: JSON, path: str = "") -> JSON:
    """Speak to Janus. Raises Unavailable when it does not answer or says no."""
    chosen = settings()
    if not chosen.janus_url:
        raise Unavailable("no Janus is set up")
    sent = {**body, "transaction": secrets.token_hex(6), "admin_secret": chosen.janus_secret}
    request = urllib.request.Request(
        chosen.janus_url.rstrip("/") + path, json.dumps(sent).encode(), {"Content-Type": "application/json"}
    )
    try:
        with _OPENER.open(request, timeout=PATIENCE) as response:
            answer: JSON = json.load(response)
    except (OSError, ValueError, urllib.error.URLError) as error:
        log.failure("janus does not answer")
        raise Unavailable(str(error)) from error
    if answer.get("janus") != "success":
        raise Unavailable(str(answer.get("error")))
    return answer
