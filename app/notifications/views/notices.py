"""My notices: the list, opening one, reading all; and the one page that ends digests without a sign-in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.models import User
from app.core import clock
from app.core.access import access, anyone, approved, current_actor
from app.core.i18n import format_day
from app.core.ui import notify
from app.notifications import actions, loaders, queries, words
from app.notifications.models import Notice
from app.notifications.queries import Line

bp = Blueprint("notices", __name__, url_prefix="/notices", template_folder="../templates")
_YESTERDAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """What the reader was told on one day of theirs, and has read or not."""

    is_read: bool
    heading: str
    lines: list[Line]


@bp.get("")
@access(approved)
def page() -> str:
    """What I was told: not read first, then by day."""
    sheet = queries.sheet(current_actor(), request.args.get("after", ""))
    days = list(_days(sheet.lines))
    return render_template(
        "notifications/notices.html",
        blocks=[
            (_("Not read yet"), False, [day for day in days if not day.is_read]),
            (_("Read"), True, [day for day in days if day.is_read]),
        ],
        next_url=url_for("notices.page", after=sheet.after) if sheet.after else None,
        further="after" in request.args,
    )


@bp.get("/<notice_id>")
@access(approved, notice=loaders.own_notice)
def open_notice(notice: Notice) -> BaseResponse:
    """On to what a notice is about; it is read then."""
    actions.read(notice)
    told = words.tell(notice)
    if told is None:
        notify(_("What this notice told of is not there any more."), "attention")
        return redirect(url_for("notices.page"))
    return redirect(told.url, 303)


@bp.post("/<notice_id>/read")
@access(approved, notice=loaders.own_notice)
def read(notice: Notice) -> BaseResponse:
    """Mark one as read without opening it."""
    actions.read(notice)
    return redirect(url_for("notices.page"))


@bp.post("/read")
@access(approved)
def read_all() -> BaseResponse:
    """Mark all as read."""
    if actions.read_all(current_actor()):
        notify(_("All notices are marked as read."))
    return redirect(url_for("notices.page"))


@bp.get("/unsubscribe/<token>")
@access(anyone, person=loaders.unsubscriber)
def leave(person: User) -> str:
    """Ask before ending the digests: a mail program may open links on its own. The page names nobody."""
    return render_template("notifications/unsubscribe.html", done=False)


@bp.post("/unsubscribe/<token>")
@access(anyone, person=loaders.unsubscriber)
def unsubscribe(person: User) -> str:
    """End the digests of whom the signed link stands for (RFC 8058): no sign-in, no CSRF token, no redirect."""
    actions.unsubscribe(person)
    return render_template("notifications/unsubscribe.html", done=True)


def _days(lines: Iterable[Line]) -> Iterator[Day]:
    here = ZoneInfo(current_actor().zone)
    today = clock.now().astimezone(here).date()
    for (is_read, day), group in groupby(lines, key=lambda line: _place(line.notice, here)):
        yield Day(is_read, _day_words(day, today), list(group))


def _place(notice: Notice, here: ZoneInfo) -> tuple[bool, date]:
    return notice.read_at is not None, notice.updated_at.astimezone(here).date()


def _day_words(day: date, today: date) -> str:
    if day == today:
        return str(_("Today"))
    if day == today - _YESTERDAY:
        return str(_("Yesterday"))
    return format_day(day, "EEEE d MMM y")
