"""Rooms that are open to the caller. A room that wants a second factor does not open to a token made without one."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.accounts.bearer import with_token
from app.accounts.tokens import Scope
from app.api.v1 import cursors
from app.api.v1.blueprint import bp
from app.api.v1.operations import operation
from app.api.v1.room_schemas import (
    FaceEntry,
    PostEntry,
    PostList,
    ResourceEntry,
    ResourceFile,
    ResourceList,
    RoomDetail,
    RoomEntry,
    RoomList,
    RoomPolicy,
)
from app.api.v1.schemas import ListQuery, Query
from app.core.access import access, approved, current_actor
from app.irooms import loaders, seats
from app.irooms.models.discussion import RoomTopic
from app.irooms.queries import rooms as queries
from app.irooms.queries.discussion import posts
from app.irooms.queries.discussion.posts import Post
from app.irooms.queries.resources import listing
from app.irooms.queries.resources.collections import tree
from app.irooms.queries.resources.rows import Row
from app.irooms.seats import Seat

_ROOMS, _RESOURCES, _POSTS = "rooms", "room resources", "room posts"
SLUG = {"slug": "The room's random address."}


@bp.get("/irooms")
@access(with_token(Scope.ROOMS, approved))
@operation("The rooms that are open to the caller", query=ListQuery, answer=RoomList)
def irooms(query: ListQuery) -> RoomList:
    """In the order of their titles."""
    after = cursors.read(query.cursor, _ROOMS, {})
    open_ones = sorted(
        (seat for seat in seats.seats_of(current_actor()) if seat.inside),
        key=lambda seat: (seat.room.title, seat.room.public_id),
    )
    left = [seat for seat in open_ones if after is None or (seat.room.title, seat.room.public_id) > after]
    page = left[: query.limit]
    following = None
    if len(left) > len(page):
        cursor = cursors.made(_ROOMS, {}, [page[-1].room.title, page[-1].room.public_id])
        following = url_for(
            "api_v1.irooms", limit=query.limit, cursor=cursor, lang=query.lang, _external=True
        )
    return RoomList(data=[RoomEntry(**_entry(seat)) for seat in page], next=following)


@bp.get("/irooms/<slug>")
@access(with_token(Scope.ROOMS, approved), seat=loaders.entered)
@operation("One room", query=Query, answer=RoomDetail, path=SLUG)
def iroom(query: Query, seat: Seat) -> RoomDetail:
    """What the room is for, its policy, the caller's membership."""
    room = seat.room
    policy = {name: getattr(room, name) for name in RoomPolicy.model_fields}
    return RoomDetail(
        **_entry(seat),
        purpose=room.purpose,
        members=queries.member_count(room),
        policy=RoomPolicy(**policy),
        opened_at=room.created_at,
    )


def _entry(seat: Seat) -> dict[str, Any]:
    room = seat.room
    return {
        "slug": room.public_id,
        "title": room.title,
        "topic": room.topic,
        "languages": list(room.languages),
        "role": seat.role.value,
        "closed": room.closed_at is not None,
        "membership_ends_at": seat.member.ends_at if seat.member else None,
        "address": url_for("irooms.room", slug=room.public_id, _external=True),
    }


@bp.get("/irooms/<slug>/resources")
@access(with_token(Scope.ROOMS, approved), seat=loaders.entered)
@operation(
    "The resources of a room that the caller may read",
    query=ListQuery,
    answer=ResourceList,
    description=(
        "What a collection denies the caller is not there. Files are read on the platform, where reading leaves a mark."
    ),
    path=SLUG,
)
def iroom_resources(query: ListQuery, seat: Seat) -> ResourceList:
    """In the order they were added."""
    filters = {"room": seat.room.public_id}
    after = cursors.read(query.cursor, _RESOURCES, filters)
    rows = listing.feed(seat, tree(seat), after=int(after[0]) if after else 0, limit=query.limit + 1)
    page = rows[: query.limit]
    following = None
    if len(rows) > len(page):
        cursor = cursors.made(_RESOURCES, filters, [str(page[-1].resource.id)])
        following = _next("api_v1.iroom_resources", seat, query, cursor)
    return ResourceList(data=[_resource(seat, row) for row in page], next=following)


@bp.get("/irooms/<slug>/posts")
@access(with_token(Scope.ROOMS, approved), seat=loaders.entered)
@operation("The posts of a room's discussion", query=ListQuery, answer=PostList, path=SLUG)
def iroom_posts(query: ListQuery, seat: Seat) -> PostList:
    """Newest first."""
    filters = {"room": seat.room.public_id}
    before = cursors.read(query.cursor, _POSTS, filters)
    found, earlier = posts.of_room(seat, int(before[0]) if before else None, query.limit)
    following = None
    if earlier is not None:
        following = _next("api_v1.iroom_posts", seat, query, cursors.made(_POSTS, filters, [str(earlier)]))
    return PostList(data=[_post(seat, topic, post) for topic, post in found], next=following)


def _next(endpoint: str, seat: Seat, query: ListQuery, cursor: str) -> str:
    return url_for(
        endpoint, slug=seat.room.public_id, limit=query.limit, cursor=cursor, lang=query.lang, _external=True
    )


def _resource(seat: Seat, row: Row) -> ResourceEntry:
    resource, file = row.resource, row.file
    shown = None if file is None else {name: getattr(file, name) for name in ResourceFile.model_fields}
    return ResourceEntry(
        id=resource.public_id,
        kind=resource.kind,
        type=resource.type,
        title=row.title,
        language=row.language,
        summary=resource.summary,
        symbol=resource.symbol,
        issuer=resource.issuer,
        dated=resource.dated,
        tags=list(resource.tags),
        legal_systems=list(resource.legal_systems),
        withdrawn=row.withdrawn,
        version=row.version.number,
        file=ResourceFile(**shown) if shown else None,
        address=url_for(
            "irooms.resource", slug=seat.room.public_id, resource_id=resource.public_id, _external=True
        ),
    )


def _post(seat: Seat, topic: RoomTopic, post: Post) -> PostEntry:
    author = post.author
    return PostEntry(
        id=post.row.public_id,
        topic=topic.public_id,
        topic_title=topic.title,
        number=post.row.number,
        author=FaceEntry(id=author.id, label=author.label, role=author.role, country=author.country)
        if author
        else None,
        language=post.row.language,
        html=str(post.html),
        posted_at=post.row.posted_at,
        edited_at=post.row.edited_at,
        deleted=post.row.deleted_at is not None,
        address=url_for(
            "irooms.discussion_permalink",
            slug=seat.room.public_id,
            post_id=post.row.public_id,
            _external=True,
        ),
    )
