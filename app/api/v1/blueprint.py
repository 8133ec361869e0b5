"""The blueprint of the API: no CSRF (no cookie counts here), one rate limit a token."""

from __future__ import annotations

from flask import Blueprint, Response

from app.core import clock
from app.core.access import current_actor
from app.core.forms import csrf
from app.core.limits import by_address, limiter

bp = Blueprint("api_v1", __name__, url_prefix="/api/v1")
CALLS = "600 per minute"


def by_token() -> str:
    """Key of the limit per token, or per address for those without one."""
    actor = current_actor()
    return f"token:{actor.token_id}" if actor.token_id is not None else by_address()


@bp.after_request
def tell_limit(response: Response) -> Response:
    """Say how many calls are left in the window, and in how many seconds it begins anew."""
    present = limiter.current_limit
    if present is not None:
        left = min(present.limit.get_expiry(), max(0, round(present.reset_at - clock.now().timestamp())))
        response.headers["RateLimit-Limit"] = str(present.limit.amount)
        response.headers["RateLimit-Remaining"] = str(max(0, present.remaining))
        response.headers["RateLimit-Reset"] = str(left)
    return response


csrf.exempt(bp)
limiter.shared_limit(CALLS, scope="api", key_func=by_token)(bp)
