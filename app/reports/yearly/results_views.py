"""Pages of the results log: what came of activities, entered with evidence and source, withdrawn with a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.accounts import countries
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE, Form, Length, choices, one_line
from app.core.idempotency import idempotent
from app.core.refusal import Refused
from app.core.texts import lazy_gettext as _l
from app.reports.yearly import results
from app.reports.yearly.forms import sound_day
from app.reports.yearly.loaders import result
from app.reports.yearly.models import ActivityResult, ResultKind
from app.reports.yearly.rights import PUBLISHERS, READERS, may_publish
from app.reports.yearly.words import RESULTS

bp = Blueprint("results", __name__, url_prefix="/reports/results")
MAX_TEXT = 2_000


class ResultForm(Form):
    """What came of which activity, when and where, and how it is known."""

    activity = StringField(
        _l("Activity, by its short name"),
        [DataRequired(_l("Name the activity.")), Length(200)],
        filters=[one_line],
        description=_l("As it stands in the address of the activity or in the training register."),
    )
    kind = SelectField(_l("What"), choices=choices((key.value, label) for key, label in RESULTS.items()))
    occurred_on = DateField(_l("Date"), [InputRequired(_l("Choose the day.")), sound_day])
    country = SelectField(_l("Country"), validators=[Optional()], default="")
    summary = TextAreaField(_l("In a sentence"), [DataRequired(_l("Say what happened.")), Length(MAX_TEXT)])
    evidence = TextAreaField(_l("Evidence"), [DataRequired(_l("Say how it is known.")), Length(MAX_TEXT)])
    source = StringField(
        _l("Source"), [DataRequired(_l("Name the source.")), Length(MAX_TEXT)], filters=[one_line]
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.country.choices = choices(countries.choices(), _l("None"))


class Reason(Form):
    """Why a result is withdrawn."""

    reason = TextAreaField(_l("Why"), [DataRequired(_l("Say why.")), Length(MAX_TEXT)])


@bp.get("")
@access(READERS)
def index() -> ResponseReturnValue:
    """The log, the latest last."""
    return render_template(
        "yearly/results.html",
        results=results.within(current_actor(), None, None),
        may=may_publish(current_actor()),
    )


@bp.get("/new")
@access(PUBLISHERS)
def new() -> ResponseReturnValue:
    """Enter a result."""
    return _new_page(ResultForm(formdata=None))


@bp.post("/new")
@access(PUBLISHERS)
@idempotent
def enter() -> ResponseReturnValue:
    """Keep it."""
    form = ResultForm()
    if not form.validate():
        return _new_page(form, UNPROCESSABLE)
    activity = results.activity_of(form.activity.data or "")
    if activity is None:
        form.activity.errors = [_("There is no activity with this short name.")]
        return _new_page(form, UNPROCESSABLE)
    assert form.occurred_on.data is not None  # the form asks for it
    try:
        results.enter(
            current_actor(),
            activity.key,
            ResultKind(form.kind.data),
            form.occurred_on.data,
            country=form.country.data or "",
            summary=form.summary.data or "",
            evidence=form.evidence.data or "",
            source=form.source.data or "",
        )
    except Refused as refused:
        form.occurred_on.errors = [str(refused)]
        return _new_page(form, UNPROCESSABLE)
    flash(_("The result is entered."), "done")
    return redirect(url_for("results.index"), 303)


@bp.get("/<result_id>/withdrawal")
@access(PUBLISHERS, one=result)
def ask_withdrawal(one: ActivityResult) -> ResponseReturnValue:
    """Ask why."""
    return _withdrawal_page(one, Reason(formdata=None))


@bp.post("/<result_id>/withdrawal")
@access(PUBLISHERS, one=result)
def withdraw(one: ActivityResult) -> ResponseReturnValue:
    """Take it out of the log."""
    form = Reason()
    if not form.validate():
        return _withdrawal_page(one, form, UNPROCESSABLE)
    results.withdraw(current_actor(), one, form.reason.data or "")
    return redirect(url_for("results.index"), 303)


def _new_page(form: ResultForm, status: int = 200) -> ResponseReturnValue:
    offered = results.offered(current_actor())
    return render_template("yearly/result_new.html", form=form, offered=offered), status


def _withdrawal_page(one: ActivityResult, form: Reason, status: int = 200) -> ResponseReturnValue:
    return render_template("yearly/result_withdrawal.html", one=one, form=form, kinds=RESULTS), status
