"""Headers that tell browsers what our pages never do, hosts we answer to, sizes we accept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import NotFound, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.settings import settings

View = TypeVar("View", bound=Callable[..., Any])
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TWO_YEARS = 2 * 365 * 24 * 3600


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_TWO_YEARS}; includeSubDomains")
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = (
            "no-store" if g.get("actor") and g.actor.signed_in else "no-cache, private"
        )
    return response


def serves_user_files(view: View) -> View:
    """Declare a view that answers on the host of user files, and nowhere else; every other view never answers there."""
    view.__user_files__ = True  # type: ignore[attr-defined]
    return view


def on_content_host() -> bool:
    """Whether the present request is to the host of user files: no session is opened there, no cookie set."""
    content = urlsplit(settings().content_url).hostname
    if content == urlsplit(settings().public_url).hostname:
        return False
    try:
        return urlsplit(f"//{request.host}").hostname == content
    except SecurityError:  # a host that is not ours
        return False


def _pages_have_their_own_host() -> None:
    """Refuse every page on the host of user files, and user files elsewhere: neither meets the other's cookies."""
    view = current_app.view_functions.get(request.endpoint or "")
    two_hosts = urlsplit(settings().content_url).hostname != urlsplit(settings().public_url).hostname
    if two_hosts and on_content_host() != getattr(view, "__user_files__", False):
        raise NotFound


def init_app(app: Flask) -> None:
    """Set hosts, sizes, cookies and headers."""
    with app.app_context():
        chosen = settings()
    secure = chosen.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        TRUSTED_HOSTS=chosen.hosts,
        MAX_CONTENT_LENGTH=chosen.max_upload_mb * 1_000_000,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME="__Host-ctlp" if secure else "ctlp",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=_TWO_YEARS // 2,
        PREFERRED_URL_SCHEME="https" if secure else "http",
    )
    if chosen.trusted_proxies:
        count = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.before_request(_pages_have_their_own_host)
    app.after_request(_add_headers)
