"""The document as it is read, part by part; and what is new on an open page."""

from __future__ import annotations

from app.core import clock
from app.core.access import access, approved
from app.irooms import drafting_loaders as loaders
from app.irooms.actions.drafting.reading import saw
from app.irooms.actions.drafting.revising import live_topic
from app.irooms.drafting_bench import Bench
from app.irooms.forms.drafting import CommentForm
from app.irooms.queries.drafting import pages as queries
from app.irooms.queries.drafting.publications import publications_of
from app.irooms.queries.drafting.threads import in_order, threads_of
from app.irooms.views.blueprint import bp
from app.irooms.views.drafting.ways import page, typed_number
from app.live.queries import number_of


@bp.get("/<slug>/drafts/<draft_id>")
@access(approved, bench=loaders.shown)
def draft(bench: Bench) -> str:
    """A part of the document with its comments beside it."""
    if not bench.reads:
        return page("withdrawn", bench)
    return draft_page(bench, typed_number("part") or 1)


def draft_page(bench: Bench, part: int, form: CommentForm | None = None) -> str:
    """Render a part of the document; ``form`` is a comment that was not taken."""
    live = live_topic(bench.draft)
    after = number_of(live)
    reading = queries.reading(bench, part)
    published = publications_of(bench)
    before = saw(bench)
    return page(
        "draft",
        bench,
        reading=reading,
        live=live,
        after=after,
        before=before,
        published=published,
        now=clock.now(),
        me=bench.seat.member.id if bench.seat.member else 0,
        comment_form=form or CommentForm(formdata=None),
    )


@bp.get("/<slug>/drafts/<draft_id>/news")
@access(approved, bench=loaders.draft)
def draft_news(bench: Bench) -> str:
    """The sections of a part that changed after an announcement, as pieces of the page."""
    after = typed_number("after", 15) or 0
    number = number_of(live_topic(bench.draft))
    reading = queries.reading(bench, typed_number("part") or 1)
    changed = [one for one in reading.entries if one.news > after]
    before = saw(bench)
    return page(
        "_news",
        bench,
        reading=reading,
        changed=changed,
        number=number,
        before=before,
        reordered=bench.draft.news > after,
        now=clock.now(),
        me=bench.seat.member.id if bench.seat.member else 0,
    )


@bp.get("/<slug>/drafts/<draft_id>/threads")
@access(approved, bench=loaders.draft)
def draft_threads(bench: Bench) -> str:
    """The comments of a part that changed after an announcement, as pieces of the page."""
    after = typed_number("after", 15) or 0
    number = number_of(live_topic(bench.draft))
    part = queries.part_of(bench.draft, typed_number("part") or 1)
    ids = {one.id: one.place for one in queries.outline_of(bench.draft) if one.number in part.sections}
    threads = threads_of(bench.draft, ids, resolved=None, news_after=after)
    known = queries.faces_of(bench, threads)
    return page(
        "_threads", bench, threads=in_order(threads, ids), faces=known, number=number, from_page="page"
    )
