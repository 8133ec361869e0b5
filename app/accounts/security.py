"""Flask-Security on our sessions, our transaction, our pages, our mails and our words.

Its views do signing in and out, the second factor, recovery codes, freshness, changing and resetting a password. They
are mounted one by one in :data:`ROUTES`; what is not there does not exist.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, render_template, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security import MailUtil, PasswordUtil, Security, SQLAlchemyUserDatastore, Totp
from flask_security.signals import password_changed, password_reset, user_authenticated, user_failed_authn
from flask_security.utils import set_request_attr
from passlib.exc import TokenError
from passlib.totp import TOTP, TotpMatch
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import bearer, notices, passwords, paths, sessions
from app.accounts.actions import confirm_address
from app.accounts.addresses import normalised
from app.accounts.forms import signing as forms
from app.accounts.limits import forgive
from app.accounts.locking import lock
from app.accounts.models import SecurityRole, User
from app.accounts.policy import lacks_second_factor
from app.accounts.queries import knows_device
from app.accounts.recovery import RecoveryCodes
from app.accounts.sessions import SqlSession
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor, Rule, approved, provide_refusal, signed_out
from app.core.database import db
from app.core.errors import api_path
from app.core.forms import UNPROCESSABLE
from app.core.mail import send
from app.core.settings import settings
from app.core.texts import lazy_gettext as _l

ISSUER = "CTLP"
CONFIRM_WITHIN = timedelta(days=2)
RESET_WITHIN = timedelta(hours=1)
FRESH_FOR = timedelta(minutes=30)
DEVICE_MEMORY = timedelta(days=180)
CODE_WINDOW_SECONDS = 30


class Datastore(SQLAlchemyUserDatastore):
    """Accounts on our session. Nobody commits but the request, so a commit is a flush; addresses are lower case."""

    def commit(self) -> None:
        """Send what changed to the database; the request commits."""
        db.session.flush()

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> User | None:
        """Return the one account with the given column value."""
        if "email" in wanted:
            wanted["email"] = normalised(str(wanted["email"]))
        return db.session.query(User).filter_by(**wanted).one_or_none()


class Passwords(PasswordUtil):
    """Our rules for passwords."""

    def normalize(self, password: str) -> str:
        """Return the password as it is hashed."""
        return passwords.normalised(password)

    def validate(self, password: str, is_register: bool, **given: Any) -> tuple[list[str] | None, str]:
        """Return what is wrong with a password (None when nothing is), and the password as it is hashed."""
        normal = self.normalize(password)
        person = given.get("user")
        own = (person.email, person.given_name, person.family_name) if person else ()
        return passwords.faults(normal, own) or None, normal


class Mails(MailUtil):
    """Flask-Security says what happened, our notices say it to the person."""

    def send_mail(self, template: str, *_words: Any, **given: Any) -> None:
        """Put the notice that stands for ``template`` into the outbox."""
        if template in {"password_changed", "password_reset"}:
            send(notices.password_changed(given["user"]))

    def normalize(self, email: str) -> str:
        """Return an address as it is kept."""
        return normalised(email)

    validate = normalize


class Codes(Totp):
    """The authenticator's codes on our clock; each works once, also for two sign-ins at the same moment."""

    def __init__(self, secrets: Mapping[str, str], issuer: str) -> None:
        super().__init__(dict(secrets), issuer)
        self._totp = TOTP.using(issuer=issuer, secrets=dict(secrets), now=lambda: clock.now().timestamp())

    def matched(self, code: str, secret: str) -> int | None:
        """Return the counter of ``code`` under a sealed secret that nobody has yet; None when it does not fit."""
        try:
            return int(self._totp.verify(code, secret, window=CODE_WINDOW_SECONDS).counter)
        except TokenError:
            return None

    def get_last_counter(self, user: User) -> int | None:  # type: ignore[override]
        """Return the counter of the last code used, its row locked until the transaction ends."""
        lock(user)
        return user.tf_last_counter

    def set_last_counter(self, user: User, tmatch: TotpMatch) -> None:  # type: ignore[override]
        """Keep the counter of a code that was used."""
        user.tf_last_counter = tmatch.counter


class Words:
    """Our catalogue for what Flask-Security says: its messages below are translated texts already."""

    @staticmethod
    def gettext(text: Any, **values: Any) -> str:
        """Return a text in the page's language."""
        said = str(text)
        return said % values if values else said

    @staticmethod
    def ngettext(singular: Any, plural: Any, num: int, **values: Any) -> str:
        """Return the form for ``num``."""
        return Words.gettext(singular if num == 1 else plural, num=num, **values)

    @staticmethod
    def format_list(parts: list[str], **_given: Any) -> str:
        """Return a list as text."""
        return ", ".join(parts)


MESSAGES = {
    "API_ERROR": (_l("This could not be read."), "danger"),
    "GENERIC_AUTHN_FAILED": (_l("The e-mail address or the password is not right."), "danger"),
    "USER_DOES_NOT_EXIST": (_l("The e-mail address or the password is not right."), "danger"),
    "INVALID_PASSWORD": (_l("The password is not right."), "danger"),
    "PASSWORD_NOT_PROVIDED": (_l("Enter your password."), "danger"),
    "EMAIL_NOT_PROVIDED": (_l("Enter your e-mail address."), "danger"),
    "INVALID_EMAIL_ADDRESS": (_l("Enter an e-mail address, like name@ministry.example."), "danger"),
    "DISABLED_ACCOUNT": (_l("This account is closed or suspended."), "danger"),
    "CONFIRMATION_REQUIRED": (_l("Confirm your e-mail address first."), "danger"),
    "UNAUTHENTICATED": (_l("Please sign in."), "waiting"),
    "UNAUTHORIZED": (_l("You may not do this."), "danger"),
    "ANONYMOUS_USER_REQUIRED": (_l("You are signed in already."), "waiting"),
    "REAUTHENTICATION_REQUIRED": (_l("Enter your password again to go on."), "waiting"),
    "REAUTHENTICATION_SUCCESSFUL": (_l("Thank you. Go on."), "done"),
    "INVALID_REDIRECT": (_l("This address is not ours."), "danger"),
    "RETYPE_PASSWORD_MISMATCH": (_l("The two passwords differ."), "danger"),
    "PASSWORD_MISMATCH": (_l("The two passwords differ."), "danger"),
    "PASSWORD_IS_THE_SAME": (_l("The new password must differ from the present one."), "danger"),
    "PASSWORD_CHANGE": (_l("The password is changed. Every other sign-in has ended."), "done"),
    "PASSWORD_RESET_NO_LOGIN": (_l("The new password is set. Sign in with it."), "done"),
    "PASSWORD_RESET_EXPIRED": (_l("This link was good for one hour. Ask for a new one."), "attention"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        _l("This link does not work (any more): it may have been used. Ask for a new one."),
        "attention",
    ),
    "TWO_FACTOR_INVALID_TOKEN": (
        _l("This code is not right, or was used already. Wait for the next one."),
        "danger",
    ),
    "INVALID_CODE": (_l("This code is not right."), "danger"),
    "INVALID_RECOVERY_CODE": (_l("This recovery code is not right, or was used already."), "danger"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_l("You are signed in."), "done"),
    "TWO_FACTOR_PERMISSION_DENIED": (_l("That took too long. Please sign in again."), "attention"),
}

TEMPLATES = {
    "LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "VERIFY_TEMPLATE": "accounts/again.html",
    "RESET_PASSWORD_TEMPLATE": "accounts/new_password.html",
    "CHANGE_PASSWORD_TEMPLATE": "accounts/change_password.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/code.html",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/recovery_code.html",
}


def _page(template: str, **context: Any) -> str | tuple[str, int]:
    """Render a page of Flask-Security's; one rendered after a POST was refused."""
    page = render_template(template, **context)
    return (page, UNPROCESSABLE) if request.method == "POST" else page


def _configure(app: Flask) -> None:
    with app.app_context():
        secret = settings().secret_key
    key = (
        base64.urlsafe_b64encode(hashlib.sha256(b"second factor" + secret.encode()).digest())
        .decode()
        .rstrip("=")
    )
    values: dict[str, Any] = {
        "BLUEPRINT_NAME": "security",
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "API_ENABLED_METHODS": ["session"],
        "RETURN_GENERIC_RESPONSES": True,
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_SINGLE_HASH": {"argon2"},
        "PASSWORD_HASH_PASSLIB_OPTIONS": passwords.ARGON2,
        "PASSWORD_LENGTH_MIN": passwords.MINIMUM,
        "HASHING_SCHEMES": ["hex_sha256"],  # of an address or of a hash, inside signed links
        "CONFIRM_EMAIL_WITHIN": CONFIRM_WITHIN,
        "RESET_PASSWORD_WITHIN": RESET_WITHIN,
        "EMAIL_PLAINTEXT": False,
        "EMAIL_HTML": False,
        "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "password_reset",
        "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "password_changed",
        "FRESHNESS": FRESH_FOR,
        "FRESHNESS_GRACE_PERIOD": timedelta(0),
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": CODE_WINDOW_SECONDS,
        "TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "TOTP_SECRETS": {"1": key},
        "TOTP_ISSUER": ISSUER,
        "POST_LOGIN_VIEW": "/",
        "POST_LOGOUT_VIEW": "/",
        "POST_VERIFY_VIEW": "/account/security",
        "POST_CHANGE_VIEW": "/account/security",
        "CSRF_HEADER": None,
        **TEMPLATES,
        **{f"MSG_{name}": message for name, message in MESSAGES.items()},
    }
    app.config.update({f"SECURITY_{name}": value for name, value in values.items()})
    app.config["SESSION_PROTECTION"] = None


def init_app(app: Flask) -> None:
    """Set Flask-Security up without its blueprint; ``views/signing.py`` mounts what is used of it."""
    _configure(app)
    security = Security(
        app,
        Datastore(db, User, SecurityRole),
        register_blueprint=False,
        login_form=forms.SignInForm,
        verify_form=forms.AgainForm,
        reset_password_form=forms.NewPasswordForm,
        change_password_form=forms.ChangePasswordForm,
        two_factor_verify_code_form=forms.CodeForm,
        two_factor_rescue_form=forms.HelpForm,
        mf_recovery_form=forms.RecoveryCodeForm,
        mail_util_cls=Mails,
        password_util_cls=Passwords,
        totp_cls=Codes,
        mf_recovery_codes_util_cls=RecoveryCodes,
        render_template=_page,  # type: ignore[arg-type]  # its views return what it gives
    )
    security.i18n_domain = Words()  # type: ignore[assignment]
    security.want_json(lambda _request: False)
    security.login_manager.session_protection = None
    security.login_manager.user_loader(_person_of_session)
    security.login_manager.request_loader(None)
    _connect(app)
    provide_refusal(refuse)


def codes(app: Flask) -> Codes:
    """Return the maker and checker of the second factor's codes."""
    found = app.extensions["security"].totp_factory
    assert isinstance(found, Codes)
    return found


def _person_of_session(uniquifier: str) -> User | None:
    """Return the person that the session's own query has loaded already."""
    present = session._get_current_object()  # type: ignore[attr-defined]
    if not isinstance(present, SqlSession) or present.person is None or not present.person.active:
        return None
    if present.person.fs_uniquifier != uniquifier:
        return None
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return present.person


# ------------------------------------------------------------------------------------------------ what follows


def _connect(app: Flask) -> None:
    user_logged_in.connect(_tie_session, app)
    user_authenticated.connect(_note_sign_in, app)
    user_logged_out.connect(_untie_session, app)
    user_failed_authn.connect(_note_failure, app)
    password_changed.connect(_after_change, app)
    password_reset.connect(_after_reset, app)


def _present() -> SqlSession:
    present = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(present, SqlSession)
    return present


def _acting(person: User) -> Actor:
    return Actor(user_id=person.id, public_id=person.public_id)


def _tie_session(_app: Flask, user: User, **_given: Any) -> None:
    sessions.signed_in(_present(), user)


def _untie_session(_app: Flask, user: User | None = None, **_given: Any) -> None:
    present = _present()
    if isinstance(present.person, User):
        person = present.person
        record(_acting(person), Verb.SIGNED_OUT, "person", person.public_id)
    sessions.signed_out(present)


def _note_sign_in(_app: Flask, user: User, authn_via: list[str] | None = None, **_given: Any) -> None:
    if authn_via == ["change"]:  # the same person goes on after changing the password
        return
    forgive("sign-in", user.email)
    forgive("code", user.fs_uniquifier)
    device = sessions.device_of(request)
    if not knows_device(user.id, device, DEVICE_MEMORY, _present().row):
        send(notices.new_device(user, device, clock.now()))
    detail = {"second_factor": bool(user.tf_primary_method)}
    record(
        _acting(user),
        Verb.SIGNED_IN,
        "person",
        user.public_id,
        detail=detail,
        personal={"device": device},
        person_id=user.id,
    )


def _note_failure(_app: Flask, user: User, auth_type: str, **_given: Any) -> None:
    record(None, Verb.SIGN_IN_FAILED, "person", user.public_id, detail={"by": auth_type})


def _after_change(_app: Flask, user: User, **_given: Any) -> None:
    user.password_changed_at = clock.now()
    row = _present().row
    sessions.revoke_all(user.id, row.id if row else None)
    record(_acting(user), Verb.PASSWORD_CHANGED, "person", user.public_id)


def _after_reset(_app: Flask, user: User, **_given: Any) -> None:
    """The link came by mail, so the address is confirmed too."""
    user.password_changed_at = clock.now()
    sessions.revoke_all(user.id)
    record(None, Verb.PASSWORD_RESET, "person", user.public_id)
    confirm_address(user)


# ------------------------------------------------------------------------------------------------ the gate's no


def refuse(actor: Actor, rule: Rule) -> BaseResponse | None:
    """Answer whom the gate refuses: to the sign-in page, the standing page, the second factor; None is the 404."""
    if api_path():
        return bearer.refuse(actor, rule)
    if not actor.signed_in:
        return _to("/account/sign-in", paths.here())
    if rule is signed_out:
        return _to(paths.HOME)
    if not actor.approved:
        return _to("/account/standing")
    if rule is not approved and lacks_second_factor(actor):
        return _to("/account/second-factor")
    return None


def _to(path: str, back: str = paths.HOME) -> BaseResponse:
    """Send the browser to ``path``, to come back afterwards; a fragment's request makes the whole page go there."""
    target = path if back == paths.HOME else f"{path}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return BaseResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)
