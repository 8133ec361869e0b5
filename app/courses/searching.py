"""What of courses can be found: each course by its page, each lesson by its text, in every language it is there in.

Questions are not in the index: what a check or test asks, and what is right, is met in it only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby

from sqlalchemy import select

from app.core.database import db
from app.core.texts import lazy_gettext as _l
from app.courses.models import Course, CourseVersion, Edition, EditionItem, ItemKind
from app.courses.scopes import lessons_scope, page_scope
from app.courses.structure import structure_of
from app.search.actions import Document, Part, index_scope

COURSE, LESSON = "course", "lesson"
NAMES = {COURSE: _l("Courses"), LESSON: _l("Lessons")}


def refresh(course: Course) -> None:
    """Bring the index to what the course is now; nothing is left of one that is retired or not published."""
    index_scope(page_scope(course.id), pages(course))
    index_scope(lessons_scope(course.id), lessons(course))


def documents() -> Iterator[Document]:
    """Yield everything of every course that can be found."""
    for course in db.session.scalars(select(Course).order_by(Course.id)):
        yield from pages(course)
        yield from lessons(course)


def pages(course: Course) -> Iterator[Document]:
    """Yield the page of a course in each language."""
    version = _shown(course)
    if version is None:
        return
    titles = _item_titles(version)
    for edition in _editions(version):
        if edition.adaptation:
            continue
        yield Document(
            kind=COURSE,
            key=str(course.id),
            scope=page_scope(course.id),
            language=edition.language,
            title=edition.title,
            parts=[Part("", _page_text(edition, titles.get(edition.id, [])))],
            url=f"/courses/{course.slug}",
            updated_at=version.published_at,
        )


def lessons(course: Course) -> Iterator[Document]:
    """Yield the lessons, readings and cases of a course in each edition that has words of its own for them."""
    version = _shown(course)
    if version is None:
        return
    editions = {edition.id: edition for edition in _editions(version)}
    titles = {one.language: one.title for one in editions.values() if not one.adaptation}
    items = structure_of(version).by_id
    rows = db.session.scalars(
        select(EditionItem)
        .where(EditionItem.edition_id.in_(editions))
        .order_by(EditionItem.item_id, EditionItem.edition_id)
    )
    for row in rows:
        if row.item_id not in items or items[row.item_id].kind == ItemKind.CHECK:
            continue
        edition = editions[row.edition_id]
        yield Document(
            kind=LESSON,
            key=f"{course.id}/{row.item_id}",
            scope=lessons_scope(course.id),
            language=_tag(edition),
            title=row.title,
            parts=parts_of(row.html),
            url=f"/courses/{course.slug}/items/{row.item_id}",
            facets={"within": titles.get(edition.language, edition.title)},
            updated_at=version.published_at,
        )


def _shown(course: Course) -> CourseVersion | None:
    """Return the version people see; None of a course that nobody does."""
    return None if course.retired_at is not None else course.version


def _editions(version: CourseVersion) -> list[Edition]:
    rows = select(Edition).where(Edition.version_id == version.id).order_by(Edition.id)
    return list(db.session.scalars(rows))


def _tag(edition: Edition) -> str:
    return f"{edition.language}-{edition.adaptation}" if edition.adaptation else edition.language


def _item_titles(version: CourseVersion) -> Mapping[int, list[str]]:
    rows = db.session.execute(
        select(EditionItem.edition_id, EditionItem.title)
        .join(Edition, Edition.id == EditionItem.edition_id)
        .where(Edition.version_id == version.id)
        .order_by(EditionItem.edition_id, EditionItem.item_id)
    )
    return {edition: [title for _, title in some] for edition, some in groupby(rows, key=lambda row: row[0])}


def _page_text(edition: Edition, item_titles: list[str]) -> str:
    """Return what the page of a course says of it: for whom, what for, and its plan."""
    words = edition.words
    modules = [
        text for one in words.get("modules", {}).values() for text in (one["title"], one.get("summary"))
    ]
    lines = [
        edition.summary,
        *words.get("outcomes", ()),
        words.get("audience"),
        words.get("prerequisites"),
        *modules,
        *item_titles,
    ]
    return "\n".join(line for line in lines if line)


# ------------------------------------------------------------------------------------------------ HTML to parts

_BLOCKS = frozenset(
    ["p", "li", "tr", "td", "th", "h2", "h3", "h4", "div", "section", "blockquote", "pre", "figure", "figcaption",
     "summary", "br", "hr"]
)  # fmt: skip
_HEADINGS = frozenset(["h2", "h3", "h4"])
_VOID = frozenset(["img", "br", "hr"])


def parts_of(html: str) -> list[Part]:
    """Return a lesson's text in parts: what stands under a heading leads to it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [Part(anchor, text, heading) for anchor, heading, text in reader.sections() if text or heading]


@dataclass(slots=True)
class _Section:
    """What stands under a heading, as it is read."""

    anchor: str
    heading: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Takes the text out of HTML of ours, section by section; what only screen readers or only eyes get is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found = [_Section("")]
        self._in_heading = False
        self._hidden = 0

    def sections(self) -> Iterator[tuple[str, str, str]]:
        """Yield anchor, heading and text of each section."""
        for one in self._found:
            lines = (" ".join(line.split()) for line in "".join(one.text).split("\n"))
            yield (
                one.anchor,
                " ".join("".join(one.heading).split()),
                "\n".join(line for line in lines if line),
            )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._hidden or self._is_hidden(given):
            self._hidden += tag not in _VOID
        elif tag in _HEADINGS:
            self._found.append(_Section(given.get("id") or self._found[-1].anchor))
            self._in_heading = True
        elif tag == "img":
            self._found[-1].text.append(f"\n{given.get('alt') or ''}\n")
        elif tag in _BLOCKS:
            self._found[-1].text.append("\n")

    def _is_hidden(self, given: Mapping[str, str | None]) -> bool:
        names = (given.get("class") or "").split()
        return given.get("aria-hidden") == "true" or "visually-hidden" in names or "footnote-back" in names

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden -= 1
        elif tag in _HEADINGS:
            self._in_heading = False
        elif tag in _BLOCKS:
            self._found[-1].text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            section = self._found[-1]
            (section.heading if self._in_heading else section.text).append(data)
