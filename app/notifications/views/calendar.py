"""My calendar by month, and the address by which my calendar program reads it."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core import clock
from app.core.access import access, act_as, anyone, approved, current_actor
from app.core.idempotency import idempotent
from app.core.ui import notify
from app.notifications import actions, calendar, ical, links, loaders, months, queries
from app.notifications.actions.feeds import digest_of
from app.notifications.models import CalendarToken

bp = Blueprint("calendar", __name__, url_prefix="/calendar", template_folder="../templates")
SECRET_COOKIE = "new-calendar"
SHOWN_WITHIN_SECONDS = 120


@bp.get("")
@access(approved)
def page() -> Response:
    """What is when; right after the feed was made, its address: the cookie that brings it is gone with this answer."""
    actor = current_actor()
    today = months.month_of(clock.now(), actor.zone)
    month = months.month_named(request.args.get("month", ""), actor.zone) or today
    entries = calendar.entries(actor)
    feed = queries.living_feed(actor)
    answer = Response(
        render_template(
            "notifications/calendar.html",
            month=month,
            today=today,
            days=months.by_day(month, entries),
            later=months.next_with_entries(month, entries),
            times=months.times,
            elsewhere=months.elsewhere,
            feed=feed,
            feed_url=_address_just_made(feed),
        )
    )
    if SECRET_COOKIE in request.cookies:
        answer.delete_cookie(
            SECRET_COOKIE,
            path=url_for("calendar.page"),
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/feed")
@access(approved)
@idempotent
def new_feed() -> BaseResponse:
    """Make the feed's address, or another in its place; it travels to the next page in a cookie and is kept nowhere."""
    answer = redirect(url_for("calendar.page", _anchor="feed"))
    answer.set_cookie(
        SECRET_COOKIE,
        actions.new_feed(current_actor()),
        max_age=SHOWN_WITHIN_SECONDS,
        path=url_for("calendar.page"),
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return answer


@bp.post("/feed/end")
@access(approved)
def end_feed() -> BaseResponse:
    """Let the feed work no more."""
    if actions.end_feed(current_actor()):
        notify(_("The address works no more. Calendar programs that used it keep what they read last."))
    return redirect(url_for("calendar.page"))


@bp.get("/<secret>.ics")
@access(anyone, feed=loaders.feed)
def feed(feed: loaders.Feed) -> Response:
    """The feed, by its address alone: what its person may see at this moment, in their language."""
    act_as(feed.reader)
    actions.note_use(feed.token)
    with force_locale(feed.reader.language):
        body = ical.feed(calendar.entries(feed.reader), feed.reader.zone)
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="ctlp.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def _address_just_made(feed: CalendarToken | None) -> str | None:
    """Return the full address of the feed when the cookie brings its secret."""
    sent = request.cookies.get(SECRET_COOKIE, "")
    if feed is None or feed.digest != digest_of(sent):
        return None
    return links.address(url_for("calendar.feed", secret=sent))
