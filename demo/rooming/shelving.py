"""What a room holds: collections with rights, resources in their versions, reading lists, and who read what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.courses.models import Course
from app.irooms.actions.resources import adding, changing, collections, lists, viewing
from app.irooms.collections import Node, Tree
from app.irooms.models import Download, RoomRole
from app.irooms.models.resources import RoomResource, RoomResourceVersion
from app.irooms.queries.resources.collections import collection_scope
from app.irooms.resources_words import LegalReference, Words
from app.irooms.seats import Seat
from app.media import actions as media
from app.media import jobs
from app.media.models import MediaFile
from app.records.models import Activity
from demo.rooming.content import Row
from demo.rooming.papers import file_of
from demo.rooming.story import Story

_OLDEST = 60.0
_TYPES = {"elearning": "e_learning", "e-learning": "e_learning"}
_PICTURE_OF_A_PAGE = range(12, 75)
_MOST_PAGES = 4
VIEWERS, LOOKS, TAKEN = 12, 4, 6
"""How many members read something, how many resources each at most, how many files are taken away."""


def plan_shelves(story: Story) -> None:
    """Plan collections, resources and lists, and that they are read."""
    story.then(story.opened + timedelta(hours=2), partial(_make_collections, story))
    for row in story.content.rows("resources"):
        first = story.ago(row.get("days_ago", _OLDEST))
        story.then(first, partial(_add, story, row))
        for version in row.get("versions", ()):
            moment = max(story.ago(version.get("days_ago", 5)), first + timedelta(hours=1))
            story.then(moment, partial(_renew, story, row, version))
        if row.get("withdrawn"):
            moment = max(story.ago(row.get("withdrawn_days_ago", 4)), first + timedelta(hours=2))
            story.then(moment, partial(_withdraw, story, row))
    for listing in story.content.room.get("reading_lists", ()):
        moment = story.ago(listing.get("days_ago", 12))
        story.then(moment, partial(_make_list, story, listing))
    _plan_reading(story)


# ------------------------------------------------------------------------------------------------ collections


def _make_collections(story: Story) -> None:
    seat = story.seat("manager")
    _make_within(story, seat, story.shelves(seat).root, story.content.room.get("collections", ()))


def _make_within(story: Story, seat: Seat, parent: Node, rows: Any) -> None:
    for row in rows:
        given = collections.Description(row["title"], row.get("description", ""), _rights(row))
        made = collections.make_collection(seat, parent, given)
        story.collections[row["id"]] = made.id
        _make_within(story, seat, story.shelves(seat).nodes[made.id], row.get("children", ()))


def _rights(row: Row) -> dict[str, dict[str, str]]:
    """Rights are written by role; the application keeps them by deed."""
    found: dict[str, dict[str, str]] = {}
    for role, deeds in row.get("rights", {}).items():
        for deed, right in deeds.items():
            found.setdefault(deed, {})[role] = right
    return found


# ------------------------------------------------------------------------------------------------ resources


def _add(story: Story, row: Row) -> None:
    seat = story.seat(row.get("by", "manager"))
    shelves = story.shelves(seat)
    node = shelves.nodes[story.collections[row["collection"]]]
    words, kind = _words(row), row["kind"]
    if kind == "file":
        file = _received(story, seat, node, row, row["file"])
        made = adding.add_file(seat, shelves, node, file, words)
        _examine(file)
    elif kind == "link":
        made = adding.add_link(seat, shelves, node, words, row["url"])
    elif kind == "text":
        made = adding.add_text(seat, shelves, node, words, _text(story, row))
    elif kind == "legal":
        reference = LegalReference(
            row.get("instrument", ""), row.get("article", ""), row.get("resolution", ""), row.get("year")
        )
        made = adding.add_legal(seat, shelves, node, words, reference, _text(story, row))
    else:
        made = adding.add_training(seat, shelves, node, words, _training(row))
    other = story.resources.get(row.get("variants_of", ""))
    if other is not None:
        manager = story.seat("manager")  # both may be others' resources
        changing.join_variants(manager, story.shelves(manager), made, other)
    story.resources[row["id"]] = made


def _words(row: Row) -> Words:
    dated = row.get("date")
    return Words(
        title=row["title"],
        type=_TYPES.get(row.get("type", ""), str(row.get("type", "other"))),
        summary=row.get("summary", "").strip(),
        symbol=row.get("symbol", ""),
        issuer=row.get("issuer", ""),
        dated=date.fromisoformat(str(dated)) if dated and not isinstance(dated, date) else dated or None,
        language=row.get("language", ""),
        tags=list(row.get("tags", ())),
        legal_systems=list(row.get("legal_systems", ())),
    )


def _text(story: Story, row: Row) -> str:
    if row.get("text"):
        return str(row["text"])
    source = row.get("from") or row.get("file", {}).get("from")
    return story.content.text(source) if source else ""


def _training(row: Row) -> Activity:
    slug = row.get("course", "electronic-evidence")
    course = db.session.scalars(select(Course).where(Course.slug == slug)).one()
    return db.session.get_one(Activity, course.activity_key)


def _received(story: Story, seat: Seat, node: Node, row: Row, wanted: Mapping[str, str]) -> MediaFile:
    name, octets = file_of(story.content, row, wanted)
    return media.receive_bytes(seat.actor, octets, name, collection_scope(node.id), strip=adding.strips(seat))


def _examine(file: MediaFile) -> None:
    """Let the file be what it is at once; drawing its pages and making pages of office files is the worker's."""
    db.session.flush()
    jobs.examine(file.id)


def _renew(story: Story, row: Row, version: Row) -> None:
    seat = story.seat(version.get("by", row.get("by", "manager")))
    shelves, resource = story.shelves(seat), story.resources[row["id"]]
    note = version.get("note", "")
    if row["kind"] == "file":
        node = shelves.nodes[resource.collection_id]
        file = _received(story, seat, node, row, version.get("file") or row["file"])
        adding.add_version(seat, shelves, resource, note, file=file)
        _examine(file)
    elif row["kind"] == "link":
        adding.add_version(
            seat, shelves, resource, note, details={"url": version.get("url", row.get("url", ""))}
        )
    elif row["kind"] == "text":
        adding.add_version(seat, shelves, resource, note, text=_text(story, row | version))


def _withdraw(story: Story, row: Row) -> None:
    seat = story.seat("manager")
    changing.withdraw(seat, story.shelves(seat), story.resources[row["id"]], row["withdrawn"])


# ------------------------------------------------------------------------------------------------ lists, reading


def _make_list(story: Story, listing: Row) -> None:
    seat = story.seat(listing.get("by", "manager"))
    made = lists.make_list(seat, listing["title"], listing.get("description", ""))
    for name in listing["resources"]:
        lists.put(seat, made, story.resources[name])
    readers = [name for name in story.members if story.chance.random() < 0.3]
    for name in readers[:12]:
        for resource in listing["resources"][: story.chance.randint(1, len(listing["resources"]))]:
            lists.tick(story.seat(name), story.resources[resource], done=True)


def _plan_reading(story: Story) -> None:
    """Members read files and texts, for a while and page by page; some take a file away where the room allows it."""
    chance = story.chance
    rows = [row for row in story.content.rows("resources") if row["kind"] in {"file", "text", "legal"}]
    readers = [part.number for part in story.parts[1:]]
    for number in chance.sample(readers, min(VIEWERS, len(readers))):
        for row in chance.sample(rows, chance.randint(1, min(LOOKS, len(rows)))):
            days = row.get("days_ago", _OLDEST) * chance.uniform(0.05, 0.9)
            story.then(story.ago(days), partial(_read, story, number, row))
    files = [row for row in rows if row["kind"] == "file"]
    for _ in range(TAKEN if files else 0):
        number, row = chance.choice(readers), chance.choice(files)
        days = row.get("days_ago", _OLDEST) * chance.uniform(0.05, 0.7)
        story.then(story.ago(days), partial(_take_away, story, number, row))


def _shown(story: Story, number: Any, row: Row) -> tuple[Seat, RoomResource, RoomResourceVersion] | None:
    """Return what a member has before them; None when they may not see it, or it is not there (yet)."""
    resource = story.resources.get(row["id"])
    if resource is None or resource.current_id is None or resource.withdrawn_at is not None:
        return None
    seat = story.seat(number)
    if not _may_read(story.shelves(seat), resource):
        return None
    return seat, resource, db.session.get_one(RoomResourceVersion, resource.current_id)


def _may_read(shelves: Tree, resource: RoomResource) -> bool:
    return resource.collection_id in shelves.readable


def _read(story: Story, number: Any, row: Row) -> None:
    shown = _shown(story, number, row)
    if shown is None:
        return
    seat, resource, version = shown
    view = viewing.look(seat, resource, version)
    file = db.session.get(MediaFile, version.file_id) if version.file_id else None
    moment: datetime = clock.now()
    for page in range(1, 1 + min(_MOST_PAGES, (file.pages or 0) if file else 0)):
        seconds = story.chance.choice(_PICTURE_OF_A_PAGE)
        with clock.travel(moment):
            viewing.look(seat, resource, version, page)
        moment += timedelta(seconds=seconds)
        with clock.travel(moment):
            viewing.read_on(seat, resource, view.code, page, seconds)


def _take_away(story: Story, number: Any, row: Row) -> None:
    shown = _shown(story, number, row)
    if shown is None or story.there.download == Download.VIEW or shown[0].role == RoomRole.OBSERVER:
        return
    viewing.take_away(*shown)
