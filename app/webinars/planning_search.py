"""Sessions and series in the index: title, summary, agenda, who speaks; found by those they exist for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.search import actions as search
from app.search import rebuild, words
from app.search.actions import Document, Part
from app.webinars.models.planning import State, Webinar, WebinarRunner, WebinarSeries
from app.webinars.scopes import series_scope, webinar_scope

SESSION, SERIES = "webinar", "webinar_series"
NAMES = {SESSION: _l("Webinars and sessions"), SERIES: _l("Series of webinars")}


def refresh(webinar: Webinar) -> None:
    """Let a session be found as it is now; a draft and a cancelled one are not."""
    if webinar.state in {State.DRAFT, State.CANCELLED} or webinar.is_template:
        search.remove(SESSION, webinar.public_id)
        return
    speakers = _speakers([webinar.id]).get(webinar.id, [])
    series = db.session.get(WebinarSeries, webinar.series_id) if webinar.series_id else None
    search.index(document_of(webinar, speakers, series.title if series else ""))


def refresh_series(series: WebinarSeries) -> None:
    """Let a series be found as it is now."""
    search.index(series_document(series))


def document_of(webinar: Webinar, speakers: Sequence[WebinarRunner], within: str = "") -> Document:
    """Return what the index holds of a session."""
    lines = [webinar.summary, webinar.place]
    lines += [f"{one.name}. {one.biography}" if one.biography else one.name for one in speakers]
    parts = [Part("", "\n".join(line for line in lines if line))]
    if webinar.agenda:
        parts.append(Part("agenda", "\n".join(str(line["title"]) for line in webinar.agenda)))
    return Document(
        kind=SESSION,
        key=webinar.public_id,
        scope=webinar_scope(webinar.id),
        language=webinar.languages[0] if webinar.languages else "",
        title=webinar.title,
        parts=parts,
        url=f"/webinars/{webinar.public_id}",
        facets={"within": within} if within else {},
        updated_at=webinar.changed_at,
    )


def series_document(series: WebinarSeries) -> Document:
    """Return what the index holds of a series."""
    return Document(
        kind=SERIES,
        key=series.public_id,
        scope=series_scope(series.id),
        language=series.languages[0] if series.languages else "",
        title=series.title,
        parts=[Part("", series.summary)],
        url=f"/webinars/series/{series.public_id}",
        updated_at=series.created_at,
    )


def documents() -> Iterator[Document]:
    """Yield every session that was announced and not cancelled, and every series."""
    rows = db.session.execute(
        select(Webinar, WebinarSeries.title)
        .outerjoin(WebinarSeries, WebinarSeries.id == Webinar.series_id)
        .where(Webinar.state.not_in([State.DRAFT, State.CANCELLED]), Webinar.is_template.is_(False))
        .order_by(Webinar.id)
    ).all()
    speakers = _speakers([webinar.id for webinar, _title in rows])
    for webinar, title in rows:
        yield document_of(webinar, speakers.get(webinar.id, []), title or "")
    for series in db.session.scalars(select(WebinarSeries).order_by(WebinarSeries.id)):
        yield series_document(series)


def _speakers(ids: Sequence[int]) -> Mapping[int, list[WebinarRunner]]:
    found: dict[int, list[WebinarRunner]] = defaultdict(list)
    rows = select(WebinarRunner).where(WebinarRunner.webinar_id.in_(ids), WebinarRunner.shown)
    for row in db.session.scalars(rows.order_by(WebinarRunner.position, WebinarRunner.id)):
        found[row.webinar_id].append(row)
    return found


def provide() -> None:
    """Tell the search what webinars have, and what the kinds of it are called."""
    rebuild.provide("webinars", documents)
    for kind, name in NAMES.items():
        words.register(kind, name)
