"""The texts of breakouts in the live room."""

from __future__ import annotations

from flask_babel import gettext as _

from app.webinars.forms.breakouts import GROUPINGS


def breakouts_words() -> dict[str, str]:
    """Return the texts by the names that the client uses."""
    return {
        "title": _("Breakouts"),
        "empty": _("Nobody is in a group yet."),
        "prepare": _("Make groups"),
        "grouping": _("How people are grouped"),
        **{f"grouping_{grouping}": str(label) for grouping, label in GROUPINGS.items()},
        "count": _("How many groups"),
        "names": _("Their names, one a line"),
        "names_hint": _("Left empty, they are numbered."),
        "make": _("Make the groups"),
        "again": _("Make other groups"),
        "drop": _("Throw these groups away"),
        "minutes": _("For how many minutes"),
        "minutes_hint": _("Left empty, they last until you call everybody back."),
        "open": _("Open the breakouts"),
        "close": _("Everybody back"),
        "time": _("Set the time"),
        "say": _("Tell all breakouts"),
        "send": _("Send it to all"),
        "visit": _("Visit"),
        "leave": _("Back to the whole room"),
        "go": _("Go to your breakout"),
        "help": _("Call a host"),
        "unhelp": _("We do not need help any more"),
        "called": _("Calls for help"),
        "help_called": _("A host has been called."),
        "here": _("You are in {name}"),
        "mine": _("You belong to {name}"),
        "nowhere": _("You are in the whole room. The others are in breakouts."),
        "left": _("Time left: {time}"),
        "people": _("People: {count}"),
        "nobody": _("Nobody is here."),
        "unplaced": _("In no group"),
        "move": _("Move {name}"),
        "to": _("To"),
        "none": _("In no group"),
        "cancel": _("Cancel"),
        "opened": _("The breakouts are open."),
        "moved": _("You are now in {name}."),
        "back": _("You are back in the whole room."),
        "closed": _("The breakouts are over. Everybody is back."),
        "word": _("To all: {text}"),
        "help_wanted": _("{name} calls for help."),
        "ending": _("The breakouts end in one minute."),
    }
