"""Words that several definitions share."""

from __future__ import annotations

from app.core.texts import lazy_gettext as _l

EVERYBODY = _l("Everybody known to the register, staff included.")
PARTICIPANTS = _l("Everybody known by name in an activity.")
NOT_TESTS = _l("Test accounts and test activities.")
NOT_TESTS_NOR_NAMELESS = _l("Test accounts, test activities, and people known only by a headcount.")
NO_ACTIVITY_TESTS = _l("Test activities and those that were cancelled.")
ACTIVITIES = _l("Activities of the kinds named.")
