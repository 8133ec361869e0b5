"""What a room holds in tests: collections with rights, resources of each kind, files made here."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image
from sqlalchemy import select

from app.core.database import db
from app.core.jobs import run_pending
from app.core.pdf import compile_pdf
from app.irooms.actions.resources import adding
from app.irooms.actions.resources import collections as shelving
from app.irooms.actions.resources.collections import Description
from app.irooms.collections import Node, Tree
from app.irooms.models.resources import RoomCollection, RoomResource, RoomResourceVersion
from app.irooms.queries.resources.collections import collection_scope, tree
from app.irooms.queries.resources.rows import Row, works
from app.irooms.resources_words import Words
from app.irooms.seats import Seat
from app.media import actions as media
from tests.cast import Player
from tests.irooms.scene import RoomScene, seat_of

_PAGES = """
#let given = json("data.json")
#set page(width: 12cm, height: 16cm)
#set document(author: "Tomas Novak", title: "A guide")
#for number in range(1, given.pages + 1) {
  [= Chapter #number]
  [The warrant of chapter #number is explained.]
  if number < given.pages { pagebreak() }
}
"""


@cache
def pdf(pages: int = 3) -> bytes:
    """Return a PDF with an author in its properties; page n speaks of chapter n."""
    return compile_pdf(_PAGES, {"pages": pages})


@cache
def picture() -> bytes:
    """Return a photograph with its author in the EXIF data."""
    image = Image.new("RGB", (640, 480), "#87a")
    exif = image.getexif()
    exif[0x013B] = "Tomas Novak"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def text_of(document: bytes) -> str:
    """Return the text layer and the properties of a PDF."""
    with pikepdf.open(io.BytesIO(document)) as opened:
        properties = str(dict(opened.docinfo))
    pages = pypdfium2.PdfDocument(document)
    return properties + "\n".join(page.get_textpage().get_text_range() for page in pages)


class Shelves:
    """A room's resources, outside a transaction: make collections and resources, by titles."""

    def __init__(self, scene: RoomScene, inside: Any, manager: Player) -> None:
        self.scene, self.inside, self.manager = scene, inside, manager

    def root(self) -> str:
        """Return the id of the outermost collection."""
        with self.inside():
            return tree(self._seat()).root.public_id

    def collection(self, title: str, within: str = "", **rights: dict[str, str]) -> str:
        """Make a collection; ``read={"member": "deny"}`` and the like. Returns its id."""
        with self.inside():
            seat = self._seat()
            row = shelving.make_collection(
                seat, self._node(tree(seat), within), Description(title, "", rights)
            )
            return row.public_id

    def text(
        self, title: str, within: str = "", text: str = "Some words.", by: Player | None = None, **words: Any
    ) -> str:
        """Add a text page. Returns its id."""
        with self.inside():
            seat = self._seat(by)
            shelves = tree(seat)
            row = adding.add_text(seat, shelves, self._node(shelves, within), Words(title, **words), text)
            return row.public_id

    def link(self, title: str, within: str = "", url: str = "https://library.example/a") -> str:
        """Add a link. Returns its id."""
        with self.inside():
            seat = self._seat()
            shelves = tree(seat)
            return adding.add_link(seat, shelves, self._node(shelves, within), Words(title), url).public_id

    def file(
        self, title: str, body: bytes, name: str, within: str = "", *, checked: bool = True, **words: Any
    ) -> str:
        """Add a file, checked unless told otherwise. Returns the resource's id."""
        with self.inside():
            seat = self._seat()
            shelves = tree(seat)
            node = self._node(shelves, within)
            scope = collection_scope(node.id)
            file = media.receive_bytes(seat.actor, body, name, scope, strip=adding.strips(seat))
            found = adding.add_file(seat, shelves, node, file, Words(title, **words)).public_id
            if checked:
                run_pending()
        return found

    def _seat(self, by: Player | None = None) -> Seat:
        return seat_of(by or self.manager, self.scene.slug)

    @staticmethod
    def _node(shelves: Tree, title: str) -> Node:
        return next((one for one in shelves.nodes.values() if title and one.title == title), shelves.root)

    def path(self, resource: str, rest: str = "") -> str:
        """Return the address of a resource."""
        return self.scene.path(f"/resources/{resource}{rest}")


def row_of(seat: Seat, public_id: str) -> tuple[Tree, Row]:
    """Return a resource as a seat sees it, inside a transaction."""
    shelves = tree(seat)
    return shelves, next(
        row for row in works(seat, shelves, public_id) if row.resource.public_id == public_id
    )


def resource(public_id: str) -> RoomResource:
    """Return a resource's row, inside a transaction."""
    return db.session.scalars(select(RoomResource).where(RoomResource.public_id == public_id)).one()


def collection(public_id: str) -> RoomCollection:
    """Return a collection's row, inside a transaction."""
    return db.session.scalars(select(RoomCollection).where(RoomCollection.public_id == public_id)).one()


def version(public_id: str, number: int) -> RoomResourceVersion:
    """Return a version of a resource, inside a transaction."""
    return db.session.scalars(
        select(RoomResourceVersion).where(
            RoomResourceVersion.resource_id == resource(public_id).id, RoomResourceVersion.number == number
        )
    ).one()
