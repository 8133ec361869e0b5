"""What recordings tell the training register: each is an activity of its own, beneath that of its session."""

from __future__ import annotations

from app.core import clock
from app.records.actions import Description, describe_activity
from app.records.models import ActivityKind
from app.webinars.models.planning import Audience, Webinar
from app.webinars.models.recording import Viewers, WebinarRecording
from app.webinars.recording_policy import groups_of

SECONDS_AN_HOUR = 3600


def describe(recording: WebinarRecording, webinar: Webinar) -> None:
    """Describe a recording. It has an address where a group or everybody may come to it; else its session leads there.

    What is for invited people, for a country or for the registered only has none: others must not be offered it.
    """
    groups = groups_of(recording, webinar)
    everybody = (
        recording.viewers == Viewers.SESSION and webinar.audience == Audience.VETTED and webinar.listed
    )
    of_group = len(groups) == 1 and recording.viewers != Viewers.REGISTERED
    reachable = recording.published(clock.now()) and (everybody or of_group)
    describe_activity(
        Description(
            activity_key=recording.activity_key,
            kind=ActivityKind.RECORDING,
            slug=recording.public_id,
            titles={recording.language or next(iter(webinar.languages), "en"): recording.title},
            languages=[recording.language] if recording.language else [],
            channel=webinar.channel,
            parent_key=webinar.activity_key,
            address=address(recording) if reachable else "",
            topic=webinar.topic,
            audience=recording.viewers,
            group_id=next(iter(sorted(groups)), None),
            hours=round(recording.length / SECONDS_AN_HOUR, 2),
            starts_at=recording.started_at,
            zone=webinar.zone,
        )
    )


def address(recording: WebinarRecording) -> str:
    """Return the address of a recording's page, without host."""
    return f"/webinars/recordings/{recording.public_id}"
