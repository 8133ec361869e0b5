"""Languages of the interface, and dates and numbers in them.

The language of the page is chosen by ``?lang=`` (kept in a cookie), else the person's, else the browser's. The
language of a person (for mail) and of a course edition are separate values.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime
from babel.dates import format_timedelta as babel_timedelta
from babel.numbers import format_decimal as babel_decimal
from babel.numbers import format_percent as babel_percent
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_locale

from app.core import clock
from app.core.access import current_actor
from app.core.security import on_content_host

LANGUAGES = {
    "ar": "العربية",
    "zh": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}
DEFAULT = "en"
COOKIE = "lang"
_YEAR_SECONDS = 365 * 24 * 3600
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "ps", "dv", "ckb", "sd", "ug", "yi"}
babel = Babel()


def page_language() -> str:
    """Return the language of the page being made: one of LANGUAGES."""
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else DEFAULT


def direction(language: str) -> str:
    """Return ``rtl`` or ``ltr`` for a BCP 47 tag."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def page_direction() -> str:
    """Return the direction of the page being made."""
    return direction(page_language())


def choose_language() -> str:
    """Choose the page's language for this request."""
    if not has_request_context():
        return DEFAULT
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        g.language_asked = asked
        return asked
    kept = request.cookies.get(COOKIE)
    if kept in LANGUAGES:
        return kept
    actor = current_actor()
    if actor.signed_in and actor.language in LANGUAGES:
        return actor.language
    return request.accept_languages.best_match(list(LANGUAGES), default=DEFAULT)


def choose_zone() -> str:
    """Choose the time zone of this request: the person's."""
    return current_actor().zone


@cache
def zones() -> tuple[str, ...]:
    """Return the IANA zone names people may choose from, sorted."""
    areas = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(areas)))


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(str(Path(__file__).resolve().parents[1] / "translations"), [language])


def _gettext(text: str) -> str:
    return _catalogue(page_language()).gettext(text)


def _ngettext(one: str, many: str, count: int) -> str:
    return _catalogue(page_language()).ngettext(one, many, count)


@lru_cache(maxsize=16384)
def _datetime(value: datetime, zone: str, language: str, form: str) -> str:
    return str(babel_datetime(value, format=form, tzinfo=ZoneInfo(zone), locale=language))


@lru_cache(maxsize=16384)
def _date(value: date, language: str, form: str) -> str:
    return str(babel_date(value, format=form, locale=language))


@lru_cache(maxsize=4096)
def _decimal(value: float, language: str) -> str:
    return str(babel_decimal(value, locale=language))


@lru_cache(maxsize=1024)
def _percent(value: float, language: str) -> str:
    return str(babel_percent(value, locale=language))


def format_time(value: datetime | None, form: str = "medium") -> str:
    """Return an instant (aware) in the reader's zone and language, to the minute; empty for None."""
    if value is None:
        return ""
    return _datetime(
        value.replace(second=0, microsecond=0), current_actor().zone, page_language(), _short(form)
    )


def _short(form: str) -> str:
    return {"medium": "d MMM y, HH:mm", "long": "EEE d MMM y, HH:mm"}.get(form, form)


def format_day(value: datetime | date | None, form: str = "d MMM y") -> str:
    """Return the day of an instant in the reader's zone, or a date as it is; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(current_actor().zone)).date()
    return _date(value, page_language(), form)


def format_ago(value: datetime | None) -> str:
    """Return how long ago an instant was, in words; empty for None."""
    if value is None:
        return ""
    return str(babel_timedelta(value - clock.now(), add_direction=True, locale=page_language()))


def format_number(value: float) -> str:
    """Return a number in the page's language."""
    return _decimal(value, page_language())


def format_share(value: float) -> str:
    """Return a share of 0..1 as a percentage in the page's language."""
    return _percent(value, page_language())


def format_size(octets: int) -> str:
    """Return a size in kB or MB (1000-based) in the page's language."""
    if octets >= 1_000_000:
        return f"{format_number(round(octets / 1_000_000, 1))} MB"
    return f"{format_number(max(1, round(octets / 1000)))} kB"


@cache
def language_name(tag: str, language: str) -> str:
    """Return the name of the language ``tag`` (BCP 47) in ``language``; the tag itself when unknown."""
    try:
        return str(Locale.parse(tag, sep="-").get_display_name(language) or tag)
    except ValueError:
        return tag
    except LookupError:
        return tag


_UNITED_NATIONS_NAMES = {
    "PS": {
        "ar": "دولة فلسطين",
        "zh": "巴勒斯坦国",
        "en": "State of Palestine",
        "fr": "État de Palestine",
        "ru": "Государство Палестина",
        "es": "Estado de Palestina",
    }
}
"""Where the common locale data and the name used at the United Nations differ."""


@cache
def country_name(country: str, language: str) -> str:
    """Return the name of an ISO 3166 country in ``language``; the code itself when unknown."""
    if own := _UNITED_NATIONS_NAMES.get(country, {}).get(language):
        return own
    return str(Locale.parse(language).territories.get(country, country))


def country(code: str) -> str:
    """Return a country's name in the page's language."""
    return country_name(code, page_language()) if code else ""


def best_language(wanted: str, offered: Sequence[str], otherwise: str) -> str:
    """Return the offered language nearest to ``wanted``: itself, its base, else ``otherwise``."""
    if wanted in offered:
        return wanted
    base = wanted.split("-")[0]
    return next((one for one in offered if one.split("-")[0] == base), otherwise)


def _keep_choice(response: Response) -> Response:
    asked = g.get("language_asked")
    if asked and not on_content_host():
        response.set_cookie(
            COOKIE, asked, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure
        )
    response.headers.add("Vary", "Accept-Language, Cookie")
    return response


def init_app(app: Flask) -> None:
    """Set languages up and give the formatters to templates."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=choose_language, timezone_selector=choose_zone)
    app.after_request(_keep_choice)
    # Flask-Babel looks the catalogue up anew for each word; a page has some thirty, so templates take this shorter way.
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        page_language=page_language,
        page_direction=page_direction,
        direction=direction,
        languages=LANGUAGES,
        language_name=language_name,
        country=country,
    )
    app.jinja_env.filters.update(
        time=format_time,
        day=format_day,
        ago=format_ago,
        number=format_number,
        share=format_share,
        size=format_size,
    )
