"""Templates keep to the house: nothing inline that the Content-Security-Policy refuses, icons that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "app").rglob("templates/**/*.html"))
SCRIPT = r"""<script(?![^>]*\ssrc=)(?! type="application/json")"""  # a block of JSON does nothing
INLINE = re.compile(rf"""<style[\s>]|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|{SCRIPT}""")


def test_no_inline_style_or_script() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0).strip()}"
        for path in TEMPLATES
        for match in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert TEMPLATES
    assert found == []


def test_every_icon_named_is_drawn() -> None:
    drawn = set(
        re.findall(
            r'^  "([a-z-]+)": \'<',
            (ROOT / "app/templates/macros/icons.html").read_text(encoding="utf-8"),
            re.M,
        )
    )
    named = {
        (path.name, name)
        for path in TEMPLATES
        for name in re.findall(r'\b_?icon\("([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert drawn
    assert {pair for pair in named if pair[1] not in drawn} == set()


def test_every_macro_parameter_for_words_goes_through_gettext() -> None:
    """A heading written plainly in a template of the frame would stay English in Arabic."""
    frame = [path for path in TEMPLATES if path.parent.name in {"templates", "macros", "errors", "mail"}]
    plain = re.compile(r">\s*[A-Z][a-z]+[a-z ]{3,}<")
    found = [
        f"{path.name}: {match.group(0)}"
        for path in frame
        for match in plain.finditer(re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S))
    ]
    assert found == []
