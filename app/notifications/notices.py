"""Who is told what by mail about notices: pure functions that return messages, in the recipient's language."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.accounts.models import User
from app.core.mail import Message, render_mail
from app.notifications import links
from app.notifications.models import Notice
from app.notifications.words import tell_outside

MOST_LINES = 40
LONGEST_SUBJECT = 120


def digest(person: User, notices: Sequence[Notice]) -> Message | None:
    """What is new, one line a notice, without words that must not leave the platform; None when nothing can be told.

    Discreet lines of several rooms are alike and stand there once. Every link leads through the list of notices, so
    the mail holds no address of a place either.
    """
    with force_locale(person.language):
        lines = _lines(notices)
        if not lines:
            return None
        shown = lines[:MOST_LINES]
        return render_mail(
            "notifications/mail/digest",
            to=person.email,
            language=person.language,
            subject=_subject(lines),
            unsubscribe=links.unsubscribe(person.public_id),
            lines=shown,
            more=len(lines) - len(shown),
            all_url=links.address("/notices"),
            choose_url=links.address("/account/notices"),
        )


def _lines(notices: Sequence[Notice]) -> list[tuple[str, str]]:
    """Return (words, address) of each notice that can be told, each pair once."""
    told = ((notice, tell_outside(notice)) for notice in notices)
    pairs = (
        (words.text, links.address(f"/notices/{notice.public_id}" if words.url else "/notices"))
        for notice, words in told
        if words is not None
    )
    return list(dict.fromkeys(pairs))


def _subject(lines: Sequence[tuple[str, str]]) -> str:
    if len(lines) > 1:
        return str(ngettext("%(num)d new notice", "%(num)d new notices", len(lines)))
    only = lines[0][0]
    return only if len(only) <= LONGEST_SUBJECT else str(_("There is something new for you"))
