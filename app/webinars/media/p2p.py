"""Browser to browser: no media server, for small rooms. Signalling rides on the room's journal."""

from __future__ import annotations

from flask_babel import gettext as _

from app.core.database import JSON
from app.webinars.media.base import Adapter, Capacity, Door
from app.webinars.media.relay import has_relay, ice_servers
from app.webinars.models.planning import MediaKind, Roster

MESH, RECEIVERS = 4, 8  # cameras that all see each other; those who get one


class PeerAdapter(Adapter):
    """Everybody who sends sends to everybody: four cameras among four people, or one camera to eight others."""

    kind = MediaKind.P2P
    capacity = Capacity(cameras=MESH, voices=MESH, audience=RECEIVERS)

    def name(self) -> str:
        """Return its name."""
        return str(_("From browser to browser"))

    def carries(self) -> str:
        """Return what it carries."""
        return str(
            _(
                "Small rooms: up to 4 people with cameras, or one trainer with camera and up to 8 others. Browsers "
                "connect directly, so they learn each other's network addresses unless a relay is set up."
            )
        )

    def mixes(self, cameras: int, people: int) -> bool:
        """Return whether the browsers can send so much: each camera goes to every other person."""
        if cameras <= 1:
            return people <= 1 + RECEIVERS
        return cameras <= MESH and people <= MESH

    def grant(self, door: Door) -> JSON:
        """Return the ways to the others; where names are hidden from each other, addresses are too, given a relay."""
        hidden = door.webinar.roster != Roster.ALL and has_relay()
        return {"ice": ice_servers(door.seat.public_id), "relay_only": hidden}
