"""My account: profile, language and zone, security, second factor, sign-ins, closing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

import segno
from flask import Blueprint, current_app, g, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from flask_security.utils import check_and_update_authn_fresh, verify_password
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import actions, loaders, passwords, paths, policy, queries
from app.accounts.forms.profile import ClosingForm, FactorForm, PreferencesForm, ProfileForm
from app.accounts.limits import allow
from app.accounts.models import User, WebSession
from app.accounts.security import FRESH_FOR, codes
from app.accounts.views.signing import too_many, wait_words
from app.core.access import access, current_actor, signed_in
from app.core.forms import UNPROCESSABLE
from app.core.ui import notify

bp = Blueprint("account", __name__, url_prefix="/account", template_folder="../templates")
Answer = str | BaseResponse | tuple[str, int] | tuple[str, int, dict[str, str]]
View = TypeVar("View", bound=Callable[..., Any])
_SECRET = "second_factor_secret"


def fresh(view: View) -> View:
    """Ask for the password again when it was not typed within the last half hour."""

    @wraps(view)
    def guarded(*given: Any, **values: Any) -> Any:
        if current_user.is_authenticated and check_and_update_authn_fresh(
            FRESH_FOR, FRESH_FOR * 0, "session"
        ):
            return view(*given, **values)
        return redirect(url_for("security.verify", next=paths.here()))

    return guarded  # type: ignore[return-value]


def _me() -> User:
    return queries.person_of(current_actor())


# ------------------------------------------------------------------------------------------------ profile


@bp.get("")
@access(signed_in)
def profile() -> Answer:
    """What I say of myself."""
    form = ProfileForm(formdata=None)
    form.show(_me())
    return render_template("accounts/profile.html", form=form, person=_me())


@bp.post("")
@access(signed_in)
def save_profile() -> Answer:
    """Change it."""
    form = ProfileForm()
    if not form.validate():
        return render_template("accounts/profile.html", form=form, person=_me()), UNPROCESSABLE
    changed = actions.update_profile(current_actor(), _me(), **form.profile())
    notify(_("Your profile is saved.") if changed else _("Nothing was changed."))
    return redirect(url_for("account.profile"))


@bp.get("/preferences")
@access(signed_in)
def preferences() -> Answer:
    """My language and time zone."""
    return render_template("accounts/preferences.html", form=PreferencesForm(formdata=None, obj=_me()))


@bp.post("/preferences")
@access(signed_in)
def save_preferences() -> Answer:
    """Change them; the pages follow at once."""
    form = PreferencesForm()
    if not form.validate():
        return render_template("accounts/preferences.html", form=form), UNPROCESSABLE
    actions.update_preferences(current_actor(), _me(), language=form.language.data, zone=form.zone.data)
    g.language_asked = form.language.data  # a choice made in the header before must not outlive this one
    notify(_("Saved"))
    return redirect(url_for("account.preferences"))


# ------------------------------------------------------------------------------------------------ security


@bp.get("/security")
@access(signed_in)
def security() -> Answer:
    """Password and second factor at a glance."""
    person = _me()
    return render_template(
        "accounts/security.html",
        person=person,
        needed=policy.lacks_second_factor(current_actor()),
        left=len(person.mf_recovery_codes or []),
    )


@bp.get("/second-factor")
@access(signed_in)
@fresh
def second_factor() -> Answer:
    """Set the second factor up, or move it."""
    return _factor_page(FactorForm(formdata=None))


@bp.post("/second-factor")
@access(signed_in)
@fresh
def set_second_factor() -> Answer:
    """Prove the app with its first code; the recovery codes are shown in this answer and never again."""
    form = FactorForm()
    if not form.validate():
        return _factor_page(form), UNPROCESSABLE
    if not allow("code", current_actor().public_id):
        form.form_errors.append(wait_words())
        return too_many(_factor_page(form))
    counter = codes(current_app).matched(form.code.data or "", _secret())
    if counter is None:
        form.code.errors = [
            _("This code is not right. Check that the clock of your device is, and type the next code.")
        ]
        return _factor_page(form), UNPROCESSABLE
    plain = actions.set_second_factor(current_actor(), _me(), session.pop(_SECRET), counter)
    return _codes_page(plain)


@bp.post("/second-factor/recovery-codes")
@access(signed_in)
@fresh
def renew_recovery_codes() -> Answer:
    """New recovery codes, shown in this answer and never again."""
    try:
        return _codes_page(actions.renew_recovery_codes(current_actor(), _me()))
    except actions.Refused as refused:
        notify(str(refused), "attention")
        return redirect(url_for("account.security"))


@bp.post("/second-factor/removal")
@access(signed_in)
@fresh
def remove_second_factor() -> Answer:
    """Turn it off."""
    try:
        actions.remove_second_factor(current_actor(), _me())
        notify(_("The second factor is turned off."))
    except actions.Refused as refused:
        notify(str(refused), "attention")
    return redirect(url_for("account.security"))


def _secret() -> str:
    """Return the sealed secret being set up, kept in the session until a code proves it."""
    if _SECRET not in session:
        session[_SECRET] = codes(current_app).generate_totp_secret()
    return str(session[_SECRET])


def _factor_page(form: FactorForm) -> str:
    maker = codes(current_app)
    secret = _secret()
    uri = maker.get_totp_uri(_me().email, secret)
    return render_template(
        "accounts/second_factor.html",
        form=form,
        image=segno.make(uri, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff"),
        key=maker.get_totp_pretty_key(secret),
        uri=uri,
        has_one=bool(_me().tf_primary_method),
    )


def _codes_page(plain: list[str]) -> str:
    text = "\r\n".join([_("Recovery codes of the Counter-Terrorism Learning Platform"), *plain, ""])
    return render_template(
        "accounts/recovery_codes.html", codes=plain, file=f"data:text/plain;charset=utf-8,{quote(text)}"
    )


# ------------------------------------------------------------------------------------------------ sign-ins


@bp.get("/sessions")
@access(signed_in)
def sessions() -> Answer:
    """Where I am signed in."""
    actor = current_actor()
    assert actor.user_id is not None
    return render_template(
        "accounts/sessions.html", rows=queries.sessions_of(actor.user_id), present=actor.session_id
    )


@bp.post("/sessions/<session_id>/end")
@access(signed_in, row=loaders.own_session)
def end_session(row: WebSession) -> Answer:
    """End one of them."""
    actor = current_actor()
    if row.id == actor.session_id:
        logout_user()
        return redirect(paths.HOME)
    actions.end_session(actor, row)
    notify(_("That sign-in has ended."))
    return redirect(url_for("account.sessions"))


@bp.post("/sessions/end-others")
@access(signed_in)
def end_other_sessions() -> Answer:
    """End all but this one."""
    actions.end_other_sessions(current_actor())
    notify(_("Every other sign-in has ended."))
    return redirect(url_for("account.sessions"))


# ------------------------------------------------------------------------------------------------ closing


@bp.get("/closing")
@access(signed_in)
def closing() -> Answer:
    """What closing means."""
    return render_template("accounts/closing.html", form=ClosingForm(formdata=None))


@bp.post("/closing")
@access(signed_in)
def close() -> Answer:
    """Close my account, after the password."""
    form = ClosingForm()
    if not form.validate():
        return render_template("accounts/closing.html", form=form), UNPROCESSABLE
    person = _me()
    if not allow("password", person.public_id):
        form.form_errors.append(wait_words())
        return too_many(render_template("accounts/closing.html", form=form))
    if not verify_password(passwords.normalised(form.password.data or ""), person.password or ""):
        form.password.errors = [_("The password is not right.")]
        return render_template("accounts/closing.html", form=form), UNPROCESSABLE
    try:
        actions.close_account(current_actor(), person)
    except actions.Refused as refused:
        form.form_errors.append(str(refused))
        return render_template("accounts/closing.html", form=form), UNPROCESSABLE
    logout_user()
    notify(_("Your account is closed."))
    return redirect(paths.HOME)
