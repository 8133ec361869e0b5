"""PDF files: whether they can be read, what in them acts by itself, their traces of people, their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2

from app.media.parser.office import tidy
from app.media.parser.refusal import Reason, Unfit

_ACTIONS = frozenset(
    [
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
        "/SetState",
    ]
)
_ANNOTATIONS = frozenset(["/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"])
_ACTING_KEYS = (
    "/AA",
    "/AF",
    "/JS",
    "/EF",
    "/XFA",
    "/RichMediaContent",
    "/Collection",
    "/EmbeddedFiles",
    "/JavaScript",
)
_ACTING = re.compile(
    rb"/(?:AA|AF|JS|EF|XFA|RichMediaContent|RichMedia|Collection|EmbeddedFiles|JavaScript|Launch|SubmitForm|ImportData|"
    rb"GoToR|GoToE|Rendition|Movie|Sound|RichMediaExecute|SetState|FileAttachment|Screen|3D|OpenAction|URI)\b"
)
_HARMLESS_LINK = re.compile(rb"^(?:https?://|mailto:|#|[\w./-]*$)", re.I)
_TRACES = ("/Metadata", "/PieceInfo", "/LastModified")
_AFTER_END = 2_048
MAX_PAGE_TEXT = 40_000
MAX_TEXT = 4_000_000


def opened(path: Path, max_pages: int) -> pikepdf.Pdf:
    """Return the document. Raises Unfit when it needs a password, cannot be read or has too many pages."""
    try:
        pdf = pikepdf.open(path)
        count = len(pdf.pages)
    except pikepdf.PasswordError:
        raise Unfit(Reason.ENCRYPTED) from None
    except pikepdf.PdfError:
        raise Unfit(Reason.DAMAGED) from None
    if count == 0:
        raise Unfit(Reason.DAMAGED)
    if count > max_pages:
        raise Unfit(Reason.TOO_MANY_PAGES)
    return pdf


def disarm(pdf: pikepdf.Pdf) -> bool:
    """Take out whatever acts by itself or carries other files; returns whether there was anything."""
    found = _disarm_root(pdf)
    for page in pdf.pages:
        found = _disarm_annotations(page) or found
    for one in pdf.objects:
        held = one.stream_dict if isinstance(one, pikepdf.Stream) else one
        if isinstance(held, (pikepdf.Dictionary, pikepdf.Array)) and _ACTING.search(
            held.unparse(resolved=True)
        ):
            found = _disarm_object(held, 0) or found
    return found


def _disarm_root(pdf: pikepdf.Pdf) -> bool:
    root, found = pdf.Root, False
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != pikepdf.Name.GoTo:
        del root["/OpenAction"]
        found = True
    names = root.get("/Names")
    for holder, keys in ((names, ("/JavaScript", "/EmbeddedFiles")), (root, ("/Collection", "/AA", "/AF"))):
        for key in keys:
            if isinstance(holder, pikepdf.Dictionary) and key in holder:
                del holder[key]
                found = True
    return found


def _disarm_annotations(page: pikepdf.Page) -> bool:
    annotations = page.obj.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return False
    kept = [
        one
        for one in annotations.as_list()
        if not (isinstance(one, pikepdf.Dictionary) and str(one.get("/Subtype")) in _ANNOTATIONS)
    ]
    if len(kept) == len(annotations):
        return False
    page.obj["/Annots"] = pikepdf.Array(kept)
    return True


def _disarm_object(held: pikepdf.Object, depth: int) -> bool:
    """Take out of one object, and of what stands in it directly, every action but those of plain links."""
    if depth > 40:
        raise Unfit(Reason.DAMAGED)
    found = False
    if isinstance(held, pikepdf.Dictionary):
        for key in _ACTING_KEYS:
            if key in held:
                del held[key]
                found = True
        for key, value in list(held.items()):
            if isinstance(value, pikepdf.Dictionary) and _acts(value):
                del held[key]
                found = True
        if _acts(held):  # an action that stands alone: left without anything it could do
            for key in list(held.keys()):
                del held[key]
            return True
    for value in _direct(held):
        found = _disarm_object(value, depth + 1) or found
    return found


def _acts(held: pikepdf.Object) -> bool:
    kind = str(held.get("/S", ""))
    if kind == "/URI":
        address = held.get("/URI")
        return not (isinstance(address, pikepdf.String) and _HARMLESS_LINK.match(bytes(address)))
    return kind in _ACTIONS


def _direct(held: pikepdf.Object) -> Iterator[pikepdf.Object]:
    values = held.as_list() if isinstance(held, pikepdf.Array) else [value for _key, value in held.items()]
    for value in values:
        if isinstance(value, (pikepdf.Dictionary, pikepdf.Array)) and not value.is_indirect:
            yield value


def strip(pdf: pikepdf.Pdf) -> None:
    """Take out who wrote it, when, and with what: the information, the metadata, what programs left behind."""
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for one in pdf.objects:
        held = one.stream_dict if isinstance(one, pikepdf.Stream) else one
        if isinstance(held, pikepdf.Dictionary):
            for key in _TRACES:
                if key in held:
                    del held[key]


def hides_something(path: Path) -> bool:
    """Whether there is more in the file than the document: something behind its end."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _AFTER_END))
        tail = file.read()
    _before, end, after = tail.rpartition(b"%%EOF")
    return not end or after.strip(b"\r\n\t \x00") != b""


def save(pdf: pikepdf.Pdf, target: Path) -> None:
    """Write the document as a new file; the same document gives the same octets."""
    pdf.save(target, deterministic_id=True, encryption=False)


def texts(path: Path) -> list[str]:
    """Return the text of every page; empty where it has none or cannot be read."""
    found: list[str] = []
    total = 0
    with pypdfium2.PdfDocument(path) as document:
        for number in range(len(document)):
            text = _page_text(document, number) if total < MAX_TEXT else ""
            total += len(text)
            found.append(text)
    return found


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number]
        letters = page.get_textpage().get_text_bounded()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    return tidy(letters.replace("\ufffe", "").replace("\r\n", "\n"))[:MAX_PAGE_TEXT]
