"""The sentences of resources in the room's log; none names a resource, the log is read by all."""

from __future__ import annotations

from app.audit.verbs import Verb
from app.core.texts import lazy_gettext as _l
from app.irooms.trail import log_words

log_words(
    {
        Verb.ROOM_COLLECTION_MADE: _l("%(who)s made a collection"),
        Verb.ROOM_COLLECTION_CHANGED: _l("%(who)s changed a collection"),
        Verb.ROOM_COLLECTION_MOVED: _l("%(who)s moved a collection"),
        Verb.ROOM_COLLECTION_REMOVED: _l("%(who)s removed a collection"),
        Verb.ROOM_RESOURCE_PUBLISHED: _l("%(who)s added a resource (version %(version)s)"),
        Verb.ROOM_RESOURCE_CHANGED: _l("%(who)s changed what is said of a resource"),
        Verb.ROOM_RESOURCE_MOVED: _l("%(who)s moved a resource"),
        Verb.ROOM_RESOURCE_VERSION_ADDED: _l("%(who)s sent version %(version)s of a resource"),
        Verb.ROOM_RESOURCE_WITHDRAWN: _l("%(who)s withdrew a resource"),
        Verb.ROOM_RESOURCE_RESTORED: _l("%(who)s brought a withdrawn resource back"),
        Verb.ROOM_RESOURCE_DISCARDED: _l("%(who)s discarded a file that was not shown yet"),
        Verb.ROOM_FILE_REFUSED: _l("A file that %(who)s sent was not taken (%(reason)s)"),
        Verb.ROOM_FILE_QUARANTINED: _l(
            "A file that %(who)s sent is held back: the virus scanner found something"
        ),
        Verb.ROOM_READING_LIST_MADE: _l("%(who)s made a reading list"),
        Verb.ROOM_READING_LIST_CHANGED: _l("%(who)s changed a reading list"),
        Verb.ROOM_READING_LIST_REMOVED: _l("%(who)s removed a reading list"),
        Verb.ROOM_CODE_TRACED: _l("%(who)s asked whose view a code belongs to"),
        Verb.ROOM_CODE_TRACED_FROM_OUTSIDE: _l(
            "A platform administrator (%(administrator)s) asked whose view a code belongs to"
        ),
    }
)
