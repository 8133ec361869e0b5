"""The lines of the room's log about what is said in it."""

from __future__ import annotations

from flask_babel import gettext as _


def talk_log() -> dict[str, str]:
    """Return a line for every verb, by the names that the client uses."""
    return {
        "log_chat_set": _("The chat was set"),
        "log_questions_set": _("The questions were set"),
        "log_message_published": _("Message published, of {name}"),
        "log_message_refused": _("Message not published, of {name}"),
        "log_message_deleted": _("Message deleted, of {name}"),
        "log_message_restored": _("Message brought back, of {name}"),
        "log_message_reported": _("Message reported, of {name}"),
        "log_message_kept": _("Reported message left, of {name}"),
        "log_question_published": _("A question was shown"),
        "log_question_dismissed": _("A question was dismissed"),
        "log_question_brought_back": _("A question was brought back"),
        "log_question_merged": _("Questions were merged"),
        "log_question_separated": _("Questions were separated"),
        "log_question_answered": _("A question was answered"),
        "log_poll_opened": _("A poll was opened"),
        "log_poll_closed": _("A poll was closed"),
        "log_poll_shown": _("Results of a poll were shown"),
        "log_poll_hidden": _("Results of a poll were hidden"),
        "log_poll_answer_hidden": _("An answer was taken out of a poll"),
        "log_breakouts_prepared": _("Breakouts were prepared"),
        "log_breakouts_opened": _("Breakouts were opened"),
        "log_breakouts_closed": _("Everybody was called back from breakouts"),
        "log_breakouts_dropped": _("Prepared breakouts were thrown away"),
        "log_breakout_moved": _("Moved to another breakout: {name}"),
    }
