"""The fixed words of a profile, with their labels in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel.speaklater import LazyString

from app.accounts.models import Role, Standing
from app.core.texts import lazy_gettext as _l


class LegalSystem(StrEnum):
    """The legal system somebody works in; each country has a usual one in ``countries.py``."""

    COMMON = "common"
    CIVIL = "civil"
    MIXED = "mixed"
    RELIGIOUS = "religious"
    CUSTOMARY = "customary"


class Profession(StrEnum):
    """What somebody does in terrorism cases."""

    PROSECUTOR = "prosecutor"
    JUDGE = "judge"
    INVESTIGATOR = "investigator"
    CENTRAL_AUTHORITY = "central_authority"
    LEGAL_ADVISER = "legal_adviser"
    DEFENCE_LAWYER = "defence_lawyer"
    FINANCIAL_INTELLIGENCE = "financial_intelligence"
    FORENSIC_EXPERT = "forensic_expert"
    PRISON_OFFICER = "prison_officer"
    BORDER_OFFICER = "border_officer"
    POLICY_MAKER = "policy_maker"
    TRAINER = "trainer"
    INTERNATIONAL_STAFF = "international_staff"
    OTHER = "other"


class Gender(StrEnum):
    """What somebody may say of themselves; the empty answer is not to say."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class AgeGroup(StrEnum):
    """What somebody may say of their age; the empty answer is not to say."""

    UNDER_30 = "under_30"
    FROM_30 = "30_and_over"


class Region(StrEnum):
    """The regional groups of the United Nations."""

    AFRICA = "africa"
    ASIA_PACIFIC = "asia_pacific"
    EASTERN_EUROPE = "eastern_europe"
    LATIN_AMERICA = "latin_america"
    WESTERN_EUROPE = "western_europe"


LEGAL_SYSTEMS: Mapping[str, LazyString] = {
    LegalSystem.COMMON: _l("Common law"),
    LegalSystem.CIVIL: _l("Civil law"),
    LegalSystem.MIXED: _l("Mixed"),
    LegalSystem.RELIGIOUS: _l("Religious law"),
    LegalSystem.CUSTOMARY: _l("Customary law"),
}
PROFESSIONS: Mapping[str, LazyString] = {
    Profession.PROSECUTOR: _l("Prosecutor"),
    Profession.JUDGE: _l("Judge or magistrate"),
    Profession.INVESTIGATOR: _l("Police or other investigator"),
    Profession.CENTRAL_AUTHORITY: _l("Central authority for legal assistance"),
    Profession.LEGAL_ADVISER: _l("Legal adviser or drafter of laws"),
    Profession.DEFENCE_LAWYER: _l("Defence lawyer"),
    Profession.FINANCIAL_INTELLIGENCE: _l("Financial intelligence"),
    Profession.FORENSIC_EXPERT: _l("Forensic or digital evidence expert"),
    Profession.PRISON_OFFICER: _l("Prison or probation officer"),
    Profession.BORDER_OFFICER: _l("Border or customs officer"),
    Profession.POLICY_MAKER: _l("Ministry official or parliamentarian"),
    Profession.TRAINER: _l("Trainer or academic"),
    Profession.INTERNATIONAL_STAFF: _l("Staff of an international organisation"),
    Profession.OTHER: _l("Another profession"),
}
GENDERS: Mapping[str, LazyString] = {
    Gender.FEMALE: _l("Female"),
    Gender.MALE: _l("Male"),
    Gender.OTHER: _l("In another way"),
}
AGE_GROUPS: Mapping[str, LazyString] = {
    AgeGroup.UNDER_30: _l("Under 30"),
    AgeGroup.FROM_30: _l("30 or over"),
}
"""Youth as Security Council resolution 2250 (2015) takes it: up to 29 years."""
REGIONS: Mapping[str, LazyString] = {
    Region.AFRICA: _l("African States"),
    Region.ASIA_PACIFIC: _l("Asia-Pacific States"),
    Region.EASTERN_EUROPE: _l("Eastern European States"),
    Region.LATIN_AMERICA: _l("Latin American and Caribbean States"),
    Region.WESTERN_EUROPE: _l("Western European and other States"),
}
STANDINGS: Mapping[str, LazyString] = {
    Standing.UNCONFIRMED: _l("Address not confirmed"),
    Standing.PENDING: _l("Waiting for approval"),
    Standing.APPROVED: _l("Approved"),
    Standing.DECLINED: _l("Declined"),
    Standing.SUSPENDED: _l("Suspended"),
    Standing.CLOSED: _l("Closed"),
}
ROLES: Mapping[str, LazyString] = {
    Role.PRACTITIONER: _l("Practitioner"),
    Role.TRAINER: _l("Trainer"),
    Role.EXPERT: _l("Expert"),
    Role.ROOM_MANAGER: _l("Room manager"),
    Role.FOCAL_POINT: _l("Focal point"),
    Role.REPORTING_OFFICER: _l("Reporting officer"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
"""Working languages people may name: the six of the platform first, then widely used ones (BCP 47)."""
WORKING_LANGUAGES = (
    *("ar", "zh", "en", "fr", "ru", "es"),
    *(
        "am",
        "az",
        "bn",
        "bs",
        "de",
        "dv",
        "fa",
        "fil",
        "ha",
        "hi",
        "hy",
        "id",
        "it",
        "ja",
        "ka",
        "kk",
        "km",
        "ko",
        "ku",
        "ky",
    ),
    *(
        "lo",
        "mg",
        "mn",
        "ms",
        "my",
        "ne",
        "nl",
        "pl",
        "ps",
        "pt",
        "ro",
        "rw",
        "si",
        "so",
        "sq",
        "sr",
        "sw",
        "ta",
        "tg",
        "th",
    ),
    *("ti", "tk", "tr", "uk", "ur", "uz", "vi", "yo", "zu"),
)
