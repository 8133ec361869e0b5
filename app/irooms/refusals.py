"""Refusals are kept: whoever asks for a room or a thing in one and is told “nothing here” leaves a line in the audit.

The 404 undoes the request's transaction; the line is written after that, before the answer leaves. It is written for
addresses that do not exist, too, so that the time an answer takes tells nothing.
"""

from __future__ import annotations

from flask import Flask, Response, g, request

from app.audit.actions import record
from app.audit.verbs import Verb
from app.core.access import current_actor
from app.core.errors import NotFound

_LONGEST_ID = 40


def refuse(slug: str, masked_as: str = "") -> NotFound:
    """Return the 404 to raise for the room ``slug``; the refusal is kept when somebody signed in asked.

    ``masked_as`` is the member's id where the room hides who its members are.
    """
    g.refused_room = (slug[:_LONGEST_ID], masked_as)
    return NotFound()


def _keep(response: Response) -> Response:
    slug, masked_as = g.pop("refused_room", ("", ""))
    if slug and response.status_code == 404 and current_actor().approved:
        detail = {"method": request.method, "page": request.endpoint or ""}
        actor = None if masked_as else current_actor()
        detail |= {"member": masked_as} if masked_as else {}
        record(actor, Verb.ROOM_REFUSED, "room", slug, detail=detail)
    return response


def init_app(app: Flask) -> None:
    """Keep refusals once the answer is made."""
    app.after_request(_keep)
