"""The texts of sound and picture in the live room's client."""

from __future__ import annotations

from flask_babel import gettext as _


def media_words() -> dict[str, str]:
    """Return them in the language of the present request."""
    return {
        "settings": _("Sound and picture"),
        "microphone": _("Microphone"),
        "camera": _("Camera"),
        "speaker": _("Loudspeaker"),
        "device": _("Device %(number)s"),
        "close": _("Close"),
        "screen_of": _("Screen of %(name)s"),
        "picture_of": _("Picture of %(name)s"),
        "connecting": _("Sound and picture are being connected."),
        "connected": _("Sound and picture are there."),
        "unavailable": _(
            "Sound and picture do not work at the moment; we keep trying. Everything else works."
        ),
        "none_left": _(
            "This room carries sound and picture to no more people. Slides, chat, questions and polls work."
        ),
        "elsewhere": _("Sound and picture are in another window of yours."),
        "bring_here": _("Bring them here"),
        "play": _("Switch the sound on"),
        "no_permission": _(
            "The browser does not let us use this device. Allow it in the browser's settings; you go on listening."
        ),
        "no_device": _("No such device was found."),
        "in_use": _("Another program uses this device."),
        "refused": _("This did not work. Try again."),
        "not_sharing": _("This browser cannot share its screen."),
        "no_recorder": _("This browser cannot send a broadcast. Use another one."),
        "floor": _("The floor is yours: switch your microphone on to speak."),
        "muted": _("The host has switched your microphone off."),
        "link": _("The meeting is at another service"),
        "link_open": _("Open the meeting"),
        "link_note": _("It opens in a new window; that service learns that you come. Keep this page open."),
        "link_none": _("The address of the meeting is not known yet."),
        "behind": _("You see this about five seconds later."),
        "waiting_stream": _("Nobody is sending at the moment."),
        "nothing": _("This room has no sound and no picture."),
    }
