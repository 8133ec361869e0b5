"""Recording in the live room: what the snapshot tells of it, and the texts of its client."""

from __future__ import annotations

from flask_babel import gettext as _

from app.core.database import JSON
from app.webinars.actions.recording import told_by
from app.webinars.places import Place
from app.webinars.queries.recording import answer_of, answers_of, latest_with_takes
from app.webinars.recording_words import CONSENT_VERSION, CONSENT_WORDS, REFUSED_WORDS
from app.webinars.snapshot import Rows, Statement


def asked(place: Place) -> Statement:
    """Return what the snapshot asks together with others: for hosts everybody's answer, for others their own."""
    webinar_id = place.webinar.id
    return answers_of(webinar_id) if place.hosts else answer_of(webinar_id, place.me.user_id)


def part(place: Place, answered: Rows) -> JSON:
    """Return what somebody in the room is told: whether it is recorded, what they answered; hosts who agreed. One
    query."""
    recording = latest_with_takes(place.webinar)
    found: JSON = {
        "now": told_by(*recording) if recording is not None else None,
        "planned": place.webinar.recorded,
    }
    if not place.hosts:
        return found | {"consent": answered[0][0] if answered else None}
    agreed: dict[str, bool] = dict(map(tuple, answered))
    return found | {
        "agreed": sorted(person for person, yes in agreed.items() if yes),
        "consent": agreed.get(place.me.public_id),
    }


def setting(_place: Place) -> JSON:
    """Return what the client has to know from the beginning."""
    return {
        "version": CONSENT_VERSION,
        "slice": 4_000,
        "width": 1280,
        "height": 720,
        "rate": 15,
        "bits": 900_000,
    }


def recording_words() -> dict[str, str]:
    """Return the texts of the recording's part of the room."""
    return {
        "on": _("Recording"),
        "paused": _("Recording paused"),
        "started": _("This session is being recorded."),
        "pausedNow": _("The recording is paused."),
        "resumed": _("The recording goes on."),
        "stopped": _("The recording has stopped."),
        "record": _("Record"),
        "pause": _("Pause the recording"),
        "resume": _("Go on recording"),
        "stop": _("Stop the recording"),
        "stopSure": _("Stop the recording? A new one can be started afterwards."),
        "takeOver": _("Record in this browser"),
        "takeOverWhy": _("The recording runs, but no browser sends it. Go on here."),
        "sending": _("Being sent: %(count)s parts"),
        "kept": _("The line is lost. What is recorded is kept in this browser and sent later."),
        "sent": _("Everything recorded has been sent."),
        "cannot": _("This browser cannot record. Use another one, or send a film afterwards."),
        "left": _("This browser still keeps parts of a recording. They are being sent; keep this page open."),
        "consentTitle": _("May you be recorded?"),
        "consentText": str(CONSENT_WORDS),
        "consentWithout": str(REFUSED_WORDS),
        "agree": _("I agree"),
        "refuse": _("Do not record me"),
        "change": _("Change my answer about the recording"),
        "agreed": _("You agreed to be recorded."),
        "refused": _("You are not on the recorded stage."),
        "people": _("On the recorded stage: %(count)s"),
        "notRecorded": _("Not recorded"),
        "clock": _("Recorded so far: %(time)s"),
    }
