"""Answering, asking, choosing what is asked, forgetting a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, UUID, uuid5

from flask_babel import gettext as _
from sqlalchemy import delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.accounts.group_rules import rules_for
from app.accounts.models import User
from app.audit import actions as audit
from app.audit.verbs import Verb as AuditVerb
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.ids import public_id
from app.core.refusal import require
from app.feedback.models import (
    FeedbackAnswer,
    FeedbackInvitation,
    FeedbackQuestion,
    FeedbackSetting,
    FeedbackVersion,
    FollowUpRefusal,
    Part,
    part_of,
)
from app.feedback.queries import LEAST, own_questions, present
from app.feedback.questions import OWN, written
from app.records import actions as records
from app.records.actions import FactDraft
from app.records.models import Activity, Verb

MOST_OWN = 8
"""Own questions of one questionnaire: a longer form is not answered."""
_PLAIN = {"synchronize_session": False}
_NOTHING: JSON = {"points": {}, "words": {}, "quotable": False}
_NAMESPACE = uuid5(NAMESPACE_URL, "feedback given")


@dataclass(frozen=True, slots=True)
class Content:
    """What somebody says: points (1 to 5) and words by question, and whether the words may be quoted, nameless."""

    points: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    quotable: bool = False


# ------------------------------------------------------------------------------------------------ answering


def give(person: User, activity: Activity, stage: int, said: Content, language: str) -> bool:
    """Keep what a person says at a stage, in place of what they said before; whether it is their first answer.

    ``language`` is that of the form. The caller has asked whether they are asked and the form is open.
    """
    now = clock.now()
    words = {key: text.strip() for key, text in said.words.items() if text.strip()}
    content: JSON = {"points": dict(said.points), "words": words, "quotable": said.quotable}
    values = content | {
        "version_id": version_of(activity, part_of(stage)),
        "language": language,
        "changed_at": now,
    }
    key = {"activity_key": activity.key, "stage": stage, "user_id": person.id}
    statement = insert(FeedbackAnswer).values(key | values | {"given_at": now, "counts": not person.is_test})
    made = db.session.scalar(statement.on_conflict_do_nothing().returning(FeedbackAnswer.id))
    if made is None:
        differs = FeedbackAnswer.shown.is_distinct_from(literal(content, JSONB))
        changed = update(FeedbackAnswer).filter_by(**key).values(values | {"pending": differs})
        db.session.execute(changed, execution_options=_PLAIN)
    _show(activity.key, stage)
    if made is not None:
        note_given(person, activity, stage, language)
    return made is not None


def _show(activity_key: UUID, stage: int) -> None:
    """Let the results move where at least five answers are new or changed, all of them at once.

    A question of the activity's own need not be answered: what is said to it moves where five say something new to it.
    The rows are locked first: of two who answer at once the second finds the first's already shown.
    """
    here = (FeedbackAnswer.activity_key == activity_key, FeedbackAnswer.stage == stage)
    waiting = select(FeedbackAnswer).where(*here, FeedbackAnswer.pending, FeedbackAnswer.counts)
    found = db.session.scalars(
        waiting.order_by(FeedbackAnswer.id).with_for_update(), execution_options={"populate_existing": True}
    ).all()
    new = [one for one in found if one.shown is None or _asked_of_all(one.shown) != _asked_of_all(_said(one))]
    enough = len(new) >= LEAST
    moving = [one for one in found if enough or one.shown is not None]
    changed = Counter(key for one in moving for key in _own_changed(one))
    keys = {key for key, number in changed.items() if number >= LEAST}
    for one in moving:
        now, before = _said(one), one.shown or _NOTHING
        asked_of_all = _asked_of_all(now if enough else before)
        own = {key: point for key, point in before["points"].items() if _is_own(key) and key not in keys}
        own |= {key: point for key, point in now["points"].items() if key in keys}
        one.shown = asked_of_all | {"points": asked_of_all["points"] | own}
        one.pending = one.shown != now
    db.session.flush()


def _said(answer: FeedbackAnswer) -> JSON:
    return {"points": answer.points, "words": answer.words, "quotable": answer.quotable}


def _asked_of_all(content: JSON) -> JSON:
    """What is said, but for the points to questions of the activity's own."""
    points = {key: point for key, point in content["points"].items() if not _is_own(key)}
    return {"points": points, "words": content["words"], "quotable": content["quotable"]}


def _own_changed(answer: FeedbackAnswer) -> set[str]:
    """The questions of the activity's own to which the points are others than those that are shown."""
    shown = (answer.shown or _NOTHING)["points"]
    keys = {key for key in {*shown, *answer.points} if _is_own(key)}
    return {key for key in keys if shown.get(key) != answer.points.get(key)}


def _is_own(key: str) -> bool:
    return key.startswith(OWN)


def note_given(person: User, activity: Activity, stage: int, language: str) -> None:
    """Tell the register that feedback was given, and nothing of what it says; a repeat changes nothing."""
    result = {"stage": stage}
    if not rules_for(activity.group_id).named:
        records.append(
            FactDraft(verb=Verb.FEEDBACK_GIVEN, activity_key=activity.key, headcount=1, result=result)
        )
        return
    records.append(
        FactDraft(
            verb=Verb.FEEDBACK_GIVEN,
            activity_key=activity.key,
            user_id=person.id,
            result=result,
            language=language,
            uuid=uuid5(_NAMESPACE, f"{activity.key}:{stage}:{person.public_id}"),
        )
    )


def version_of(activity: Activity, part: Part) -> int:
    """Return the id of the version that is asked now; a questionnaire that was never answered so becomes one."""
    questions = written(present(activity, part))
    newest = _newest(activity.key, part)
    if newest is not None and newest.questions == questions:
        return newest.id
    row = {
        "activity_key": activity.key,
        "part": part.value,
        "number": (newest.number if newest else 0) + 1,
        "questions": questions,
        "made_at": clock.now(),
    }
    made: int | None = db.session.scalar(
        insert(FeedbackVersion).values(row).on_conflict_do_nothing().returning(FeedbackVersion.id)
    )
    if made is not None:
        return made
    other = _newest(activity.key, part)  # somebody else's first answer made it meanwhile
    assert other is not None
    return other.id


def _newest(activity_key: UUID, part: Part) -> FeedbackVersion | None:
    found = select(FeedbackVersion).where(
        FeedbackVersion.activity_key == activity_key, FeedbackVersion.part == part
    )
    return db.session.scalar(found.order_by(FeedbackVersion.number.desc()).limit(1))


# ------------------------------------------------------------------------------------------------ asking


def claim(stage: int, people: Sequence[tuple[UUID, UUID, int]]) -> set[tuple[UUID, int]]:
    """Note that people are asked at a stage, given as (activity, learner, account); return who was not before.

    What is returned is (activity, account). A second run of whatever asks finds nobody left.
    """
    if not people:
        return set()
    now = clock.now()
    rows = [
        {
            "public_id": public_id(),
            "activity_key": key,
            "stage": stage,
            "learner_key": learner,
            "user_id": user_id,
            "sent_at": now,
        }
        for key, learner, user_id in people
    ]
    made = (
        insert(FeedbackInvitation)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(FeedbackInvitation.activity_key, FeedbackInvitation.user_id)
    )
    return {(key, user_id) for key, user_id in db.session.execute(made) if user_id is not None}


def want_follow_ups(user_id: int, *, wanted: bool) -> None:
    """Let somebody be asked again months later, or not any more."""
    if wanted:
        gone = delete(FollowUpRefusal).where(FollowUpRefusal.user_id == user_id)
        db.session.execute(gone, execution_options=_PLAIN)
        return
    kept = insert(FollowUpRefusal).values(user_id=user_id, since=clock.now())
    db.session.execute(kept.on_conflict_do_nothing())


# ------------------------------------------------------------------------------------------------ choosing


def choose(actor: Actor, activity: Activity, *, asked: bool, follow_ups: bool | None, open_days: int) -> None:
    """Choose whether an activity is asked about at its end, for how long, and months later (None: by its kind)."""
    values = {
        "asked": asked,
        "follow_ups": follow_ups,
        "open_days": open_days,
        "changed_at": clock.now(),
        "changed_by": actor.user_id,
    }
    kept = insert(FeedbackSetting).values(activity_key=activity.key, **values)
    db.session.execute(kept.on_conflict_do_update(index_elements=["activity_key"], set_=values))
    detail: JSON = {"asked": asked, "follow_ups": follow_ups, "open_days": open_days}
    audit.record(actor, AuditVerb.FEEDBACK_CHOSEN, "activity", str(activity.key), detail=detail)


def add_question(
    actor: Actor, activity: Activity, part: Part, kind: str, texts: Mapping[str, str]
) -> FeedbackQuestion:
    """Add an own question. ``texts`` are its words by language. Raises Refused for none, and for too many questions."""
    given = {language: text.strip() for language, text in texts.items() if text.strip()}
    require(bool(given), _("Write the question in at least one language."))
    require(
        len(own_questions(activity.key, part)) < MOST_OWN,
        _("There are %(most)s questions of your own already. Remove one first.", most=MOST_OWN),
    )
    made = FeedbackQuestion(
        activity_key=activity.key,
        part=part.value,
        kind=kind,
        texts=given,
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    db.session.add(made)
    db.session.flush()
    _note(actor, AuditVerb.FEEDBACK_QUESTION_ADDED, made)
    return made


def remove_question(actor: Actor, question: FeedbackQuestion) -> None:
    """Ask a question no more. What was answered to it stays in the results."""
    if question.removed_at is not None:
        return
    question.removed_at = clock.now()
    db.session.flush()
    _note(actor, AuditVerb.FEEDBACK_QUESTION_REMOVED, question)


def _note(actor: Actor, verb: AuditVerb, question: FeedbackQuestion) -> None:
    detail = {"question": question.public_id, "part": question.part}
    audit.record(actor, verb, "activity", str(question.activity_key), detail=detail)


# ------------------------------------------------------------------------------------------------ forgetting


def erase_person(user_id: int, learner_keys: Collection[UUID] = ()) -> int:
    """Erase what leads to a person: their words, those in results too, and who they are; returns how many answers.

    Their points stay, as one of many nameless ones, and that somebody was asked stays, for the response rate. Results
    move by nothing else. ``learner_keys`` are keys that were theirs, where their account's link is cut already.
    """
    nothing = func.jsonb_build_object()
    told = func.jsonb_build_object("words", nothing, "quotable", False)
    emptied = (
        update(FeedbackAnswer)
        .where(FeedbackAnswer.user_id == user_id)
        .values(
            user_id=None,
            words=nothing,
            quotable=False,
            language="",
            shown=FeedbackAnswer.shown.op("||")(told),
        )
        .returning(FeedbackAnswer.id)
    )
    count = len(db.session.scalars(emptied, execution_options=_PLAIN).all())
    theirs = or_(
        FeedbackInvitation.user_id == user_id, FeedbackInvitation.learner_key.in_(list(learner_keys))
    )
    cut = update(FeedbackInvitation).where(theirs).values(user_id=None, learner_key=None)
    db.session.execute(cut, execution_options=_PLAIN)
    db.session.execute(
        delete(FollowUpRefusal).where(FollowUpRefusal.user_id == user_id), execution_options=_PLAIN
    )
    return count
