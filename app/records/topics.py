"""What activities are about, in words: one name for a topic on every page, in every report and file."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l

TOPICS: Mapping[str, LazyString] = {
    "electronic-evidence": _l("Electronic evidence"),
    "prosecution": _l("Prosecution"),
    "rehabilitation": _l("Rehabilitation and reintegration"),
    "human-rights": _l("Human rights"),
    "victims": _l("Victims"),
    "children": _l("Children"),
    "adjudication": _l("Investigation, prosecution, adjudication"),
    "mutual-legal-assistance": _l("Mutual legal assistance"),
    "military-evidence": _l("Evidence collected by the military"),
    "internet-investigation": _l("Investigation on the internet"),
    "foreign-terrorist-fighters": _l("Foreign terrorist fighters"),
    "financing-of-terrorism": _l("Financing of terrorism"),
    "violent-extremism": _l("Violent extremism"),
    "organized-crime": _l("Organized crime"),
    "borders": _l("Border security"),
    "cbrn": _l("CBRN terrorism"),
    "nuclear": _l("Nuclear terrorism"),
    "soft-targets": _l("Critical infrastructure and soft targets"),
    "legal-instruments": _l("Legal instruments"),
    "humanitarian-law": _l("Humanitarian law"),
    "international-crimes": _l("International crimes"),
    "gender": _l("Gender"),
    "prisons": _l("Prisons"),
    "other": _l("Another topic"),
}


def topic_name(topic: str) -> str:
    """Return a topic in words; one without a name of its own is its tag, readable; empty for none."""
    return str(TOPICS.get(topic) or topic.replace("-", " ").capitalize())
