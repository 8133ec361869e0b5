"""The room's questions-and-answers: the copy is edited, looked at, published, taken back."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import questions_loaders as loaders
from app.irooms.actions.questions import publishing as actions
from app.irooms.actions.questions.publishing import Copy, StillNamed
from app.irooms.forms.questions import CopyForm
from app.irooms.models.questions import PublishedAnswer
from app.irooms.queries.questions import Found
from app.irooms.questions_policy import may_publish
from app.irooms.rendering import render_markdown
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp
from app.irooms.views.questions.page import Answer, to_question


@bp.get("/<slug>/questions/<question_id>/publication")
@access(approved, found=loaders.handled)
def question_copy(found: Found) -> Answer:
    """The copy to begin with, gaps where something pointed to who asked."""
    if not may_publish(found.seat, found.question) or found.published:
        notify(_("This question cannot be published now."), "attention")
        return to_question(found)
    form = CopyForm(formdata=None)
    form.offer()
    form.show(actions.draft(found.seat.room, found.question))
    return _copy_page(found, form)


@bp.post("/<slug>/questions/<question_id>/publication")
@access(approved, found=loaders.handled)
@idempotent
def question_publication(found: Found) -> Answer:
    """Publish the copy, or show it as members would see it."""
    form = CopyForm()
    form.offer()
    if not form.validate():
        return _copy_page(found, form), UNPROCESSABLE
    copy, looked = form.copy(), bool(form.looked.data)
    try:
        if request.form.get("preview"):
            actions.check(found.seat.room, found.question, copy, looked=looked)
            return _copy_page(found, form, preview=copy)
        item = actions.publish(found.seat, found.question, copy, looked=looked)
    except StillNamed as named:
        (form.answer if named.sure else form.looked).errors = [str(named)]
        return _copy_page(found, form, preview=copy, doubts=named), UNPROCESSABLE
    except Refused as error:
        form.title.errors = [str(error)]
        return _copy_page(found, form), UNPROCESSABLE
    notify(_("Published in the questions-and-answers of this room."))
    return redirect(
        url_for("irooms.question_published", slug=found.seat.room.public_id, item_id=item.public_id)
    )


@bp.get("/<slug>/answers/<item_id>")
@access(approved, found=loaders.published)
def question_published(found: tuple[Seat, PublishedAnswer]) -> str:
    """One of the questions-and-answers."""
    seat, item = found
    takes_back = seat.writes and (seat.manages or item.published_by == seat.member_id)
    return render_template(
        "irooms/questions/published.html",
        seat=seat,
        item=item,
        takes_back=takes_back,
        legal_systems=LEGAL_SYSTEMS,
        markdown=render_markdown,
    )


@bp.post("/<slug>/answers/<item_id>/withdrawal")
@access(approved, found=loaders.published_handled)
def question_published_withdrawal(found: tuple[Seat, PublishedAnswer]) -> BaseResponse:
    """Take one of the questions-and-answers back."""
    seat, item = found
    actions.take_back(seat, item)
    notify(_("Taken back. Nobody reads it any more."))
    return redirect(url_for("irooms.questions", slug=seat.room.public_id, view="published"))


def _copy_page(
    found: Found, form: CopyForm, *, preview: Copy | None = None, doubts: StillNamed | None = None
) -> str:
    return render_template(
        "irooms/questions/copy.html",
        seat=found.seat,
        question=found.question,
        form=form,
        preview=preview,
        doubts=doubts,
        legal_systems=LEGAL_SYSTEMS,
        markdown=render_markdown,
    )
