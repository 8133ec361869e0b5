"""The fixed words of drafting, with their labels in the page's language."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.irooms.models.drafting import ChangeKind, DraftState, SuggestionState, VersionHow

STATES: Mapping[str, LazyString] = {
    DraftState.OPEN: _l("Open"),
    DraftState.LOCKED: _l("Locked"),
    DraftState.PUBLISHED: _l("Published"),
    DraftState.WITHDRAWN: _l("Withdrawn"),
}
STATE_KINDS: Mapping[str, str] = {
    DraftState.OPEN: "progress",
    DraftState.LOCKED: "waiting",
    DraftState.PUBLISHED: "done",
    DraftState.WITHDRAWN: "attention",
}
"""The badge of each state."""
STATE_HINTS: Mapping[str, LazyString] = {
    DraftState.OPEN: _l("Editors write it; members comment and suggest."),
    DraftState.LOCKED: _l("The text stays as it is; members comment and suggest."),
    DraftState.PUBLISHED: _l("It is a resource of the room; nothing is changed any more."),
    DraftState.WITHDRAWN: _l("Only managers read it."),
}
CHANGES: Mapping[str, LazyString] = {
    ChangeKind.BEGUN: _l("%(who)s began the draft"),
    ChangeKind.DESCRIBED: _l("%(who)s changed what is said about the draft"),
    ChangeKind.SECTION_ADDED: _l("%(who)s added the section “%(section)s”"),
    ChangeKind.SECTION_SAVED: _l("%(who)s changed the section “%(section)s”"),
    ChangeKind.SECTION_MOVED: _l("%(who)s moved the section “%(section)s”"),
    ChangeKind.SECTION_REMOVED: _l("%(who)s removed the section “%(section)s”"),
    ChangeKind.SECTION_BROUGHT_BACK: _l("%(who)s brought the section “%(section)s” back"),
    ChangeKind.LOCKED: _l("%(who)s locked the draft"),
    ChangeKind.REOPENED: _l("%(who)s opened the draft again"),
    ChangeKind.PUBLISHED: _l("%(who)s published the draft"),
    ChangeKind.WITHDRAWN: _l("%(who)s withdrew the draft"),
}
HOWS: Mapping[str, LazyString] = {
    VersionHow.FIRST: _l("first version"),
    VersionHow.MERGE: _l("merged with a change made at the same time"),
    VersionHow.SUGGESTION: _l("from a suggestion"),
    VersionHow.RESTORED: _l("an older version brought back"),
}
"""How a version came about, where it was not simply written."""
SUGGESTIONS: Mapping[str, LazyString] = {
    SuggestionState.WAITING: _l("Waiting"),
    SuggestionState.ACCEPTED: _l("Accepted"),
    SuggestionState.REJECTED: _l("Rejected"),
    SuggestionState.WITHDRAWN: _l("Taken back"),
}
SUGGESTION_KINDS: Mapping[str, str] = {
    SuggestionState.WAITING: "waiting",
    SuggestionState.ACCEPTED: "done",
    SuggestionState.REJECTED: "attention",
    SuggestionState.WITHDRAWN: "plain",
}
"""The badge of each state of a suggestion."""
