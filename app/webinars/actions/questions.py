"""What is done with questions: ask, vote, hold and publish, merge, answer live or in writing, dismiss."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.webinars import journal, touching
from app.webinars.faces import for_hosts
from app.webinars.models.planning import Roster
from app.webinars.models.room import WebinarEvent, WebinarParticipant, WebinarRoom
from app.webinars.models.talk import QuestionState, WebinarQuestion, WebinarQuestionVote
from app.webinars.moderation_trail import note_of
from app.webinars.places import Place
from app.webinars.policy import STAGE
from app.webinars.queries.questions import VOTABLE, Asked, again, public_body
from app.webinars.talk_clock import second_of
from app.webinars.talk_text import plain

KIND = "webinar_question"
LONGEST, LONGEST_ANSWER = 600, 4000
MOST_WAITING = 5
"""Questions of one person that wait for an answer at the same time."""


def answers(place: Place) -> bool:
    """Whether the person answers questions: who runs the room, and who speaks."""
    return place.inside and place.role in STAGE


# ------------------------------------------------------------------------------------------------ asking, voting


def ask(place: Place, typed: object, client_id: str, *, anonymous: bool) -> WebinarQuestion:
    """Ask a question and return it; the same ``client_id`` again returns the first. The asker's vote is in it.

    Refused without a name where the session does not allow it, and while MOST_WAITING of theirs wait.
    """
    text = plain(typed, LONGEST)
    known = db.session.scalars(
        select(WebinarQuestion).filter_by(participant_id=place.me.id, client_id=client_id)
    ).one_or_none()
    if known is not None:
        return known
    require(not anonymous or place.webinar.anonymous_questions, _("In this session questions carry a name."))
    require(_waiting(place) < MOST_WAITING, _("Wait until one of your questions has been answered."))
    held = bool(place.room and place.room.questions_held) and not place.hosts
    made = db.session.scalars(
        insert(WebinarQuestion)
        .values(
            webinar_id=place.webinar.id,
            participant_id=place.me.id,
            client_id=client_id,
            anonymous=anonymous,
            text=text,
            state=QuestionState.HELD if held else QuestionState.OPEN,
            asked_at=clock.now(),
            asked_second=second_of(place.webinar),
        )
        .on_conflict_do_nothing(index_elements=["participant_id", "client_id"])
        .returning(WebinarQuestion)
    ).one_or_none()
    if made is None:
        return ask(place, typed, client_id, anonymous=anonymous)
    db.session.add(WebinarQuestionVote(question_id=made.id, participant_id=place.me.id))
    db.session.flush()
    if anonymous:
        _note_asker(place, made)
    _tell_asked(place, made)
    return made


def _waiting(place: Place) -> int:
    counted = select(func.count()).where(
        WebinarQuestion.participant_id == place.me.id,
        WebinarQuestion.merged_into_id.is_(None),
        WebinarQuestion.state.in_([*VOTABLE, QuestionState.HELD]),
    )
    return int(db.session.scalar(counted) or 0)


def _note_asker(place: Place, question: WebinarQuestion) -> None:
    """Keep for the platform's own moderation who asked without a name: apart from the entry, and erasable."""
    record(
        None,
        Verb.WEBINAR_QUESTION_ASKED_WITHOUT_NAME,
        KIND,
        question.public_id,
        detail={"webinar": place.webinar.public_id},
        personal={"participant": place.me.public_id, "person": place.me.user_id},
        person_id=place.me.user_id,
    )


def _tell_asked(place: Place, question: WebinarQuestion) -> None:
    asked = again(Asked(question, 0, None, None, None))
    body = public_body(place.webinar, asked)
    audience = journal.HOSTS if question.state == QuestionState.HELD else journal.ALL
    journal.tell(place.webinar, "questions.asked", body, audience)
    if place.webinar.roster == Roster.HOSTS and asked.asker is not None:
        who = for_hosts(place.webinar, [asked.asker])[asked.asker.id]
        journal.tell(place.webinar, "questions.named", {"id": question.public_id, "who": who}, journal.HOSTS)
    journal.tell(
        place.webinar,
        "questions.asked",
        body | {"mine": True, "wanted": True},
        journal.to_person(place.me.public_id),
    )


def vote(place: Place, asked: Asked, *, wanted: bool) -> None:
    """Vote for a question, or take the vote back; one a person, whichever of the merged ones it was given to."""
    root = asked.question.merged_into_id or asked.question.id
    state = db.session.get_one(WebinarQuestion, root).state
    require(state in VOTABLE, _("This question can no longer be voted for."))
    if wanted:
        given = insert(WebinarQuestionVote).values(question_id=root, participant_id=place.me.id)
        db.session.execute(given.on_conflict_do_nothing())
    else:
        merged = select(WebinarQuestion.id).where(
            (WebinarQuestion.id == root) | (WebinarQuestion.merged_into_id == root)
        )
        db.session.execute(
            delete(WebinarQuestionVote)
            .where(WebinarQuestionVote.participant_id == place.me.id)
            .where(WebinarQuestionVote.question_id.in_(merged)),
            execution_options={"synchronize_session": False},
        )
    touching.touch(place.webinar, "questions")


# ------------------------------------------------------------------------------------------------ running them


def set_held(place: Place, *, holds: bool) -> None:
    """Say whether a host reads each question before it is shown."""
    room = db.session.get_one(WebinarRoom, place.webinar.id, with_for_update=True)
    room.questions_held = holds
    db.session.flush()
    note_of(place, Verb.WEBINAR_QUESTIONS_SET, "webinar", place.webinar.public_id, detail={"holds": holds})
    journal.tell(place.webinar, "questions.set", {"holds": holds})


def publish(place: Place, asked: Asked) -> None:
    """Show a held question to everybody, or bring a dismissed one back."""
    question = _locked(asked)
    if question.state in {QuestionState.HELD, QuestionState.DISMISSED}:
        held = question.state == QuestionState.HELD
        question.state = QuestionState.OPEN
        verb = Verb.WEBINAR_QUESTION_PUBLISHED if held else Verb.WEBINAR_QUESTION_BROUGHT_BACK
        note_of(place, verb, KIND, question.public_id)
        _tell_changed(place, asked)


def dismiss(place: Place, asked: Asked) -> None:
    """Take a question away: it stays with hosts and its asker, who is told. It can be brought back."""
    question = _locked(asked)
    require(question.merged_into_id is None, _("This question is part of another one. Separate it first."))
    if question.state == QuestionState.DISMISSED:
        return
    question.state = QuestionState.DISMISSED
    db.session.flush()
    _redact(place, question)
    note_of(place, Verb.WEBINAR_QUESTION_DISMISSED, KIND, question.public_id)
    journal.tell(place.webinar, "questions.gone", {"id": question.public_id})
    _tell(place, asked, journal.HOSTS)
    _tell_asker(place, asked)


def begin_answer(place: Place, asked: Asked) -> None:
    """Mark a question as the one that is being answered now; one that was before is answered by that."""
    require(answers(place), _("Only who runs the room or speaks answers."))
    question = _locked(asked)
    _askable(question)
    for other in db.session.scalars(
        select(WebinarQuestion)
        .filter_by(webinar_id=place.webinar.id, state=QuestionState.ANSWERING)
        .where(WebinarQuestion.id != question.id)
        .with_for_update()
    ):
        _mark_answered(place, other)
        _tell_changed(place, Asked(other, 0, None, None, None))
    question.state = QuestionState.ANSWERING
    question.answering_second = second_of(place.webinar)
    _tell_changed(place, asked)


def finish_answer(place: Place, asked: Asked) -> None:
    """Mark a question as answered live."""
    require(answers(place), _("Only who runs the room or speaks answers."))
    question = _locked(asked)
    _askable(question)
    _mark_answered(place, question)
    note_of(place, Verb.WEBINAR_QUESTION_ANSWERED, KIND, question.public_id)
    _tell_changed(place, asked)


def reopen(place: Place, asked: Asked) -> None:
    """Take back that a question is being or was answered; a written answer stays."""
    require(answers(place), _("Only who runs the room or speaks answers."))
    question = _locked(asked)
    _askable(question)
    question.state, question.answered_second, question.answered_at = QuestionState.OPEN, None, None
    _tell_changed(place, asked)


def write_answer(place: Place, asked: Asked, typed: object) -> None:
    """Answer a question in writing, or change the written answer."""
    require(answers(place), _("Only who runs the room or speaks answers."))
    question = _locked(asked)
    _askable(question)
    question.answer = plain(typed, LONGEST_ANSWER)
    _mark_answered(place, question)
    note_of(place, Verb.WEBINAR_QUESTION_ANSWERED, KIND, question.public_id, detail={"written": True})
    _tell_changed(place, asked)


def merge(place: Place, asked: Asked, into: Asked) -> None:
    """Answer a question together with another one; who voted for both counts once. It can be separated again."""
    question, root = _locked(asked), _locked(into)
    require(question.id != root.id, _("Choose another question to merge it with."))
    require(root.merged_into_id is None, _("That question is part of another one itself."))
    _askable(root)
    _askable(question)
    question.merged_into_id = root.id
    moved = list(
        db.session.scalars(
            update(WebinarQuestion)
            .where(WebinarQuestion.merged_into_id == question.id)
            .values(merged_into_id=root.id)
            .returning(WebinarQuestion)
        )
    )
    db.session.flush()
    note_of(place, Verb.WEBINAR_QUESTION_MERGED, KIND, question.public_id, detail={"into": root.public_id})
    for one in (asked, into, *(Asked(one, 0, None, None, None) for one in moved)):
        _tell_changed(place, one)


def separate(place: Place, asked: Asked) -> None:
    """Undo a merge."""
    question = _locked(asked)
    if question.merged_into_id is None:
        return
    root = db.session.get_one(WebinarQuestion, question.merged_into_id)
    question.merged_into_id = None
    note_of(place, Verb.WEBINAR_QUESTION_SEPARATED, KIND, question.public_id)
    _tell_changed(place, asked)
    _tell_changed(place, Asked(root, 0, None, None, None))


def _askable(question: WebinarQuestion) -> None:
    shown = question.state not in {QuestionState.HELD, QuestionState.DISMISSED}
    require(shown, _("Publish this question first."))
    require(question.merged_into_id is None, _("This question is part of another one. Separate it first."))


def _mark_answered(place: Place, question: WebinarQuestion) -> None:
    question.state = QuestionState.ANSWERED
    question.answered_by, question.answered_at = place.me.id, clock.now()
    if question.answered_second is None:
        question.answered_second = second_of(place.webinar)


def _locked(asked: Asked) -> WebinarQuestion:
    db.session.refresh(asked.question, with_for_update=True)
    return asked.question


# ------------------------------------------------------------------------------------------------ telling


def _tell_changed(place: Place, asked: Asked) -> None:
    """Tell a question as it is now to everybody, and to its asker that it is theirs."""
    db.session.flush()
    _tell(place, asked, journal.ALL)
    _tell_asker(place, asked)


def _tell(place: Place, asked: Asked, audience: str) -> None:
    journal.tell(place.webinar, "questions.changed", public_body(place.webinar, again(asked)), audience)


def _tell_asker(place: Place, asked: Asked) -> None:
    """Tell the asker, whom nobody else is told of."""
    asker = db.session.get_one(WebinarParticipant, asked.question.participant_id)
    body = public_body(place.webinar, again(asked)) | {"mine": True}
    journal.tell(place.webinar, "questions.changed", body, journal.to_person(asker.public_id))


def _redact(place: Place, question: WebinarQuestion) -> None:
    """Take a question's text out of the entries that everybody can read."""
    db.session.execute(
        update(WebinarEvent)
        .where(
            WebinarEvent.webinar_id == place.webinar.id,
            WebinarEvent.kind.startswith("questions.", autoescape=True),
            WebinarEvent.audience == journal.ALL,
            WebinarEvent.body["id"].astext == question.public_id,
        )
        .values(body={"gone": True}),
        execution_options={"synchronize_session": False},
    )
