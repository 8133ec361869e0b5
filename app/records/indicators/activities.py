"""What was offered: deliveries, webinars and other activities held, courses and their languages."""

from __future__ import annotations

from dataclasses import replace

from app.core.texts import lazy_gettext as _l
from app.records.indicators.base import ANYWHERE, ONLINE, Basis, Indicator, Unit
from app.records.indicators.words import ACTIVITIES, NO_ACTIVITY_TESTS
from app.records.models import ActivityKind

DELIVERIES = Indicator(
    id="deliveries",
    name=_l("Online courses delivered"),
    definition=_l("Deliveries of online courses that began in the period."),
    unit=Unit.ACTIVITIES,
    basis=Basis.HELD,
    population=ACTIVITIES,
    exclusions=NO_ACTIVITY_TESTS,
    kinds=(ActivityKind.DELIVERY.value,),
)
WEBINARS = replace(
    DELIVERIES,
    id="webinars",
    name=_l("Webinars held"),
    definition=_l("Webinars on the platform that began in the period."),
    unit=Unit.SESSIONS,
    kinds=(ActivityKind.WEBINAR.value,),
)
_HELD = tuple(
    kind.value
    for kind in ActivityKind
    if kind
    not in {
        ActivityKind.COURSE,
        ActivityKind.WEBINAR_SERIES,
        ActivityKind.RECORDING,
        ActivityKind.RESOURCE,
        ActivityKind.ROOM,
    }
)
ALL_HELD = replace(
    DELIVERIES,
    id="activities_held",
    name=_l("Activities held"),
    definition=_l("Deliveries, sessions and events of every kind that began in the period."),
    kinds=_HELD,
    channels=ANYWHERE,
)
COURSES = replace(
    DELIVERIES,
    id="courses",
    name=_l("Self-paced courses"),
    definition=_l("Self-paced courses described by the last day of the period."),
    basis=Basis.DESCRIBED,
    kinds=(ActivityKind.COURSE.value,),
    by_day=True,
)
FAMILY = (
    DELIVERIES,
    replace(
        DELIVERIES, id="deliveries_online", name=_l("Courses delivered online in any way"), channels=ONLINE
    ),
    WEBINARS,
    replace(WEBINARS, id="webinars_online", name=_l("Webinars held online in any way"), channels=ONLINE),
    ALL_HELD,
    replace(
        ALL_HELD,
        id="training_held",
        name=_l("Training activities held"),
        definition=_l("Activities that began in the period, of kinds that counted as training then."),
        training=True,
    ),
    COURSES,
    replace(
        COURSES,
        id="course_languages",
        name=_l("Languages of self-paced courses"),
        definition=_l("Languages in which self-paced courses had an edition on the last day of the period."),
        unit=Unit.LANGUAGES,
    ),
    replace(
        DELIVERIES,
        id="courses_delivered",
        name=_l("Online courses with deliveries"),
        definition=_l("Online courses of which at least one delivery began in the period."),
        basis=Basis.PARENTS,
    ),
)
