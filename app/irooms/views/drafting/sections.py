"""Sections as such: one on a page of its own, added, moved, removed, brought back."""

from __future__ import annotations

from flask import redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import drafting_loaders as loaders
from app.irooms.actions.drafting import sections as actions
from app.irooms.actions.drafting.reading import saw
from app.irooms.drafting.anchors import marked
from app.irooms.drafting_bench import Bench, SectionBench
from app.irooms.drafting_pages import rendered
from app.irooms.faces import faces
from app.irooms.forms.drafting import CommentForm, NewSectionForm, ReplyForm
from app.irooms.models.drafting import RoomDraftSection
from app.irooms.queries.drafting import pages as queries
from app.irooms.queries.drafting.threads import in_order, spans_of, threads_of
from app.irooms.queries.drafting.versions import suggestions_of
from app.irooms.views.blueprint import bp
from app.irooms.views.drafting.ways import Answer, page, refuse, say, section_url, typed_number, url


@bp.get("/<slug>/drafts/<draft_id>/sections/<section_id>")
@access(approved, place=loaders.section)
def draft_section(place: SectionBench) -> str:
    """One section with everything about it."""
    form = CommentForm(formdata=None)
    form.quote.data = request.args.get("quote", "")
    form.before.data, form.after.data = request.args.get("before", ""), request.args.get("after", "")
    return section_page(place, form=form)


def section_page(
    place: SectionBench,
    *,
    form: CommentForm | None = None,
    reply_form: ReplyForm | None = None,
    replied: str = "",
) -> str:
    """Render a section's own page; ``reply_form`` is a reply to the comment ``replied`` that was not taken."""
    section = place.section
    threads = threads_of(place.draft, [section.id], resolved=None)
    waiting = suggestions_of(place.draft, section=section)
    people = [one for thread in threads for one in thread.people()]
    authors = [row.author_id for row, _section, _base in waiting]
    known = faces(place.bench.room, [*people, *authors, section.changed_by, section.held_by])
    saw(place.bench)
    return page(
        "section",
        place.bench,
        section=section,
        html=marked(rendered(section.text), spans_of(threads, section.id, section.text, known)),
        threads=in_order(threads, {section.id: 0}),
        waiting=[row for row, _section, _base in waiting],
        faces=known,
        form=form or CommentForm(formdata=None),
        reply_form=reply_form,
        replied=replied,
        now=clock.now(),
    )


@bp.get("/<slug>/drafts/<draft_id>/sections/new")
@access(approved, bench=loaders.edited)
def draft_section_new(bench: Bench) -> Answer:
    """The form for a new section."""
    if not bench.edits:
        return redirect(url(bench))
    form = NewSectionForm(formdata=None)
    outline = [(one.public_id, one.heading) for one in queries.outline_of(bench.draft)]
    wanted = request.args.get("after", "")
    known = [key for key, _heading in outline]
    form.offer(outline, wanted if wanted in known else (known[-1] if known else ""))
    return page("section_new", bench, form=form)


@bp.post("/<slug>/drafts/<draft_id>/sections")
@access(approved, bench=loaders.edited)
@idempotent
def draft_section_add(bench: Bench) -> Answer:
    """Add a section."""
    form = NewSectionForm()
    standing = {one.public_id: one for one in queries.outline_of(bench.draft)}
    form.offer([(one.public_id, one.heading) for one in standing.values()], form.after.data or "")
    after = form.after.data or ""
    if not form.validate():
        return page("section_new", bench, form=form), UNPROCESSABLE
    if after and after not in standing:
        form.after.errors = [_("Choose one from the list.")]
        return page("section_new", bench, form=form), UNPROCESSABLE
    try:
        before = queries.section_numbered(bench.draft, standing[after].number) if after else None
        made = actions.add_section(bench, form.words(), before)
    except Refused as error:
        refuse(form, error)
        return page("section_new", bench, form=form), UNPROCESSABLE
    return _to(bench, made)


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/move")
@access(approved, place=loaders.edited_section)
def draft_section_move(place: SectionBench) -> BaseResponse:
    """Move a section one place up or down, or to the place of a number that was typed."""
    typed = request.form.get("to", "")
    outline = place.draft.outline
    here = outline.index(place.section.number) if place.section.number in outline else 0
    steps = {"up": here - 1, "down": here + 1}
    to = (
        int(typed) - 1 if typed.isascii() and typed.isdecimal() and len(typed) < 6 else steps.get(typed, here)
    )
    try:
        actions.move(place, to)
    except Refused as error:
        say(error)
    return _to(place.bench, place.section)


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/removal")
@access(approved, place=loaders.edited_section)
def draft_section_removal(place: SectionBench) -> BaseResponse:
    """Take a section out."""
    try:
        actions.remove(place)
        notify(_("The section is out. It can be brought back from the versions."))
    except Refused as error:
        say(error)
    return redirect(url(place.bench, part=typed_number("part") or 1))


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/return")
@access(approved, place=loaders.edited_section)
def draft_section_return(place: SectionBench) -> BaseResponse:
    """Bring a removed section back."""
    try:
        actions.bring_back(place)
        notify(_("The section is back, at the end."))
    except Refused as error:
        say(error)
        return redirect(section_url(place))
    return _to(place.bench, place.section)


def _to(bench: Bench, section: RoomDraftSection) -> BaseResponse:
    part = queries.part_with(bench.draft, section)
    return redirect(url(bench, part=part, _anchor=f"s-{section.number}"))
