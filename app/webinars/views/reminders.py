"""Ending the reminders of sessions from a mail, and having them again."""

from __future__ import annotations

from flask import render_template, request

from app.accounts.models import User
from app.core.access import access, anyone
from app.webinars import mailing_leaving as leaving
from app.webinars.views.blueprint import bp

ASKED, LEFT, BACK = "asked", "left", "back"


@bp.get("/reminders/<token>")
@access(anyone, person=leaving.reminded)
def reminders_page(person: User) -> str:
    """Ask before ending them: a mail program may open links on its own. The page names nobody."""
    return _page(ASKED)


@bp.post("/reminders/<token>")
@access(anyone, person=leaving.reminded)
def reminders_leave(person: User) -> str:
    """End the reminders of whom the signed link stands for (RFC 8058), or ``again``; no sign-in, no redirect."""
    if request.form.get("again"):
        leaving.come_back(person)
        return _page(BACK)
    leaving.leave(person)
    return _page(LEFT)


def _page(state: str) -> str:
    return render_template("webinars/mail/reminders.html", state=state)
