"""Who the token is."""

from __future__ import annotations

from app.accounts.actors import TokenActor
from app.accounts.bearer import with_token
from app.accounts.models import ApiToken
from app.accounts.tokens import Scope
from app.api.v1.blueprint import bp
from app.api.v1.operations import operation
from app.api.v1.schemas import Me, Query, Token
from app.core.access import access, current_actor
from app.core.database import db


@bp.get("/me")
@access(with_token(Scope.ME))
@operation("Who the token is", query=Query, answer=Me)
def me(query: Query) -> Me:
    """The person and what this token may do."""
    actor = current_actor()
    assert isinstance(actor, TokenActor)
    token = db.session.get_one(ApiToken, actor.token_id)
    assert token.expires_at is not None
    return Me(
        id=actor.public_id,
        name=actor.name,
        email=actor.email,
        language=actor.language,
        zone=actor.zone,
        country=actor.country,
        approved=actor.approved,
        roles=sorted(actor.roles),
        permissions={
            permission.value: sorted(scopes) for permission, scopes in sorted(actor.permissions.items())
        },
        token=Token(
            id=token.public_id,
            label=token.label,
            scopes=token.scopes,
            second_factor=actor.second_factor,
            created_at=token.created_at,
            expires_at=token.expires_at,
        ),
    )
