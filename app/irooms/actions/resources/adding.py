"""Resources are added: files, links, text pages, legal references, training; and new versions of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.locking import lock
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import JSON, db
from app.core.refusal import Refused, require
from app.irooms.actions.resources.publishing import keep_act, settle
from app.irooms.collections import Node, Tree
from app.irooms.models import IdentityMode
from app.irooms.models.resources import ResourceKind, RoomResource, RoomResourceVersion
from app.irooms.queries.resources.collections import collection_scope
from app.irooms.resources_policy import may_edit
from app.irooms.resources_vocabulary import TRAINING_KINDS
from app.irooms.resources_words import LegalReference, Words, title_of
from app.irooms.seats import Seat
from app.media import actions as media
from app.media.models import MediaFile, MediaUpload
from app.records.models import Activity

MOST = 5_000


def add_link(seat: Seat, shelves: Tree, node: Node, words: Words, url: str) -> RoomResource:
    """Add a link (an https address) to a collection. Refused to who may not add there."""
    return _add(seat, shelves, node, ResourceKind.LINK, words, details={"url": url})


def add_text(seat: Seat, shelves: Tree, node: Node, words: Words, text: str) -> RoomResource:
    """Add a text page (Markdown) to a collection. Refused to who may not add there."""
    return _add(seat, shelves, node, ResourceKind.TEXT, words, text=text)


def add_legal(
    seat: Seat, shelves: Tree, node: Node, words: Words, reference: LegalReference, text: str = ""
) -> RoomResource:
    """Add a legal reference, with its wording where given (Markdown). Refused to who may not add there."""
    return _add(seat, shelves, node, ResourceKind.LEGAL, words, text=text, details=reference.as_json())


def add_training(seat: Seat, shelves: Tree, node: Node, words: Words, training: Activity) -> RoomResource:
    """Add a course, series or recording of the platform. Refused for other kinds, and what the person may not see."""
    kind = TRAINING_KINDS.get(training.kind)
    seen = training.group_id is None or training.group_id in seat.actor.groups
    require(kind is not None and seen, _("Choose one from the list."))
    assert kind is not None
    return _add(seat, shelves, node, kind, words, training_key=training.key)


def add_file(
    seat: Seat, shelves: Tree, node: Node, file: MediaFile, words: Words | None = None, note: str = ""
) -> RoomResource:
    """Add a received file: a draft until it has passed its checks. Without ``words`` its name is the title."""
    given = words or Words(title_of(file.name))
    return _add(seat, shelves, node, ResourceKind.FILE, given, file=file, note=note)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form brought: whole files (``stream`` and ``filename``), and the ids of uploads that arrived in pieces.

    ``strip`` takes traces of people out of the former; the latter were begun with or without.
    """

    files: Sequence[Any] = ()
    uploads: Sequence[str] = ()
    strip: bool = False

    def __len__(self) -> int:
        return len(self.files) + len(self.uploads)


def receive_files(seat: Seat, shelves: Tree, node: Node, sent: Sent) -> tuple[list[RoomResource], list[str]]:
    """Add each file that was sent; returns what was added, and in words what was not taken.

    Refused to who may not add there, and, before anything is added, for an upload that has not arrived.
    """
    _check(seat, shelves, node)
    scope = collection_scope(node.id)
    with db.session.begin_nested():  # a refusal leaves none of them behind
        taken = media.take(seat.actor, sent.uploads, scope)
        added = [add_file(seat, shelves, node, file) for file in taken]
    refused = []
    for one in sent.files:
        try:
            with db.session.begin_nested():
                file = _received(seat, one, scope, strip=sent.strip)
                added.append(add_file(seat, shelves, node, file))
        except Refused as error:
            refused.append(f"{one.filename}: {error}")
    return added, refused


def renew_file(
    seat: Seat, shelves: Tree, resource: RoomResource, note: str, sent: Sent
) -> RoomResourceVersion:
    """Add a new version of a file. Refused like :func:`add_version`, and unless exactly one file was sent."""
    require(len(sent) == 1, _("Choose one file."))
    scope = collection_scope(resource.collection_id)
    with db.session.begin_nested():
        file = (
            media.take(seat.actor, sent.uploads, scope)[0]
            if sent.uploads
            else _received(seat, sent.files[0], scope, strip=sent.strip)
        )
        return add_version(seat, shelves, resource, note, file=file)


def _received(seat: Seat, one: Any, scope: str, *, strip: bool) -> MediaFile:
    return media.receive(seat.actor, one.stream, one.filename or "", scope, strip=strip or strips(seat))


def begin_upload(
    seat: Seat, shelves: Tree, node: Node, name: str, length: int, *, strip: bool, fingerprint: str
) -> MediaUpload:
    """Begin a file that arrives in pieces. Refused to who may not add there, and in words of its own."""
    _check(seat, shelves, node)
    return media.begin_upload(
        seat.actor,
        name,
        length,
        collection_scope(node.id),
        strip=strip or strips(seat),
        fingerprint=fingerprint,
    )


def strips(seat: Seat) -> bool:
    """Whether traces of people are taken out of every file: where the room hides who they are."""
    return seat.room.identity != IdentityMode.NAME


def add_version(
    seat: Seat,
    shelves: Tree,
    resource: RoomResource,
    note: str,
    *,
    file: MediaFile | None = None,
    text: str = "",
    details: JSON | None = None,
) -> RoomResourceVersion:
    """Add a new version; earlier ones stay readable. A file's is shown once it has passed its checks.

    Refused to who may not change the resource, while it is withdrawn, and without a note.
    """
    require(may_edit(seat, shelves, resource), _("You may not change this resource."))
    require(bool(note.strip()), _("Say in a few words what is new."))
    lock(resource)
    require(resource.withdrawn_at is None, _("This resource is withdrawn."))
    last = select(func.max(RoomResourceVersion.number)).where(RoomResourceVersion.resource_id == resource.id)
    version = _version(
        seat, resource, 1 + int(db.session.scalar(last) or 0), note.strip(), file, text, details
    )
    keep_act(
        seat.room, seat.member, shelves, Verb.ROOM_RESOURCE_VERSION_ADDED, resource,
        {"version": version.number}, actor=seat.actor,
    )  # fmt: skip
    _settle_if_ready(resource, version, file)
    return version


def _add(
    seat: Seat,
    shelves: Tree,
    node: Node,
    kind: ResourceKind,
    words: Words,
    *,
    file: MediaFile | None = None,
    text: str = "",
    details: JSON | None = None,
    note: str = "",
    **columns: Any,
) -> RoomResource:
    _check(seat, shelves, node)
    last, held = _last_place(seat, node)
    require(held < MOST, _("A room holds at most 5000 resources."))
    resource = RoomResource(
        room_id=seat.room.id,
        collection_id=node.id,
        kind=kind,
        position=last + 1,
        created_by=seat.member_id,
        created_at=clock.now(),
        **columns,
    )
    words.write(resource)
    db.session.add(resource)
    db.session.flush()
    keep_act(
        seat.room,
        seat.member,
        shelves,
        Verb.ROOM_RESOURCE_ADDED,
        resource,
        {"kind": kind.value},
        actor=seat.actor,
    )
    version = _version(seat, resource, 1, note, file, text, details)
    _settle_if_ready(resource, version, file)
    return resource


def _version(
    seat: Seat,
    resource: RoomResource,
    number: int,
    note: str,
    file: MediaFile | None,
    text: str,
    details: JSON | None,
) -> RoomResourceVersion:
    version = RoomResourceVersion(
        resource_id=resource.id,
        number=number,
        note=note,
        file_id=file.id if file else None,
        text=text,
        details=details or {},
        created_by=seat.member_id,
        created_at=clock.now(),
    )
    db.session.add(version)
    db.session.flush()
    resource.latest_id = version.id
    db.session.flush()
    return version


def _settle_if_ready(resource: RoomResource, version: RoomResourceVersion, file: MediaFile | None) -> None:
    if file is None or file.ready:
        settle(resource, version)


def _check(seat: Seat, shelves: Tree, node: Node) -> None:
    require(seat.writes and node.id in shelves.writable, _("You may not add anything to this collection."))


def _last_place(seat: Seat, node: Node) -> tuple[int, int]:
    """Return the last position in the collection, and how many resources the room holds; the room is locked."""
    lock(seat.room)
    in_node = func.max(RoomResource.position).filter(RoomResource.collection_id == node.id)
    last, held = db.session.execute(
        select(in_node, func.count()).where(RoomResource.room_id == seat.room.id)
    ).one()
    return int(last or 0), int(held)
