"""The fixed words of resources, with their labels in the page's language."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.core.i18n import LANGUAGES, language_name, page_language
from app.core.texts import lazy_gettext as _l
from app.irooms.collections import Right
from app.irooms.models.resources import ResourceKind, ResourceType
from app.records.models import ActivityKind

KINDS: Mapping[str, LazyString] = {
    ResourceKind.FILE: _l("File"),
    ResourceKind.LINK: _l("Link"),
    ResourceKind.TEXT: _l("Text page"),
    ResourceKind.LEGAL: _l("Legal reference"),
    ResourceKind.COURSE: _l("Course"),
    ResourceKind.SERIES: _l("Webinar series"),
    ResourceKind.RECORDING: _l("Recording"),
}
KIND_ICONS: Mapping[str, str] = {
    ResourceKind.FILE: "reading",
    ResourceKind.LINK: "external",
    ResourceKind.TEXT: "note",
    ResourceKind.LEGAL: "law",
    ResourceKind.COURSE: "course",
    ResourceKind.SERIES: "calendar",
    ResourceKind.RECORDING: "clock",
}
TYPES: Mapping[str, LazyString] = {
    ResourceType.MANUAL: _l("Manual"),
    ResourceType.RESOLUTION: _l("Resolution"),
    ResourceType.REPORT: _l("Report"),
    ResourceType.GUIDE: _l("Guide"),
    ResourceType.E_LEARNING: _l("E-learning"),
    ResourceType.SERIES: _l("Series"),
    ResourceType.TEMPLATE: _l("Template"),
    ResourceType.OTHER: _l("Other"),
}
TRAINING_KINDS: Mapping[str, ResourceKind] = {
    ActivityKind.COURSE: ResourceKind.COURSE,
    ActivityKind.WEBINAR_SERIES: ResourceKind.SERIES,
    ActivityKind.RECORDING: ResourceKind.RECORDING,
}
"""Which activities of the register a room can hold, and as what."""
RIGHTS: Mapping[str, LazyString] = {Right.ALLOW: _l("allowed"), Right.DENY: _l("denied")}
SORTS: Mapping[str, LazyString] = {
    "order": _l("In the room's order"),
    "new": _l("Newest first"),
    "title": _l("By title"),
    "date": _l("By date of the document"),
}

_OTHERS = "bn de fa ha hi id it ja kk ky ms pt sw tg tr ur uz"
LANGUAGE_TAGS = (*LANGUAGES, *_OTHERS.split())
"""Languages that a resource may be in: the six of the platform, and others that documents come in."""


def language_choices() -> list[tuple[str, str]]:
    """Return the languages a resource may be in, named in the page's language."""
    page = page_language()
    return [(tag, language_name(tag, page)) for tag in LANGUAGE_TAGS]
