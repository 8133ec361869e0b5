"""The examination of one file: what it is, whether it is fit to be kept, what is taken out, its pages, its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from app.media.parser import images, judge, office, pages, pdfs, texts
from app.media.parser.archives import Archive, Budget, Limits
from app.media.parser.kinds import PROGRAM_ENDINGS, Family, Kind, ending_of, fitting_name
from app.media.parser.refusal import Note, Reason, Unfit

MAX_TEXT = 4_000_000
MAX_LISTED = 1_000
_SENDS_TEXT = {Family.PDF, Family.OFFICE, Family.TEXT}
_UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class Task:
    """What is asked: the file, the name it came with, the folder to write in, whether to strip, how much is allowed."""

    path: Path
    name: str
    folder: Path
    strip: bool
    max_pages: int
    max_pixels: int
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Finding:
    """What was found; ``final`` is the file to keep instead of the one that came."""

    kind: Kind
    notes: list[Note] = field(default_factory=list)
    final: Path | None = None
    pages: int | None = None
    texts: list[str] = field(default_factory=list)
    listing: list[tuple[str, int]] = field(default_factory=list)


def examine(task: Task) -> Finding:
    """Examine a file. Raises Unfit when it is not to be kept."""
    budget = Budget(task.limits.entries, task.limits.octets)
    kind = judge.kind_of(task.path, task.name, task.limits)
    finding = Finding(kind)
    if fitting_name(task.name, kind) != task.name:
        finding.notes.append(Note.RENAMED)
    if kind.family is Family.PDF:
        _pdf(task, finding)
    elif kind.family is Family.IMAGE:
        _image(task, finding)
    elif kind.family is Family.OFFICE:
        _office(task, finding, budget)
    elif kind.family is Family.ARCHIVE:
        _archive(task, finding, budget)
    elif kind.family in {Family.TEXT, Family.MARKUP}:
        finding.texts = [_text(task.path, kind)]
    _fit_text(finding)
    return finding


def _pdf(task: Task, finding: Finding) -> None:
    with pdfs.opened(task.path, task.max_pages) as pdf:
        finding.pages = len(pdf.pages)
        armed = pdfs.disarm(pdf)
        if armed or pdfs.hides_something(task.path) or pdf.get_warnings():
            finding.notes.append(Note.CLEANED)
        if task.strip:
            pdfs.strip(pdf)
            finding.notes.append(Note.STRIPPED)
        if finding.notes and set(finding.notes) & {Note.CLEANED, Note.STRIPPED}:
            finding.final = task.folder / "final"
            pdfs.save(pdf, finding.final)
    finding.texts = pdfs.texts(finding.final or task.path)


def _image(task: Task, finding: Finding) -> None:
    kind = finding.kind.name
    finding.pages = images.check(task.path, kind, task.max_pixels, task.max_pages)
    if images.hides_something(task.path):
        finding.notes.append(Note.CLEANED)
    if task.strip:
        finding.notes.append(Note.STRIPPED)
    if task.strip or Note.CLEANED in finding.notes:
        finding.final = task.folder / "final"
        images.write_again(task.path, finding.final, kind, task.max_pixels)


def _office(task: Task, finding: Finding, budget: Budget) -> None:
    with task.path.open("rb") as file:
        archive = Archive(file, task.limits, budget)
        for name in office.check(archive):
            _inside(task, archive, name, budget, depth=1)
        finding.texts = office.texts(archive, finding.kind)
        if task.strip:
            finding.final = task.folder / "final"
            office.write_stripped(archive, finding.final)
            finding.notes.append(Note.STRIPPED)
        archive.close()


def _archive(task: Task, finding: Finding, budget: Budget) -> None:
    with task.path.open("rb") as file:
        archive = Archive(file, task.limits, budget)
        names = list(archive.files)
        finding.listing = [(name, archive.entry(name).file_size) for name in names[:MAX_LISTED]]
        found = ["\n".join(names)]
        for name in names:
            found.append(_inside(task, archive, name, budget, depth=1))
        archive.close()
    finding.texts = ["\n\n".join(text for text in found if text)]


def _inside(task: Task, archive: Archive, name: str, budget: Budget, depth: int) -> str:
    """Examine an entry of an archive, in a file of its own under a name of ours; returns its text.

    What is not in the closed list may lie in an archive; programs, macros, nested bombs and locked files may not.
    """
    place = task.folder / f"entry-{depth}"
    try:
        with place.open("wb") as out:
            for piece in archive.pieces(name):
                out.write(piece)
        return _inside_file(task, place, name, budget, depth)
    except Unfit as unfit:
        if (
            unfit.reason in {Reason.UNKNOWN_TYPE, Reason.WRONG_TYPE, Reason.EMPTY}
            and ending_of(name) not in PROGRAM_ENDINGS
        ):
            return ""
        raise Unfit(unfit.reason, name) from None
    finally:
        place.unlink()


def _inside_file(task: Task, place: Path, name: str, budget: Budget, depth: int) -> str:
    if ending_of(name) in PROGRAM_ENDINGS:
        raise Unfit(Reason.PROGRAM)
    kind = judge.kind_of(place, name, task.limits, Budget(budget.entries, budget.octets))
    if kind.family in {Family.OFFICE, Family.ARCHIVE}:
        return _nested(task, place, kind, budget, depth + 1)
    if kind.family is Family.PDF:
        with pdfs.opened(place, task.max_pages) as pdf:
            if pdfs.disarm(pdf):
                raise Unfit(Reason.EMBEDDED)
        return "\n".join(pdfs.texts(place))
    if kind.family is Family.IMAGE:
        images.check(place, kind.name, task.max_pixels, task.max_pages)
        if images.hides_something(place):
            raise Unfit(Reason.EMBEDDED)
    return _text(place, kind) if kind.family is Family.TEXT else ""


def _nested(task: Task, place: Path, kind: Kind, budget: Budget, depth: int) -> str:
    if depth > task.limits.depth:
        raise Unfit(Reason.ARCHIVE_NESTING)
    with place.open("rb") as file:
        archive = Archive(file, task.limits, budget)
        if kind.family is Family.OFFICE:
            for name in office.check(archive):
                _inside(task, archive, name, budget, depth)
            found = "\n".join(office.texts(archive, kind))
        else:
            found = "\n".join(_inside(task, archive, name, budget, depth) for name in archive.files)
        archive.close()
    return found


# ------------------------------------------------------------------------------------------------ text


def _text(path: Path, kind: Kind) -> str:
    body = path.read_bytes()
    text = texts.decoded(body, texts.charset_of(body) or "utf-8")
    return words_of_html(text) if kind.name == "html" else text if kind.family is Family.TEXT else ""


class _Words(HTMLParser):
    """Keeps what a reader of the page would read."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self._silent += 1
        elif tag in {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4"}:
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.out.append(data)


def words_of_html(text: str) -> str:
    """Return the words of a page of HTML."""
    reader = _Words()
    reader.feed(text)
    reader.close()
    return office.tidy("".join(reader.out))


def _fit_text(finding: Finding) -> None:
    """Make texts such that the database can hold them, and cut what is more than anybody searches."""
    left = MAX_TEXT
    fitted = []
    for text in finding.texts:
        clean = _UNCLEAN.sub("", text)
        fitted.append(clean[:left])
        left -= len(fitted[-1])
        if len(fitted[-1]) < len(clean) and Note.TEXT_CUT not in finding.notes:
            finding.notes.append(Note.TEXT_CUT)
    finding.texts = fitted


# ------------------------------------------------------------------------------------------------ the task


def run(given: dict[str, Any]) -> dict[str, Any]:
    """The task: examine ``path``; the first page is drawn at once, so that it can be seen soon."""
    folder = Path(given["folder"])
    task = Task(
        path=Path(given["path"]),
        name=given["name"],
        folder=folder,
        strip=given["strip"],
        max_pages=given["max_pages"],
        max_pixels=given["max_pixels"],
        limits=Limits(**given.get("archives", {})),
    )
    finding = examine(task)
    drawn: dict[int, list[float]] = {}
    if finding.pages:
        source = finding.final or task.path
        drawn = pages.draw(source, finding.kind.family.value, [1], folder, task.max_pixels)
    return {
        "kind": finding.kind.name,
        "notes": [note.value for note in finding.notes],
        "final": finding.final.name if finding.final else None,
        "pages": finding.pages,
        "texts": finding.texts,
        "listing": finding.listing,
        "drawn": [[number, *size] for number, size in drawn.items()],
    }
