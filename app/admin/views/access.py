"""The whole access table on one page: which role holds what, which address asks for what."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, current_app, render_template

from app.accounts.models import Role
from app.accounts.policy import NEED_SECOND_FACTOR, PERMISSIONS
from app.accounts.vocabulary import ROLES
from app.admin.rules import ACCESS_TABLE
from app.core.access import access, socket_table
from app.core.access import table as access_table
from app.core.permissions import Permission

bp = Blueprint("access", __name__, url_prefix="/admin/access", template_folder="../templates")


@bp.get("")
@access(ACCESS_TABLE)
def table() -> str:
    """Roles and permissions, then every address with its rule and loaders."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    return render_template(
        "admin/access.html",
        roles=[(role, ROLES[role]) for role in Role],
        permissions=list(Permission),
        held=PERMISSIONS,
        second_factor=NEED_SECOND_FACTOR,
        rows=access_table(app) + socket_table(),
    )
