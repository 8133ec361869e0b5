"""Pages of the programme: the inventory of products, and the matrix of what goes on and is planned."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import access, current_actor
from app.core.forms import UNPROCESSABLE
from app.reports.statistics import asking
from app.reports.yearly import programme
from app.reports.yearly.rights import READERS

bp = Blueprint("programme", __name__, url_prefix="/reports")


@bp.get("/products")
@access(READERS)
def products() -> ResponseReturnValue:
    """The modules and guides that there were on a day."""
    faults, at = _asked()
    page = render_template(
        "yearly/products.html",
        found=[] if faults else programme.products(current_actor(), at),
        faults=[message for _name, message in faults.found],
        at=at,
        as_of=request.args.get("as_of", ""),
    )
    return page, UNPROCESSABLE if faults else 200


@bp.get("/planned")
@access(READERS)
def planned() -> ResponseReturnValue:
    """What goes on and is planned, by topic and by region or quarter."""
    faults, at = _asked()
    columns = "quarters" if request.args.get("by") == "quarters" else "regions"
    page = render_template(
        "yearly/planned.html",
        found=None if faults else programme.matrix(current_actor(), at, columns),
        faults=[message for _name, message in faults.found],
        at=at,
        by=columns,
        as_of=request.args.get("as_of", ""),
    )
    return page, UNPROCESSABLE if faults else 200


def _asked() -> tuple[asking.Faults, datetime]:
    faults = asking.Faults()
    found = asking.as_of(request.args.get("as_of", ""), faults)
    now = clock.now().astimezone(UTC)
    return faults, min(found, now) if found else now
