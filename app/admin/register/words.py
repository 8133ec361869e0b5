"""What things of the register are called, for pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.accounts.countries import choices as countries
from app.core.access import Actor, current_actor
from app.core.i18n import DEFAULT, best_language, language_name, page_language
from app.core.texts import lazy_gettext as _l
from app.records.actions.participants import Status
from app.records.models import Activity, ActivityKind, Channel, Verb
from app.webinars import planning_words

KINDS: Mapping[str, LazyString] = {
    ActivityKind.COURSE: _l("Course"),
    **planning_words.KINDS,
    ActivityKind.LAUNCH: _l("Launch"),
    ActivityKind.WEBINAR_SERIES: _l("Webinar series"),
    ActivityKind.RECORDING: _l("Recording"),
    ActivityKind.RESOURCE: _l("Resource"),
    ActivityKind.ROOM: _l("Room"),
}
RECORDED_KINDS = (
    ActivityKind.WORKSHOP,
    ActivityKind.TRAINING_EVENT,
    ActivityKind.DELIVERY,
    ActivityKind.WEBINAR,
    ActivityKind.SIMULATION,
    ActivityKind.EXPERT_GROUP_MEETING,
    ActivityKind.ROUND_TABLE,
    ActivityKind.CONSULTATION,
    ActivityKind.AWARENESS_EVENT,
    ActivityKind.NETWORK_MEETING,
    ActivityKind.LAUNCH,
)
"""Kinds that staff may record by hand; the others come from what they stand for."""
CHANNELS: Mapping[str, LazyString] = {
    Channel.IN_PERSON: _l("In person"),
    Channel.HYBRID: _l("Partly in person, partly online"),
    Channel.OTHER_ONLINE: _l("Online, elsewhere"),
    Channel.PLATFORM: _l("On this platform"),
}
STATUSES: Mapping[str, LazyString] = {
    Status.REGISTERED: _l("Registered"),
    Status.ATTENDED: _l("Attended"),
    Status.COMPLETED: _l("Completed"),
}
STATES: Mapping[str, LazyString] = {
    "enrolled": _l("Registered"),
    "in_progress": _l("Took part"),
    "completed": _l("Completed"),
    "withdrawn": _l("Withdrawn"),
}
"""Statuses of a participation."""
VERBS: Mapping[str, LazyString] = {
    Verb.NOMINATED: _l("Nominated"),
    Verb.ENROLLED: _l("Enrolled"),
    Verb.REGISTERED: _l("Registered"),
    Verb.STARTED: _l("Started"),
    Verb.PROGRESSED: _l("Went on"),
    Verb.PASSED: _l("Passed a test"),
    Verb.FAILED: _l("Failed a test"),
    Verb.ATTENDED: _l("Attended"),
    Verb.COMPLETED: _l("Completed"),
    Verb.WITHDRAWN: _l("Withdrew"),
    Verb.PLAYED: _l("Played a recording"),
    Verb.DOWNLOADED: _l("Downloaded"),
    Verb.CERTIFICATE_ISSUED: _l("Certificate issued"),
    Verb.CERTIFICATE_REVOKED: _l("Certificate revoked"),
    Verb.VOIDED: _l("Taken back"),
}
EVIDENCE: Mapping[str, LazyString] = {
    "address": _l("The same e-mail address"),
    "local_part": _l("The same name in the e-mail address, and the same country"),
    "name_country": _l("The same name and country"),
    "name_institution": _l("The same name and institution"),
}
PILLARS: Mapping[str, LazyString] = {
    "1": _l("Pillar I: conditions in which terrorism spreads"),
    "2": _l("Pillar II: preventing and combating terrorism"),
    "3": _l("Pillar III: building the capacity of States"),
    "4": _l("Pillar IV: human rights and the rule of law"),
}
"""Of the Global Counter-Terrorism Strategy, General Assembly resolution 60/288."""
GOALS = tuple(str(number) for number in range(1, 18))
TOPICS = planning_words.TOPICS
SCHEMES = ("pillar", "resolution", "sdg", "requesting_state")


def title_of(titles: Mapping[str, str], fallback: str = "") -> str:
    """Return a title in the language nearest to the page's."""
    return titles.get(best_language(page_language(), list(titles), DEFAULT)) or next(
        iter(titles.values()), fallback
    )


def is_shown(activity: Activity, actor: Actor) -> bool:
    """Whether an actor may read what an activity is called: of what is for a group, its members; courses are listed."""
    return (
        activity.group_id is None or activity.kind == ActivityKind.COURSE or activity.group_id in actor.groups
    )


def activity_title(activity: Activity | None) -> str:
    """Return what an activity is called for the present person; empty for none."""
    if activity is None:
        return ""
    if not is_shown(activity, current_actor()):
        return str(_("For the members of one group"))
    return title_of(activity.titles, activity.slug)


def kind_name(kind: str) -> str:
    """Return a kind of activity in words."""
    return str(KINDS.get(kind) or kind.replace("_", " ").capitalize())


def verb_name(verb: str) -> str:
    """Return what a fact says, in words."""
    return str(VERBS.get(verb) or verb.replace("_", " ").capitalize())


def languages_named(tags: Iterable[str]) -> str:
    """Return names of languages in the page's language."""
    return ", ".join(language_name(tag, page_language()) for tag in tags)


def countries_named(codes: Iterable[str]) -> str:
    """Return names of countries in the page's language, in their order."""
    wanted = set(codes)
    return ", ".join(name for code, name in countries() if code in wanted)


def tags_in_words(tags: Sequence[str]) -> list[str]:
    """Return tags as people read them."""
    found = []
    for tag in tags:
        scheme, _colon, value = tag.partition(":")
        if scheme == "pillar":
            found.append(str(PILLARS.get(value, value)))
        elif scheme == "sdg":
            found.append(_("Sustainable Development Goal %(number)s", number=value))
        elif scheme == "requesting_state":
            found.append(_("Requested by %(country)s", country=countries_named([value]) or value))
        elif scheme == "resolution":
            found.append(_("Resolution %(number)s", number=value))
        else:
            found.append(tag)
    return found
