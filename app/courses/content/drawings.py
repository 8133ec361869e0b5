"""Figures: SVG drawings of our own, refused when they hold anything that is not a drawing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from app.courses.content.mistakes import Mistakes

_ELEMENTS = {
    *(
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "title",
        "desc",
    ),
    *(
        "defs",
        "marker",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "pattern",
        "symbol",
        "use",
    ),
}
_NAMES_WITH_COLON = {"xml:lang", "xml:space", "xmlns:xlink", "xlink:href"}
_NAMESPACES = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}
_FOREIGN = re.compile(r"url\(\s*['\"]?(?!#)|javascript:|data:|https?:|//", re.IGNORECASE)
_VIEW = re.compile(r"\s*[\d.+-]+[\s,]+[\d.+-]+[\s,]+(\d+(?:\.\d+)?)[\s,]+(\d+(?:\.\d+)?)\s*")
CONTENT_TYPE = "image/svg+xml"


@dataclass(slots=True)
class Drawing:
    """Size of a drawing in CSS pixels, from its ``viewBox``; 0 when it has none."""

    width: int = 0
    height: int = 0


@dataclass(slots=True)
class _Reader:
    path: str
    mistakes: Mistakes
    parser: XMLParserType
    drawing: Drawing = field(default_factory=Drawing)
    root: bool = True

    def wrong(self, text: str) -> None:
        self.mistakes.add(self.path, self.parser.CurrentLineNumber, text)

    def element(self, name: str, attributes: dict[str, str]) -> None:
        if self.root:
            self._root(name, attributes)
        if name not in _ELEMENTS:
            self.wrong(f"<{name}> is not allowed in a figure")
        for key, value in attributes.items():
            self._attribute(key, value)

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        self.root = False
        view = _VIEW.fullmatch(attributes.get("viewBox", ""))
        if name != "svg" or attributes.get("xmlns") != _NAMESPACES["xmlns"]:
            self.wrong('a figure is an <svg xmlns="http://www.w3.org/2000/svg">')
        if view is None:
            self.wrong('a figure needs viewBox="0 0 width height"')
        else:
            self.drawing = Drawing(round(float(view.group(1))), round(float(view.group(2))))

    def _attribute(self, key: str, value: str) -> None:
        if key in _NAMESPACES:
            if value != _NAMESPACES[key]:
                self.wrong(f"{key} must be {_NAMESPACES[key]}")
        elif (
            key.lower().startswith("on")
            or key in {"style", "class"}
            or (":" in key and key not in _NAMES_WITH_COLON)
        ):
            self.wrong(f'attribute "{key}" is not allowed in a figure')
        elif key in {"href", "xlink:href"} and not value.startswith("#"):
            self.wrong(f'"{value}" lies outside the figure')
        elif _FOREIGN.search(value):
            self.wrong(f'attribute "{key}" refers to something outside the figure')


def check_drawing(body: bytes, path: str, mistakes: Mistakes) -> Drawing:
    """Return the size of an SVG; whatever is not a plain drawing is noted."""
    parser = ParserCreate()
    reader = _Reader(path, mistakes, parser)
    parser.StartElementHandler = reader.element
    parser.StartDoctypeDeclHandler = lambda *_given: reader.wrong(
        "a document type is not allowed in a figure"
    )
    parser.EntityDeclHandler = lambda *_given: reader.wrong("an entity is not allowed in a figure")
    parser.ProcessingInstructionHandler = lambda *_given: reader.wrong(
        "a processing instruction is not allowed"
    )
    try:
        parser.Parse(body, True)
    except ExpatError as error:
        mistakes.add(path, error.lineno, f"not XML: {str(error).partition(':')[0]}")
    return reader.drawing
