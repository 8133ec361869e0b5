"""A strict reader of iCalendar (RFC 5545), written from the standard and apart from the library that writes the feeds.

It refuses what a calendar program may stumble over: a line that is too long or does not end in CRLF, a character cut in
two by folding, an unknown escape, a property that is missing or there twice, a zone that is not described.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LONGEST = 75  # octets of a line, its CRLF not counted
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*))*):(.*)', re.S)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:,]*)')
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")
_ONCE = {
    "METHOD",
    "ORGANIZER",
    "LOCATION",
    "DESCRIPTION",
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "URL",
    "TRANSP",
    "TZID",
}
_NEEDED = {
    "VCALENDAR": {"VERSION", "PRODID"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
}


class Malformed(AssertionError):
    """The calendar breaks the standard."""


@dataclass
class Property:
    """One content line: parameters and the raw value."""

    parameters: dict[str, str]
    value: str


@dataclass
class Component:
    """One component with its properties by name and what lies in it."""

    name: str
    properties: dict[str, Property] = field(default_factory=dict)
    inner: list[Component] = field(default_factory=list)

    def all(self, name: str) -> list[Component]:
        """Return the components of a name that lie in this one."""
        return [one for one in self.inner if one.name == name]

    def text(self, name: str) -> str:
        """Return a text value without its escapes. Raises Malformed for an escape that there is not."""
        return re.sub(r"\\(.|$)|[,;]", _unescaped, self.properties[name].value, flags=re.S)


def _unescaped(found: re.Match[str]) -> str:
    try:
        return {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}[found[0]]
    except KeyError:
        raise Malformed(f"{found[0]!r} stands in a text as it is") from None


def read(body: bytes) -> Component:
    """Return the calendar. Raises Malformed."""
    lines = _unfolded(body)
    root = Component("")
    open_ones = [root]
    for name, one in map(_property, lines):
        if name == "BEGIN":
            inner = Component(one.value)
            open_ones[-1].inner.append(inner)
            open_ones.append(inner)
        elif name == "END":
            _close(open_ones.pop(), one.value)
        else:
            _add(open_ones[-1], name, one)
    if len(open_ones) != 1 or [one.name for one in root.inner] != ["VCALENDAR"]:
        raise Malformed("this is not one calendar")
    if not root.inner[0].inner:
        raise Malformed("a calendar holds at least one component")
    return root.inner[0]


def _unfolded(body: bytes) -> list[str]:
    if not body.endswith(b"\r\n"):
        raise Malformed("the last line does not end")
    unfolded: list[bytes] = []
    for line in body[:-2].split(b"\r\n"):
        if b"\n" in line or b"\r" in line:
            raise Malformed(f"a line ends without CRLF: {line!r}")
        if len(line) > LONGEST:
            raise Malformed(f"{len(line)} octets in {line!r}")
        line.decode("utf-8")  # no character is cut in two
        if line.startswith((b" ", b"\t")):
            unfolded[-1] += line[1:]
        elif line:
            unfolded.append(line)
        else:
            raise Malformed("an empty line")
    return [line.decode("utf-8") for line in unfolded]


def _property(line: str) -> tuple[str, Property]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise Malformed(f"no content line: {line!r}")
    if any(ord(character) < 0x20 and character != "\t" for character in line):
        raise Malformed(f"a control character in {line!r}")
    pairs = _PARAMETER.findall(found[2])
    return found[1].upper(), Property({name.upper(): value.strip('"') for name, value in pairs}, found[3])


def _add(component: Component, name: str, one: Property) -> None:
    if name in component.properties and name in _ONCE:
        raise Malformed(f"{name} stands twice in {component.name}")
    component.properties[name] = one


def _close(component: Component, name: str) -> None:
    if component.name != name:
        raise Malformed(f"{component.name} ends as {name}")
    if missing := _NEEDED.get(name, set()) - component.properties.keys():
        raise Malformed(f"{name} lacks {missing}")


def instant(calendar: Component, one: Property) -> datetime:
    """Return the instant that a time stands for, by the zones that the calendar itself describes."""
    if one.value.endswith("Z"):
        if "TZID" in one.parameters:
            raise Malformed("a time in UTC has no zone")
        return _clock(one.value[:-1])
    local = _clock(one.value)
    zones = [
        zone for zone in calendar.all("VTIMEZONE") if zone.properties["TZID"].value == one.parameters["TZID"]
    ]
    if len(zones) != 1:
        raise Malformed(f"{len(zones)} descriptions of {one.parameters['TZID']}")
    return local - _offset_at(zones[0], local)


def _offset_at(zone: Component, local: datetime) -> timedelta:
    """Return the offset of the last observance that began before a local time.

    An observance begins at DTSTART on the clock of TZOFFSETFROM. A local time that comes twice means the first pass.
    """
    begun = [
        one for one in sorted(zone.inner, key=_begins) if _begins(one) <= local - _offset(one, "TZOFFSETFROM")
    ]
    if not begun:
        raise Malformed(f"the zone is not described for {local}")
    return _offset(begun[-1], "TZOFFSETTO")


def _begins(observance: Component) -> datetime:
    return _clock(observance.properties["DTSTART"].value) - _offset(observance, "TZOFFSETFROM")


def _clock(value: str) -> datetime:
    """Return what a clock shows, as if it stood in Greenwich: taking its offset away gives the instant."""
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def _offset(observance: Component, name: str) -> timedelta:
    found = _OFFSET.fullmatch(observance.properties[name].value)
    if found is None:
        raise Malformed(f"no offset: {observance.properties[name].value}")
    size = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -size if found[1] == "-" else size
