"""The texts of the live room's own parts: its frame, people, hands, moderation, the stage, the line and its ladder."""

from __future__ import annotations

from flask_babel import gettext as _

from app.webinars import words
from app.webinars.talk_log import talk_log


def provide() -> None:
    """Let the room's page carry these texts."""
    for part, words_of in _PARTS.items():
        words.provide(part, words_of)


def shell_words() -> dict[str, str]:
    """Return the texts of the frame."""
    return {
        "stage": _("The stage"),
        "nothing_shown": _("Nothing is shown at the moment."),
        "bar": _("The room's buttons"),
        "mine": _("What I do"),
        "panels": _("Panels"),
        "hostbar": _("Running the session"),
        "told": _("What happened just now"),
        "loading": _("One moment …"),
        "more": _("More"),
        "new": _("New: {number}"),
        "close": _("Close"),
        "close_panel": _("Close this panel"),
        "cancel": _("Cancel"),
        "undo": _("Undo"),
        "microphone": _("Microphone"),
        "camera": _("Camera"),
        "screen": _("Screen"),
        "muted_by_host": _("Muted by a host"),
        "muted_why": _("A host has muted you. You can speak when a host lets you."),
        "leave": _("Leave"),
        "leave_title": _("Leave the room?"),
        "leave_host": _(
            "The session goes on without you. To end it for everybody, use the button in the panel for moderation."
        ),
        "second_tab": _("This room is open in another tab of yours, too. Both work; you are there once."),
        "out": _("You are no longer in this room."),
        "ended": _("The session is over."),
        "signed_out": _("You are signed out. Sign in to come back to the room."),
    }


def room_words() -> dict[str, str]:
    """Return the texts about the session and its doors."""
    return {
        "open": _("Not begun yet"),
        "live": _("Running"),
        "ended": _("The session is over. Thank you for taking part."),
        "begun": _("The session begins."),
        "host_away": _(
            "The line of the host, {name}, is lost. Please stay: somebody takes over, or they come back."
        ),
        "host_away_now": _("The host's line is lost. Please stay: somebody takes over, or they come back."),
        "host_back": _("The host, {name}, is back."),
        "hosts_now": _("{name} is the host now."),
        "you_host": _("You are the host now."),
        "locked": _("The room is locked: nobody new can come in."),
        "unlocked": _("The room is not locked any more."),
        "lobby_on": _("New people now wait in the lobby."),
        "lobby_off": _("New people now come in at once."),
        "hard_muted": _("The hosts have switched all microphones off for now."),
        "hard_mute_over": _("Microphones may be switched on again."),
        "somebody_waits": _("Somebody waits in the lobby."),
    }


def me_words() -> dict[str, str]:
    """Return what somebody is told about themselves."""
    return {
        "asked_to_speak": _("A host asks you to switch your microphone on."),
        "muted_with_all": _("A host has switched everybody's microphone off, yours too."),
        "role_host": _("You are a host of this session now."),
        "role_cohost": _("You are a co-host now. You can moderate and give the floor."),
        "role_speaker": _("You are a speaker now. You can switch your microphone and camera on."),
        "role_notetaker": _("You are the note-taker now."),
        "role_participant": _("You are a participant now."),
        "removed": _("A host has taken you out of the room."),
        "muted": _("A host has muted you."),
        "unmuted": _("You may switch your microphone on again."),
        "silenced": _("A host has asked you not to write for now."),
        "may_write": _("You may write again."),
        "floor": _("You have the floor. Switch your microphone on when you are ready."),
        "floor_over": _("Your time with the floor is over."),
        "microphone_off": _("Your microphone is off."),
        "microphone_on": _("Your microphone is on."),
        "on_stage": _("You are on the stage."),
    }


def people_words() -> dict[str, str]:
    """Return the texts of the list of people."""
    return {
        "title": _("People"),
        "count": _("People: {number}"),
        "me": _("you"),
        "search": _("Look for a name"),
        "none_found": _("Nobody by that name is here."),
        "more": _("Show more people"),
        "in_lobby": _("Waiting in the lobby"),
        "out": _("Removed from the room"),
        "hidden_hosts": _("In this session only the hosts see who takes part. People: {number}"),
        "hidden_pseudonym": _("In this session participants appear as numbers. People: {number}"),
        "is_now": _("{name} is now: {role}"),
        "hand": _("Hand is up"),
        "has_floor": _("Has the floor"),
        "speaks": _("Microphone is on"),
        "muted": _("Muted by a host"),
        "silenced": _("Cannot write"),
        "acts_on": _("What to do: {name}"),
    }


def role_words() -> dict[str, str]:
    """Return what roles are called, alone and as a heading."""
    return {
        "host": _("Host"),
        "cohost": _("Co-host"),
        "speaker": _("Speaker"),
        "notetaker": _("Note-taker"),
        "participant": _("Participant"),
        "host_many": _("Hosts"),
        "cohost_many": _("Co-hosts"),
        "speaker_many": _("Speakers"),
        "notetaker_many": _("Note-takers"),
        "participant_many": _("Participants"),
    }


def hands_words() -> dict[str, str]:
    """Return the texts about hands and the floor."""
    return {
        "title": _("Hands"),
        "raise": _("Raise hand"),
        "up": _("Hand is up"),
        "up_at": _("Hand is up: {number}"),
        "raised_by": _("{name} has raised a hand."),
        "give": _("Give the floor"),
        "give_to": _("Give the floor to {name}"),
        "given_to": _("{name} has the floor."),
        "take": _("End the floor"),
        "end_floor_of": _("End the floor of {name}"),
        "lower": _("Lower the hand"),
        "lower_of": _("Lower the hand of {name}"),
        "lower_all": _("Lower all hands"),
        "yours": _("You have the floor"),
        "give_back": _("Give it back"),
        "time": _("Time for each speaker"),
        "minutes": _("Minutes: {number}"),
        "speaking": _("Has the floor now"),
        "more": _("Further hands: {number}"),
        "empty": _("No hand is up."),
        "empty_more": _("Who raises a hand stands here in the order in which they did."),
    }


def moderation_words() -> dict[str, str]:
    """Return the texts of moderation and its log."""
    return {
        "title": _("Moderation"),
        "backstage": _("Backstage: only those who run the session and its speakers are in here."),
        "begin": _("Begin the session"),
        "doors": _("The doors"),
        "lock": _("Lock the room"),
        "lock_hint": _("Nobody new comes in. Who was inside can come back."),
        "lobby": _("Let people wait in the lobby"),
        "lobby_hint": _("Each is let in by a host."),
        "lobby_words": _("Words for those who wait"),
        "lobby_words_send": _("Show these words in the lobby"),
        "admit": _("Let in"),
        "admit_all": _("Let everybody in ({number})"),
        "everybody": _("Everybody"),
        "mute_all": _("Mute everybody"),
        "mute_all_done": _("Every microphone but those of the hosts is off."),
        "hard_mute_all": _("Keep microphones off"),
        "hard_mute_all_hint": _("Nobody but the hosts can switch a microphone on."),
        "lower_all": _("Lower all hands"),
        "end": _("End the session"),
        "end_title": _("End the session for everybody?"),
        "end_text": _("Everybody leaves the room, and attendance is counted. This cannot be undone."),
        "mute": _("Switch the microphone off"),
        "mute_done": _("The microphone of {name} is off."),
        "ask_to_speak": _("Ask to switch the microphone on"),
        "hard_mute": _("Mute, and keep muted"),
        "hard_mute_done": _("{name} is muted."),
        "hard_mute_back": _("Let speak again"),
        "hard_mute_back_done": _("{name} may speak again."),
        "silence": _("Keep from writing"),
        "silence_done": _("{name} cannot write now."),
        "silence_back": _("Let write again"),
        "silence_back_done": _("{name} may write again."),
        "make_cohost": _("Make a co-host"),
        "make_speaker": _("Make a speaker"),
        "make_notetaker": _("Make the note-taker"),
        "make_participant": _("Make a participant"),
        "pass_host": _("Pass the host's place on"),
        "remove": _("Remove from the room"),
        "remove_done": _("{name} is out of the room."),
        "remove_back": _("Let come back"),
        "remove_back_done": _("{name} can come back."),
        "ban": _("Remove for good"),
        "ban_done": _("{name} is out and cannot come back."),
        "ban_back": _("Take the ban back"),
        "ban_back_done": _("{name} can come back."),
        "log": _("What was done"),
        "log_empty": _("Nothing was done yet."),
        "undone": _("Undone"),
    } | _log_words()


def _log_words() -> dict[str, str]:
    """Return a line of the log for every verb; with ``_off`` for its counterpart."""
    return {
        "log_opened": _("The room was opened"),
        "log_begun": _("The session was begun"),
        "log_ended": _("The session was ended"),
        "log_locked": _("The room was locked"),
        "log_locked_off": _("The room was unlocked"),
        "log_lobby_set": _("The lobby was switched on"),
        "log_lobby_set_off": _("The lobby was switched off"),
        "log_lobby_words_set": _("Words for the lobby were changed"),
        "log_room_muted": _("Everybody was muted"),
        "log_room_muted_off": _("Everybody was asked to speak again"),
        "log_room_hard_muted": _("Microphones were kept off"),
        "log_room_hard_muted_off": _("Microphones were allowed again"),
        "log_host_away": _("The host's line was lost: {name}"),
        "log_host_passed": _("The host's place went to {name}"),
        "log_admitted": _("Let in: {name}"),
        "log_muted": _("Microphone switched off: {name}"),
        "log_muted_off": _("Asked to speak: {name}"),
        "log_hard_muted": _("Muted: {name}"),
        "log_hard_muted_off": _("Allowed to speak again: {name}"),
        "log_silenced": _("Kept from writing: {name}"),
        "log_silenced_off": _("Allowed to write again: {name}"),
        "log_removed": _("Removed: {name}"),
        "log_removed_off": _("Allowed to come back: {name}"),
        "log_banned": _("Removed for good: {name}"),
        "log_banned_off": _("Ban taken back: {name}"),
        "log_role_set": _("{name} was made: {role}"),
        "log_floor_given": _("Floor given to {name}"),
        "log_floor_ended": _("Floor ended: {name}"),
        "log_hand_lowered": _("Hand lowered: {name}"),
    } | talk_log()


def stage_words() -> dict[str, str]:
    """Return the texts of the stage."""
    return {
        "title": _("On the stage"),
        "empty": _("Nobody is on the stage at the moment."),
        "not_begun": _("You are backstage. The session has not begun yet."),
        "microphone_on": _("Microphone is on"),
        "microphone_off": _("Microphone is off"),
    }


def line_words() -> dict[str, str]:
    """Return the texts about the line."""
    return {
        "title": _("Line and devices"),
        "meter": _("Line: {line}. Step: {step}. Open line and devices"),
        "bars_0": _("No connection"),
        "bars_1": _("Weak line"),
        "bars_2": _("Fair line"),
        "bars_3": _("Good line"),
        "lost": _("The connection is lost. We are trying again; nothing that was said is lost."),
        "back": _("The connection is back. What you missed has been read."),
        "polls": _("Your network lets only simple connections through. The room works, a little slower."),
        "not_sent": _("Not sent yet, trying again: {number}"),
        "spoken": _("Languages of this session: {languages}"),
    }


def ladder_words() -> dict[str, str]:
    """Return the texts about the steps of the ladder."""
    return {
        "title": _("What your line should carry"),
        "everybody": _("How many are on each step"),
        "full": _("Everything"),
        "low": _("Small picture"),
        "sound": _("Sound only"),
        "text": _("Text only"),
        "full_is": _("Sound, pictures and slides."),
        "low_is": _("Sound, small pictures and slides."),
        "sound_is": _("Sound and slides, no moving pictures."),
        "text_is": _("Small slides, captions, chat, questions and polls; works on the weakest line."),
        "stepped_down": _("Your line is weak. The room now uses less of it: {step}"),
        "now_on": _("Now: {step}"),
        "better": _("Your line is better."),
        "go_to": _("Go to: {step}"),
        "by_itself": _("The room went to this step by itself, since the line did not carry more."),
        "counts": _("Every step counts for your attendance."),
    }


def lobby_words() -> dict[str, str]:
    """Return the texts of the lobby."""
    return {
        "waits": _("You are in the lobby. A host lets you in."),
        "not_begun": _("You are in the lobby. The session has not begun yet."),
        "by_itself": _("The door opens by itself; you need not load the page again."),
        "words": _("From the hosts"),
        "meanwhile": _("Meanwhile: your sound, microphone and line"),
        "leave": _("Leave the lobby"),
    }


def keys_words() -> dict[str, str]:
    """Return what the room's keys do."""
    return {
        "title": _("Keys"),
        "keys": _("Show these keys"),
        "hand": _("Raise or lower the hand; for hosts: the queue of hands"),
        "microphone": _("Microphone on or off"),
        "camera": _("Camera on or off"),
        "next_slide": _("Slide to the right"),
        "previous_slide": _("Slide to the left"),
    }


def preflight_words() -> dict[str, str]:
    """Return the texts of the look at sound, microphone and line."""
    return {
        "line": _("Line"),
        "line_measuring": _("Measuring the line …"),
        "line_good": _("Your line is good."),
        "line_fair": _("Your line is fair. Sound and slides will do well, pictures may be small."),
        "line_weak": _(
            "Your line is weak. You can take part with sound or with text only; both count as attendance."
        ),
        "line_none": _("No answer came. Check your connection; you can go in all the same."),
        "measure_again": _("Measure again"),
        "sound": _("Sound"),
        "which_speaker": _("Where sound comes out"),
        "play": _("Play three notes"),
        "sound_played": _(
            "If you heard three notes, you will hear the session. If not, look at the volume of your device."
        ),
        "sound_failed": _("Your browser could not play a sound."),
        "microphone": _("Microphone"),
        "microphone_not_needed": _("You need it only to speak. You come in with it switched off."),
        "which_microphone": _("Which microphone"),
        "try_microphone": _("Try the microphone"),
        "stop_microphone": _("Stop trying"),
        "level": _("How loud you are"),
        "microphone_speak": _("Say something: the bar should move. Nobody else hears you."),
        "microphone_heard": _("Your microphone works."),
        "microphone_refused": _(
            "Your browser does not let us use the microphone. You can listen and write all the same."
        ),
        "microphone_none": _("No microphone was found. You can listen and write all the same."),
        "camera": _("Camera"),
        "which_camera": _("Which camera"),
        "as_the_device_has_it": _("As the device has it"),
    }


_PARTS = {
    "shell": shell_words,
    "room": room_words,
    "me": me_words,
    "people": people_words,
    "roles": role_words,
    "hands": hands_words,
    "moderation": moderation_words,
    "stage": stage_words,
    "line": line_words,
    "ladder": ladder_words,
    "lobby": lobby_words,
    "keys": keys_words,
    "preflight": preflight_words,
}
