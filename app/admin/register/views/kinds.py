"""What counts as training: every version of every rule, and a new one from a day to come."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from app.admin.register.forms import KindRuleForm
from app.admin.register.queries import kinds as queries
from app.admin.register.views.blueprint import Answer, bp
from app.admin.register.words import KINDS
from app.admin.rules import REGISTER
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.records import actions
from app.records.models import ActivityKind


@bp.get("/kinds")
@access(REGISTER)
def kinds() -> Answer:
    """Every kind with its rules."""
    return _page(KindRuleForm(formdata=None))


@bp.post("/kinds")
@access(REGISTER)
@idempotent
def add_kind_rule() -> Answer:
    """Add a version of a rule."""
    form = KindRuleForm()
    if not form.validate():
        return _page(form), UNPROCESSABLE
    assert form.valid_from.data is not None
    try:
        actions.add_kind_rule(
            current_actor(),
            ActivityKind(form.kind.data),
            counts=form.counts.data == "yes",
            valid_from=form.valid_from.data,
            reason=form.reason.data or "",
        )
    except Refused as refused:
        form.valid_from.errors = [str(refused)]
        return _page(form), UNPROCESSABLE
    notify(_("The new version is kept. It is printed with the numbers from its day on."))
    return redirect(url_for("register.kinds"))


def _page(form: KindRuleForm) -> str:
    found = queries.rules()
    ordered = [(str(kind), found.get(str(kind), [])) for kind in KINDS]
    return render_template("admin/register/kinds.html", kinds=ordered, form=form)
