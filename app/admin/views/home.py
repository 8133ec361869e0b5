"""What waits for staff."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.accounts import queries as accounts
from app.admin.queries import system
from app.admin.rules import STAFF
from app.audit import queries as audit
from app.core.access import access, current_actor
from app.core.permissions import Permission

bp = Blueprint("admin", __name__, url_prefix="/admin", template_folder="../templates")


@bp.get("")
@access(STAFF)
def home() -> str:
    """What waits, as far as the person may see it."""
    actor = current_actor()
    runs = actor.may(Permission.SYSTEM_READ)
    return render_template(
        "admin/home.html",
        pending=accounts.waiting_count() if actor.may(Permission.PEOPLE_VET) else None,
        queue=system.queue() if runs else None,
        mails=system.mails() if runs else None,
        sealing=audit.sealing() if actor.may(Permission.AUDIT_READ) else None,
    )
