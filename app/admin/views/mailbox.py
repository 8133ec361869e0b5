"""The mailbox of development: every mail there is, instead of a mail server. Never registered in production."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template
from sqlalchemy import select

from app.admin import loaders
from app.core.access import access, anyone, public
from app.core.database import db
from app.core.models import OutboxMail
from app.core.security import CONTENT_SECURITY_POLICY

bp = Blueprint("mailbox", __name__, url_prefix="/dev/mailbox", template_folder="../templates")
_NEWEST = 200
MAIL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "sandbox allow-top-navigation-by-user-activation",
    )
)


@bp.get("")
@public
def overview() -> str:
    """The newest mails."""
    return render_template("admin/mailbox/overview.html", rows=_newest())


@bp.get("/<mail_id>")
@access(anyone, mail=loaders.mail)
def show(mail: OutboxMail) -> Response:
    """One mail, as text and, in a frame, as HTML."""
    response = make_response(render_template("admin/mailbox/mail.html", mail=mail))
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return response


@bp.get("/<mail_id>/html")
@access(anyone, mail=loaders.mail)
def html(mail: OutboxMail) -> Response:
    """The HTML of a mail for a frame: no scripts, no forms, nothing loaded from elsewhere; links leave the frame."""
    response = Response(
        mail.html.replace("<a ", '<a target="_top" '), content_type="text/html; charset=utf-8"
    )
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _newest() -> list[OutboxMail]:
    return list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(_NEWEST)))
