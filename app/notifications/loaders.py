"""The only ways a view gets a notice, the person who unsubscribes, or the reader of a feed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts import actors
from app.accounts.models import User
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.scopes import held_among
from app.notifications.actions.feeds import digest_of
from app.notifications.links import unsubscribed_by
from app.notifications.models import CalendarToken, Notice

_SECRET = re.compile("[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Feed:
    """A living feed and who reads by it: its person as they are now, with no more than the feed's own sign-in had."""

    token: CalendarToken
    reader: Actor


def own_notice(actor: Actor, notice_id: str) -> Notice:
    """Return something that the actor was told and may still know. Raises NotFound."""
    found = db.session.scalars(
        select(Notice).where(Notice.public_id == notice_id, Notice.user_id == (actor.user_id or 0))
    ).one_or_none()
    if found is None or not held_among(actor, [found.scope]):
        raise NotFound
    return found


def unsubscriber(_actor: Actor, token: str) -> User:
    """Return who ends their digests by a link, whoever holds it; asked of the signature alone. Raises NotFound."""
    public_id = unsubscribed_by(token)
    found = db.session.scalars(select(User).where(User.public_id == (public_id or ""))).one_or_none()
    if found is None:
        raise NotFound
    return found


def feed(_actor: Actor, secret: str) -> Feed:
    """Return the feed behind an address. Raises NotFound for one that never was, has ended, or whose person is gone."""
    if not _SECRET.fullmatch(secret):
        raise NotFound
    found = db.session.execute(
        select(CalendarToken, User)
        .join(User, User.id == CalendarToken.user_id)
        .where(CalendarToken.digest == digest_of(secret), CalendarToken.revoked_at.is_(None))
    ).one_or_none()
    if found is None or not found.User.is_approved:
        raise NotFound
    token, person = found
    with_factor = token.second_factor and bool(person.tf_primary_method)
    return Feed(token, actors.of_person(person, second_factor=with_factor))
