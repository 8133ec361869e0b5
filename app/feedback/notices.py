"""Who is told what: that their view of an activity is asked for, in the app at its end, by mail months later."""

from __future__ import annotations

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.accounts.models import User
from app.core.addresses import path_for
from app.core.database import JSON
from app.core.i18n import best_language, page_language
from app.core.mail import Message, render_mail
from app.core.texts import lazy_gettext as _l
from app.feedback import links
from app.feedback.models import FeedbackInvitation
from app.notifications.words import Told, register
from app.records.models import Activity

ASKED = "feedback.asked"
DISCREET = _l("Your view of something that you completed is asked for")


def params_of(activity: Activity, *, may_name: bool) -> JSON:
    """Return what the notice keeps: the activity, its titles, and whether a mail may carry them."""
    return {"activity": str(activity.key), "titles": activity.titles, "open": may_name}


def title_in(titles: dict[str, str], language: str) -> str:
    """Return a title in the nearest language there is."""
    return titles.get(best_language(language, list(titles), next(iter(titles), "")), "")


def title_of(activity: Activity) -> str:
    """Return an activity's title in the nearest language to the page's."""
    return title_in(activity.titles, page_language())


def _asked(params: JSON, _count: int) -> Told:
    title = title_in(params["titles"], page_language())
    url = path_for("feedback.form", activity_id=params["activity"])
    return Told(_("How was “%(title)s”? A few short questions.", title=title), url)


def _may_name(params: JSON) -> bool:
    return bool(params.get("open"))


register(ASKED, _asked, discreet=DISCREET, may_name=_may_name)


def follow_up(
    person: User, invitation: FeedbackInvitation, activity: Activity, *, may_name: bool, again: bool
) -> Message:
    """Ask somebody what became of what they learned; ``again`` is the one reminder.

    Where mails of the activity's group carry no names, its title stays out.
    """
    with force_locale(person.language):
        title = title_in(activity.titles, person.language) if may_name else ""
        what = title or _("an activity for a group of yours")
        subject = (
            _("Reminder: what became of “%(title)s”?", title=what)
            if again
            else _("What became of “%(title)s”?", title=what)
        )
        since = ngettext("%(num)d month ago", "%(num)d months ago", invitation.stage)
    return render_mail(
        "feedback/mail/follow_up",
        to=person.email,
        language=person.language,
        subject=subject,
        unsubscribe=links.leaving(person.public_id),
        person=person,
        title=title,
        since=since,
        again=again,
        url=links.survey(invitation.public_id, person.language),
    )
