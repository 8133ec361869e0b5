"""Signing in and out, and what guards it: Flask-Security's views behind our limits, and the way to a new password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_security import recovery_codes
from flask_security import views as library
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import paths, queries
from app.accounts.actions import ask_for_reset
from app.accounts.addresses import normalised
from app.accounts.forms import signing as forms
from app.accounts.forms.registration import AddressForm
from app.accounts.limits import allow
from app.core.access import Rule, anyone, current_actor, declare, signed_in
from app.core.forms import UNPROCESSABLE, csrf
from app.core.settings import settings

TOO_MANY = 429
WAIT_SECONDS = "900"
bp = Blueprint("security", __name__, url_prefix="/account", template_folder="../templates")
Answer = str | BaseResponse | tuple[Any, ...]


def too_many(page: str) -> tuple[str, int, dict[str, str]]:
    """Return a page that keeps what was typed and says to wait."""
    return page, TOO_MANY, {"Retry-After": WAIT_SECONDS}


def wait_words() -> str:
    """Return what to do after too many tries."""
    return str(_("Too many tries. Wait fifteen minutes, then try again."))


def sign_in() -> Answer:
    """Address and password."""
    if request.method == "POST" and not allow("sign-in", normalised(request.form.get("email", ""))):
        form = forms.SignInForm()
        form.form_errors.append(wait_words())
        return too_many(render_template("accounts/sign_in.html", login_user_form=form))
    return _answer(library.login())


def code() -> Answer:
    """The code of the second factor."""
    if request.method == "POST" and not allow("code", str(session.get("tf_user_id", ""))):
        form = forms.CodeForm()
        form.form_errors.append(wait_words())
        return too_many(render_template("accounts/code.html", two_factor_verify_code_form=form))
    return _answer(library.two_factor_token_validation())


def recovery_code() -> Answer:
    """A recovery code instead."""
    if request.method == "POST" and not allow("code", str(session.get("tf_user_id", ""))):
        form = forms.RecoveryCodeForm()
        form.form_errors.append(wait_words())
        return too_many(render_template("accounts/recovery_code.html", mf_recovery_form=form))
    return _answer(recovery_codes.mf_recovery())


def again() -> Answer:
    """The password again."""
    if request.method == "POST" and not allow("password", current_actor().public_id):
        form = forms.AgainForm(user=queries.person_of(current_actor()))
        form.form_errors.append(wait_words())
        return too_many(render_template("accounts/again.html", verify_form=form))
    return _answer(library.verify())


def change_password() -> Answer:
    """A new password in place of the present one."""
    if request.method == "POST" and not allow("password", current_actor().public_id):
        form = forms.ChangePasswordForm()
        form.form_errors.append(wait_words())
        return too_many(render_template("accounts/change_password.html", change_password_form=form))
    return _answer(library.change_password())


def new_password(token: str) -> Answer:
    """A new password after the link from the mail."""
    return _answer(library.reset_password(token))


def forgot_password() -> Answer:
    """Ask for the link; the answer is the same whether the address is known or not."""
    form = AddressForm()
    if request.method == "GET":
        if current_actor().signed_in and not form.email.data:
            form.email.data = current_actor().email
        return render_template("accounts/forgot.html", form=form)
    if not form.validate():
        return render_template("accounts/forgot.html", form=form), UNPROCESSABLE
    if not allow("reset", form.email.data or ""):
        form.form_errors.append(wait_words())
        return too_many(render_template("accounts/forgot.html", form=form))
    ask_for_reset(form.email.data or "")
    return redirect(url_for("security.reset_sent"))


def reset_sent() -> Answer:
    """The same words for every address."""
    return render_template("accounts/sent.html", what="reset", mailbox=shows_mailbox())


def help_signing_in() -> Answer:
    """What to do without the device that shows the codes."""
    return render_template("accounts/code_help.html")


def sign_out() -> Answer:
    """End the present sign-in."""
    return _answer(library.logout())


def shows_mailbox() -> bool:
    """Whether mail can be read on this machine (development only)."""
    return settings().env == "development" and not settings().smtp_url


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its endpoint, view, methods, rule, URL values without an object."""

    path: str
    endpoint: str
    view: Callable[..., Answer]
    methods: tuple[str, ...] = ("GET", "POST")
    rule: Rule = anyone
    plain: tuple[str, ...] = ()


ROUTES = (
    Route("/sign-in", "login", sign_in),
    Route("/sign-in/code", "two_factor_token_validation", code),
    Route("/sign-in/recovery", "mf_recovery", recovery_code),
    Route("/sign-in/help", "two_factor_rescue", help_signing_in, methods=("GET",)),
    Route("/sign-out", "logout", sign_out, methods=("POST",)),
    Route("/again", "verify", again, rule=signed_in),
    Route("/password", "change_password", change_password, rule=signed_in),
    Route("/reset", "forgot_password", forgot_password),
    Route("/reset/sent", "reset_sent", reset_sent, methods=("GET",)),
    Route("/reset/<token>", "reset_password", new_password, plain=("token",)),
)


@bp.before_request
def _only_forms_and_local_paths() -> BaseResponse | None:
    """The library would also read JSON and go to any address of this host; ours take forms and plain paths."""
    if request.is_json:
        raise UnsupportedMediaType
    wanted = [*request.args.getlist("next"), *(one for one in request.form.getlist("next") if one)]
    if all(paths.is_local(one) for one in wanted):
        return None
    if request.method == "POST":
        raise BadRequest(_("This address is not ours."))
    return redirect(request.path)


def _answer(given: Any) -> Answer:
    """Give the library's answer to Flask's types."""
    answer: Answer = given
    return answer


for _route in ROUTES:
    bp.add_url_rule(_route.path, _route.endpoint, _route.view, methods=list(_route.methods))


def init_app(app: Flask) -> None:
    """Mount every route with its rule. Signing out needs no token: without the cookie nobody is signed in."""
    for route in ROUTES:
        declare(f"security.{route.endpoint}", route.rule, plain=route.plain)
    csrf.exempt(sign_out)
    app.register_blueprint(bp)
