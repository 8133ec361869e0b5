"""Tokens at the door of the API: who may pass, and how the door says no."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.actors import TokenActor
from app.accounts.tokens import Scope
from app.core.access import Actor, Rule, signed_in
from app.core.errors import problem

REALM = "CTLP"
INVALID_TOKEN = "urn:ctlp:problem:invalid-token"
INSUFFICIENT_SCOPE = "urn:ctlp:problem:insufficient-scope"


@dataclass(frozen=True, slots=True)
class TokenRule(Rule):
    """A rule for those who come with a token that has ``scope``."""

    scope: Scope = Scope.ME


def with_token(scope: Scope, further: Rule = signed_in) -> TokenRule:
    """Those who come with a token that has ``scope``, and whom ``further`` allows."""
    name = f"token with {scope.value}" + ("" if further is signed_in else f", {further.name}")
    return TokenRule(
        name,
        lambda actor: isinstance(actor, TokenActor) and scope in actor.token_scopes and further.allows(actor),
        scope,
    )


def refuse(actor: Actor, rule: Rule) -> BaseResponse | None:
    """Answer 401 without a living token, 403 to one that lacks the scope; None (the 404) to whom nothing is shown."""
    if not isinstance(actor, TokenActor):
        return _unknown()
    if isinstance(rule, TokenRule) and rule.scope not in actor.token_scopes:
        return _lacking(rule.scope)
    return None


def _unknown() -> BaseResponse:
    """Without a token, or with one that is unknown, over, revoked, or whose account cannot be used: all alike."""
    if "Authorization" in request.headers:
        answer = problem(
            401,
            _("This token is not valid"),
            _("It may have expired or been revoked. Make a new one."),
            type=INVALID_TOKEN,
        )
        answer.headers["WWW-Authenticate"] = f'Bearer realm="{REALM}", error="invalid_token"'
    else:
        answer = problem(401, _("A token is needed"), _("Send one as: Authorization: Bearer …"))
        answer.headers["WWW-Authenticate"] = f'Bearer realm="{REALM}"'
    return answer


def _lacking(scope: Scope) -> BaseResponse:
    answer = problem(
        403,
        _("This token is not for that"),
        _("It lacks the scope %(scope)s. Make a token that has it.", scope=scope.value),
        type=INSUFFICIENT_SCOPE,
        scope=scope.value,
    )
    answer.headers["WWW-Authenticate"] = (
        f'Bearer realm="{REALM}", error="insufficient_scope", scope="{scope.value}"'
    )
    return answer
