"""Colours can be read: the pairs that pages use, in both schemes, against WCAG 2.2 (reading text at 7:1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "assets" / "css" / "tokens.css"
READING = 7.0
TEXT = 4.5
SHAPE = 3.0
GROUNDS = ("paper", "surface", "sunk")
MEANINGS = ("done", "waiting", "attention", "danger")
WASHES = ("accent-wash", *(f"{one}-wash" for one in MEANINGS))
PAIRS = [
    *((READING, "ink", ground) for ground in (*GROUNDS, *WASHES)),
    *((READING, "ink-soft", ground) for ground in GROUNDS),
    *((TEXT, "ink-soft", ground) for ground in WASHES),
    *((READING, "accent", ground) for ground in GROUNDS),
    *((TEXT, link, ground) for link in ("accent", "accent-strong") for ground in WASHES),
    *((TEXT, one, ground) for one in MEANINGS for ground in (*GROUNDS, f"{one}-wash")),
    (TEXT, "on-accent", "accent"),
    (TEXT, "on-accent", "accent-strong"),
    (TEXT, "on-danger", "danger"),
    *((SHAPE, shape, ground) for shape in ("field-line", "focus") for ground in GROUNDS),
    (SHAPE, "field-line", "accent-wash"),
    *((SHAPE, f"series-{letter}", ground) for letter in "abcdef" for ground in GROUNDS),
]


def schemes() -> dict[str, dict[str, str]]:
    """Return the colours of each scheme by the token's name; dark begins as light and replaces."""
    text = TOKENS.read_text(encoding="utf-8")
    light, dark = text.split("@media screen and (prefers-color-scheme: dark)", 1)
    found = {
        name: dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", part))
        for name, part in (("light", light), ("dark", dark))
    }
    return {"light": found["light"], "dark": found["light"] | found["dark"]}


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_can_be_read(scheme: str) -> None:
    colours = schemes()[scheme]
    short = [
        f"{front} on {ground}: {ratio:.2f} < {least}"
        for least, front, ground in PAIRS
        if (ratio := contrast(colours[front], colours[ground])) < least
    ]
    assert short == []


def test_both_schemes_name_the_same_colours() -> None:
    text = TOKENS.read_text(encoding="utf-8")
    light, dark = text.split("@media screen and (prefers-color-scheme: dark)", 1)
    names = [set(re.findall(r"--([a-z-]+):\s*#", part)) for part in (light, dark)]
    assert names[0] == names[1]


def test_no_colour_outside_the_tokens() -> None:
    """Paper for diagrams, codes, pages and print is white, a film's ground black; everything else is a token."""
    allowed = {
        "lesson.css": {"#fff"},
        "print.css": {"#fff", "#000"},
        "room-resources.css": {"#fff", "#000"},
        "webinar-after.css": {"#fff"},
        "webinar-recording.css": {"#000"},
    }
    found = {
        sheet.name: set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)", sheet.read_text(encoding="utf-8")))
        - allowed.get(sheet.name, set())
        for sheet in TOKENS.parent.glob("*.css")
        if sheet != TOKENS
    }
    assert {name: colours for name, colours in found.items() if colours} == {}


def test_sides_are_logical() -> None:
    """Right-to-left comes for free only when no rule names a left or a right."""
    physical = re.compile(
        r"(?:^|[\s;{-])(?:left|right)\s*:|(?:margin|padding|border)-(?:left|right)|text-align:\s*(?:left|right)|float:"
    )
    found = [
        sheet.name
        for sheet in TOKENS.parent.glob("*.css")
        if physical.search(sheet.read_text(encoding="utf-8"))
    ]
    assert found == []
