"""What became of recordings: views and downloads."""

from __future__ import annotations

from dataclasses import replace

from app.core.texts import lazy_gettext as _l
from app.records.indicators.base import Basis, Indicator, Unit
from app.records.indicators.words import NOT_TESTS
from app.records.models import ActivityKind, Verb

USES = Indicator(
    id="recording_uses",
    name=_l("Recording uses"),
    definition=_l(
        "Views and downloads of recordings of training sessions. A view is 30 seconds or more played, once a person, "
        "recording and day."
    ),
    unit=Unit.USES,
    basis=Basis.USES,
    population=_l("Everybody who may see a recording."),
    exclusions=NOT_TESTS,
    kinds=(ActivityKind.RECORDING.value,),
)
FAMILY = (
    USES,
    replace(
        USES,
        id="recording_views",
        name=_l("Recording views"),
        definition=_l("Recordings played for 30 seconds or more, once a person, recording and day."),
        verbs=(Verb.PLAYED.value,),
    ),
    replace(
        USES,
        id="recording_downloads",
        name=_l("Recording downloads"),
        definition=_l("Downloads of recordings or their parts, each part once a person and day."),
        verbs=(Verb.DOWNLOADED.value,),
    ),
    replace(
        USES,
        id="recording_viewers",
        name=_l("People who used recordings"),
        definition=_l("Distinct people who viewed or downloaded a recording in the period."),
        unit=Unit.PEOPLE,
    ),
)
