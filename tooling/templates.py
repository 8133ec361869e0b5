"""Looks through templates and style sheets for what the house does not do.

Every template must compile with the application's own filters and tests. Pages carry no inline style or script (the
Content-Security-Policy would refuse them; mails are exempt, mail programs know nothing else), and style sheets name no
left or right, so that right-to-left pages mirror by themselves. A line that must be physical says
``/* physical: why */``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from flask import Flask
from jinja2 import TemplateError

from app.factory import create_app
from tooling.place import ROOT

_JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.S)
_JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
_TAG = re.compile(r"<[a-zA-Z][^<>]*>", re.S)
_IN_TAG = {
    "inline style": re.compile(r"\sstyle\s*=", re.I),
    "inline handler": re.compile(r"\son(?!e\s*=)[a-z]+\s*=", re.I),  # no event is called "e"
    "script in htmx": re.compile(r"\shx-on[\w:-]*\s*=|\shx-\w+\s*=\s*[\"']\s*(?:js|javascript):", re.I),
    "script address": re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.I),
}
_INLINE_ELEMENT = re.compile(r"<style\b|<script\b(?![^>]*\ssrc\s*=)(?! type=\"application/json\")", re.I)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_PHYSICAL = re.compile(
    r"(?:^|[;{\s])(?:"
    r"(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)(?:-\w+)?\s*:"
    r"|border-(?:top|bottom)-(?:left|right)-radius\s*:"
    r"|(?:left|right)\s*:"
    r"|(?:text-align|float|clear|caption-side|justify-content|justify-items|justify-self)\s*:\s*(?:left|right)\b"
    r")",
    re.I,
)


def faults() -> list[str]:
    """Return everything found, one line each: file, line, what."""
    return [*_compile_faults(create_app()), *_page_faults(), *_style_faults()]


def _compile_faults(app: Flask) -> Iterator[str]:
    for name in app.jinja_env.list_templates(extensions=["html", "txt", "typ", "xml", "svg", "ics"]):
        try:
            app.jinja_env.get_template(name)
        except TemplateError as error:
            line = getattr(error, "lineno", 0)
            yield f"{getattr(error, 'filename', None) or name}:{line}: {error}"


def _page_faults() -> Iterator[str]:
    for path in sorted((ROOT / "app").rglob("templates/**/*.html")):
        if "mail" not in path.parts:
            yield from _markup_faults(path.read_text("utf-8"), str(path.relative_to(ROOT)))


def _markup_faults(text: str, name: str) -> Iterator[str]:
    plain = _JINJA.sub(_blank, _JINJA_COMMENT.sub(_blank, text))
    for element in _INLINE_ELEMENT.finditer(plain):
        yield f"{name}:{_line(plain, element.start())}: inline {element[0][1:]}"
    for tag in _TAG.finditer(plain):
        for what, pattern in _IN_TAG.items():
            if pattern.search(tag[0]) or pattern.search(text[tag.start() : tag.end()]):
                yield f"{name}:{_line(plain, tag.start())}: {what}"


def _style_faults() -> Iterator[str]:
    for path in sorted((ROOT / "assets").rglob("*.css")):
        yield from _sheet_faults(path.read_text("utf-8"), str(path.relative_to(ROOT)))


def _sheet_faults(text: str, name: str) -> Iterator[str]:
    lines = text.splitlines()
    for number, line in enumerate(_CSS_COMMENT.sub(_blank, text).splitlines(), start=1):
        if _PHYSICAL.search(line) and "/* physical:" not in lines[number - 1]:
            yield f"{name}:{number}: physical property: {line.strip()}"


def _blank(found: re.Match[str]) -> str:
    """Keep the length and the line breaks of what is taken out, so that places stay right."""
    return re.sub(r"[^\n]", " ", found[0])


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def main() -> int:
    """Print what was found; status 1 when there is anything."""
    found = faults()
    print("\n".join(found) or "Templates and style sheets keep to the rules.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
