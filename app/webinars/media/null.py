"""No sound and no picture; everything else of the room works."""

from __future__ import annotations

from flask_babel import gettext as _

from app.core.database import JSON
from app.webinars.media.base import Adapter, Capacity, Door
from app.webinars.models.planning import MediaKind


class NullAdapter(Adapter):
    """Carries nothing, for as many as there are."""

    kind = MediaKind.NULL
    capacity = Capacity(cameras=0, voices=0, audience=None, steps=("full", "text"))

    def name(self) -> str:
        """Return its name."""
        return str(_("Slides and text, no sound"))

    def carries(self) -> str:
        """Return what it carries."""
        return str(
            _(
                "Slides, captions, chat, questions, polls and notes for everybody, on the weakest line. No sound and "
                "no picture."
            )
        )

    def grant(self, door: Door) -> JSON:
        """Return nothing."""
        return {}
