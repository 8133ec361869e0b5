"""The filters of the statistics' pages: what each is called, what can be chosen, and the question in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from urllib.parse import urlencode

from flask_babel import gettext as _

from app.accounts.countries import choices as country_choices
from app.accounts.vocabulary import AGE_GROUPS
from app.core.i18n import country_name, format_day, format_time, page_language
from app.reports import words
from app.reports.statistics.asking import Put
from app.reports.statistics.rights import Sight

SHOWN = ("from", "to", "as_of", "region", "country")
MORE = (
    *("kind", "channel", "activity", "topic", "language", "profession", "gender", "age_group"),
    *("partner", "project", "donor", "tag", "newness", "country_basis", "corrections"),
)
NAMES = (*SHOWN, *MORE)
"""The names that a question's address may carry, in the order in which they are offered."""
DAYS = frozenset({"from", "to", "as_of"})


@dataclass(frozen=True, slots=True)
class Field:
    """A filter: a date, a choice (value, words), or free text."""

    name: str
    label: str
    value: str
    choices: Sequence[tuple[str, str]] = ()

    @property
    def kind(self) -> str:
        """How it is written in the form."""
        return "date" if self.name in DAYS else "choice" if self.choices else "text"


def given(args: Mapping[str, str], sight: Sight) -> dict[str, str]:
    """Return the values of an address that make up a question of the reader's."""
    return {name: args[name].strip() for name in _offered(NAMES, sight) if args.get(name, "").strip()}


def _offered(names: Sequence[str], sight: Sight) -> list[str]:
    """Who sees countries sees people by the country at the time."""
    return [one for one in names if one != "country_basis" or not sight.by_country]


def query(values: Mapping[str, str], **more: str) -> str:
    """Return values as the end of an address, empty when there are none."""
    kept = {name: value for name, value in {**values, **more}.items() if value}
    return "?" + urlencode(kept) if kept else ""


def fields(values: Mapping[str, str], names: Sequence[str], sight: Sight) -> list[Field]:
    """Return filters with what is chosen in them; countries are those that the reader sees."""
    words_of, offered = labels(), _choices(sight)
    return [
        Field(one, words_of[one], values.get(one, ""), offered.get(one, ())) for one in _offered(names, sight)
    ]


def labels() -> dict[str, str]:
    """Return what each filter is called."""
    return {
        "from": _("From"),
        "to": _("To"),
        "as_of": _("As known on"),
        "region": _("Region"),
        "country": _("Country"),
        "kind": _("Kind of activity"),
        "channel": _("Channel"),
        "activity": _("Activity, by its short name"),
        "topic": _("Topic"),
        "language": _("Language, as a code"),
        "profession": _("Profession at the time"),
        "gender": _("Gender"),
        "age_group": _("Age group"),
        "partner": _("Partner"),
        "project": _("Project"),
        "donor": _("Donor"),
        "tag": _("Tag"),
        "newness": _("New or returning"),
        "country_basis": _("Country"),
        "corrections": _("Corrections"),
    }


def _choices(sight: Sight) -> dict[str, Sequence[tuple[str, str]]]:
    everywhere = country_choices(page_language())
    seen = [one for one in everywhere if sight.everything or not sight.countries or one[0] in sight.countries]
    age_groups = [(key, str(label)) for key, label in AGE_GROUPS.items()]
    found: dict[str, Sequence[tuple[str, str]]] = {
        "region": list(words.regions().items()),
        "country": seen,
        "kind": list(words.kinds().items()),
        "channel": list(words.channels().items()),
        "profession": list(words.professions().items()),
        "gender": list(words.genders().items()),
        "age_group": age_groups,
        "newness": [("new", _("New people")), ("returning", _("Returning people"))],
    }
    found = {name: [("", _("All")), *offered] for name, offered in found.items()}
    found["country_basis"] = [("", _("At that time")), ("now", _("As last known"))]
    found["corrections"] = [("", _("As known on that day")), ("later", _("As corrected since"))]
    return found


def sentence(put: Put) -> str:
    """Return for which time the question is asked and as of when, in words."""
    question = put.question
    assert question.end is not None
    known = format_time(put.instant, "long")
    end = format_day(question.end, "d MMMM y")
    if question.start is None:
        return str(_("Until %(end)s, as recorded by %(known)s.", end=end, known=known))
    start = format_day(question.start, "d MMMM y")
    return str(_("From %(start)s to %(end)s, as recorded by %(known)s.", start=start, end=end, known=known))


def narrowing(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what the question is narrowed to, as (label, words)."""
    texts = labels()
    offered: dict[str, Mapping[str, str]] = {
        "kind": words.kinds(),
        "channel": words.channels(),
        "topic": words.topics(),
        "profession": words.professions(),
        "gender": words.genders(),
        "age_group": {key: str(label) for key, label in AGE_GROUPS.items()},
        "newness": {"new": _("New people"), "returning": _("Returning people")},
        "country_basis": {"now": _("As last known")},
        "corrections": {"later": _("As corrected since")},
    }
    found = []
    for name in NAMES:
        value = values.get(name, "")
        if not value or name in DAYS:
            continue
        found.append((texts[name], _word(name, value) or offered.get(name, {}).get(value, value)))
    return found


def _word(name: str, value: str) -> str:
    """The words of a country or a group of countries; empty for what is neither."""
    if name == "country":
        return ", ".join(country_name(one, page_language()) for one in value.split(","))
    return words.region(value) if name == "region" else ""


def months_before(day: date, months: int) -> date:
    """Return the first day of the month ``months`` before a day's."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def today(put: Put) -> date:
    """Return the day of the instant that a question is answered as of."""
    return put.instant.astimezone(UTC).date()
