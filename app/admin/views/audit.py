"""The audit: who did what to which object, when; filtered, by cursor."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from app.accounts import queries as accounts
from app.accounts.addresses import normalised
from app.admin.paging import SIZE, with_query
from app.admin.queries.names import names
from app.admin.rules import AUDIT
from app.audit import queries
from app.audit.verbs import Verb
from app.core.access import access, current_actor
from app.core.forms import one_line

bp = Blueprint("audit", __name__, url_prefix="/admin/audit", template_folder="../templates")
NOBODY = -1


@bp.get("")
@access(AUDIT)
def entries() -> str:
    """Entries, the newest first."""
    wanted, before = _wanted(), _cursor()
    rows = list(queries.entries(wanted, before=before, count=SIZE + 1))
    shown = rows[:SIZE]
    objects = [row.object_id for row in shown if row.object_kind == "person"]
    return render_template(
        "admin/audit.html",
        rows=shown,
        people=names((row.actor_id for row in shown), objects),
        older=with_query(before=shown[-1].id) if len(rows) > SIZE else None,
        newest=with_query(before=None) if before is not None else None,
        sealing=queries.sealing(),
        verbs=[(verb, verb) for verb in sorted(verb.value for verb in Verb)],
        asked=request.args,
    )


def _wanted() -> queries.Wanted:
    """Read the filters: verb, person (address), object (``kind`` or ``kind id``), days in the reader's zone."""
    given = {
        name: one_line(request.args.get(name, "")) or ""
        for name in ("verb", "person", "object", "from", "to")
    }
    kind, _blank, id = given["object"].partition(" ")
    person = accounts.by_email(normalised(given["person"])) if given["person"] else None
    until = _day(given["to"])
    return queries.Wanted(
        verb=given["verb"],
        object_kind=kind,
        object_id=id,
        person_id=(person.id if person else NOBODY) if given["person"] else None,
        person_public_id=person.public_id if person else "",
        since=_day(given["from"]),
        until=until + timedelta(days=1) if until else None,
    )


def _day(text: str) -> datetime | None:
    """Return the beginning of a day in the reader's zone; None for what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if not 2000 <= day.year <= 2100:
        return None
    return datetime.combine(day, time(tzinfo=ZoneInfo(current_actor().zone)))


def _cursor() -> int | None:
    """Return the id the page ends before. Raises NotFound for what is none."""
    text = request.args.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NotFound
    return int(text)
