"""Topic rooms: rooms, members and their countries, resources, exchanges. Of pseudonym rooms only counts."""

from __future__ import annotations

from dataclasses import replace

from app.core.texts import lazy_gettext as _l
from app.records.indicators.base import ANYWHERE, Basis, Indicator, Unit
from app.records.indicators.words import NOT_TESTS_NOR_NAMELESS
from app.records.models import ActivityKind, Verb

ROOMS = Indicator(
    id="rooms",
    name=_l("Rooms"),
    definition=_l("Topic rooms described by the last day of the period."),
    unit=Unit.ROOMS,
    basis=Basis.DESCRIBED,
    population=_l("All rooms, hidden ones as a number."),
    exclusions=_l("Test rooms."),
    channels=ANYWHERE,
    kinds=(ActivityKind.ROOM.value,),
    by_day=True,
)
MEMBERS = replace(
    ROOMS,
    id="room_members",
    name=_l("People who joined rooms"),
    definition=_l(
        "Distinct people who joined a room in the period; not those of rooms whose members have pseudonyms."
    ),
    unit=Unit.PEOPLE,
    basis=Basis.ROOM_ACTS,
    population=_l("Members of rooms that show names."),
    exclusions=NOT_TESTS_NOR_NAMELESS,
    verbs=(Verb.JOINED.value,),
    by_day=False,
)
FAMILY = (
    ROOMS,
    MEMBERS,
    replace(
        MEMBERS,
        id="room_countries",
        name=_l("Countries in rooms"),
        definition=_l("Countries of people who joined a room in the period, at that time."),
        unit=Unit.COUNTRIES,
    ),
    replace(
        ROOMS,
        id="room_resources",
        name=_l("Resources in rooms"),
        definition=_l("Resources of rooms described by the last day of the period."),
        unit=Unit.RESOURCES,
        kinds=(ActivityKind.RESOURCE.value,),
    ),
    replace(
        MEMBERS,
        id="room_exchanges",
        name=_l("Exchanges in rooms"),
        definition=_l(
            "Posts, questions, answers and other contributions in the period, those in pseudonym rooms too."
        ),
        unit=Unit.EXCHANGES,
        exclusions=_l("Test accounts and test rooms."),
        verbs=(Verb.CONTRIBUTED.value,),
    ),
)
