"""Every figure there is, defined once, one file a family."""

from __future__ import annotations

from app.records.indicators import activities, feedback, people, recordings, rooms, training
from app.records.indicators.base import UNITS, Basis, Indicator, Unit

FAMILIES = {
    "people": people.FAMILY,
    "training": training.FAMILY,
    "activities": activities.FAMILY,
    "recordings": recordings.FAMILY,
    "rooms": rooms.FAMILY,
    "feedback": feedback.FAMILY,
}
INDICATORS: dict[str, Indicator] = {one.id: one for family in FAMILIES.values() for one in family}
HEADLINES = ("users", "user_countries", "trained", "deliveries", "webinars", "recording_uses")
"""What the public page and the dashboard begin with, and what the nightly check counts by another way."""

__all__ = ["FAMILIES", "HEADLINES", "INDICATORS", "UNITS", "Basis", "Indicator", "Unit"]
