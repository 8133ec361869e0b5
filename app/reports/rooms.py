"""iRooms: how many members from how many countries, how many resources, how much was exchanged. Counts, no names."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.records.models import Activity, ActivityKind, Fact, Verb
from app.reports.activities import ROOMS
from app.reports.columns import Column, Kind
from app.reports.conditions import keys
from app.reports.facts import PERSON, conditions, with_people
from app.reports.frame import Asked
from app.reports.policy import Scope
from app.reports.room_sessions import held
from app.reports.tables import Table, TableReport

_VERBS = (Verb.JOINED, Verb.LEFT, Verb.CONTRIBUTED, Verb.VIEWED, Verb.DOWNLOADED)
_POSTS = ("topic", "post", "reply")
_QUESTIONS = ("question", "answer")
_RESOURCE = "resource"  # the `what` of a contribution that is no exchange
_NOTHING = (0, 0, 0, 0, 0, 0, None)


class Rooms(TableReport):
    """One row for each room."""

    name = "rooms"
    title = _l("iRoom activity")
    sentence = _l(
        "For each room: members, countries, resources and what was exchanged. Of rooms of pseudonyms there are counts "
        "only, and a room that is not listed has its title for those who manage it."
    )
    filters = ("activity", "topic", "language", "tag")
    periods = (("used", _l("What happened")),)
    default_sort = "-exchanges"
    kinds = ROOMS
    all_columns = (
        Column("room", _l("Room"), Kind.COURSE),
        Column(
            "members",
            _l("Members"),
            Kind.COUNT,
            unit="people",
            definition=_l(
                "Who joined and has not left by the end of the period. In the total, a person of several rooms "
                "counts once, and pseudonyms as often as they are members."
            ),
        ),
        Column(
            "joined",
            _l("Joined"),
            Kind.COUNT,
            unit="participations",
            definition=_l("How often somebody became a member in the period."),
        ),
        Column(
            "countries",
            _l("Countries"),
            Kind.COUNT,
            unit="countries",
            definition=_l("Different countries of those who joined or did something, where they are known."),
        ),
        Column(
            "resources",
            _l("Resources"),
            Kind.COUNT,
            unit="resources",
            definition=_l("Resources in the room."),
        ),
        Column(
            "uses",
            _l("Views and downloads"),
            Kind.COUNT,
            unit="uses",
            definition=_l("Of the room's resources, once for a member, version and day."),
        ),
        Column(
            "exchanges",
            _l("Exchanges"),
            Kind.COUNT,
            unit="contributions",
            definition=_l("Posts, questions, answers, comments, suggestions, drafts and responses."),
        ),
        Column(
            "posts",
            _l("Posts"),
            Kind.COUNT,
            unit="contributions",
            definition=_l("Topics, posts and replies."),
        ),
        Column(
            "questions",
            _l("Questions and answers"),
            Kind.COUNT,
            unit="contributions",
            definition=_l("Questions to experts, and their answers."),
        ),
        Column(
            "sessions",
            _l("Sessions"),
            Kind.COUNT,
            unit="activities",
            definition=_l("Live sessions for the room's members that began in the period."),
        ),
        Column(
            "attended",
            _l("Attendances"),
            Kind.COUNT,
            unit="participations",
            definition=_l("Of these sessions: each person once a session, and the nameless."),
        ),
        Column(
            "recording_uses",
            _l("Uses of recordings"),
            Kind.COUNT,
            unit="uses",
            definition=_l("Views and downloads of recordings for the room's members."),
        ),
        Column("latest", _l("Last activity"), Kind.INSTANT),
    )
    above = ("members", "countries", "resources", "exchanges")

    def concerns(self, scope: Scope) -> bool:
        """Those who report on everything, and those who manage a room."""
        return scope.everything or scope.looks_after(self.kinds)

    def table(self, asked: Asked) -> Table:
        """Return every room asked for; six statements."""
        resources, training = _resources(asked), held(asked)
        members, in_all = _members(asked)
        found: dict[Any, Any] = {
            None if row[1] else row[0]: tuple(row[2:]) for row in _done(asked, resources)
        }
        names = [one.key for one in self.all_columns]
        number = dict.fromkeys((one.key for one in asked.activities), 0)
        for room in resources.values():
            number[room] += 1

        def row(key: Any, title: str | None, present: int, count: int) -> tuple[Any, ...]:
            joined, countries, uses, exchanges, posts, questions, latest = found.get(key, _NOTHING)
            taught = [
                counts.total() if key is None else counts[key]
                for counts in (training.sessions, training.attended, training.uses)
            ]
            done = (joined, countries, count, uses, exchanges, posts, questions)
            return (title, present, *done, *taught, latest)

        rows = {
            str(one.key): row(one.key, str(one.key), members.get(one.key, 0), number[one.key])
            for one in asked.activities
        }
        over_all = row(None, None, in_all, len(resources))
        return Table(rows, dict(zip(names, over_all, strict=True)))


def _resources(asked: Asked) -> dict[UUID, UUID]:
    """The resources of the rooms asked for, with their room."""
    statement = select(Activity.key, Activity.parent_key).where(
        Activity.kind == ActivityKind.RESOURCE,
        Activity.is_test.is_(False),
        Activity.parent_key == func.any(keys([one.key for one in asked.activities])),
    )
    return {key: room for key, room in db.session.execute(statement) if room is not None}


def _members(asked: Asked) -> tuple[dict[UUID, int], int]:
    """Who is a member at the end of the period, by room; and over all rooms, where a person of several is one.

    Of a person the last joining or leaving decides; of the nameless, joinings less leavings.
    """
    rooms = [one.key for one in asked.activities]
    within = conditions(asked, (Verb.JOINED, Verb.LEFT), rooms, whole=rooms, from_the_first=True)
    last = (
        select(Fact.activity_key, PERSON.label("person"), Fact.verb)
        .select_from(with_people())
        .where(*within, Fact.learner_key.is_not(None))
        .ext(distinct_on(Fact.activity_key, PERSON))
        .order_by(Fact.activity_key, PERSON, Fact.occurred_at.desc(), Fact.id.desc())
        .subquery()
    )
    change = case((Fact.verb == Verb.JOINED, Fact.headcount), else_=-Fact.headcount)
    nameless = (
        select(Fact.activity_key, func.sum(change).label("people"))
        .where(*within, Fact.headcount.is_not(None))
        .group_by(Fact.activity_key)
    )
    hidden = {key: max(0, int(people)) for key, people in db.session.execute(nameless)}
    present = select(
        last.c.activity_key, func.grouping(last.c.activity_key), func.count(last.c.person.distinct())
    )
    present = present.where(last.c.verb == Verb.JOINED)
    sets = func.grouping_sets(tuple_(last.c.activity_key), tuple_())
    found: dict[Any, int] = {}
    for key, is_total, people in db.session.execute(present.group_by(sets)):
        found[None if is_total else key] = people
    in_all = found.pop(None, 0) + sum(hidden.values())
    return {key: found.get(key, 0) + hidden.get(key, 0) for key in found.keys() | hidden.keys()}, in_all


def _done(asked: Asked, resources: dict[UUID, UUID]) -> list[Any]:
    """What was done in each room and with its resources, and in all (with the mark 1)."""
    rooms = [one.key for one in asked.activities]
    whole = [*rooms, *resources]
    happened = (
        select(
            func.coalesce(Activity.parent_key, Fact.activity_key).label("room"),
            Activity.key.is_not(None).label("of_resource"),
            func.coalesce(Fact.headcount, 1).label("times"),
            func.coalesce(Fact.result["what"].astext, "").label("what"),
            func.nullif(Fact.country, "").label("country"),
            Fact.verb,
            Fact.occurred_at,
        )
        .outerjoin(Activity, and_(Activity.key == Fact.activity_key, Activity.kind == ActivityKind.RESOURCE))
        .where(*conditions(asked, _VERBS, whole, whole=whole))
        .subquery("happened")
    )
    done = happened.c
    contributed = done.verb == Verb.CONTRIBUTED

    def times(condition: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.coalesce(func.sum(done.times).filter(condition), 0)

    statement = select(
        done.room,
        func.grouping(done.room),
        times(done.verb == Verb.JOINED),
        func.count(done.country.distinct()),
        times(and_(done.of_resource, done.verb.in_((Verb.VIEWED, Verb.DOWNLOADED)))),
        times(and_(contributed, done.what != _RESOURCE)),
        times(and_(contributed, done.what.in_(_POSTS))),
        times(and_(contributed, done.what.in_(_QUESTIONS))),
        func.max(done.occurred_at),
    )
    return list(db.session.execute(statement.group_by(func.grouping_sets(tuple_(done.room), tuple_()))))
