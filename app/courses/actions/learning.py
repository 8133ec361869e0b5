"""Open an item, mark it as done, answer the questions of a knowledge check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Insert, insert

from app.core import clock
from app.core.database import db
from app.courses.actions import facts
from app.courses.actions.enrolling import locked
from app.courses.models import CheckAnswer, Course, Enrolment, ItemProgress
from app.courses.papers import Question
from app.courses.plan import share
from app.courses.structure import Item, Structure
from app.records.models import Verb

SEEN_AGAIN = timedelta(minutes=1)


def open_item(course: Course, enrolment: Enrolment, item: Item, *, opened: bool) -> None:
    """Remember that the person is at an item; ``opened`` says they were there before. The first ever is a fact."""
    now = clock.now()
    if not opened:
        row = {"enrolment_id": enrolment.id, "item_id": item.id, "opened_at": now}
        db.session.execute(insert(ItemProgress).values(row).on_conflict_do_nothing())
    first = enrolment.last_item is None
    if enrolment.last_item != item.id or (enrolment.last_seen_at or now) < now - SEEN_AGAIN:
        enrolment.last_item = item.id
        enrolment.last_seen_at = now
        db.session.flush()
    if first:
        facts.tell(course, enrolment, Verb.STARTED, at=now, uuid=facts.once(enrolment, "started"))


def mark_done(course: Course, structure: Structure, enrolment: Enrolment, item: Item) -> bool:
    """Mark an item as done; False when it was already. Tells the register how far the person is now."""
    now = clock.now()
    enrolment = locked(enrolment.id)
    fresh = insert(ItemProgress).values(
        enrolment_id=enrolment.id, item_id=item.id, opened_at=now, done_at=now
    )
    kept = fresh.on_conflict_do_update(
        index_elements=["enrolment_id", "item_id"],
        set_={"done_at": now},
        where=ItemProgress.done_at.is_(None),
    ).returning(ItemProgress.item_id)
    if db.session.scalar(kept) is None:
        return False
    reached = share(structure, items_done(enrolment), enrolment.completed_at is not None)
    facts.tell(
        course,
        enrolment,
        Verb.PROGRESSED,
        {"item": item.id, "progress": round(reached, 4)},
        at=now,
        uuid=facts.once(enrolment, f"progressed:{item.id}"),
    )
    return True


def items_done(enrolment: Enrolment) -> set[str]:
    """Return the ids of the items that are done."""
    return set(
        db.session.scalars(
            select(ItemProgress.item_id).where(
                ItemProgress.enrolment_id == enrolment.id, ItemProgress.done_at.is_not(None)
            )
        )
    )


def answer_check(
    course: Course,
    structure: Structure,
    enrolment: Enrolment,
    item: Item,
    question: Question,
    chosen: Sequence[str],
) -> bool:
    """Take an answer to a question of a check and return whether it is right; the check may be done by it.

    A question that was answered right, or shown, stays so: trying again for practice takes nothing back.
    """
    right = question.is_right(chosen)
    locked(enrolment.id)
    given = _answer(enrolment, item, question, chosen, right)
    changed = given.on_conflict_do_update(
        index_elements=["enrolment_id", "item_id", "question_id"],
        set_={
            "chosen": given.excluded.chosen,
            "right": given.excluded.right,
            "tries": CheckAnswer.tries + 1,
            "answered_at": given.excluded.answered_at,
        },
        where=CheckAnswer.right.is_(False) & CheckAnswer.revealed.is_(False),
    )
    db.session.execute(changed)
    _finish_check(course, structure, enrolment, item)
    return right


def reveal(
    course: Course, structure: Structure, enrolment: Enrolment, item: Item, question: Question
) -> None:
    """Show the answer of a question of a check to somebody who gives up; it counts as worked through."""
    locked(enrolment.id)
    shown = insert(CheckAnswer).values(
        enrolment_id=enrolment.id,
        item_id=item.id,
        question_id=question.id,
        chosen=[],
        right=False,
        revealed=True,
        tries=0,
        answered_at=clock.now(),
    )
    db.session.execute(
        shown.on_conflict_do_update(
            index_elements=["enrolment_id", "item_id", "question_id"],
            set_={"revealed": True},
            where=CheckAnswer.right.is_(False),
        )
    )
    _finish_check(course, structure, enrolment, item)


def _answer(
    enrolment: Enrolment, item: Item, question: Question, chosen: Sequence[str], right: bool
) -> Insert:
    return insert(CheckAnswer).values(
        enrolment_id=enrolment.id,
        item_id=item.id,
        question_id=question.id,
        chosen=list(chosen),
        right=right,
        tries=1,
        answered_at=clock.now(),
    )


def _finish_check(course: Course, structure: Structure, enrolment: Enrolment, item: Item) -> None:
    worked = set(
        db.session.scalars(
            select(CheckAnswer.question_id).where(
                CheckAnswer.enrolment_id == enrolment.id,
                CheckAnswer.item_id == item.id,
                CheckAnswer.right.is_(True) | CheckAnswer.revealed.is_(True),
            )
        )
    )
    if worked.issuperset(item.questions):
        mark_done(course, structure, enrolment, item)
