"""Suggestions: made, looked at, accepted one by one or several at once, rejected, taken back."""

from __future__ import annotations

from flask import redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import drafting_loaders as loaders
from app.irooms.actions.drafting import suggestions as actions
from app.irooms.actions.drafting import unsaved
from app.irooms.actions.drafting.comments import PassageRefused, passage
from app.irooms.actions.drafting.reading import saw
from app.irooms.actions.drafting.sections import version_of
from app.irooms.drafting.anchors import Quote
from app.irooms.drafting.passages import source_of
from app.irooms.drafting_bench import Bench, SectionBench, SuggestionBench
from app.irooms.drafting_pages import plain_of, rendered
from app.irooms.faces import faces
from app.irooms.forms.drafting import ChosenForm, RejectForm, SuggestForm, whole_number
from app.irooms.models.drafting import RoomDraftUnsaved, SuggestionState, UnsavedKind
from app.irooms.queries.drafting.suggestions import proposal_of, proposals_of, waiting_benches
from app.irooms.views.blueprint import bp
from app.irooms.views.drafting.ways import Answer, page, refuse, say, section_url, url


@bp.get("/<slug>/drafts/<draft_id>/suggestions")
@access(approved, bench=loaders.draft)
def draft_suggestions(bench: Bench) -> str:
    """What was suggested for the document: waiting ones, or what became of the others."""
    decided = request.args.get("state") == "decided"
    proposals = proposals_of(bench, waiting=not decided)
    people = [one for found in proposals for one in (found.row.author_id, found.row.decided_by)]
    saw(bench)
    return page("suggestions", bench, proposals=proposals, faces=faces(bench.room, people), decided=decided)


@bp.post("/<slug>/drafts/<draft_id>/suggestions/acceptances")
@access(approved, bench=loaders.edited)
def draft_acceptances(bench: Bench) -> BaseResponse:
    """Accept several suggestions."""
    form = ChosenForm()
    chosen = waiting_benches(bench, form.chosen.data or []) if form.validate() else []
    if not chosen:
        notify(_("Choose at least one suggestion."), "attention")
        return redirect(url(bench, "draft_suggestions"))
    taken, left = actions.accept_all(chosen)
    if taken:
        notify(ngettext("%(num)d suggestion was accepted.", "%(num)d suggestions were accepted.", taken))
    if left:
        notify(
            _("Not accepted, because the text has changed in the same place: %(numbers)s",
              numbers=", ".join(str(one.suggestion.number) for one in left)),
            "attention",
        )  # fmt: skip
    return redirect(url(bench, "draft_suggestions"))


@bp.get("/<slug>/drafts/<draft_id>/sections/<section_id>/suggestions/new")
@access(approved, place=loaders.annotated_section)
def draft_suggestion_new(place: SectionBench) -> Answer:
    """The form for another text: of the passage that was chosen, else of the whole section."""
    if not place.bench.comments:
        notify(_("Nothing can be suggested for this draft now."), "attention")
        return redirect(section_url(place))
    form = SuggestForm(formdata=None)
    kept = unsaved.kept(place, UnsavedKind.SUGGESTION)
    if kept is not None:
        form.text.data, form.heading.data, form.note.data = kept.text, kept.heading, kept.note
        form.base.data = str(kept.base_number)
    else:
        _begin(place, form)
    return _form_page(place, form, kept)


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/suggestions")
@access(approved, place=loaders.annotated_section)
@idempotent
def draft_suggest(place: SectionBench) -> Answer:
    """Send a suggestion."""
    form = SuggestForm()
    if not form.validate():
        return _form_page(place, form), UNPROCESSABLE
    try:
        base = version_of(place.section, form.base_number)
        made = actions.suggest(place, form.words(base), form.base_number, form.note.data or "")
    except Refused as error:
        refuse(form, error)
        return _form_page(place, form), UNPROCESSABLE
    notify(_("Your suggestion is with the editors."))
    return redirect(url(place.bench, "draft_suggestion", suggestion_id=made.public_id))


@bp.get("/<slug>/drafts/<draft_id>/suggestions/<suggestion_id>")
@access(approved, found=loaders.suggestion)
def draft_suggestion(found: SuggestionBench) -> str:
    """One suggestion as it would change the text."""
    return _page(found)


@bp.post("/<slug>/drafts/<draft_id>/suggestions/<suggestion_id>/acceptance")
@access(approved, found=loaders.decided_suggestion)
def draft_acceptance(found: SuggestionBench) -> Answer:
    """Accept a suggestion."""
    try:
        actions.accept(found)
    except Refused as error:
        say(error)
        return redirect(url(found.bench, "draft_suggestion", suggestion_id=found.suggestion.public_id))
    notify(_("Accepted. It is a version of the section now."))
    return redirect(url(found.bench, "draft_suggestions"))


@bp.post("/<slug>/drafts/<draft_id>/suggestions/<suggestion_id>/rejection")
@access(approved, found=loaders.decided_suggestion)
def draft_rejection(found: SuggestionBench) -> Answer:
    """Turn a suggestion down, for a reason."""
    form = RejectForm()
    if not form.validate():
        return _page(found, form), UNPROCESSABLE
    try:
        actions.reject(found, form.reason.data or "")
    except Refused as error:
        refuse(form, error)
        return _page(found, form), UNPROCESSABLE
    notify(_("Rejected. Who made it reads the reason."))
    return redirect(url(found.bench, "draft_suggestions"))


@bp.post("/<slug>/drafts/<draft_id>/suggestions/<suggestion_id>/withdrawal")
@access(approved, found=loaders.own_suggestion)
def draft_suggestion_withdrawal(found: SuggestionBench) -> BaseResponse:
    """Take one's own suggestion back."""
    try:
        actions.withdraw(found)
        notify(_("Your suggestion is taken back."))
    except Refused as error:
        say(error)
    return redirect(url(found.bench, "draft_suggestion", suggestion_id=found.suggestion.public_id))


# ------------------------------------------------------------------------------------------------ pieces


def _begin(place: SectionBench, form: SuggestForm) -> None:
    """Fill in the passage that was chosen; the whole section where there is none, or it is not in the text."""
    section = place.section
    form.heading.data, form.text.data, form.base.data = section.heading, section.text, str(section.version)
    quote = Quote(*(request.args.get(name, "") for name in ("quote", "before", "after")))
    if not quote.text.strip():
        return
    try:
        chosen = passage(place, quote)
    except PassageRefused as error:
        say(error)
        return
    start, end = source_of(section.text, plain_of(section.text), chosen)
    form.start.data, form.end.data = str(start), str(end)
    form.text.data = section.text[start:end]


def _form_page(place: SectionBench, form: SuggestForm, kept: RoomDraftUnsaved | None = None) -> str:
    whole = whole_number(form.start.data) < 0
    return page(
        "suggest",
        place.bench,
        section=place.section,
        form=form,
        whole=whole,
        html=rendered(place.section.text),
        kept=kept,
        state=f"{kept.base_number}:{kept.saved_at.timestamp()}" if kept else f"{form.base.data}:",
    )


def _page(found: SuggestionBench, form: RejectForm | None = None) -> str:
    proposal = proposal_of(found)
    row = found.suggestion
    saw(found.bench)
    return page(
        "suggestion",
        found.bench,
        proposal=proposal,
        suggestion=row,
        section=found.place.section,
        own=found.own,
        waits=row.state == SuggestionState.WAITING,
        faces=faces(found.bench.room, [row.author_id, row.decided_by]),
        form=form or RejectForm(formdata=None),
    )
