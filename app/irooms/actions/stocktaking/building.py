"""A manager builds a questionnaire: the draft is changed piece by piece, then published as a version that stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import db
from app.core.refusal import require
from app.irooms.models.stocktaking import (
    Stocktaking,
    StocktakingAnswer,
    StocktakingResponse,
    StocktakingState,
    StocktakingVersion,
    Unit,
)
from app.irooms.seats import Seat
from app.irooms.stocktaking import questionnaire
from app.irooms.stocktaking.questionnaire import Kind, Question, Questionnaire, Section
from app.irooms.stocktaking_notices import tell_members
from app.irooms.stocktaking_policy import by_country_possible, may_build
from app.irooms.stocktaking_search import index_stocktaking
from app.irooms.trail import note

KIND = "room_stocktaking"
MOST_SECTIONS, MOST_QUESTIONS, MOST_OPTIONS = 30, 200, 50
FEWEST_OPTIONS = 2
Change = Callable[[Questionnaire], Questionnaire]


@dataclass(frozen=True, slots=True)
class About:
    """What a stocktaking is for, and who answers together."""

    title: str
    purpose: str
    language: str
    unit: str = Unit.PERSON
    answers_visible: bool = False


def make(seat: Seat, about: About) -> Stocktaking:
    """Begin a stocktaking, with an empty draft of its questionnaire. Refused to others than managers."""
    require(seat.manages and seat.writes, _("Only a manager may do this."))
    _check_unit(seat, about)
    row = Stocktaking(
        room_id=seat.room.id,
        created_by=seat.member_id,
        created_at=clock.now(),
        version=0,
        zone=seat.actor.zone,
        **asdict(about),
    )
    db.session.add(row)
    db.session.flush()
    content = questionnaire.to_json(Questionnaire())
    db.session.add(StocktakingVersion(stocktaking_id=row.id, number=1, content=content))
    db.session.flush()
    note(seat, Verb.ROOM_STOCKTAKING_MADE, KIND, row.public_id)
    return row


def change(seat: Seat, row: Stocktaking, about: About) -> bool:
    """Change what a stocktaking is for; False when nothing differs.

    Who answers together stays once it was opened. Answers are not shown to more people than was said when they were
    given.
    """
    lock(row)
    require(may_build(seat, row), _("Only a manager may do this."))
    _check_unit(seat, about)
    require(
        row.state == StocktakingState.DRAFT or about.unit == row.unit,
        _("Who answers together can only be changed before the stocktaking opens."),
    )
    require(
        row.answers_visible or not about.answers_visible or not _anything_answered(row),
        _("People have answered, and were told that only managers read it. This cannot be taken back."),
    )
    changed = sorted(name for name, value in asdict(about).items() if getattr(row, name) != value)
    if not changed:
        return False
    for name in changed:
        setattr(row, name, getattr(about, name))
    db.session.flush()
    index_stocktaking(seat.room, row, in_force(row))
    note(seat, Verb.ROOM_STOCKTAKING_CHANGED, KIND, row.public_id, detail={"changed": changed})
    return True


def remove(seat: Seat, row: Stocktaking) -> None:
    """Remove a stocktaking that was never opened."""
    lock(row)
    require(may_build(seat, row), _("Only a manager may do this."))
    require(row.state == StocktakingState.DRAFT, _("This was opened; it can be closed, not removed."))
    db.session.execute(delete(Stocktaking).where(Stocktaking.id == row.id))
    note(seat, Verb.ROOM_STOCKTAKING_REMOVED, KIND, row.public_id)


# ------------------------------------------------------------------------------------------------ the draft


def begin_version(seat: Seat, row: Stocktaking) -> StocktakingVersion:
    """Begin a new version as a copy of the one in force; returns the draft that is there already, if there is one."""
    lock(row)
    require(may_build(seat, row), _("Only a manager may do this."))
    found = draft_of(row)
    if found is not None:
        return found
    content = questionnaire.to_json(in_force(row))
    draft = StocktakingVersion(stocktaking_id=row.id, number=row.version + 1, content=content)
    db.session.add(draft)
    db.session.flush()
    return draft


def drop_version(seat: Seat, row: Stocktaking) -> None:
    """Drop the draft of a new version. Refused for the first one: then there would be no questionnaire."""
    lock(row)
    require(may_build(seat, row), _("Only a manager may do this."))
    require(row.version > 0, _("This is the first version. Change it, or remove the stocktaking."))
    draft = draft_of(row)
    if draft is not None:
        db.session.delete(draft)
        db.session.flush()


def edit(seat: Seat, row: Stocktaking, changed: Change) -> Questionnaire:
    """Change the draft by a function from questionnaire to questionnaire. Refused when there is no draft."""
    require(may_build(seat, row), _("Only a manager may do this."))
    lock(row)
    draft = draft_of(row)
    require(draft is not None, _("Begin a new version first; a published one never changes."))
    assert draft is not None
    content = changed(questionnaire.from_json(draft.content))
    require(len(content.sections) <= MOST_SECTIONS, _("At most %(max)d sections.", max=MOST_SECTIONS))
    require(
        sum(1 for _one in content.questions()) <= MOST_QUESTIONS,
        _("At most %(max)d questions.", max=MOST_QUESTIONS),
    )
    draft.content = questionnaire.to_json(content)
    db.session.flush()
    return content


def put_section(seat: Seat, row: Stocktaking, section: Section) -> None:
    """Put a section into the draft, in place of the one of its id; its questions stay."""

    def changed(content: Questionnaire) -> Questionnaire:
        before = content.section(section.id)
        kept = before.questions if before else ()
        return questionnaire.with_section(content, Section(section.id, section.title, section.intro, kept))

    edit(seat, row, changed)


def put_question(
    seat: Seat, row: Stocktaking, section_id: str, question: Question, *, same_meaning: bool, base: str = ""
) -> Question:
    """Put a question into a section of the draft, in place of the one of its id; returns it with the id it got.

    ``base`` is the mark of the question that was changed: refused when somebody else has changed it meanwhile.
    """
    published = in_force(row)
    put: list[Question] = []

    def changed(content: Questionnaire) -> Questionnaire:
        require(content.section(section_id) is not None, _("This section is not there any more."))
        before = content.question(question.id)
        require(
            questionnaire.mark(before) == base,
            _("Somebody else has changed this question meanwhile. Open it again."),
        )
        stood = published.question(question.id) or published.question(question.replaces)
        put.append(questionnaire.named(question, stood, same_meaning=same_meaning))
        return questionnaire.with_question(content, section_id, put[0], before=question.id)

    edit(seat, row, changed)
    return put[0]


# ------------------------------------------------------------------------------------------------ versions


def publish_version(seat: Seat, row: Stocktaking, text: str = "") -> int:
    """Publish the draft; it stands from now on. Answers to questions that ask the same are kept. Returns its number."""
    require(may_build(seat, row), _("Only a manager may do this."))
    lock(row)
    draft = draft_of(row)
    require(draft is not None, _("There is no draft to publish."))
    assert draft is not None
    content = questionnaire.from_json(draft.content)
    faults = list(faults_of(content))
    require(not faults, faults[0] if faults else "")
    draft.published_at, draft.published_by, draft.note = clock.now(), seat.member_id, text.strip()
    row.version = draft.number
    db.session.flush()
    index_stocktaking(seat.room, row, content)
    if row.state == StocktakingState.OPEN:
        tell_members(seat.room, row, "version", _who_answered(row))
    detail = {"version": draft.number}
    note(seat, Verb.ROOM_STOCKTAKING_VERSION, KIND, row.public_id, detail=detail, logged=row.version > 1)
    return draft.number


def faults_of(content: Questionnaire) -> Iterator[str]:
    """Yield what keeps a questionnaire from being published, in words."""
    if not any(content.questions()):
        yield _("Add a question first.")
    for section in content.sections:
        if not section.questions:
            yield _("The section “%(title)s” has no question.", title=section.title)
    for number, question in enumerate(content.questions(), start=1):
        if question.kind == Kind.CHOICE and len(question.options) < FEWEST_OPTIONS:
            yield _("Question %(number)d needs two answers to choose from.", number=number)


def in_force(row: Stocktaking) -> Questionnaire:
    """Return the published questionnaire that is answered now; an empty one before the first."""
    found = db.session.get(StocktakingVersion, (row.id, row.version)) if row.version else None
    return questionnaire.from_json(found.content) if found else Questionnaire()


def draft_of(row: Stocktaking) -> StocktakingVersion | None:
    """Return the draft of the next version."""
    return db.session.scalars(
        select(StocktakingVersion).where(
            StocktakingVersion.stocktaking_id == row.id, StocktakingVersion.published_at.is_(None)
        )
    ).one_or_none()


def _check_unit(seat: Seat, about: About) -> None:
    require(
        about.unit == Unit.PERSON or by_country_possible(seat.room),
        _("In a room of pseudonyms countries cannot answer together."),
    )


def _anything_answered(row: Stocktaking) -> bool:
    found = select(StocktakingResponse.id).where(StocktakingResponse.stocktaking_id == row.id).limit(1)
    return db.session.scalar(found) is not None


def _who_answered(row: Stocktaking) -> Sequence[int]:
    return db.session.scalars(
        select(StocktakingAnswer.membership_id)
        .join(StocktakingResponse, StocktakingResponse.id == StocktakingAnswer.response_id)
        .where(StocktakingResponse.stocktaking_id == row.id)
        .distinct()
    ).all()
