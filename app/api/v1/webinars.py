"""Sessions that exist for the caller, with where they stand."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.accounts.bearer import with_token
from app.accounts.tokens import Scope
from app.api.v1 import cursors
from app.api.v1.blueprint import bp
from app.api.v1.operations import operation
from app.api.v1.schemas import ListQuery, Query
from app.api.v1.webinar_schemas import (
    AgendaEntry,
    SpeakerEntry,
    WebinarDetail,
    WebinarEntry,
    WebinarList,
)
from app.core.access import access, approved, current_actor
from app.webinars import loaders
from app.webinars.places import Place
from app.webinars.queries import planning as queries

_WEBINARS = "webinars"
_PLAIN = (
    "summary",
    "audience",
    "countries",
    "place",
    "capacity",
    "sequence",
    "media",
    "percent",
    "answers_needed",
    "rule_version",
    "recorded",
    "certificate",
)
WEBINAR_ID = {"webinar_id": "Id of the session."}


@bp.get("/webinars")
@access(with_token(Scope.WEBINARS, approved))
@operation("The sessions that exist for the caller", query=ListQuery, answer=WebinarList)
def webinars(query: ListQuery) -> WebinarList:
    """In the order they were planned."""
    after = cursors.read(query.cursor, _WEBINARS, {})
    rows = queries.feed(current_actor(), after, query.limit + 1)
    page = rows[: query.limit]
    following = None
    if len(rows) > len(page):
        cursor = cursors.made(_WEBINARS, {}, [str(page[-1].webinar.id)])
        following = url_for(
            "api_v1.webinars", limit=query.limit, cursor=cursor, lang=query.lang, _external=True
        )
    return WebinarList(data=[WebinarEntry(**_entry(place)) for place in page], next=following)


@bp.get("/webinars/<webinar_id>")
@access(with_token(Scope.WEBINARS, approved), place=loaders.seen)
@operation("One session", query=Query, answer=WebinarDetail, path=WEBINAR_ID)
def webinar(query: Query, place: Place) -> WebinarDetail:
    """What it is about, who speaks, what counts as attended, how many people are registered."""
    row, counts = place.webinar, queries.counts(place.webinar)
    said = {name: getattr(row, name) for name in _PLAIN}
    sees_link = place.plans or place.runner is not None or place.registered
    return WebinarDetail(
        **_entry(place),
        **(said | {"link": row.link if sees_link else ""}),
        registered=counts.registered,
        waiting=counts.waiting,
        agenda=[AgendaEntry(minute=line["minute"], title=line["title"]) for line in row.agenda],
        speakers=[
            SpeakerEntry(name=one.name, role=one.role, biography=one.biography)
            for one in queries.runners(row)
            if one.shown
        ],
    )


def _entry(place: Place) -> dict[str, Any]:
    row = place.webinar
    return {
        "id": row.public_id,
        "title": row.title,
        "kind": row.kind,
        "channel": row.channel,
        "state": row.state,
        "topic": row.topic,
        "languages": list(row.languages),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "zone": row.zone,
        "series": row.series.public_id if row.series else None,
        "standing": place.registration.state if place.registration else "none",
        "role": place.runner.role if place.runner else "participant",
        "address": url_for("webinars.planning_session", webinar_id=row.public_id, _external=True),
    }
