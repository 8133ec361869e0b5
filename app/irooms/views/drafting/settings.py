"""What a document is, who writes it, and its state; publishing it."""

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
from app.irooms.actions.drafting import drafts as actions
from app.irooms.actions.drafting import publishing
from app.irooms.drafting_bench import Bench
from app.irooms.faces import faces
from app.irooms.forms.drafting import DraftForm, EditorForm, PublishForm, WithdrawForm
from app.irooms.models import RoomMembership
from app.irooms.queries.drafting.exports import exports_of
from app.irooms.queries.drafting.pages import possible_editors
from app.irooms.queries.resources.collections import tree
from app.irooms.queries.rooms import member
from app.irooms.views.blueprint import bp
from app.irooms.views.drafting.ways import Answer, page, refuse, saved, say, url


@bp.get("/<slug>/drafts/<draft_id>/settings")
@access(approved, bench=loaders.managed)
def draft_settings(bench: Bench) -> str:
    """Title, editors, state; who took the document away."""
    return _page(bench)


@bp.post("/<slug>/drafts/<draft_id>/settings")
@access(approved, bench=loaders.managed)
def draft_describe(bench: Bench) -> Answer:
    """Change title, purpose, language."""
    form = DraftForm()
    if not form.validate():
        return _page(bench, form=form), UNPROCESSABLE
    try:
        actions.describe(bench, form.about())
    except Refused as error:
        refuse(form, error)
        return _page(bench, form=form), UNPROCESSABLE
    saved()
    return redirect(url(bench, "draft_settings"))


@bp.post("/<slug>/drafts/<draft_id>/editors")
@access(approved, bench=loaders.managed)
def draft_editor_add(bench: Bench) -> Answer:
    """Let a member write the document."""
    form = _editor_form(bench, bound=True)
    chosen = member(bench.seat, form.member.data or "") if form.validate() else None
    if chosen is None:
        return _page(bench, editor_form=form), UNPROCESSABLE
    try:
        actions.choose_editor(bench, chosen)
    except Refused as error:
        refuse(form, error)
        return _page(bench, editor_form=form), UNPROCESSABLE
    saved()
    return redirect(url(bench, "draft_settings"))


@bp.post("/<slug>/drafts/<draft_id>/editors/<member_id>/removal")
@access(approved, found=loaders.chosen_editor)
def draft_editor_remove(found: tuple[Bench, RoomMembership]) -> BaseResponse:
    """Let a member write the document no longer."""
    bench, chosen = found
    try:
        actions.drop_editor(bench, chosen)
        saved()
    except Refused as error:
        say(error)
    return redirect(url(bench, "draft_settings"))


@bp.post("/<slug>/drafts/<draft_id>/locking")
@access(approved, bench=loaders.managed)
def draft_locking(bench: Bench) -> BaseResponse:
    """Let the text stay as it is."""
    try:
        actions.lock_text(bench)
        notify(_("The draft is locked: its text stays as it is."))
    except Refused as error:
        say(error)
    return redirect(url(bench))


@bp.post("/<slug>/drafts/<draft_id>/opening")
@access(approved, bench=loaders.managed)
def draft_opening(bench: Bench) -> BaseResponse:
    """Open the document again."""
    try:
        actions.reopen(bench)
        notify(_("The draft is open again."))
    except Refused as error:
        say(error)
    return redirect(url(bench))


@bp.post("/<slug>/drafts/<draft_id>/withdrawal")
@access(approved, bench=loaders.managed)
def draft_withdrawal(bench: Bench) -> Answer:
    """Withdraw the document, for a reason."""
    form = WithdrawForm()
    if not form.validate():
        return _page(bench, withdraw_form=form), UNPROCESSABLE
    try:
        actions.withdraw(bench, form.reason.data or "")
    except Refused as error:
        refuse(form, error)
        return _page(bench, withdraw_form=form), UNPROCESSABLE
    notify(_("The draft is withdrawn."))
    return redirect(url(bench))


@bp.get("/<slug>/drafts/<draft_id>/publication")
@access(approved, bench=loaders.managed)
def draft_publish(bench: Bench) -> str:
    """The form that publishes the document."""
    form = PublishForm(formdata=None)
    form.offer(tree(bench.seat), _("All resources"))
    return page("publish", bench, form=form)


@bp.post("/<slug>/drafts/<draft_id>/publication")
@access(approved, bench=loaders.managed)
@idempotent
def draft_publication(bench: Bench) -> Answer:
    """Publish the document as resources of the room."""
    form = PublishForm()
    shelves = tree(bench.seat)
    form.offer(shelves, _("All resources"))
    if not form.validate():
        return page("publish", bench, form=form), UNPROCESSABLE
    into = shelves.get(form.collection.data or "")
    assert into is not None  # one of the choices
    try:
        publishing.publish(bench, shelves, into, form.name.data or "")
    except Refused as error:
        refuse(form, error)
        return page("publish", bench, form=form), UNPROCESSABLE
    notify(_("Published. The files are among the resources once they are checked."))
    return redirect(url(bench))


def _editor_form(bench: Bench, *, bound: bool) -> EditorForm:
    form = EditorForm() if bound else EditorForm(formdata=None)
    form.offer(possible_editors(bench))
    return form


def _page(
    bench: Bench,
    *,
    form: DraftForm | None = None,
    editor_form: EditorForm | None = None,
    withdraw_form: WithdrawForm | None = None,
) -> str:
    if form is None:
        form = DraftForm(formdata=None)
        form.show(bench.draft)
    exports = exports_of(bench.draft)
    known = faces(bench.room, [*bench.editors, *(one.membership_id for one in exports)])
    return page(
        "settings",
        bench,
        form=form,
        editor_form=editor_form or _editor_form(bench, bound=False),
        withdraw_form=withdraw_form or WithdrawForm(formdata=None),
        editors=sorted((known[one] for one in bench.editors), key=lambda face: face.label.casefold()),
        exports=exports,
        faces=known,
    )
