"""Decisions on applications, questions to applicants and their answers."""

from __future__ import annotations

from flask_babel import gettext as _

from app.accounts import notices, queries
from app.accounts.events import PersonApproved, PersonDeclined
from app.accounts.locking import lock
from app.accounts.models import Standing, User, VettingDecision
from app.accounts.policy import may_decide_on, may_suspend
from app.accounts.refusal import by, require
from app.accounts.sessions import revoke_all
from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.events import publish
from app.core.mail import send

_VERBS = {
    "approved": Verb.PERSON_APPROVED,
    "declined": Verb.PERSON_DECLINED,
    "asked": Verb.PERSON_ASKED,
    "answered": Verb.PERSON_ANSWERED,
}


def approve(actor: Actor | None, person: User) -> None:
    """Approve an application. Refused when it is not waiting (any more) or the actor may not decide."""
    _decide(actor, person, "approved", "")
    person.standing = Standing.APPROVED
    person.approved_at = clock.now()
    send(notices.approved(person))
    publish(PersonApproved(person.id))


def decline(actor: Actor | None, person: User, reason: str) -> None:
    """Decline an application with a reason that the applicant is told. Refused as in :func:`approve`."""
    require(bool(reason.strip()), _("Say why, so that the applicant understands."))
    _decide(actor, person, "declined", reason)
    person.standing = Standing.DECLINED
    send(notices.declined(person, reason))
    publish(PersonDeclined(person.id, reason))


def ask(actor: Actor | None, person: User, question: str) -> None:
    """Ask the applicant something; the application keeps waiting. Refused as in :func:`approve`."""
    require(bool(question.strip()), _("Write the question."))
    _decide(actor, person, "asked", question)
    send(notices.question(person, question))


def answer(actor: Actor, person: User, text: str) -> None:
    """Answer the open question on one's own application. Refused when there is none."""
    require(actor.user_id == person.id, _("Only the applicant can answer."))
    require(bool(text.strip()), _("Write the answer."))
    lock(person)
    require(queries.open_question(person.id) is not None, _("The question was answered already."))
    _keep(actor, person, "answered", text)


def suspend(actor: Actor | None, person: User, reason: str) -> None:
    """Suspend an account: every sign-in ends at once and none begins. Refused for oneself."""
    lock(person)
    require(actor is None or may_suspend(actor, person), _("You may not suspend this account."))
    require(person.standing == Standing.APPROVED, _("Only an approved account can be suspended."))
    require(
        not queries.is_last_administrator(person),
        _("This is the only administrator; make another one first."),
    )
    person.standing = Standing.SUSPENDED
    person.active = False
    revoke_all(person.id)
    record(
        actor,
        Verb.PERSON_SUSPENDED,
        "person",
        person.public_id,
        personal={"reason": reason},
        person_id=person.id,
    )
    send(notices.suspended(person, reason))


def reinstate(actor: Actor | None, person: User) -> None:
    """End a suspension."""
    lock(person)
    require(actor is None or may_suspend(actor, person), _("You may not decide on this account."))
    require(person.standing == Standing.SUSPENDED, _("This account is not suspended."))
    person.standing = Standing.APPROVED
    person.active = True
    record(actor, Verb.PERSON_RESTORED, "person", person.public_id, person_id=person.id)
    send(notices.approved(person))


def _decide(actor: Actor | None, person: User, decision: str, reason: str) -> None:
    lock(person)
    require(
        person.standing == Standing.PENDING
        or (person.standing == Standing.DECLINED and decision != "declined"),
        _("This application was decided already."),
    )
    require(actor is None or may_decide_on(actor, person), _("You may not decide on this application."))
    _keep(actor, person, decision, reason)


def _keep(actor: Actor | None, person: User, decision: str, reason: str) -> None:
    db.session.add(
        VettingDecision(
            user_id=person.id, decision=decision, reason=reason, decided_by=by(actor), decided_at=clock.now()
        )
    )
    db.session.flush()
    personal = {"reason": reason} if reason else None
    record(actor, _VERBS[decision], "person", person.public_id, personal=personal, person_id=person.id)
