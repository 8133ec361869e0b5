"""The fixed words of planning, with their labels in the page's language, and what each media adapter can carry."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.records.models import ActivityKind, Channel
from app.records.topics import TOPICS as TOPICS
from app.records.topics import topic_name as topic_name
from app.webinars.models.planning import (
    Audience,
    RegistrationState,
    Roster,
    RunnerRole,
    State,
)

KINDS: Mapping[str, LazyString] = {
    ActivityKind.WEBINAR: _l("Webinar"),
    ActivityKind.WORKSHOP: _l("Workshop"),
    ActivityKind.TRAINING_EVENT: _l("Training event"),
    ActivityKind.DELIVERY: _l("Course session"),
    ActivityKind.SIMULATION: _l("Simulated exercise or mock trial"),
    ActivityKind.EXPERT_GROUP_MEETING: _l("Expert group meeting"),
    ActivityKind.ROUND_TABLE: _l("Round table"),
    ActivityKind.CONSULTATION: _l("Consultation"),
    ActivityKind.AWARENESS_EVENT: _l("Awareness event"),
    ActivityKind.NETWORK_MEETING: _l("Network meeting"),
}
CHANNELS: Mapping[str, LazyString] = {
    Channel.PLATFORM: _l("On this platform"),
    Channel.OTHER_ONLINE: _l("Online, elsewhere"),
    Channel.HYBRID: _l("In a room and on this platform"),
    Channel.IN_PERSON: _l("In person"),
}
AUDIENCES: Mapping[str, LazyString] = {
    Audience.VETTED: _l("Everybody who is approved"),
    Audience.GROUP: _l("The members of one group or room"),
    Audience.COUNTRY: _l("People of certain countries"),
    Audience.INVITATION: _l("Only those who are invited"),
}
STATES: Mapping[str, tuple[str, LazyString]] = {
    State.DRAFT: ("plain", _l("Draft")),
    State.PLANNED: ("waiting", _l("Planned")),
    State.OPEN: ("progress", _l("The room is open")),
    State.LIVE: ("progress", _l("Running now")),
    State.ENDED: ("done", _l("Held")),
    State.CANCELLED: ("danger", _l("Cancelled")),
}
"""The kind of badge and the words of each state."""
ROLES: Mapping[str, LazyString] = {
    RunnerRole.HOST: _l("Host"),
    RunnerRole.COHOST: _l("Co-host"),
    RunnerRole.SPEAKER: _l("Speaker"),
    RunnerRole.NOTETAKER: _l("Note-taker"),
}
ROLE_HINTS: Mapping[str, LazyString] = {
    RunnerRole.HOST: _l("Plans the session and runs the room."),
    RunnerRole.COHOST: _l("Plans the session, runs the room when the host cannot."),
    RunnerRole.SPEAKER: _l("Speaks, shows slides."),
    RunnerRole.NOTETAKER: _l("Writes the shared notes."),
}
STANDINGS: Mapping[str, tuple[str, LazyString]] = {
    RegistrationState.INVITED: ("attention", _l("Invited")),
    RegistrationState.REGISTERED: ("done", _l("Registered")),
    RegistrationState.WAITING: ("waiting", _l("On the waiting list")),
    RegistrationState.CANCELLED: ("plain", _l("Withdrawn")),
}
ROSTERS: Mapping[str, LazyString] = {
    Roster.ALL: _l("Everybody sees who takes part"),
    Roster.HOSTS: _l("Only those who run it see who takes part"),
    Roster.PSEUDONYM: _l("Participants appear as “Participant 4”; only those who run it see names"),
}
REMINDERS: Mapping[int, LazyString] = {
    10_080: _l("A week before"),
    1_440: _l("A day before"),
    60: _l("An hour before"),
    0: _l("When it begins"),
}
"""Minutes before the start at which people can be reminded."""
QUESTION_KINDS: Mapping[str, LazyString] = {
    "text": _l("A text"),
    "choice": _l("One of several answers"),
    "yes_no": _l("Yes or no"),
}


def kind_name(kind: str) -> str:
    """Return a kind of session in words."""
    return str(KINDS.get(kind) or kind.replace("_", " ").capitalize())


def rule_words(percent: int, answers_needed: int) -> str:
    """Return what counts as having attended, in a sentence."""
    if percent and answers_needed:
        return str(
            _(
                "At least %(percent)d %% of the minutes, and %(count)d check questions answered.",
                percent=percent,
                count=answers_needed,
            )
        )
    if answers_needed:
        return str(_("%(count)d check questions answered.", count=answers_needed))
    if percent:
        return str(_("At least %(percent)d %% of the minutes.", percent=percent))
    return str(_("Whoever was there for a minute has attended."))
