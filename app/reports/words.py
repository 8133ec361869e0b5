"""The words that values of a report stand for, in one language, looked up once per page or file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _

from app.accounts.vocabulary import GENDERS, PROFESSIONS
from app.core import clock
from app.core.i18n import best_language, country_name, language_name, page_language
from app.records import groupings
from app.records.topics import TOPICS, topic_name
from app.reports.columns import Column, Kind

Word = Callable[[Any], Any]
RISK_DAYS = (30, 60, 90, 180, 365)
"""After how many days without a move somebody can be looked for."""


def statuses() -> dict[str, str]:
    """Return the words for where somebody stands in a course, in the order of the way through it."""
    return {
        "enrolled": _("Not started"),
        "in_progress": _("In progress"),
        "completed": _("Completed"),
        "withdrawn": _("Withdrawn"),
    }


def certificate_statuses() -> dict[str, str]:
    """Return the words for whether a certificate holds."""
    return {"": "", "valid": _("Valid"), "revoked": _("Revoked")}


def verdicts() -> dict[str, str]:
    """Return the words for what became of a registration."""
    return {
        "registered": _("Registered"),
        "fulfilled": _("Attendance fulfilled"),
        "attended": _("Attended in part"),
        "absent": _("Absent"),
        "withdrawn": _("Withdrawn"),
    }


def ways() -> dict[str, str]:
    """Return the words for how an attendance is known."""
    return {
        "live": _("In the live room"),
        "list": _("By the organiser's list"),
        "code": _("By the code in the hall"),
        "companion": _("Beside a participant"),
        "corrected": _("Corrected"),
    }


def kinds() -> dict[str, str]:
    """Return the words for kinds of activity."""
    return {
        "course": _("Course"),
        "delivery": _("Course session"),
        "webinar": _("Webinar"),
        "webinar_series": _("Series of webinars"),
        "workshop": _("Workshop"),
        "training_event": _("Training event"),
        "simulation": _("Simulated exercise or mock trial"),
        "expert_group_meeting": _("Expert group meeting"),
        "round_table": _("Round table"),
        "consultation": _("Consultation"),
        "awareness_event": _("Awareness event"),
        "network_meeting": _("Network meeting"),
        "launch": _("Launch"),
        "recording": _("Recording"),
        "resource": _("Resource"),
        "room": _("Room"),
    }


def channels() -> dict[str, str]:
    """Return the words for how an activity reaches people."""
    return {
        "platform": _("On this platform"),
        "other_online": _("Online, elsewhere"),
        "hybrid": _("In a room and on this platform"),
        "in_person": _("In person"),
    }


def topics() -> dict[str, str]:
    """Return the words for what activities are about; a topic that has none is told by its tag."""
    return {key: str(label) for key, label in TOPICS.items()}


def quality() -> dict[str, str]:
    """Return the words for what can be wrong with data, each saying what was found."""
    return {
        "no_country": _("Account without a country"),
        "no_profession": _("Account without a profession"),
        "no_institution": _("Account without an institution"),
        "same_name": _("May be one person: same name and country"),
        "no_country_then": _("Country at the time is not known"),
        "early_completion": _("Completed before enrolling"),
        "early_access": _("Opened before enrolling"),
        "early_certificate": _("Certificate from before the completion"),
        "future": _("Dated in the future"),
    }


def risks() -> dict[str, str]:
    """Return the words for why somebody may not finish."""
    return {
        "never_started": _("Never started"),
        "stopped": _("Has stopped"),
        "closing": _("Closes soon"),
    }


def silences() -> list[tuple[str, str]]:
    """Return for how long nothing may have happened, as (value, words)."""
    return [(str(days), _("%(days)d days", days=days)) for days in RISK_DAYS]


def genders() -> dict[str, str]:
    """Return the words for gender."""
    return {key: str(label) for key, label in GENDERS.items()}


def professions() -> dict[str, str]:
    """Return the words for professions."""
    return {key: str(label) for key, label in PROFESSIONS.items()}


def regions() -> dict[str, str]:
    """Return the words for groups of countries, by ``set/group``, in the order in which they are offered."""
    return {
        f"{one.id}/{group_id}": str(group.title)
        for one in groupings.all_sets()
        for group_id, group in one.groups.items()
    }


def region(value: str) -> str:
    """Return what a group of countries, as ``set/group``, is called."""
    set_id, _slash, group = value.rpartition("/")
    return str(groupings.group_title(set_id, group)) if value else ""


def title(titles: Mapping[str, str], language: str = "") -> str:
    """Return a title in ``language`` (default: the page's), else in English, else in its first."""
    if not titles:
        return ""
    wanted = language or page_language()
    if wanted in titles:
        return titles[wanted]
    first = next(iter(titles))
    found: str = titles[best_language(wanted, list(titles), "en" if "en" in titles else first)]
    return found


def nobody() -> str:
    """Return what stands for the name of a person whose account was erased."""
    return str(_("Erased account"))


def elsewhere() -> str:
    """Return what stands for a name to readers who see the people of some countries: they cannot tell which it is."""
    return str(_("Erased account, or works for another country now"))


def percent(share: float) -> int:
    """Return a share of 0..1 in whole percent, never rounded up: 100 only when all is done."""
    return int(share * 100 + 1e-9)


def month(value: str, language: str) -> str:
    """Return the words for a year or a month written as ``2026`` or ``2026-03``."""
    if len(value) <= len("2026"):
        return value
    day = clock.now().replace(year=int(value[:4]), month=int(value[5:7]), day=1)
    return str(format_date(day, "LLLL y", locale=language))


def words(titles: Mapping[str, str], nameless: str = "") -> dict[Kind, Word]:
    """Return for each kind with words the function from a value to them; ``titles`` maps activity keys to titles.

    ``nameless`` stands for the name of whom the reader does not get to know.
    """
    language, without_name, how = page_language(), nameless or nobody(), ways()
    maps = {
        Kind.COURSE: dict(titles),
        Kind.STATUS: statuses(),
        Kind.CERTIFICATE_STATUS: certificate_statuses(),
        Kind.PROFESSION: professions(),
        Kind.ACTIVITY_KIND: kinds(),
        Kind.CHANNEL: channels(),
        Kind.GENDER: genders(),
        Kind.VERDICT: verdicts(),
        Kind.FINDING: quality(),
        Kind.RISK: risks(),
    }

    def through(table: Mapping[str, str]) -> Word:
        return lambda value: table.get(value, value)

    return {kind: through(table) for kind, table in maps.items()} | {
        Kind.REGION: region,
        Kind.TOPIC: lambda value: topic_name(value) if value else "",
        Kind.HOW: lambda value: ", ".join(how.get(one, one) for one in value.split(", ")) if value else "",
        Kind.NAME: lambda value: without_name if value is None else value,
        Kind.COUNTRY: lambda value: country_name(value, language) if value else "",
        Kind.LANGUAGE: lambda value: language_name(value, language) if value else "",
        Kind.MONTH: lambda value: month(value, language) if value else "",
    }


def in_words(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], texts: Mapping[Kind, Word]
) -> Iterator[list[Any]]:
    """Put words in the place of codes, and whole percent in that of shares: what files hold.

    Only the columns that have any are touched: this runs for every row of a file.
    """
    given = {**texts, Kind.SHARE: percent}
    touched = [(place, given[column.kind]) for place, column in enumerate(columns) if column.kind in given]
    for row in rows:
        cells = list(row)
        for place, word in touched:
            if cells[place] is not None or columns[place].kind == Kind.NAME:
                cells[place] = word(cells[place])
        yield cells
