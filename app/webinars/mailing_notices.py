"""Mails of sessions: pure functions that return messages, in the recipient's language and on their clock.

Every mail says when on the recipient's clock, with the session's own beside it. A mail of a session that may not be
named outside says no more than that there is one: no title, no place, no reason, no name of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.accounts.models import User
from app.core.access import Actor
from app.core.addresses import address_for
from app.core.i18n import DEFAULT, LANGUAGES, best_language
from app.core.mail import CalendarPart, Message, render_mail
from app.notifications import ical
from app.notifications.calendar import CalendarEntry
from app.records.models import Channel
from app.webinars import calendar_sources, planning_shown
from app.webinars.models.planning import Webinar
from app.webinars.planning_shown import When

TEMPLATE = "webinars/mail/session"
LONGEST_DETAILS = 2_000
_SOON = timedelta(minutes=90)
_BEGINS = timedelta(minutes=2)
_IN_THE_ROOM = (Channel.PLATFORM, Channel.HYBRID)


@dataclass(frozen=True, slots=True)
class Session:
    """A session as mails tell of it; ``named`` says whether they may carry its title and texts."""

    webinar: Webinar
    named: bool = True

    @property
    def title(self) -> str:
        """What a mail calls it, in the present language."""
        return self.webinar.title if self.named else _("A session in one of your rooms")

    @property
    def page(self) -> str:
        """The address of its page."""
        return address_for("webinars.planning_session", webinar_id=self.webinar.public_id)

    @property
    def join(self) -> str:
        """Where one goes when it begins: its room, the meeting elsewhere, else its page."""
        if self.webinar.channel in _IN_THE_ROOM:
            return address_for("webinars.room_page", webinar_id=self.webinar.public_id)
        elsewhere = self.webinar.channel == Channel.OTHER_ONLINE and self.named
        return (self.webinar.link if elsewhere else "") or self.page


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a mail goes to."""

    email: str
    name: str = ""
    language: str = DEFAULT
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What there is for somebody when a session is over: full addresses, empty for what there is not."""

    certificate: str = ""
    feedback: str = ""
    recording: str = ""


@dataclass(frozen=True, slots=True)
class _Letter:
    """The words of one mail: paragraphs, the one thing to do (``link``), what else there is, what ends such mails."""

    subject: str
    paragraphs: list[str]
    link: tuple[str, str]
    more: list[tuple[str, str]] = field(default_factory=list)
    why: str = ""
    unsubscribe: str = ""


def reader(person: User) -> Reader:
    """Return somebody as mails address them, by their account as it is now."""
    return Reader(person.email, person.name, person.language, person.zone)


# ------------------------------------------------------------------------------------------------ before it


def invited(to: Reader, session: Session, by: str = "") -> Message:
    """Somebody with an account is invited; nothing enters their calendar before they register."""
    with _speaking(to, session) as title:
        letter = _Letter(
            _("Invitation: %(title)s", title=title),
            [_invitation(session, by), _about(session)],
            (_("See the session and register"), session.page),
            why=_("You get this because somebody who plans this session invited you by name."),
        )
        return _message(to, session, letter)


def invited_by_address(email: str, session: Session, link: str, by: str = "") -> Message:
    """An address without an account is invited, by a link that works once; in a language of the session."""
    webinar = session.webinar
    wanted = (best_language(one, list(LANGUAGES), "") for one in webinar.languages)
    to = Reader(email, language=next((one for one in wanted if one), DEFAULT), zone=webinar.zone)
    with _speaking(to, session) as title:
        letter = _Letter(
            _("Invitation: %(title)s", title=title),
            [
                _invitation(session, by),
                _about(session),
                _("To take part you sign in, or register on the platform if you have no account yet."),
                _("The link is for you alone and works once."),
            ],
            (_("See the invitation"), link),
            why=_("You get this because somebody who plans this session invited this address."),
        )
        return _message(to, session, letter)


def waits(to: Reader, session: Session) -> Message:
    """All places are taken; somebody is on the waiting list."""
    with _speaking(to, session) as title:
        letter = _Letter(
            _("On the waiting list: %(title)s", title=title),
            [_("All places are taken. You are on the waiting list, and hear from us when one becomes free.")],
            (_("See the session"), session.page),
            why=_for_registering(),
        )
        return _message(to, session, letter)


def confirmed(to: Reader, session: Session, number: int, *, waited: bool = False) -> Message:
    """Somebody has a place, at once or after waiting; ``number`` is the SEQUENCE of what their calendar gets."""
    with _speaking(to, session) as title:
        letter = _Letter(
            _("You have a place: %(title)s", title=title)
            if waited
            else _("You are registered: %(title)s", title=title),
            [
                _("A place became free: it is yours.") if waited else _("You are registered for this session."),
                _about(session),
                _("This mail puts it into your calendar, which follows if the session is moved."),
            ],
            (_("See the session"), session.page),
            why=_for_registering(),
        )  # fmt: skip
        return _message(to, session, letter, _entry(session, to, number))


def named(to: Reader, session: Session, number: int) -> Message:
    """Somebody runs a session or speaks at it."""
    with _speaking(to, session) as title:
        letter = _Letter(
            _("You take part in running: %(title)s", title=title),
            [
                _("You are named among those who run this session or speak at it."),
                _("This mail puts it into your calendar, which follows if the session is moved."),
            ],
            (_("See the session"), session.page),
            why=_for_naming(),
        )
        return _message(to, session, letter, _entry(session, to, number))


def changed(to: Reader, session: Session, number: int) -> Message:
    """A session is another one now; calendars follow."""
    with _speaking(to, session) as title:
        letter = _Letter(
            _("Changed: %(title)s", title=title),
            [_("This session was changed. This is how it is now; your calendar follows with this mail.")],
            (_("See the session"), session.page),
            why=_for_registering(),
        )
        return _message(to, session, letter, _entry(session, to, number))


def cancelled(to: Reader, session: Session, number: int | None) -> Message:
    """A session does not take place; ``number`` is None for whom no calendar has it."""
    with _speaking(to, session) as title:
        why = session.webinar.cancelled_why if session.named else ""
        letter = _Letter(
            _("Cancelled: %(title)s", title=title),
            [
                _("This session does not take place."),
                _("The reason given: %(reason)s", reason=why) if why else "",
            ],
            (_("See the session"), session.page),
            why=_for_registering(),
        )
        return _message(to, session, letter, _withdrawal(session, to, number))


def withdrawn(to: Reader, session: Session, number: int) -> Message:
    """Somebody has no place any more, or is not named any more; the session itself is as it was."""
    with _speaking(to, session) as title:
        letter = _Letter(
            _("Not registered any more: %(title)s", title=title),
            [_("You have no place in this session any more. This mail takes it out of your calendar.")],
            (_("See your sessions"), address_for("webinars.planning_index")),
            why=_("You get this because you were registered for this session or named in it."),
        )
        return _message(to, session, letter, _withdrawal(session, to, number))


def reminder(to: Reader, session: Session, now: datetime, unsubscribe: str) -> Message:
    """A session begins soon, or now: how soon is said by the present time. ``unsubscribe`` ends such mails."""
    left = session.webinar.starts_at - now
    with _speaking(to, session) as title:
        page = (_("See the session"), session.page)
        at_hand = left <= _SOON and session.join != session.page
        letter = _Letter(
            _("%(when)s: %(title)s", when=_how_soon(session.webinar.starts_at, now, to.zone), title=title),
            [_("This session begins now.") if left <= _BEGINS else _("This session begins soon.")],
            (_("Join"), session.join) if at_hand else page,
            [page] if at_hand else [],
            why=_for_registering(),
            unsubscribe=unsubscribe,
        )
        return _message(to, session, letter)


# ------------------------------------------------------------------------------------------------ after it


def thanks(to: Reader, session: Session, after: Afterwards) -> Message:
    """Somebody was there."""
    with _speaking(to, session) as title:
        asked = _("Five short questions ask what it was like. The answers are shown without names.")
        letter = _Letter(
            _("Thank you for taking part: %(title)s", title=title),
            [_("thank you for taking part in this session."), asked if after.feedback else ""],
            (_("Say what it was like"), after.feedback)
            if after.feedback
            else (_("See the session"), session.page),
            _left_over(after) + ([(_("See the session"), session.page)] if after.feedback else []),
            why=_("You get this because you took part in this session."),
        )
        return _message(to, session, letter)


def missed(to: Reader, session: Session, after: Afterwards) -> Message:
    """Somebody was registered, and not seen there."""
    with _speaking(to, session) as title:
        letter = _Letter(
            _("We missed you: %(title)s", title=title),
            [
                _("you were registered for this session, but we did not see you there."),
                _("What was handed out is on the session's page, and so is a recording once there is one."),
                _("If you were there after all, tell the host: attendance can be corrected."),
            ],
            (_("See the session"), session.page),
            _left_over(after),
            why=_for_registering(),
        )
        return _message(to, session, letter)


def _left_over(after: Afterwards) -> list[tuple[str, str]]:
    pairs = [(_("Your certificate"), after.certificate), (_("The recording"), after.recording)]
    return [pair for pair in pairs if pair[1]]


# ------------------------------------------------------------------------------------------------ words and parts


@contextmanager
def _speaking(to: Reader, session: Session) -> Iterator[str]:
    """Speak the recipient's language inside the block; gives what the session is called in it."""
    with force_locale(to.language):
        yield session.title


def _invitation(session: Session, by: str) -> str:
    named = _("%(name)s invites you to this session.", name=by)
    return str(named if by and session.named else _("You are invited to this session."))


def _about(session: Session) -> str:
    return session.webinar.summary if session.named else ""


def _for_registering() -> str:
    text = _(
        "You get this because you are registered for this session. On its page you can give your place up."
    )
    return str(text)


def _for_naming() -> str:
    return str(_("You get this because you are named in this session."))


def _how_soon(starts: datetime, now: datetime, zone: str) -> str:
    left, here = starts - now, ZoneInfo(zone)
    if left <= _BEGINS:
        return str(_("Now"))
    if left <= _SOON:
        minutes = round(left.total_seconds() / 60)
        return str(ngettext("In %(num)d minute", "In %(num)d minutes", minutes))
    days = (starts.astimezone(here).date() - now.astimezone(here).date()).days
    if days < 2:
        return str(_("Tomorrow") if days else _("Today"))
    return str(ngettext("In %(num)d day", "In %(num)d days", days))


def when_lines(when: When) -> list[str]:
    """Return when a session is: on the reader's clock, then on its own where that is another."""
    lines = [_("%(day)s, %(times)s your time (%(city)s)", day=when.day, times=when.times, city=when.city)]
    if when.there:
        lines.append(_("%(times)s in %(city)s", times=when.there, city=when.there_city))
    return lines


def _facts(to: Reader, session: Session) -> list[tuple[str, list[str]]]:
    facts = [(_("When"), when_lines(planning_shown.when(session.webinar, Actor(zone=to.zone))))]
    if session.webinar.place and session.named:
        facts.append((_("Where"), [session.webinar.place]))
    return facts


def _entry(session: Session, to: Reader, number: int) -> CalendarPart:
    """Return what tells the recipient's calendar of the session and where it is joined."""
    place = session.webinar.place if session.named else ""
    texts = [_about(session)[:LONGEST_DETAILS], _("Join: %(address)s", address=session.join), session.page]
    details = "\n\n".join(text for text in texts if text)
    entry = replace(_bare(session, number), location=place or session.join, details=details)
    return ical.message(entry, to.name or to.email, to.email)


def _bare(session: Session, number: int) -> CalendarEntry:
    """Return the entry without what only those with a place are told."""
    entry = calendar_sources.entry(session.webinar)
    return replace(entry, summary=session.title, discreet="", location="", sequence=number)


def _withdrawal(session: Session, to: Reader, number: int | None) -> CalendarPart | None:
    if number is None:
        return None
    return ical.message(replace(_bare(session, number), cancelled=True), to.name or to.email, to.email)


def _message(to: Reader, session: Session, letter: _Letter, calendar: CalendarPart | None = None) -> Message:
    return render_mail(
        TEMPLATE,
        to=to.email,
        language=to.language,
        subject=letter.subject,
        unsubscribe=letter.unsubscribe,
        calendar=calendar,
        name=to.name,
        paragraphs=[one for one in letter.paragraphs if one],
        facts=_facts(to, session),
        link_text=letter.link[0],
        link=letter.link[1],
        more=letter.more,
        why=letter.why,
    )


def page_if_there(endpoint: str, **values: str) -> str:
    """Return the full address of a page, empty where this platform has none of the name."""
    return address_for(endpoint, **values) if endpoint in current_app.view_functions else ""
