"""Training: who was trained, who took part, who completed, who was certified, and how long they attended."""

from __future__ import annotations

from dataclasses import replace

from app.core.texts import lazy_gettext as _l
from app.records.indicators.base import ANYWHERE, ONLINE, Basis, Indicator, Unit
from app.records.indicators.words import NOT_TESTS_NOR_NAMELESS, PARTICIPANTS
from app.records.models import ActivityKind

TRAINED = Indicator(
    id="trained",
    name=_l("People trained on the platform"),
    definition=_l(
        "Distinct people who completed, in the period, at least one activity of a kind that counts as training, "
        "self-paced courses included. Each person counts once, however many activities they completed."
    ),
    unit=Unit.PEOPLE,
    basis=Basis.COMPLETED,
    population=PARTICIPANTS,
    exclusions=NOT_TESTS_NOR_NAMELESS,
    training=True,
)
COMPLETED = replace(
    TRAINED,
    id="completed",
    name=_l("People who completed"),
    definition=_l("Distinct people who completed an activity of any kind in the period."),
    training=False,
)
PARTICIPANTS_OF_ANY = replace(
    COMPLETED,
    id="participants",
    name=_l("Participants"),
    definition=_l(
        "Distinct people who started, attended or completed an activity, counted in the period when they first did."
    ),
    basis=Basis.TOOK_PART,
)
DELIVERY_PARTICIPANTS = replace(
    PARTICIPANTS_OF_ANY,
    id="delivery_participants",
    name=_l("Participants of online courses"),
    definition=_l(
        "Distinct people who took part in a delivery of an online course in the period, completed or not."
    ),
    kinds=(ActivityKind.DELIVERY.value,),
)
PARTICIPATIONS = replace(
    PARTICIPANTS_OF_ANY,
    id="participations",
    name=_l("Participations"),
    definition=_l(
        "People in activities, one for each person and activity. It is no number of different people."
    ),
    unit=Unit.PARTICIPATIONS,
)
CERTIFIED = replace(
    COMPLETED,
    id="certified",
    name=_l("People certified"),
    definition=_l("Distinct people to whom a certificate was issued in the period."),
    basis=Basis.CERTIFIED,
    channels=ANYWHERE,
)


def _countries(identity: str, of: Indicator) -> Indicator:
    return replace(
        of,
        id=identity,
        name=_l("Countries: %(people)s", people=of.name),
        definition=_l(
            "Countries, at the time of the activity, of the people counted as: %(people)s.", people=of.name
        ),
        unit=Unit.COUNTRIES,
    )


FAMILY = (
    TRAINED,
    replace(TRAINED, id="trained_online", name=_l("People trained online"), channels=ONLINE),
    replace(TRAINED, id="trained_anywhere", name=_l("People trained in any way"), channels=ANYWHERE),
    _countries("trained_countries", TRAINED),
    COMPLETED,
    _countries("completed_countries", COMPLETED),
    replace(
        COMPLETED,
        id="completions",
        name=_l("Completions"),
        definition=_l(
            "Activities completed, one for each person and activity. Who completed several counts several times."
        ),
        unit=Unit.PARTICIPATIONS,
    ),
    PARTICIPANTS_OF_ANY,
    _countries("participant_countries", PARTICIPANTS_OF_ANY),
    replace(PARTICIPANTS_OF_ANY, id="participants_online", name=_l("Participants online"), channels=ONLINE),
    PARTICIPATIONS,
    replace(PARTICIPATIONS, id="participations_online", name=_l("Participations online"), channels=ONLINE),
    replace(
        PARTICIPATIONS, id="participations_anywhere", name=_l("Participations in any way"), channels=ANYWHERE
    ),
    DELIVERY_PARTICIPANTS,
    _countries("delivery_countries", DELIVERY_PARTICIPANTS),
    CERTIFIED,
    replace(
        CERTIFIED,
        id="certificates",
        name=_l("Certificates issued"),
        definition=_l("Certificates issued in the period, one for each person and activity."),
        unit=Unit.CERTIFICATES,
    ),
    replace(
        PARTICIPATIONS,
        id="attended_hours",
        name=_l("Hours attended"),
        definition=_l("Hours for which people were present in sessions of the period, reconnections merged."),
        unit=Unit.HOURS,
        basis=Basis.ATTENDED,
        channels=ANYWHERE,
    ),
    replace(
        PARTICIPATIONS,
        id="nameless_participants",
        name=_l("Participants known by a headcount only"),
        definition=_l(
            "People counted at events without a list of names. No number of distinct people holds them."
        ),
        basis=Basis.NAMELESS,
        population=_l("Events recorded with a headcount."),
        exclusions=_l("Test activities."),
        channels=ANYWHERE,
    ),
)
