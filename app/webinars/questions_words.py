"""The texts of questions in the live room."""

from __future__ import annotations

from flask_babel import gettext as _


def questions_words() -> dict[str, str]:
    """Return the texts by the names that the client uses."""
    return {
        "title": _("Questions"),
        "empty": _("Nobody has asked yet. Ask the first question."),
        "ask": _("Your question"),
        "send": _("Ask"),
        "anonymous": _("Ask without your name"),
        "anonymous_hint": _("Nobody in the room sees who asked, the hosts neither."),
        "no_name": _("Without a name"),
        "holds": _("A host reads each question before it is shown."),
        "held": _("Waits for a host"),
        "sending": _("Sending"),
        "unsent": _("Not sent yet, trying again"),
        "sent": _("Your question was sent."),
        "mine": _("Your question"),
        "now": _("Being answered now"),
        "open": _("Waiting for an answer"),
        "answered": _("Answered"),
        "dismissed": _("Dismissed"),
        "live": _("Answered live at {time}"),
        "answer_by": _("Answer of {name}"),
        "votes": _("Votes: {count}"),
        "want": _("I want this answered"),
        "unwant": _("Take my vote back"),
        "actions": _("What to do with this question"),
        "begin": _("Answer it now"),
        "end": _("It has been answered"),
        "reopen": _("Not answered yet"),
        "write": _("Answer in writing"),
        "your_answer": _("Your answer"),
        "send_answer": _("Send the answer"),
        "merge": _("Merge with another question"),
        "merge_with": _("Merge with"),
        "merge_do": _("Merge"),
        "merged": _("Asked as well"),
        "separate": _("Separate it again"),
        "publish": _("Show it to everybody"),
        "dismiss": _("Dismiss"),
        "back": _("Bring it back"),
        "cancel": _("Cancel"),
        "new": _("A new question: {text}"),
        "told_answered": _("Your question was answered."),
        "told_dismissed": _("A host has dismissed your question."),
        "told_now": _("This question is being answered now: {text}"),
        "show": _("Show"),
        "show_open": _("Waiting"),
        "show_done": _("Answered"),
        "show_away": _("Dismissed"),
    }
