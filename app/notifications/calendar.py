"""What is when: features provide entries, everybody sees those whose scope they hold at that moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.core.access import Actor
from app.core.scopes import held_among


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Something with a time: an event from ``start`` to ``end``, or a deadline (``end`` None).

    ``uid`` never changes and is the feature's own (``deadline-<public id>``); ``sequence`` grows with each change of
    what calendars show, and ``changed`` says when the last one was. Times are aware; ``zone`` is the IANA zone that
    the event is held in. ``url`` is a path of ours. ``scope`` is what one must hold to see it. ``discreet`` is what the
    feed says instead of ``summary`` where the place must not be named outside the platform; ``location`` (where people
    meet) and ``details`` (what to know) are then left out too. ValueError: a naive time.
    """

    uid: str
    start: datetime
    end: datetime | None
    zone: str
    summary: str
    url: str
    scope: str
    sequence: int = 0
    cancelled: bool = False
    discreet: str = ""
    changed: datetime | None = None
    location: str = ""
    details: str = ""

    def __post_init__(self) -> None:
        for moment in (self.start, self.end, self.changed):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("an entry takes aware times only")
        ZoneInfo(self.zone)

    @property
    def last(self) -> datetime:
        """The end, or the start of what has none."""
        return self.end or self.start


EntriesOf = Callable[[Actor], Iterable[CalendarEntry]]
EntriesOfGroups = Callable[[Collection[int], datetime], Iterable[tuple[int, CalendarEntry]]]
_providers: dict[str, EntriesOf] = {}
_of_groups: dict[str, EntriesOfGroups] = {}


def provide(feature: str, entries_of: EntriesOf) -> None:
    """Let ``feature`` name entries for an actor, past ones of the last year too; asking again replaces the provider.

    It need not check rights: what the actor's scopes do not hold is left out here.
    """
    _providers[feature] = entries_of


def provide_for_groups(feature: str, entries_of: EntriesOfGroups) -> None:
    """Let ``feature`` name what is for a group's members; asking again replaces the provider.

    ``entries_of(group_ids, since)`` yields (group, entry) for what ends at or after ``since``, in one query. Who keeps
    a group (a room) shows it in the group's calendar, under its own scope.
    """
    _of_groups[feature] = entries_of


def entries(actor: Actor) -> list[CalendarEntry]:
    """Return every entry that the actor may see now, by time; one that several features name, once.

    Only features whose scopes the entries carry are asked what the actor holds.
    """
    named = [entry for entries_of in _providers.values() for entry in entries_of(actor)]
    held = held_among(actor, {entry.scope for entry in named})
    found: dict[str, CalendarEntry] = {}
    for entry in named:
        if entry.scope in held:
            found.setdefault(entry.uid, entry)
    return sorted(found.values(), key=lambda one: (one.start, one.uid))


def entries_for_groups(group_ids: Collection[int], since: datetime) -> Iterator[tuple[int, CalendarEntry]]:
    """Yield (group, entry) of what features have for groups' members and ends at or after ``since``."""
    for entries_of in _of_groups.values() if group_ids else ():
        yield from entries_of(group_ids, since)
