"""iRooms: how many members from how many countries, how many resources, how much was exchanged. Counts, no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, SQLColumnExpression, Text, and_, case, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.records.models import Activity, ActivityKind, Fact, Verb
from app.reports.activities import ROOMS, Known
from app.reports.activity_groups import ACTIVITY_DIMENSIONS, ActivityDimension, groups_of, shown_groups
from app.reports.columns import Column, Kind
from app.reports.conditions import keys
from app.reports.facts import PERSON, conditions, with_people
from app.reports.frame import Asked
from app.reports.policy import Scope
from app.reports.room_sessions import Held, held
from app.reports.tables import Group, Table, TableReport, by_group, group_key

_VERBS = (Verb.JOINED, Verb.LEFT, Verb.CONTRIBUTED, Verb.VIEWED, Verb.DOWNLOADED)
_POSTS = ("topic", "post", "reply")
_QUESTIONS = ("question", "answer")
_RESOURCE = "resource"  # the `what` of a contribution that is no exchange
_NOTHING = (0, 0, 0, 0, 0, 0, None)
By = Callable[[SQLColumnExpression[Any]], list[SQLColumnExpression[Any]]]
"""From the key of a room in SQL to what counts are grouped by."""


def _listing(asked: Asked) -> Callable[[Known], str]:
    return lambda one: (
        "listed" if one.address else "not_listed"
    )  # the register has an address of listed rooms only


def _listings(asked: Asked) -> Mapping[str, str]:
    return {"listed": _("Listed for everybody"), "not_listed": _("Not listed")}


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

    dimensions: ClassVar[Mapping[str, ActivityDimension]] = {
        "topic": ACTIVITY_DIMENSIONS["topic"],
        "listing": ActivityDimension("listing", _l("Listing"), Kind.WORDS, _listing, _listings),
    }
    group_columns = (
        Column(
            "rooms",
            _l("Rooms"),
            Kind.COUNT,
            unit="activities",
            definition=_l("Different rooms, those where nothing happened included."),
        ),
        *all_columns[1:],
    )

    def table(self, asked: Asked) -> Table:
        """Return every room asked for, or groups of them; six statements."""
        if not asked.grouping:
            group_of: dict[UUID, Group] = {one.key: (str(one.key),) for one in asked.activities}
            counts = self._counts(asked, group_of, lambda room: [cast(room, Text)])
            rows = {key: (key, *counts.row((key,))) for (key,) in group_of.values()}
            return Table({str(key): row for key, row in rows.items()}, self._over_all(counts, len(rows)))
        dimensions = [self.dimensions[key] for key in asked.grouping]
        group_of = groups_of(asked, dimensions)
        counts = self._counts(asked, group_of, lambda room: [one.value(asked, room) for one in dimensions])
        shown, rooms = shown_groups(asked, dimensions), Counter(group_of.values())
        groups = {group_key(one): (*shown(one), number, *counts.row(one)) for one, number in rooms.items()}
        return Table(groups, self._over_all(counts, rooms.total()))

    def _counts(self, asked: Asked, group_of: Mapping[UUID, Group], by: By) -> _Counts:
        resources = _resources(asked)
        members, in_all = _members(asked, by)
        done, done_in_all = by_group(_done(asked, resources, by), len(next(iter(group_of.values()), ("",))))
        kept = Counter(group_of[room] for room in resources.values())
        return _Counts(members, in_all, done, done_in_all or _NOTHING, kept, held(asked, group_of))

    def _over_all(self, counts: _Counts, rooms: int) -> dict[str, Any]:
        names = [one.key for one in self.all_columns[1:]]
        return dict(zip(names, counts.row(None), strict=True)) | {"rooms": rooms}


@dataclass(frozen=True, slots=True)
class _Counts:
    """What is counted by group of rooms, and over all of them."""

    members: Mapping[Group, int]
    members_in_all: int
    done: Mapping[Group, Sequence[Any]]
    done_in_all: Sequence[Any]
    resources: Counter[Group]
    held: Held

    def row(self, group: Group | None) -> tuple[Any, ...]:
        """Return the counts of a group in the order of the columns, those over all for None."""
        present, kept, done = self.members_in_all, self.resources.total(), self.done_in_all
        taught = [one.total() for one in (self.held.sessions, self.held.attended, self.held.uses)]
        if group is not None:
            present, kept = self.members.get(group, 0), self.resources[group]
            done = self.done.get(group, _NOTHING)
            taught = [one[group] for one in (self.held.sessions, self.held.attended, self.held.uses)]
        joined, countries, uses, exchanges, posts, questions, latest = done
        return (present, joined, countries, kept, uses, exchanges, posts, questions, *taught, latest)


def _resources(asked: Asked) -> dict[UUID, UUID]:
    """The resources of the rooms asked for, with their room."""
    statement = select(Activity.key, Activity.parent_key).where(
        Activity.kind == ActivityKind.RESOURCE,
        Activity.is_test.is_(False),
        Activity.parent_key == func.any(keys([one.key for one in asked.activities])),
    )
    return {key: room for key, room in db.session.execute(statement) if room is not None}


def _members(asked: Asked, by: By) -> tuple[dict[Group, int], int]:
    """Who is a member at the end of the period, by group; and over all rooms. A person of several rooms is one.

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
    of_room = by(Fact.activity_key)
    nameless = (
        select(*of_room, func.sum(change).label("people"))
        .where(*within, Fact.headcount.is_not(None))
        .group_by(*of_room, Fact.activity_key)
    )
    hidden = Counter[Group]()
    for *group, people in db.session.execute(nameless):
        hidden[tuple(group)] += max(0, int(people))
    groups = by(last.c.activity_key)
    present = select(*groups, func.grouping(*groups), func.count(last.c.person.distinct()))
    present = present.where(last.c.verb == Verb.JOINED)
    sets = func.grouping_sets(tuple_(*groups), tuple_())
    named, in_all = by_group(db.session.execute(present.group_by(sets)).all(), len(groups))
    people_of = {group: named.get(group, (0,))[0] + hidden[group] for group in named.keys() | hidden.keys()}
    return people_of, (in_all[0] if in_all else 0) + hidden.total()


def _done(asked: Asked, resources: dict[UUID, UUID], by: By) -> Sequence[Any]:
    """What was done in each group of rooms and with their resources, and in all (with a mark that is not 0)."""
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

    groups = by(done.room)
    statement = select(
        *groups,
        func.grouping(*groups),
        times(done.verb == Verb.JOINED),
        func.count(done.country.distinct()),
        times(and_(done.of_resource, done.verb.in_((Verb.VIEWED, Verb.DOWNLOADED)))),
        times(and_(contributed, done.what != _RESOURCE)),
        times(and_(contributed, done.what.in_(_POSTS))),
        times(and_(contributed, done.what.in_(_QUESTIONS))),
        func.max(done.occurred_at),
    )
    return db.session.execute(statement.group_by(func.grouping_sets(tuple_(*groups), tuple_()))).all()
