"""What staff does to the platform itself; what is done to people stands in ``accounts.actions``."""

from __future__ import annotations

from app.audit.actions import record
from app.audit.verbs import Verb
from app.core.access import Actor
from app.core.database import db
from app.core.jobs import defer
from app.core.mail import deliver
from app.core.models import OutboxMail


def retry_mail(actor: Actor, mail: OutboxMail) -> bool:
    """Send a mail again that was given up; False when it was sent meanwhile."""
    db.session.refresh(mail, with_for_update=True)
    if mail.state == "sent":
        return False
    mail.state = "waiting"
    db.session.flush()
    defer(deliver, mail_id=mail.id)
    record(actor, Verb.MAIL_RETRIED, "mail", mail.public_id)
    return True
