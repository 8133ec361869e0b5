"""Links to the files of sessions: whether somebody may have one is asked again at every use, and the rules of the group
that the session is for hold (a room's mark, a room's "read here only")."""

from __future__ import annotations

from sqlalchemy import or_, select

from app.accounts.group_rules import rules_for
from app.core.access import Actor
from app.core.database import db
from app.media import links
from app.media.links import Claim, Grant
from app.media.models import MediaFile
from app.webinars.models.planning import Webinar, WebinarMaterial, WebinarRunner
from app.webinars.places import Place
from app.webinars.policy import visible_to

STAMPED, VIEW = "stamped", "view"


def may_download(place: Place, file: MediaFile) -> bool:
    """Whether a file of the session may be taken away, as it is or with a mark; who plans it always may."""
    if not file.ready:
        return False
    rule = rules_for(place.webinar.group_id).download
    if place.plans:
        return True
    return file.stampable if rule == STAMPED else rule != VIEW


def download_url(place: Place, row: WebinarMaterial, file: MediaFile) -> str:
    """Return where somebody takes a file away."""
    return links.file_url(place.actor, file, about={"m": row.public_id})


def may_get(actor: Actor, claim: Claim) -> Grant | None:
    """Answer for a link to a session's file: the session, the material and the group's rules, all as they are now."""
    named = select(WebinarRunner.webinar_id).where(WebinarRunner.user_id == (actor.user_id or 0))
    webinar = db.session.scalars(
        select(Webinar)
        .join(WebinarMaterial, WebinarMaterial.webinar_id == Webinar.id)
        .where(
            WebinarMaterial.file_id == claim.file.id,
            WebinarMaterial.public_id == str(claim.about.get("m", "")),
            visible_to(actor),
            or_(WebinarMaterial.handout, Webinar.id.in_(named), Webinar.created_by == actor.user_id),
        )
    ).one_or_none()
    if webinar is None:
        return None
    place = Place(actor, webinar)
    if not may_download(place, claim.file):
        return None
    stamped = rules_for(webinar.group_id).download == STAMPED and not place.plans
    lines = [actor.name, f"{claim.issued_at:%Y-%m-%d %H:%M} UTC"]
    return Grant(lines if stamped else None)
