"""Facts in words: what somebody did, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from app.core.i18n import country_name, format_number, format_share, page_language
from app.records.models import Verb
from app.reports.words import ways


def verbs() -> dict[str, str]:
    """Return the words for what a fact says."""
    return {
        Verb.APPROVED: _("Account approved"),
        Verb.CLOSED: _("Account closed"),
        Verb.COUNTRY_CHANGED: _("Works for another country"),
        Verb.NOMINATED: _("Nominated"),
        Verb.ENROLLED: _("Enrolled"),
        Verb.STARTED: _("Started"),
        Verb.PROGRESSED: _("Made progress"),
        Verb.PASSED: _("Passed a test"),
        Verb.FAILED: _("Did not pass a test"),
        Verb.COMPLETED: _("Completed"),
        Verb.WITHDRAWN: _("Withdrew"),
        Verb.CERTIFICATE_ISSUED: _("Certificate issued"),
        Verb.CERTIFICATE_REVOKED: _("Certificate revoked"),
        Verb.REGISTERED: _("Registered"),
        Verb.ATTENDED: _("Attended"),
        Verb.PLAYED: _("Played the recording"),
        Verb.DOWNLOADED: _("Downloaded"),
        Verb.JOINED: _("Joined"),
        Verb.LEFT: _("Left"),
        Verb.VIEWED: _("Viewed"),
        Verb.CONTRIBUTED: _("Contributed"),
        Verb.FEEDBACK_GIVEN: _("Gave feedback"),
        Verb.ACTIVITY_DESCRIBED: _("Activity described"),
        Verb.VOIDED: _("Taken back"),
    }


def result(content: Mapping[str, Any]) -> str:
    """Return what a fact's result says, as words; members without any are left out."""
    found = []
    for name, value in content.items():
        if value in (None, "", [], {}):
            continue
        text = _member(name, value)
        if text:
            found.append(text)
    return " · ".join(found)


def _member(name: str, value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(name, value)
    texts: Mapping[str, Callable[[], str]] = {
        "code": lambda: _("Code: %(code)s", code=value),
        "reason": lambda: _("Reason: %(reason)s", reason=value),
        "before": lambda: _("Before: %(country)s", country=country_name(str(value), page_language())),
        "after": lambda: _("After: %(country)s", country=country_name(str(value), page_language())),
        "how": lambda: ", ".join(ways().get(str(one), str(one)) for one in value),
    }
    return str(texts[name]()) if name in texts else ""


def _number(name: str, value: float) -> str:
    texts: Mapping[str, Callable[[], str]] = {
        "progress": lambda: _("Progress: %(share)s", share=format_share(value)),
        "score": lambda: _("Score: %(share)s", share=format_share(round(value / 100, 2))),
        "attempt": lambda: _("Attempt %(number)s", number=format_number(value)),
        "minutes": lambda: _("Minutes: %(number)s", number=format_number(value)),
        "seconds": lambda: _("Seconds: %(number)s", number=format_number(value)),
    }
    return str(texts[name]()) if name in texts else ""
