"""People who completed the course of the cast, and what they say of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core import clock
from app.core.database import db
from app.core.models import OutboxMail
from app.feedback import actions
from app.feedback.actions import Content
from app.feedback.models import AT_THE_END, FeedbackAnswer
from app.records.actions import FactDraft, append
from app.records.models import Activity, Verb
from tests.records import scene

ANSWERS = {
    "relevance": "5",
    "use": "4",
    "explained": "4",
    "pace": "3",
    "technical": "2",
    "recommend": "5",
    "useful_part": "The exercise on preservation requests.",
    "quotable": "y",
}
LATER = {"applied": "4", "how_often": "3", "practice": "2", "taught": "5", "remember": "4"}
_SENT = re.compile(r"http://localhost:8000(/feedback/surveys/[^\s?]+)\?lang=([a-z]{2})")


def complete(user_id: int, key: UUID, at: datetime | None = None) -> datetime:
    """Let somebody start and complete an activity; returns when."""
    done = at or clock.now()
    for verb, when in ((Verb.STARTED, done - timedelta(days=1)), (Verb.COMPLETED, done)):
        append(FactDraft(verb=verb, user_id=user_id, activity_key=key, occurred_at=when, language="en"))
    return done


def crowd(count: int, key: UUID, name: str = "learner") -> list[User]:
    """People beside the cast who completed an activity now."""
    made = [scene.person(f"{name}{number}") for number in range(count)]
    for one in made:
        complete(one.id, key)
    return made


def say(
    people: Sequence[User], key: UUID, points: Sequence[int], *, words: str = "", stage: int = AT_THE_END
) -> None:
    """Let people answer: ``points`` to every question with points that tests look at, and words."""
    activity = db.session.get_one(Activity, key)
    for person, point in zip(people, points, strict=True):
        question = "relevance" if stage == AT_THE_END else "applied"
        said = Content({question: point}, {"change": f"{words} {person.given_name}"} if words else {})
        actions.give(person, activity, stage, said, "en")


def answers(key: UUID, stage: int = AT_THE_END) -> list[FeedbackAnswer]:
    """Return what is kept."""
    found = select(FeedbackAnswer).where(FeedbackAnswer.activity_key == key, FeedbackAnswer.stage == stage)
    return list(
        db.session.scalars(found.order_by(FeedbackAnswer.id).execution_options(populate_existing=True))
    )


def surveys() -> list[tuple[OutboxMail, str]]:
    """Return the mails that ask months later, oldest first, with the path of each one's link."""
    found = db.session.scalars(
        select(OutboxMail)
        .where(OutboxMail.unsubscribe.contains("/feedback/leaving/"))
        .order_by(OutboxMail.id)
    )
    pairs = ((mail, _SENT.search(mail.text)) for mail in found)
    return [(mail, match[1]) for mail, match in pairs if match is not None]


def path(key: UUID, rest: str = "") -> str:
    """Return the address of a page about an activity's feedback."""
    return f"/feedback/{key}{rest}"


def cells(page: str) -> str:
    """Return a page's text without its tags, blanks folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def texts(client: FlaskClient, address: str) -> str:
    """Return the text of a page that must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return cells(answer.text)


def unknown() -> UUID:
    """A key that nothing has."""
    return uuid.UUID(int=7)
