"""One fact: what it says, what it said, and its correction, looked at before it is made."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts import queries as people
from app.accounts.addresses import normalised
from app.accounts.vocabulary import AGE_GROUPS, GENDERS, PROFESSIONS
from app.admin.paging import SIZE, offset, page_number, sheet
from app.admin.register import loaders
from app.admin.register.forms import FactForm, VoidForm
from app.admin.register.queries import facts as queries
from app.admin.register.views.blueprint import Answer, bp
from app.admin.rules import REGISTER
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.ui import notify
from app.records.actions import corrections as actions
from app.records.actions import learner_of
from app.records.actions.corrections import Preview
from app.records.models import Fact, Verb
from app.records.queries import activity as activity_of


@bp.get("/corrections")
@access(REGISTER)
def corrections() -> Answer:
    """What was corrected by hand, by whom and why."""
    page = page_number()
    rows, total = queries.made(offset=offset(page), limit=SIZE)
    return render_template("admin/register/corrections.html", rows=rows, sheet=sheet(page, len(rows), total))


@bp.get("/facts/<fact_id>")
@access(REGISTER, found=loaders.fact)
def fact(found: Fact) -> Answer:
    """A fact with those around it."""
    return _page(found)


@bp.post("/facts/<fact_id>/changes")
@access(REGISTER, found=loaders.fact)
@idempotent
def change_fact(found: Fact) -> Answer:
    """Look at what would change, or put a changed fact in the place of this one."""
    form = FactForm()
    form.fit(found)
    fine = form.validate()
    learner_key = _learner(form)
    if not fine or form.errors:
        return _page(found, form), UNPROCESSABLE
    changes, actor = form.changes(found, current_actor().zone, learner_key), current_actor()
    try:
        if request.form.get("step") != "do":
            return _page(found, form, shown=actions.preview(found.uuid, changes))
        made = actions.supersede(actor, found.uuid, changes, form.reason.data or "")
    except Refused as refused:
        form.form_errors.append(str(refused))
        return _page(found, form), UNPROCESSABLE
    notify(_("The fact is corrected. The one before stays, and earlier answers stay as they were."))
    return redirect(url_for("register.fact", fact_id=made))


@bp.post("/facts/<fact_id>/void")
@access(REGISTER, found=loaders.fact)
@idempotent
def void_fact(found: Fact) -> Answer:
    """Take a fact back, or bring back what it took."""
    form = VoidForm()
    if not form.validate():
        return _page(found, void=form), UNPROCESSABLE
    try:
        made = actions.void(current_actor(), found.uuid, form.void_reason.data or "")
    except Refused as refused:
        form.form_errors.append(str(refused))
        return _page(found, void=form), UNPROCESSABLE
    back = found.verb == Verb.VOIDED
    notify(_("It counts again.") if back else _("It no longer counts. It can be brought back at any time."))
    return redirect(url_for("register.fact", fact_id=made))


def _learner(form: FactForm) -> UUID | None:
    """Whose the fact is, when somebody else was named; a wrong address is refused at its field."""
    typed = form.person.data if "person" in form else None
    if not typed:
        return None
    person = people.by_email(normalised(typed))
    if person is None or not person.approved_at:
        form.person.errors = [_("No approved person has this address.")]
        return None
    return learner_of(person.id)


def _page(
    found: Fact,
    form: FactForm | None = None,
    *,
    void: VoidForm | None = None,
    shown: Preview | None = None,
) -> str:
    around = queries.around(found)
    told = next(one for one in around if one.fact.uuid == found.uuid)
    if form is None:
        form = FactForm(formdata=None)
        form.fit(found)
        form.show(found, current_actor().zone)
    return render_template(
        "admin/register/fact.html",
        told=told,
        fact=found,
        around=around,
        target=next((one.fact for one in around if one.fact.uuid == found.corrects), None),
        holder=queries.holder(found.learner_key),
        activity=activity_of(found.activity_key) if found.activity_key else None,
        form=form,
        void_form=void or VoidForm(formdata=None),
        shown=shown,
        voided=actions.preview(found.uuid, None) if told.correctable else None,
        professions=PROFESSIONS,
        genders=GENDERS,
        age_groups=AGE_GROUPS,
    )
