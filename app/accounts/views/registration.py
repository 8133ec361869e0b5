"""Registering, confirming the address, and where an application stands."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import actions, links, passwords, queries
from app.accounts.forms.profile import AnswerForm
from app.accounts.forms.registration import AddressForm, RegistrationForm
from app.accounts.limits import allow
from app.accounts.views.signing import shows_mailbox, too_many, wait_words
from app.core.access import access, anyone, current_actor, public, signed_in, signed_out
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.ui import notify

bp = Blueprint("registration", __name__, url_prefix="/account", template_folder="../templates")
Answer = str | BaseResponse | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("/register")
@access(signed_out)
def register() -> Answer:
    """The application form."""
    return render_template("accounts/register.html", form=RegistrationForm())


@bp.post("/register")
@access(signed_out)
@idempotent
def apply() -> Answer:
    """Take an application; the answer is the same whether the address is known or not."""
    form = RegistrationForm()
    if not form.validate():
        return render_template("accounts/register.html", form=form), UNPROCESSABLE
    if not allow("registration", form.email.data or ""):
        form.form_errors.append(wait_words())
        return too_many(render_template("accounts/register.html", form=form))
    actions.register_person(**form.application())
    return redirect(url_for("registration.registered"))


@bp.get("/registered")
@public
def registered() -> Answer:
    """Look into the mail."""
    return render_template("accounts/sent.html", what="confirm", mailbox=shows_mailbox())


@bp.get("/confirm")
@public
def ask_again() -> Answer:
    """Ask for the confirmation link again."""
    return render_template("accounts/confirm_again.html", form=AddressForm())


@bp.post("/confirm")
@public
def send_again() -> Answer:
    """Send it again, if there is anything to confirm; the answer is the same."""
    form = AddressForm()
    if not form.validate():
        return render_template("accounts/confirm_again.html", form=form), UNPROCESSABLE
    if not allow("confirmation", form.email.data or ""):
        form.form_errors.append(wait_words())
        return too_many(render_template("accounts/confirm_again.html", form=form))
    passwords.hashed(form.email.data or "")  # a known and an unknown address cost the same time
    actions.resend_confirmation(form.email.data or "")
    return redirect(url_for("registration.registered"))


@bp.get("/confirm/<token>")
@access(anyone, plain=["token"])
def confirm(token: str) -> Answer:
    """Ask to confirm with a button: programs that open every link in a mail must not use it up."""
    person, expired = links.confirmed_by(token)
    if person is None:
        return render_template(
            "accounts/confirm_refused.html", expired=expired, form=AddressForm(formdata=None)
        ), 404
    return render_template("accounts/confirm.html", token=token, done=person.confirmed_at is not None)


@bp.post("/confirm/<token>")
@access(anyone, plain=["token"])
def confirmed(token: str) -> Answer:
    """Confirm the address."""
    person, expired = links.confirmed_by(token)
    if person is None:
        return render_template(
            "accounts/confirm_refused.html", expired=expired, form=AddressForm(formdata=None)
        ), 404
    if actions.confirm_address(person):
        notify(_("Your address is confirmed. Sign in to see where your application stands."))
    else:
        notify(_("This address was confirmed before. You can sign in."), "waiting")
    return redirect(url_for("security.login"))


@bp.get("/standing")
@access(signed_in)
def standing() -> Answer:
    """Where the application stands, and what comes next."""
    return _standing(AnswerForm(formdata=None))


@bp.post("/standing")
@access(signed_in)
@idempotent
def answer() -> Answer:
    """Answer the open question."""
    form = AnswerForm()
    actor = current_actor()
    if not form.validate():
        return _standing(form), UNPROCESSABLE
    try:
        actions.answer(actor, queries.person_of(actor), form.answer.data or "")
    except actions.Refused as refused:
        notify(str(refused), "attention")
    else:
        notify(_("Your answer is sent."))
    return redirect(url_for("registration.standing"))


def _standing(form: AnswerForm) -> str:
    person = queries.person_of(current_actor())
    decisions = queries.decisions_of(person.id)
    return render_template(
        "accounts/standing.html",
        person=person,
        decisions=decisions,
        question=decisions[-1] if decisions and decisions[-1].decision == "asked" else None,
        form=form,
        typed=request.form.get("answer", ""),
    )
