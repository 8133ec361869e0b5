"""The room's questions-and-answers: an edited copy of a question and its answer, without who asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.locking import lock
from app.accounts.models import User
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.i18n import LANGUAGES
from app.core.refusal import Refused, require
from app.irooms.faces import alias_words
from app.irooms.models import IdentityMode, Room, RoomMembership
from app.irooms.models.questions import EntryKind, ExpertQuestion, PublishedAnswer, QuestionEntry
from app.irooms.questions_notices import tell_asker
from app.irooms.questions_policy import may_publish
from app.irooms.questions_search import index_published
from app.irooms.seats import Seat
from app.irooms.signs import Signs
from app.irooms.trail import note

KIND = "room_answer"


@dataclass(frozen=True, slots=True)
class Copy:
    """What is published. Texts are Markdown."""

    title: str
    question: str
    answer: str
    topic: str
    language: str
    legal_system: str = ""

    @property
    def words(self) -> str:
        """All that is read of it."""
        return "\n".join((self.title, self.question, self.answer))


class StillNamed(Refused):
    """The copy still points to who asked. ``found`` is how, as it stands there; ``sure`` tells names from guesses."""

    def __init__(self, found: list[str], *, sure: bool) -> None:
        self.found, self.sure = found, sure
        words = ", ".join(found)
        super().__init__(
            _("This points to who asked: %(words)s. Write it without.", words=words)
            if sure
            else _("These words may point to who asked: %(words)s.", words=words)
        )


def signs_of_asker(room: Room, question: ExpertQuestion) -> Signs:
    """Return what points to who asked, as far as the room shows it; in a room of pseudonyms no name is read."""
    asker = db.session.get_one(RoomMembership, question.membership_id)
    if room.identity == IdentityMode.PSEUDONYM:
        return Signs(certain=(asker.alias, *_aliases(asker.alias)))
    person = db.session.get_one(User, asker.user_id)
    alone = (person.given_name, person.family_name)
    if room.identity == IdentityMode.NAME:
        return Signs((person.name,), alone, (person.institution,), person.country)
    return Signs((), (), (person.name, *alone, person.institution), person.country)


def draft(room: Room, question: ExpertQuestion) -> Copy:
    """Return the copy to begin with: question and answers, gaps where something points to who asked."""
    signs = signs_of_asker(room, question)
    answers = db.session.scalars(
        select(QuestionEntry.text)
        .where(QuestionEntry.question_id == question.id, QuestionEntry.kind == EntryKind.ANSWER)
        .order_by(QuestionEntry.id)
    )
    return Copy(
        title=signs.without(question.title),
        question=signs.without(question.text),
        answer=signs.without("\n\n".join(answers)),
        topic=question.topic,
        language=question.language,
        legal_system=question.legal_system,
    )


def check(room: Room, question: ExpertQuestion, copy: Copy, *, looked: bool) -> None:
    """Raise StillNamed where a copy points to who asked; guesses pass once somebody has ``looked`` at them."""
    signs = signs_of_asker(room, question)
    if found := signs.certain_in(copy.words):
        raise StillNamed(found, sure=True)
    if not looked and (found := signs.possible_in(copy.words)):
        raise StillNamed(found, sure=False)


def publish(seat: Seat, question: ExpertQuestion, copy: Copy, *, looked: bool) -> PublishedAnswer:
    """Publish a copy to everybody in the room. Raises StillNamed; refused when there is a copy already."""
    lock(question)
    require(
        may_publish(seat, question),
        _("Only an answered question can be published, by who answered or a manager."),
    )
    require(
        published_copy(question) is None, _("This question is published already. Take that copy back first.")
    )
    check(seat.room, question, copy, looked=looked)
    item = PublishedAnswer(
        room_id=seat.room.id,
        question_id=question.id,
        published_by=seat.member_id,
        published_at=clock.now(),
        **asdict(copy),
    )
    db.session.add(item)
    db.session.flush()
    index_published(seat.room, item)
    tell_asker(seat.room, question, "published")
    note(seat, Verb.ROOM_ANSWER_PUBLISHED, KIND, item.public_id, logged=True)
    return item


def take_back(seat: Seat, item: PublishedAnswer) -> None:
    """Take one of the questions-and-answers back. Refused to others than managers and who published it."""
    require(
        seat.writes and (seat.manages or item.published_by == seat.member_id),
        _("Only a manager, or who published it, may take it back."),
    )
    lock(item)
    if item.withdrawn_at is None:
        item.withdrawn_at = clock.now()
        db.session.flush()
        index_published(seat.room, item)
        note(seat, Verb.ROOM_ANSWER_TAKEN_BACK, KIND, item.public_id, logged=True)


def published_copy(question: ExpertQuestion) -> PublishedAnswer | None:
    """Return the copy of a question that stands in the questions-and-answers."""
    return db.session.scalars(
        select(PublishedAnswer).where(
            PublishedAnswer.question_id == question.id, PublishedAnswer.withdrawn_at.is_(None)
        )
    ).one_or_none()


def _aliases(alias: str) -> tuple[str, ...]:
    """A pseudonym as it is written in each language."""
    names = []
    for language in LANGUAGES:
        with force_locale(language):
            names.append(alias_words(alias))
    return tuple(names)
