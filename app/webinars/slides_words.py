"""The texts of slides, notes and captions in the live room."""

from __future__ import annotations

from flask_babel import gettext as _

from app.core.i18n import LANGUAGES


def slides_words() -> dict[str, str]:
    """Return the texts of slides by the names that the client uses."""
    return {
        "title": _("Slides"),
        "page": _("Slide {page} of {pages}"),
        "of": _("{title}, slide {page} of {pages}"),
        "none": _("No slide is shown."),
        "none_ready": _("There are no slides yet. Add a PDF, a presentation or pictures."),
        "next": _("Next slide"),
        "previous": _("Previous slide"),
        "go": _("Show slide"),
        "choose": _("Slides to show"),
        "show": _("Show these slides"),
        "clear": _("Take the slides off the stage"),
        "add": _("Add slides"),
        "adding": _("Sending {name}: {percent} %"),
        "failed": _("{name} was not sent. Choose it again to go on where it stopped."),
        "waiting": _("is being prepared"),
        "refused": _("was not taken"),
        "ready": _("{pages} slides"),
        "read": _("Read the slide’s text"),
        "no_text": _("There is no text on this slide."),
        "hide_text": _("Hide the text"),
        "loading": _("The slide is coming"),
        "again": _("The slide did not come. Try again"),
        "point": _("Point at the slide"),
        "pointing": _("Click on the slide to point. Press again to end."),
        "pointer": _("The speaker points here"),
        "handouts": _("Handouts"),
        "handouts_on": _("Let participants take handouts away"),
        "handouts_off": _("Take the handouts back"),
        "no_handouts": _("There are no handouts."),
        "take": _("Download {title}"),
        "told": _("Slide {page}"),
        "told_handouts": _("Handouts can be downloaded now."),
        "told_cleared": _("No slide is shown any more."),
    }


def notes_words() -> dict[str, str]:
    """Return the texts of the notes by the names that the client uses."""
    return {
        "title": _("Notes"),
        "empty": _("Nothing has been noted yet. What the note-taker writes appears here."),
        "text": _("Notes of this session"),
        "hint": _("Everybody in the room can read them. They are kept with the session."),
        "saved": _("Saved"),
        "saving": _("Saving"),
        "unsaved": _("Not saved yet, trying again"),
        "changed": _("Somebody else has changed the notes. Your text is kept here; compare it with theirs."),
        "theirs": _("As they are now"),
        "mine": _("Your text"),
        "keep_mine": _("Replace them by my text"),
        "keep_theirs": _("Drop my text"),
        "told": _("The notes have changed."),
    }


def captions_words() -> dict[str, str]:
    """Return the texts of captions by the names that the client uses."""
    return {
        "title": _("Captions"),
        "show": _("Captions"),
        "off": _("No captions"),
        "choose": _("Language of the captions"),
        "write": _("Caption"),
        "write_in": _("Written in"),
        "send": _("Show the caption"),
        "hint": _("Write what is being said, one short sentence at a time. Enter shows it."),
        "sent": _("Shown"),
        "not_begun": _("Captions can be written once the session has begun."),
        **{f"in_{code}": name for code, name in LANGUAGES.items()},
    }
