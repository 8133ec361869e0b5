"""Resources put in their places: links to files, jobs, words, what is new on a room's first page."""

from __future__ import annotations

from flask import Flask, url_for
from flask_babel import gettext as _

from app.accounts import audiences, group_rules
from app.core.jobs import periodic
from app.irooms import (
    news,
    resources_links,
    resources_log,
    resources_search,
    resources_shown,
    resources_vocabulary,
)
from app.irooms.actions.resources.viewing import tell_readings
from app.irooms.audiences import of_rooms, rules_of_rooms
from app.irooms.collections import Node, Tree
from app.irooms.queries.resources.listing import any_new
from app.irooms.seats import Seat
from app.irooms.views.resources.listing import new_piece
from app.media import links
from app.media.queries import state_words

__all__ = ["init_app", "resources_log", "resources_search"]


@periodic("irooms.tell_readings", "*/10 * * * *")
def note_readings() -> None:
    """Tell the audit how much was read in views that have gone quiet."""
    tell_readings()


def crumbs(seat: Seat, shelves: Tree, node: Node, *, whole: bool) -> list[tuple[str, str]]:
    """Return the way to a collection as (words, address), as far as it may be read; ``whole``: itself included."""
    way = [(_("Resources"), url_for("irooms.resources", slug=seat.room.public_id))]
    for one in shelves.trail(node):
        if one.parent_id is not None and (whole or one.id != node.id):
            way.append((one.title, shelf_url(seat, one)))
    return way if whole or node.parent_id is not None else way[:-1]


def shelf_url(seat: Seat, node: Node) -> str:
    """Return the address of a collection's page."""
    slug = seat.room.public_id
    if node.parent_id is None:
        return url_for("irooms.resources", slug=slug)
    return url_for("irooms.resource_collection", slug=slug, collection_id=node.public_id)


def init_app(app: Flask) -> None:
    """Answer for links to files, tell what is new, and give templates their words."""
    links.provide("collection", resources_links.may_get)
    audiences.provide("irooms", of_rooms)
    group_rules.provide("irooms", rules_of_rooms)
    news.provide_asking("resources", any_new, new_piece, order=10)
    app.jinja_env.globals.update(
        resource_words=resources_vocabulary,
        resource_shown=resources_shown,
        resource_crumbs=crumbs,
        shelf_url=shelf_url,
        file_state=state_words,
    )
