"""The documents of a room; beginning one."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from app.core.access import access, approved
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.irooms import drafting_vocabulary, loaders
from app.irooms.actions.drafting import drafts as actions
from app.irooms.forms.drafting import NewDraftForm
from app.irooms.queries.drafting.lists import drafts_of
from app.irooms.seats import Seat
from app.irooms.views.blueprint import bp
from app.irooms.views.drafting.ways import Answer, refuse, url


@bp.get("/<slug>/drafts")
@access(approved, seat=loaders.entered)
def drafts(seat: Seat) -> str:
    """What the room writes together."""
    return render_template(
        "irooms/drafting/list.html", seat=seat, listed=drafts_of(seat), words=drafting_vocabulary
    )


@bp.get("/<slug>/drafts/new")
@access(approved, seat=loaders.managed)
def draft_new(seat: Seat) -> Answer:
    """The form that begins a document."""
    if not seat.writes:
        return redirect(url_for("irooms.drafts", slug=seat.room.public_id))
    form = NewDraftForm(formdata=None)
    form.language.data = (seat.room.languages or ["en"])[0]
    return _page(seat, form)


@bp.post("/<slug>/drafts")
@access(approved, seat=loaders.managed)
@idempotent
def draft_create(seat: Seat) -> Answer:
    """Begin a document."""
    form = NewDraftForm()
    if not form.validate():
        return _page(seat, form), UNPROCESSABLE
    try:
        bench = actions.begin(seat, form.about(), form.lines())
    except Refused as error:
        refuse(form, error)
        return _page(seat, form), UNPROCESSABLE
    notify(_("The draft is begun. Choose who writes it."))
    return redirect(url(bench, "draft_settings"))


def _page(seat: Seat, form: NewDraftForm) -> str:
    return render_template("irooms/drafting/new.html", seat=seat, form=form)
