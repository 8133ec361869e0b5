"""A meeting elsewhere, whose address the room shows; attendance is by checking in."""

from __future__ import annotations

from flask_babel import gettext as _

from app.core.database import JSON
from app.webinars.media.base import Adapter, Capacity, Door
from app.webinars.models.planning import MediaKind


class LinkAdapter(Adapter):
    """Shows the way to another service; what happens there is that service's."""

    kind = MediaKind.LINK
    capacity = Capacity(cameras=0, voices=0, audience=None, steps=("full", "text"))

    def name(self) -> str:
        """Return its name."""
        return str(_("A meeting elsewhere"))

    def carries(self) -> str:
        """Return what it carries."""
        return str(
            _(
                "The room shows the address of a meeting at another service. Slides, chat, questions and polls work "
                "here; who attended is counted by checking in. That other service learns who comes."
            )
        )

    def grant(self, door: Door) -> JSON:
        """Return the address."""
        return {"link": door.webinar.link}
