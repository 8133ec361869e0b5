"""What the document was: history, named versions, earlier texts, any two compared."""

from __future__ import annotations

from flask import redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import drafting_loaders as loaders
from app.irooms.actions.drafting import drafts, sections
from app.irooms.actions.drafting.reading import saw
from app.irooms.drafting_bench import Bench, SectionBench
from app.irooms.drafting_pages import rendered
from app.irooms.faces import faces
from app.irooms.forms.drafting import MilestoneForm
from app.irooms.models.drafting import RoomDraftVersion
from app.irooms.queries.drafting import versions as queries
from app.irooms.queries.drafting.pages import removed_sections
from app.irooms.queries.drafting.versions import Fate
from app.irooms.views.blueprint import bp
from app.irooms.views.drafting.ways import Answer, page, refuse, say, section_url, typed_number, url

COMPARED_PAGE = 30


@bp.get("/<slug>/drafts/<draft_id>/history")
@access(approved, bench=loaders.draft)
def draft_history(bench: Bench) -> str:
    """Everything that was done to the document, the last first; its named versions; sections that were taken out."""
    return _history(bench, MilestoneForm(formdata=None))


@bp.post("/<slug>/drafts/<draft_id>/milestones")
@access(approved, bench=loaders.edited)
@idempotent
def draft_milestone(bench: Bench) -> Answer:
    """Give the document as it is a name."""
    form = MilestoneForm()
    if not form.validate():
        return _history(bench, form), UNPROCESSABLE
    try:
        drafts.name_milestone(bench, form.name.data or "", form.note.data or "")
    except Refused as error:
        refuse(form, error)
        return _history(bench, form), UNPROCESSABLE
    notify(_("The version is kept under its name."))
    return redirect(url(bench, "draft_history"))


@bp.get("/<slug>/drafts/<draft_id>/at")
@access(approved, bench=loaders.draft)
def draft_at(bench: Bench) -> str:
    """The whole document as it was at a revision."""
    revision = _revision(bench, "revision", bench.draft.revision)
    was = queries.at_revision(bench.draft, revision)
    saw(bench)
    return page(
        "at", bench, revision=revision, was=was, html={one.id: rendered(one.text) for one in was},
        milestones=queries.milestones(bench.draft),
    )  # fmt: skip


@bp.get("/<slug>/drafts/<draft_id>/compare")
@access(approved, bench=loaders.draft)
def draft_compare(bench: Bench) -> str:
    """Any two versions of the whole document."""
    before, after = sorted(
        (_revision(bench, "a", max(1, bench.draft.revision - 1)), _revision(bench, "b", bench.draft.revision))
    )
    fates = queries.between(queries.at_revision(bench.draft, before), queries.at_revision(bench.draft, after))
    changed = [one for one in fates if one.fate != Fate.SAME or one.moved]
    number = typed_number("page", 4) or 0
    shown = changed[number * COMPARED_PAGE : (number + 1) * COMPARED_PAGE]
    saw(bench)
    return page(
        "compare",
        bench,
        before=before,
        after=after,
        milestones=queries.milestones(bench.draft),
        same=len(fates) - len(changed),
        shown=[(one, _difference(one)) for one in shown],
        number=number,
        more=len(changed) > (number + 1) * COMPARED_PAGE,
    )


@bp.get("/<slug>/drafts/<draft_id>/sections/<section_id>/versions")
@access(approved, place=loaders.section)
def draft_section_versions(place: SectionBench) -> str:
    """The versions of a section."""
    versions = queries.versions_of(place.section)
    people = [one for version in versions for one in (version.author_id, version.accepted_by)]
    saw(place.bench)
    return page(
        "versions", place.bench, section=place.section, versions=versions,
        faces=faces(place.bench.room, people),
    )  # fmt: skip


@bp.get("/<slug>/drafts/<draft_id>/sections/<section_id>/versions/<number>")
@access(approved, found=loaders.version)
def draft_section_version(found: tuple[SectionBench, RoomDraftVersion]) -> str:
    """One earlier text of a section."""
    place, version = found
    saw(place.bench)
    return page(
        "version", place.bench, section=place.section, version=version, html=rendered(version.text),
        faces=faces(place.bench.room, [version.author_id, version.accepted_by]),
    )  # fmt: skip


@bp.post("/<slug>/drafts/<draft_id>/sections/<section_id>/versions/<number>/restoration")
@access(approved, found=loaders.edited_version)
@idempotent
def draft_section_restoration(found: tuple[SectionBench, RoomDraftVersion]) -> BaseResponse:
    """Bring an earlier text back, as a new version."""
    place, version = found
    try:
        done = sections.restore(place, version)
        notify(_("The older text is back, as a new version.") if done else _("Nothing was changed."))
    except Refused as error:
        say(error)
    return redirect(section_url(place))


@bp.get("/<slug>/drafts/<draft_id>/sections/<section_id>/compare")
@access(approved, place=loaders.section)
def draft_section_compare(place: SectionBench) -> str:
    """Any two versions of a section."""
    last = place.section.version
    wanted = (typed_number("a") or max(1, last - 1), typed_number("b") or last)
    before, after = sorted(max(1, min(one, last)) for one in wanted)
    texts = queries.texts_of(place.section, before, after)
    saw(place.bench)
    return page(
        "section_compare",
        place.bench,
        section=place.section,
        before=texts[before],
        after=texts[after],
        difference_shown=queries.compared(
            (texts[before].heading, texts[before].text), (texts[after].heading, texts[after].text)
        ),
        faces=faces(place.bench.room, [texts[before].author_id, texts[after].author_id]),
    )


def _history(bench: Bench, form: MilestoneForm) -> str:
    pasts, older = queries.history(bench.draft, typed_number("before", 9))
    named = queries.milestones(bench.draft)
    removed = removed_sections(bench.draft)
    people = [
        *queries.people_in(pasts),
        *(one.created_by for one in named),
        *(one.removed_by for one in removed),
    ]
    saw(bench)
    return page(
        "history",
        bench,
        pasts=pasts,
        older=older,
        milestones=named,
        removed=removed,
        faces=faces(bench.room, people),
        form=form,
    )


def _revision(bench: Bench, name: str, otherwise: int) -> int:
    wanted = typed_number(name)
    return max(1, min(wanted if wanted is not None else otherwise, bench.draft.revision))


def _difference(one: queries.SectionFate) -> queries.Difference:
    before = (one.before.heading, one.before.text) if one.before else ("", "")
    after = (one.after.heading, one.after.text) if one.after else ("", "")
    return queries.compared(before, after)
