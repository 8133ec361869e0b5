"""My API tokens: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts import queries, tokens
from app.accounts.forms.profile import options
from app.accounts.models import ApiToken
from app.accounts.refusal import Refused
from app.accounts.tokens import DEFAULT_DAYS, MAX_DAYS, MAX_LABEL, Scope
from app.accounts.views.account import fresh
from app.core.access import Actor, access, approved, current_actor
from app.core.forms import UNPROCESSABLE, Form, Length, one_line
from app.core.idempotency import idempotent
from app.core.texts import lazy_gettext as _l
from app.core.ui import notify

bp = Blueprint("tokens", __name__, url_prefix="/account/tokens", template_folder="templates")
SECRET_COOKIE = "new-token"
SHOWN_WITHIN_SECONDS = 120
DAYS = (7, 30, DEFAULT_DAYS, 180, MAX_DAYS)
PURPOSES: Mapping[Scope, LazyString] = {
    Scope.ME: _l("Read who I am"),
    Scope.COURSES: _l("Read the courses I see, with my progress"),
    Scope.REPORTS: _l("Read and export the reports I may see"),
    Scope.ROOMS: _l("Read the rooms I am in"),
    Scope.WEBINARS: _l("Read the sessions I see, with where I stand"),
}


class TokenForm(Form):
    """What a token is for and how long it lasts."""

    label = StringField(
        _l("Name"),
        [DataRequired(_l("Give the token a name.")), Length(MAX_LABEL)],
        filters=[one_line],
        description=_l("Say where it will be used, to recognise it later."),
    )
    scopes = SelectMultipleField(
        _l("What it is for"),
        [InputRequired(_l("Choose at least one thing that the token is for."))],
        choices=options((scope.value, text) for scope, text in PURPOSES.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days = SelectField(_l("Ends after"), default=str(DEFAULT_DAYS))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.days.choices = options((str(days), _("%(days)d days", days=days)) for days in DAYS)


def own_token(actor: Actor, token_id: str) -> ApiToken:
    """Return one of the actor's own tokens. Raises NotFound."""
    found = tokens.by_public_id(token_id)
    if found is None or found.user_id != actor.user_id:
        raise NotFound
    return found


@bp.get("")
@access(approved)
def page() -> Response:
    """My tokens; right after one was made, its secret: the cookie that brings it is gone with this answer."""
    answer = Response(
        render_template(
            "accounts/tokens.html",
            tokens=tokens.tokens_of(current_actor().user_id or 0),
            purposes=PURPOSES,
            secret=_secret_just_made(),
        )
    )
    if SECRET_COOKIE in request.cookies:
        answer.delete_cookie(
            SECRET_COOKIE,
            path=url_for("tokens.page"),
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/new")
@access(approved)
@fresh
def new() -> str:
    """The form for another token."""
    return render_template("accounts/new_token.html", form=TokenForm(formdata=None))


@bp.post("")
@access(approved)
@fresh
@idempotent
def create() -> BaseResponse | tuple[str, int]:
    """Make a token. Its secret travels to the next page in a cookie, so that it is stored nowhere on our side."""
    form = TokenForm()
    if not form.validate():
        return render_template("accounts/new_token.html", form=form), UNPROCESSABLE
    actor = current_actor()
    try:
        _token, secret = tokens.create(
            actor,
            queries.person_of(actor),
            scopes=[Scope(one) for one in form.scopes.data or ()],
            label=form.label.data or "",
            days=int(form.days.data),
        )
    except Refused as refused:
        form.form_errors.append(str(refused))
        return render_template("accounts/new_token.html", form=form), UNPROCESSABLE
    answer = redirect(url_for("tokens.page"))
    answer.set_cookie(
        SECRET_COOKIE,
        secret,
        max_age=SHOWN_WITHIN_SECONDS,
        path=url_for("tokens.page"),
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return answer


@bp.post("/<token_id>/revocation")
@access(approved, token=own_token)
def revoke(token: ApiToken) -> BaseResponse:
    """End a token for good."""
    if tokens.revoke(current_actor(), token):
        notify(_("The token is revoked. Whatever used it can no longer read anything."))
    return redirect(url_for("tokens.page"))


def _secret_just_made() -> str | None:
    """Return the secret that the cookie brings, when it is really of one of my living tokens."""
    sent = request.cookies.get(SECRET_COOKIE, "")
    found = tokens.find(sent, note=False)
    return sent if found and found[1].id == current_actor().user_id else None
