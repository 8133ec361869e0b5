"""What the asker does: ask, say more, say whether it helped, ask on, take the question back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import uuid5

from flask_babel import gettext as _

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms.actions.questions import due, routing
from app.irooms.models import RoomMembership
from app.irooms.models.questions import EntryKind, ExpertQuestion, QuestionEntry, QuestionState
from app.irooms.questions_notices import tell_experts
from app.irooms.questions_policy import may_ask, may_rate, may_reply, may_withdraw
from app.irooms.questions_search import index_question
from app.irooms.register import tell
from app.irooms.seats import Seat
from app.irooms.trail import note
from app.notifications.actions import retract
from app.records.models import Verb as Fact

KIND = "room_question"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: ``country`` (ISO 3166) and ``legal_system`` are what it is about, empty for none in particular."""

    title: str
    text: str
    topic: str
    language: str
    country: str = ""
    legal_system: str = ""
    private: bool = False


def ask(seat: Seat, asked: Asked) -> ExpertQuestion:
    """Put a question to the experts of the room; the clock starts. Refused to who does not write in the room."""
    require(may_ask(seat), _("You may not ask questions in this room."))
    assert seat.member is not None
    now = clock.now()
    question = ExpertQuestion(
        room_id=seat.room.id,
        membership_id=seat.member.id,
        asked_at=now,
        changed_at=now,
        half_at=now,
        due_at=now,
        **asdict(asked),
    )
    due.start(question)
    db.session.add(question)
    db.session.flush()
    chosen = routing.route(question)
    index_question(seat.room, question)
    tell_experts(seat.room, question, "asked", [one.id for one in chosen])
    fact = uuid5(seat.room.activity_key, f"question {question.public_id}")
    tell(seat.room, seat.member, Fact.CONTRIBUTED, {"what": "question"}, uuid=fact)
    detail = {"topic": asked.topic, "private": asked.private, "to_all": question.routed_to_all}
    note(seat, Verb.ROOM_QUESTION_ASKED, KIND, question.public_id, detail=detail)
    return question


def reply(seat: Seat, question: ExpertQuestion, text: str, *, private: bool) -> QuestionEntry:
    """Say more about one's question while it has no answer; where an expert asked back, the clock goes on."""
    lock(question)
    require(may_reply(seat, question), _("This question does not wait for a reply from you."))
    if question.state == QuestionState.CLARIFYING:
        due.resume(question)
        question.state = QuestionState.TAKEN
    entry = add_entry(seat, question, EntryKind.REPLY, text, private=private)
    tell_experts(seat.room, question, "reply", _concerned(question))
    note(seat, Verb.ROOM_QUESTION_REPLIED, KIND, question.public_id)
    return entry


def mark_helpful(seat: Seat, question: ExpertQuestion) -> None:
    """Say that the answer helped."""
    lock(question)
    require(may_rate(seat, question), _("There is no answer to your question to judge."))
    if question.helpful is not True:
        question.helpful = True
        note(seat, Verb.ROOM_QUESTION_RATED, KIND, question.public_id)


def ask_on(seat: Seat, question: ExpertQuestion, text: str, *, private: bool) -> QuestionEntry:
    """Ask on after an answer: the question is open again and the clock starts anew."""
    lock(question)
    require(may_rate(seat, question), _("There is no answer to your question to judge."))
    reopen_clock(question)
    question.helpful = False
    entry = add_entry(seat, question, EntryKind.FOLLOW_UP, text, private=private)
    tell_experts(seat.room, question, "follow_up", _concerned(question))
    note(seat, Verb.ROOM_QUESTION_ASKED_ON, KIND, question.public_id)
    return entry


def withdraw(seat: Seat, question: ExpertQuestion) -> None:
    """Take one's question back: from now on nobody else reads it. A published copy, without the asker, stays."""
    lock(question)
    require(may_withdraw(seat, question), _("This question was withdrawn already."))
    question.state, question.paused_at = QuestionState.WITHDRAWN, None
    question.withdrawn_at = question.changed_at = clock.now()
    db.session.flush()
    index_question(seat.room, question)
    retract(question.public_id, but=[seat.actor.user_id or 0])
    note(seat, Verb.ROOM_QUESTION_WITHDRAWN, KIND, question.public_id)


def add_entry(
    seat: Seat, question: ExpertQuestion, kind: EntryKind, text: str, *, private: bool
) -> QuestionEntry:
    """Keep what was said about a question, which the caller has locked; about a private one all is private."""
    entry = QuestionEntry(
        question_id=question.id,
        membership_id=seat.member_id,
        kind=kind,
        text=text.strip(),
        private=private or question.private,
        created_at=clock.now(),
    )
    db.session.add(entry)
    question.changed_at = clock.now()
    db.session.flush()
    index_question(seat.room, question)
    return entry


def reopen_clock(question: ExpertQuestion) -> None:
    """Let an answered question wait again: for the expert who answered if they are still one, else for all asked."""
    expert = db.session.get(RoomMembership, question.expert_id) if question.expert_id else None
    still_there = expert is not None and can_answer(expert)
    question.expert_id = question.expert_id if still_there else None
    question.state = QuestionState.TAKEN if still_there else QuestionState.WAITING
    due.start(question)


def can_answer(member: RoomMembership) -> bool:
    """Whether a membership holds now and answers questions."""
    ended = member.left_at is not None or (member.ends_at is not None and member.ends_at <= clock.now())
    return not ended and member.role in routing.ANSWERING


def _concerned(question: ExpertQuestion) -> list[int]:
    """Who waits for the asker's word: the expert who has the question, else all who were asked."""
    return [question.expert_id] if question.expert_id else list(routing.still_asked(question))
