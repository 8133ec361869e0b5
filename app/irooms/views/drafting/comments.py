"""Comments on passages."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import drafting_loaders as loaders
from app.irooms.actions.drafting import comments as actions
from app.irooms.actions.drafting.comments import PassageRefused
from app.irooms.actions.drafting.reading import saw
from app.irooms.drafting_bench import Bench, CommentBench, SectionBench
from app.irooms.forms.drafting import CommentForm, ReplyForm
from app.irooms.queries.drafting.pages import faces_of
from app.irooms.queries.drafting.threads import threads_of
from app.irooms.views.blueprint import bp
from app.irooms.views.drafting.sections import section_page
from app.irooms.views.drafting.ways import Answer, page, refuse, say, to_section, typed_number

THREADS_PAGE = 50


@bp.get("/<slug>/drafts/<draft_id>/comments")
@access(approved, bench=loaders.draft)
def draft_comments(bench: Bench) -> str:
    """Every comment of the document, open or resolved ones."""
    resolved = request.args.get("state") == "resolved"
    number = typed_number("page", 5) or 0
    found = threads_of(bench.draft, resolved=resolved, limit=THREADS_PAGE + 1, offset=number * THREADS_PAGE)
    threads = found[:THREADS_PAGE]
    saw(bench)
    return page(
        "comments",
        bench,
        threads=threads,
        faces=faces_of(bench, threads),
        resolved=resolved,
        number=number,
        more=len(found) > THREADS_PAGE,
    )


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/comments")
@access(approved, place=loaders.annotated_section)
@idempotent
def draft_comment(place: SectionBench) -> Answer:
    """Comment on a passage, or on the whole section."""
    form = CommentForm()
    if not form.validate():
        return section_page(place, form=form), UNPROCESSABLE
    try:
        made = actions.comment_on(place, form.text.data or "", form.passage())
    except PassageRefused as error:
        form.quote.errors = [str(error)]
        return section_page(place, form=form), UNPROCESSABLE
    except Refused as error:
        refuse(form, error)
        return section_page(place, form=form), UNPROCESSABLE
    return to_section(place, f"c-{made.number}")


@bp.post("/<slug>/drafts/<draft_id>/comments/<comment_id>/replies")
@access(approved, found=loaders.comment)
@idempotent
def draft_reply(found: CommentBench) -> Answer:
    """Reply to a comment."""
    form = ReplyForm()
    replied = found.comment.public_id
    if not form.validate():
        return section_page(found.place, reply_form=form, replied=replied), UNPROCESSABLE
    try:
        actions.reply(found, form.text.data or "")
    except Refused as error:
        form.text.errors = [str(error)]
        return section_page(found.place, reply_form=form, replied=replied), UNPROCESSABLE
    return to_section(found.place, f"c-{found.comment.number}")


@bp.post("/<slug>/drafts/<draft_id>/comments/<comment_id>/resolution")
@access(approved, found=loaders.comment)
def draft_resolution(found: CommentBench) -> BaseResponse:
    """Settle a comment."""
    try:
        actions.resolve(found)
        notify(_("Resolved. It is among the resolved comments of the section."))
    except Refused as error:
        say(error)
    return to_section(found.place)


@bp.post("/<slug>/drafts/<draft_id>/comments/<comment_id>/reopening")
@access(approved, found=loaders.comment)
def draft_reopening(found: CommentBench) -> BaseResponse:
    """Open a settled comment again."""
    try:
        actions.reopen(found)
    except Refused as error:
        say(error)
    return to_section(found.place, f"c-{found.comment.number}")
