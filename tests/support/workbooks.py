"""Workbooks as a spreadsheet program reads them: from the package's own XML, not by the library that wrote it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
_BUILT_IN = {9: "0%", 14: "yyyy-mm-dd"}


@dataclass(frozen=True)
class Cell:
    """A cell: its value by its type (text, number, instant), its letter (s, n, d, f), its form."""

    value: str | float | datetime
    kind: str
    number_format: str = ""


@dataclass
class SheetRead:
    """A sheet: name, cells by row and by column letters, where it is frozen, whether it goes from right to left."""

    name: str
    rows: list[dict[str, Cell]] = field(default_factory=list)
    frozen: str = ""
    right_to_left: bool = False

    def under(self, heading: str, row: int = 1) -> Cell:
        """Return the cell under a heading of the first row; ``row`` counts from 1 below it."""
        column = next(letters for letters, cell in self.rows[0].items() if cell.value == heading)
        return self.rows[row][column]


def read(data: bytes) -> list[SheetRead]:
    """Return the sheets of a workbook in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = [str(one.get("name")) for one in _xml(book, "xl/workbook.xml").iter(f"{_MAIN}sheet")]
        shared = _shared(book)
        forms = _formats(book)
        return [
            _sheet(name, _xml(book, f"xl/worksheets/sheet{number}.xml"), shared, forms)
            for number, name in enumerate(names, start=1)
        ]


def _xml(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))


def _shared(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    found = _xml(book, "xl/sharedStrings.xml").iter(f"{_MAIN}si")
    return ["".join(text.text or "" for text in one.iter(f"{_MAIN}t")) for one in found]


def _formats(book: zipfile.ZipFile) -> list[str]:
    """Return the number format of each cell style."""
    styles = _xml(book, "xl/styles.xml")
    own = {int(one.get("numFmtId", 0)): str(one.get("formatCode")) for one in styles.iter(f"{_MAIN}numFmt")}
    cells = styles.find(f"{_MAIN}cellXfs")
    assert cells is not None
    ids = [int(one.get("numFmtId", 0)) for one in cells]
    return [own.get(one, _BUILT_IN.get(one, "")) for one in ids]


def _sheet(name: str, page: ElementTree.Element, shared: list[str], forms: list[str]) -> SheetRead:
    found = SheetRead(name)
    view, pane = page.find(f".//{_MAIN}sheetView"), page.find(f".//{_MAIN}pane")
    found.right_to_left = view is not None and view.get("rightToLeft") == "1"
    found.frozen = str(pane.get("topLeftCell")) if pane is not None and pane.get("state") == "frozen" else ""
    for row in page.iter(f"{_MAIN}row"):
        cells = {}
        for one in row.iter(f"{_MAIN}c"):
            letters = re.sub(r"\d", "", str(one.get("r")))
            read_cell = _cell(one, shared, forms)
            if read_cell is not None:
                cells[letters] = read_cell
        found.rows.append(cells)
    return found


def _cell(one: ElementTree.Element, shared: list[str], forms: list[str]) -> Cell | None:
    value = one.find(f"{_MAIN}v")
    form = forms[int(one.get("s", 0))]
    if one.find(f"{_MAIN}f") is not None:
        return Cell(str(one.findtext(f"{_MAIN}f")), "f", form)
    if one.get("t") == "inlineStr":
        return Cell("".join(text.text or "" for text in one.iter(f"{_MAIN}t")), "s", form)
    if value is None or value.text is None:
        return None
    if one.get("t") == "s":
        return Cell(shared[int(value.text)], "s", form)
    if "yy" in form:
        return Cell(_EPOCH + timedelta(days=float(value.text)), "d", form)
    return Cell(float(value.text), "n", form)
