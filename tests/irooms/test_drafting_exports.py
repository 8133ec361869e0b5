"""A draft as a file and as a resource: what is in it, who may have it, what it says of nobody."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.database import db
from app.core.jobs import run_pending
from app.irooms.models import Room
from app.irooms.models.drafting import RoomDraft, RoomDraftExport
from app.irooms.models.resources import RoomResource, RoomResourceVersion
from app.records.models import Fact
from tests.cast import PARTS, Cast
from tests.conftest import Inside
from tests.irooms.conftest import OpenRoom
from tests.irooms.drafts import TEXT, TITLE, DraftScene, begin, observer, opened, save
from tests.irooms.scene import RoomScene
from tests.irooms.shelves import Shelves, text_of
from tests.support.forms import send

LATIN = (
    "Some **bold** and *soft* [link](https://example.org/a) and [ours](/irooms).\n\n1. one\n2. two\n   - deep\n\n"
    "Between.\n\n1. again\n\n> said\n\n| Term | Meaning |\n|---|---|\n| link | a line |\n\n# Below\n\nEnd\x0b."
)
ARABIC = (
    "يجوز للمحكمة أن **تستمع** إلى الشاهد عبر رابط الفيديو.\n\n"
    "| البند | النص |\n|---|---|\n| ١ | حق الدفاع |\n\nEnglish here."
)


def drafted(
    cast: Cast, inside: Inside, room: RoomScene, language: str = "en", texts: dict[str, str] | None = None
) -> DraftScene:
    """A draft in a room."""
    with inside():
        return begin(cast, room, language=language, texts=texts)


def document(body: bytes) -> docx.document.Document:
    """Open a DOCX."""
    return docx.Document(io.BytesIO(body))


def test_a_docx_holds_what_was_written(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    draft = drafted(cast, inside, open_room(download="allowed"), texts={"Scope": LATIN})
    send(
        cast("member").client,
        draft.section(),
        draft.section(rest="/comments"),
        text="Which **line**?",
        quote="a line",
    )
    answer = observer(cast).get(draft.path("/file?format=docx&comments=1"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{TITLE}.docx"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    made = document(answer.data)
    lines = [(one.style.name if one.style else "", one.text) for one in made.paragraphs]
    assert lines[0] == ("Title", TITLE)
    assert ("Heading 1", "Scope") in lines
    assert ("Heading 2", "Below") in lines
    assert ("Quote", "said") in lines
    assert ("List Bullet 2", "deep") in lines
    assert ("Normal", "End.") in lines
    assert ("Heading 1", "Comments") in lines
    assert ("Normal", "Which line?") in lines
    assert any("Written by: Tomas Novak" in text for _style, text in lines)
    numbered = [one for one in made.paragraphs if one.style and one.style.name == "List Number"]
    counts = [one._p.xpath("./w:pPr/w:numPr/w:numId/@w:val") for one in numbered]
    assert counts[0] == counts[1] != counts[2]  # the second list counts anew
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [
        ["Term", "Meaning"],
        ["link", "a line"],
    ]
    targets = {one.target_ref for one in made.part.rels.values() if one.is_external}
    assert "https://example.org/a" in targets
    assert any(one.endswith("/irooms") and one.startswith("http") for one in targets)
    bold = [run.text for one in made.paragraphs for run in one.runs if run.bold]
    assert "bold" in bold


def test_arabic_is_right_to_left_in_both_files(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    draft = drafted(cast, inside, open_room(download="allowed"), "ar", {"النطاق": ARABIC})
    client = cast("member").client
    made = document(client.get(draft.path("/file?format=docx")).data)
    paragraphs = {one.text: one for one in made.paragraphs}
    arabic = next(one for text, one in paragraphs.items() if text.startswith("يجوز"))
    assert arabic._p.xpath("./w:pPr/w:bidi")
    assert all(run.font.rtl for run in arabic.runs if run.text.strip(" ."))
    assert not paragraphs["English here."]._p.xpath("./w:pPr/w:bidi")
    assert made.tables[0]._tbl.xpath("./w:tblPr/w:bidiVisual")
    pdf = client.get(draft.path("/file?format=pdf"))
    assert pdf.content_type == "application/pdf"
    text = text_of(pdf.data)
    for words in ("يجوز للمحكمة أن تستمع إلى الشاهد عبر رابط الفيديو", "حق الدفاع", "النطاق"):
        assert words in text


def test_latin_pdf_and_comments(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    draft = drafted(cast, inside, open_room(download="allowed"), texts={"Scope": LATIN})
    send(
        cast("member").client,
        draft.section(),
        draft.section(rest="/comments"),
        text="Which one?",
        quote="a line",
    )
    plain = text_of(cast("member").client.get(draft.path("/file?format=pdf")).data)
    assert "Some bold and soft link" in plain
    assert "Which one?" not in plain
    with_comments = text_of(cast("member").client.get(draft.path("/file?format=pdf&comments=1")).data)
    assert "Which one?" in with_comments
    assert "Ngozi Adeyemi" in with_comments


def test_a_milestone_is_taken_away_as_it_was(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    draft = drafted(cast, inside, open_room(download="allowed"))
    owner = cast("owner").client
    send(owner, draft.path("/history"), draft.path("/milestones"), name="First reading")
    save(owner, draft, "All new.")
    page = owner.get(draft.path("/export")).text
    version = re.search(r'<option value="([\w-]{22})">First reading', page)
    assert version is not None
    old = text_of(owner.get(draft.path(f"/file?format=pdf&version={version[1]}")).data)
    assert "The court may hear" in old
    assert "First reading" in old
    assert owner.get(draft.path(f"/file?format=pdf&version={'x' * 22}")).status_code == 404


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_stamped_files_carry_who_took_them(cast: Cast, inside: Inside, room: RoomScene, kind: str) -> None:
    draft = drafted(cast, inside, room)
    body = cast("member").client.get(draft.path(f"/file?format={kind}")).data
    with inside():
        row = db.session.scalars(select(RoomDraftExport)).one()
        assert row.membership_id == room.membership_ids["member"]
        verb = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "room_draft.exported")).one()
        assert verb.detail["code"] == row.code
        assert {"what": "draft", "format": kind} in db.session.scalars(select(Fact.result)).all()
    header = (
        " ".join(one.text for one in document(body).sections[0].header.paragraphs)
        if kind == "docx"
        else text_of(body)
    )
    assert "Ngozi Adeyemi" in header
    assert row.code in header
    manager = cast("room_manager").client
    assert row.code in manager.get(draft.path("/settings")).text
    traced = send(manager, room.path("/resources/trace"), code=row.code)
    assert "Ngozi Adeyemi" in traced.text
    assert TITLE in traced.text


def test_a_room_for_reading_only_gives_nothing_away(cast: Cast, inside: Inside, open_room: OpenRoom) -> None:
    draft = drafted(cast, inside, open_room(download="view"))
    for name in ("member", "expert", "owner", "practitioner", "outsider"):
        client = cast(name).client
        assert client.get(draft.path("/file?format=pdf")).status_code == 404
        assert client.get(draft.path("/export")).status_code == 404
    assert draft.path("/export") not in cast("member").client.get(draft.path()).text
    taken = cast("room_manager").client.get(draft.path("/file?format=pdf"))
    assert "Tomas Novak" in text_of(taken.data)


def everything_in(body: bytes) -> str:
    """Return all parts of a DOCX."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_files_of_pseudonyms_say_nothing_of_anybody(
    cast: Cast, inside: Inside, masked_room: RoomScene
) -> None:
    draft = drafted(cast, inside, masked_room)
    save(cast("owner").client, draft, TEXT + " More.")
    send(
        cast("member").client,
        draft.section(),
        draft.section(rest="/comments"),
        text="Why?",
        quote="video link",
    )
    client = cast("expert").client
    word = client.get(draft.path("/file?format=docx&comments=1")).data
    properties = document(word).core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    pdf = client.get(draft.path("/file?format=pdf&comments=1")).data
    whole = everything_in(word) + text_of(pdf) + pdf.decode("latin-1")
    for name in ("owner", "member", "expert", "room_manager"):
        assert PARTS[name].family_name not in whole
    with inside():
        alias = db.session.get_one(Room, masked_room.id)
        assert alias.identity == "pseudonym"
        rows = db.session.scalars(
            select(AuditEntry.actor_id).where(AuditEntry.verb == "room_draft.exported")
        ).all()
        assert rows == [None, None]


# ------------------------------------------------------------------------------------------------ publishing


def test_a_published_draft_is_two_resources(cast: Cast, inside: Inside, room: RoomScene) -> None:
    draft = drafted(cast, inside, room)
    manager, page = cast("room_manager").client, draft.path("/publication")
    form = opened(manager, page)
    shelf = re.search(r'<option value="([\w-]{22})"', manager.get(page).text)
    assert shelf is not None
    assert manager.post(page, data=form | {"name": "", "collection": shelf[1]}).status_code == 422
    assert manager.post(page, data=form | {"name": "Final", "collection": "x" * 22}).status_code == 422
    data = form | {"name": "Final", "collection": shelf[1]}
    assert manager.post(page, data=data).location == manager.post(page, data=data).location == draft.path()
    with inside():
        run_pending()
        found = db.session.scalars(select(RoomResource).order_by(RoomResource.id)).all()
        assert [(one.title, one.state) for one in found] == [
            (f"{TITLE} (PDF)", "current"),
            (f"{TITLE} (DOCX)", "current"),
        ]
        assert db.session.get_one(RoomDraft, draft.number).state == "published"
    shown = observer(cast).get(draft.path()).text
    assert "Published on" in shown
    assert found[0].public_id in shown
    owner = cast("owner").client
    assert owner.get(draft.section(rest="/edit")).status_code == 302
    late = opened(owner, draft.room.path("/discussion/new"), draft.room.path("/discussion"))
    refused = owner.post(draft.section(rest="/comments"), data=late | {"text": "Late"})
    assert refused.status_code == 422
    assert "closed" in refused.text
    assert cast("owner").client.get(page).status_code == 404
    # opened again, changed and published again: the same resources, another version
    send(manager, draft.path("/settings"), draft.path("/opening"))
    save(owner, draft, "The second edition.")
    assert send(manager, page, name="Final", collection=shelf[1]).status_code == 422  # the name is taken
    assert send(manager, page, name="Second", collection=shelf[1]).status_code == 302
    with inside():
        run_pending()
        assert len(db.session.scalars(select(RoomResource)).all()) == 2
        assert sorted(db.session.scalars(select(RoomResourceVersion.number))) == [1, 1, 2, 2]


def test_who_may_not_read_the_collection_meets_no_resource(
    cast: Cast, inside: Inside, room: RoomScene
) -> None:
    draft = drafted(cast, inside, room)
    shelves = Shelves(room, inside, cast("room_manager"))
    hidden = shelves.collection("For managers", read={"member": "deny", "observer": "deny", "expert": "deny"})
    send(cast("room_manager").client, draft.path("/publication"), name="Final", collection=hidden)
    with inside():
        run_pending()
        ids = db.session.scalars(select(RoomResource.public_id)).all()
    assert ids[0] in cast("room_manager").client.get(draft.path()).text
    page = cast("member").client.get(draft.path()).text
    assert "Published on" in page
    assert not any(one in page for one in ids)
    assert "(PDF)" not in page
