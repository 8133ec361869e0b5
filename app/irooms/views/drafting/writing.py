"""Writing a section: the form, saving, what two wrote at once, what is typed and not saved, who edits just now."""

from __future__ import annotations

from flask import Response, jsonify, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import drafting_loaders as loaders
from app.irooms.actions.drafting import holding, unsaved
from app.irooms.actions.drafting import sections as actions
from app.irooms.actions.drafting import suggestions as suggesting
from app.irooms.actions.drafting.revising import live_topic
from app.irooms.actions.drafting.sections import Outcome, Words
from app.irooms.drafting_bench import SectionBench, SuggestionBench
from app.irooms.faces import faces
from app.irooms.forms.drafting import SectionForm, SuggestForm, whole_number
from app.irooms.loaders import nothing
from app.irooms.models.drafting import RoomDraftUnsaved, UnsavedKind
from app.irooms.queries.drafting.suggestions import waiting_suggestion
from app.irooms.queries.drafting.threads import threads_of
from app.irooms.queries.drafting.versions import Difference, compared, texts_of
from app.irooms.views.blueprint import bp
from app.irooms.views.drafting.ways import CONFLICT, Answer, page, refuse, section_url, to_section

SAID = {
    Outcome.SAVED: lambda: _("Saved as a new version."),
    Outcome.MERGED: lambda: _(
        "Saved. Somebody had changed other passages meanwhile; both changes are in the text."
    ),
    Outcome.SAME: lambda: _("Nothing was changed."),
}


@bp.get("/<slug>/drafts/<draft_id>/sections/<section_id>/edit")
@access(approved, place=loaders.edited_section)
def draft_section_edit(place: SectionBench) -> Answer:
    """The form that writes a section. Opening it tells the others, and brings back what was typed and not saved."""
    if not place.bench.edits or place.section.removed_at is not None:
        notify(_("This section cannot be changed now."), "attention")
        return redirect(section_url(place))
    form = SectionForm(formdata=None)
    kept = unsaved.kept(place, UnsavedKind.EDIT)
    if kept is not None and _is_saved(place, kept):
        kept = None
    _begin(place, form, kept)
    suggestion = waiting_suggestion(place, request.args.get("suggestion", ""))
    form.suggestion.data = suggestion.suggestion.public_id if suggestion else ""
    holding.hold(place)
    return _page(place, form, kept=kept, suggestion=suggestion)


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/edit")
@access(approved, place=loaders.edited_section)
@idempotent
def draft_section_save(place: SectionBench) -> Answer:
    """Save a version; when two changed the same passage, show both and let the person decide."""
    form = SectionForm()
    suggestion = waiting_suggestion(place, form.suggestion.data or "")
    if not form.validate():
        return _page(place, form, suggestion=suggestion), UNPROCESSABLE
    try:
        outcome = _save(place, form, suggestion)
    except Refused as error:
        _keep(place, form)
        refuse(form, error)
        return _page(place, form, suggestion=suggestion), UNPROCESSABLE
    if outcome == Outcome.OVERLAPPING:
        _keep(place, form)
        theirs = _theirs(place, form)
        form.base.data = str(place.section.version)
        return _page(place, form, suggestion=suggestion, theirs=theirs), CONFLICT
    notify(SAID[outcome]())
    return to_section(place)


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/unsaved")
@access(approved, place=loaders.annotated_section)
def draft_section_unsaved(place: SectionBench) -> Answer | Response:
    """Keep what is being typed, for the person alone; also says that they still edit."""
    kind = UnsavedKind.SUGGESTION if request.form.get("kind") == "suggestion" else UnsavedKind.EDIT
    if kind == UnsavedKind.EDIT:
        if not place.bench.edits_by_role:
            raise nothing(place.seat)
        form: SectionForm | SuggestForm = SectionForm()
        words = Words(form.heading.data or "", form.text.data or "")
    else:
        form = SuggestForm()
        words = _suggested(place, form)
    base = max(form.base_number, 0)
    unsaved.keep(place, kind, base, words.heading, words.text, form.note.data or "")
    if kind == UnsavedKind.EDIT and place.bench.edits:
        holding.hold(place)
    return jsonify(version=_state(unsaved.kept(place, kind), base))


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/discard")
@access(approved, place=loaders.annotated_section)
def draft_section_discard(place: SectionBench) -> BaseResponse:
    """Throw away what was typed and not saved."""
    suggestion = request.form.get("kind") == "suggestion"
    unsaved.forget(place, UnsavedKind.SUGGESTION if suggestion else UnsavedKind.EDIT)
    notify(_("What was not saved is gone."))
    return redirect(section_url(place, "draft_suggestion_new" if suggestion else "draft_section_edit"))


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/hold")
@access(approved, place=loaders.edited_section)
def draft_section_hold(place: SectionBench) -> Answer | Response:
    """Say that one edits the section, or take that over from somebody else."""
    background = request.accept_mimetypes.best == "application/json"
    held = place.bench.edits and holding.hold(place, take_over=not background)
    if background:
        return jsonify(held=bool(held))
    return redirect(section_url(place, "draft_section_edit"))


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/release")
@access(approved, place=loaders.edited_section)
def draft_section_release(place: SectionBench) -> BaseResponse:
    """Stop editing; what was typed stays kept."""
    holding.release(place)
    return to_section(place)


# ------------------------------------------------------------------------------------------------ pieces


def _save(place: SectionBench, form: SectionForm, suggestion: SuggestionBench | None) -> Outcome:
    comment = form.note.data or ""
    if suggestion is not None:
        return suggesting.accept_by_hand(suggestion, form.words(), form.base_number, comment)
    return actions.save(place, form.words(), form.base_number, comment)


def _keep(place: SectionBench, form: SectionForm) -> None:
    """Whatever comes next, what was typed is there the next time the form is opened."""
    unsaved.keep(
        place, UnsavedKind.EDIT, max(form.base_number, 0), form.heading.data or "", form.text.data or "",
        form.note.data or "",
    )  # fmt: skip


def _begin(place: SectionBench, form: SectionForm, kept: RoomDraftUnsaved | None) -> None:
    if kept is None:
        form.show(Words(place.section.heading, place.section.text))
        form.base.data = str(place.section.version)
        return
    form.show(Words(kept.heading, kept.text))
    form.note.data, form.base.data = kept.note, str(kept.base_number)


def _is_saved(place: SectionBench, kept: RoomDraftUnsaved) -> bool:
    """Whether what was kept is in the text already: a late retry may arrive behind the save."""
    words, now = (
        Words(kept.heading, actions.tidy(kept.text)),
        Words(place.section.heading, place.section.text),
    )
    if words == now:
        return True
    if kept.base_number == place.section.version:
        return False
    bases = texts_of(place.section, kept.base_number)
    base = bases.get(kept.base_number)
    return base is not None and actions.merged_words(Words(base.heading, base.text), words, now) == now


def _suggested(place: SectionBench, form: SuggestForm) -> Words:
    """Return the whole section as it is being suggested; the typed text alone where its base is not there."""
    base = texts_of(place.section, form.base_number).get(form.base_number)
    if base is None:
        return Words(form.heading.data or place.section.heading, form.text.data or "")
    return form.words(Words(base.heading, base.text))


def _theirs(place: SectionBench, form: SectionForm) -> Difference:
    """Return what others made of the text that the person began from."""
    base = texts_of(place.section, form.base_number)[form.base_number]
    return compared((base.heading, base.text), (place.section.heading, place.section.text))


def _state(kept: RoomDraftUnsaved | None, base: int) -> str:
    """Return the name of the state that a form is made from: what a browser kept is put back onto that state only."""
    return f"{kept.base_number}:{kept.saved_at.timestamp()}" if kept else f"{base}:"


def _page(
    place: SectionBench,
    form: SectionForm,
    *,
    kept: RoomDraftUnsaved | None = None,
    suggestion: SuggestionBench | None = None,
    theirs: Difference | None = None,
) -> str:
    section, me = place.section, place.seat.member_id
    threads = threads_of(place.draft, [section.id])
    people = [one for thread in threads for one in thread.people()]
    author = suggestion.suggestion.author_id if suggestion else None
    other = holding.held_by_other(section, me)
    known = faces(place.bench.room, [*people, section.held_by, section.changed_by, author])
    return page(
        "edit",
        place.bench,
        section=section,
        form=form,
        kept=kept,
        state=_state(kept, whole_number(form.base.data)),
        behind=kept is not None and kept.base_number < section.version,
        suggestion=suggestion.suggestion if suggestion else None,
        suggested=_shown(suggestion),
        theirs=theirs,
        holder=known.get(section.held_by or 0) if other else None,
        threads=threads,
        faces=known,
        live=live_topic(place.draft),
        milliseconds=int(clock.now().timestamp() * 1000),
    )


def _shown(found: SuggestionBench | None) -> Difference | None:
    if found is None:
        return None
    row = found.suggestion
    base = texts_of(found.place.section, row.base_number)[row.base_number]
    return compared((base.heading, base.text), (row.heading, row.text))
