"""What an indicator is: its words, its unit, and which rows it counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.records.models import Channel

PLATFORM = (Channel.PLATFORM.value,)
ONLINE = (Channel.PLATFORM.value, Channel.OTHER_ONLINE.value, Channel.HYBRID.value)
ANYWHERE: tuple[str, ...] = ()


class Unit(StrEnum):
    """What a figure is a number of. People are distinct; participations are person × activity."""

    PEOPLE = "people"
    PARTICIPATIONS = "participations"
    SESSIONS = "sessions"
    ACTIVITIES = "activities"
    USES = "uses"
    COUNTRIES = "countries"
    LANGUAGES = "languages"
    HOURS = "hours"
    ROOMS = "rooms"
    RESOURCES = "resources"
    EXCHANGES = "exchanges"
    CERTIFICATES = "certificates"


UNITS: dict[Unit, LazyString] = {
    Unit.PEOPLE: _l("people"),
    Unit.PARTICIPATIONS: _l("participations"),
    Unit.SESSIONS: _l("sessions"),
    Unit.ACTIVITIES: _l("activities"),
    Unit.USES: _l("uses"),
    Unit.COUNTRIES: _l("countries"),
    Unit.LANGUAGES: _l("languages"),
    Unit.HOURS: _l("hours"),
    Unit.ROOMS: _l("rooms"),
    Unit.RESOURCES: _l("resources"),
    Unit.EXCHANGES: _l("exchanges"),
    Unit.CERTIFICATES: _l("certificates"),
}


class Basis(StrEnum):
    """Which rows an indicator looks at; ``measuring`` knows how to read each."""

    STANDING = "standing"  # people approved and not closed at the end of the period
    COMPLETED = "completed"  # first completion of each activity by each person
    TOOK_PART = "took_part"  # first start, attendance or completion of each activity by each person
    REGISTERED = "registered"  # first enrolment or registration
    CERTIFIED = "certified"  # certificates issued
    ATTENDED = "attended"  # minutes attended
    USES = "uses"  # views (30 seconds or more, once a person, recording and day) and downloads of recordings
    NAMELESS = "nameless"  # headcounts of people who are not known by name
    HELD = "held"  # activities by the day on which they began
    PARENTS = "parents"  # what those activities were deliveries of
    DESCRIBED = "described"  # activities as described at the end of the period
    ROOM_ACTS = "room_acts"  # what people did in rooms and their resources
    FEEDBACK = "feedback"  # answers to feedback forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One figure, defined once. ``by_day`` says that it is stated by a day: the start of a period has no meaning.

    ``kinds`` and ``channels`` limit the activities (empty: any), ``verbs`` the facts within the basis (empty: all of
    it); ``training`` keeps activities of kinds that counted as training when it happened.
    """

    id: str
    name: LazyString
    definition: LazyString
    unit: Unit
    basis: Basis
    population: LazyString
    exclusions: LazyString
    version: int = 1
    channels: tuple[str, ...] = PLATFORM
    kinds: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    training: bool = False
    by_day: bool = False
