"""What is said of recordings: where one stands, what went wrong, to whom it is published, what consent is asked."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.webinars.models.recording import Part, RecordingState, Viewers

CONSENT_VERSION = 1
"""The number of the words below. Whoever changes their meaning adds one: everybody is asked anew."""
CONSENT_WORDS = _l(
    "The stage of this session is recorded: what speakers say and show, their names, slides and screens. The recording "
    "is kept for those it is published to, until the date its page states. Chat and questions are not part of the film."
)
REFUSED_WORDS = _l(
    "Without your consent you take part in everything else; you are just not on the recorded stage."
)

STATE_WORDS: Mapping[RecordingState, LazyString] = {
    RecordingState.RECORDING: _l("Recording"),
    RecordingState.PAUSED: _l("Recording paused"),
    RecordingState.STOPPED: _l("Waiting for its last parts"),
    RecordingState.MAKING: _l("Being made"),
    RecordingState.READY: _l("Ready"),
    RecordingState.FAILED: _l("Could not be made"),
}
VIEWER_WORDS: Mapping[Viewers, LazyString] = {
    Viewers.SESSION: _l("Everybody the session is for"),
    Viewers.REGISTERED: _l("Those who were registered"),
    Viewers.GROUP: _l("The members of a group or room"),
}
PART_WORDS: Mapping[Part, LazyString] = {
    Part.FILM: _l("Video"),
    Part.SMALL: _l("Small video"),
    Part.SOUND: _l("Sound only"),
}
PROBLEMS: Mapping[str, LazyString] = {
    "nothing": _l("Nothing arrived that could be played."),
    "damaged": _l("The file is damaged and cannot be read. Save it again as MP4 or WebM and send that."),
    "no_media": _l("The file holds neither picture nor sound."),
    "too_demanding": _l(
        "Reading the file takes too much time, or its picture is too large. Send it in a simpler form."
    ),
    "not_taken": _l("The file was not taken. Send film or sound: MP4, WebM, M4A, MP3, Ogg or WAV."),
    "no_program": _l("This server has no ffmpeg, so no film can be made of what was recorded. It is kept."),
}
"""Why an edition could not be made."""
