"""Two addresses: pieces of one's own uploads arrive at one, files leave from the other, on a host of its own."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import tempfile
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import ClientDisconnected, NotFound, RequestedRangeNotSatisfiable

from app.core import log
from app.core.access import access, anyone, public, signed_in
from app.core.database import rollback
from app.core.refusal import Refused
from app.core.security import serves_user_files
from app.media import actions, loaders, marking, queries, tus
from app.media.drawing import source_of
from app.media.links import Grant, Ticket, granted
from app.media.models import MediaFile, MediaUpload
from app.media.names import clean_name
from app.media.storage import FILES, ORIGINAL, Missing, scratch, storage
from app.media.vocabulary import Family

bp = Blueprint("files", __name__, url_prefix="/files", template_folder="templates")
Octets = Callable[[int, int], Iterable[bytes]]
_PIECE = 1 << 16
_CHECKSUM_MISMATCH = 460  # the protocol's own
_SANDBOX = "default-src 'none'; sandbox"


# ------------------------------------------------------------------------------------------------ arriving


@bp.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@public
def protocol() -> Response:
    """Tell a program what of the protocol is understood."""
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["Tus-Resumable"] = response.headers["Tus-Version"] = tus.VERSION
    response.headers["Tus-Extension"] = tus.EXTENSIONS
    response.headers["Tus-Checksum-Algorithm"] = ",".join(tus.CHECKSUMS)
    response.headers["Tus-Max-Size"] = str(actions.largest_file())
    return response


@bp.get("/uploads/<upload_id>")
@access(signed_in, upload=loaders.own_upload)
def upload(upload: MediaUpload) -> Response:
    """How far an upload has come, in headers (HEAD asks for these), and what became of the file, for people."""
    file = upload.file
    words = queries.state_words(file)
    told = {
        "name": file.name,
        "offset": upload.offset,
        "length": upload.length,
        "state": file.state,
        "kind": words.kind,
        "words": words.advice or words.state,
        "notes": list(words.notes),
    }
    return tus.with_state(jsonify(told), upload)


@bp.patch("/uploads/<upload_id>")
@access(signed_in, upload=loaders.own_upload)
def add_piece(upload: MediaUpload) -> Response:
    """Add a piece at the offset it says. What arrived before a line broke counts."""
    if fault := _fault(upload):
        return fault
    offset = tus.number("Upload-Offset")
    rollback()  # nothing was written; a slow line must not hold a connection to the database
    with tempfile.NamedTemporaryFile(dir=scratch(), prefix="piece-") as piece:
        _receive(piece)
        if not _as_announced(Path(piece.name)):
            return tus.plain("Checksum Mismatch", _CHECKSUM_MISMATCH)
        try:
            actions.append(upload, offset, Path(piece.name))
        except actions.WrongOffset as refused:
            return tus.plain(str(refused), HTTPStatus.CONFLICT)
        except Refused as refused:
            return tus.plain(str(refused), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return tus.with_state(Response(status=HTTPStatus.NO_CONTENT), upload)


@bp.delete("/uploads/<upload_id>")
@access(signed_in, upload=loaders.own_upload)
def cancel(upload: MediaUpload) -> Response:
    """Give an upload up."""
    actions.cancel(upload)
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["Tus-Resumable"] = tus.VERSION
    return response


def _fault(upload: MediaUpload) -> Response | None:
    """Return the answer to a piece that does not follow the protocol, before its octets are read."""
    if request.headers.get("Tus-Resumable", tus.VERSION) != tus.VERSION:
        response = tus.plain("", HTTPStatus.PRECONDITION_FAILED)
        response.headers["Tus-Version"] = tus.VERSION
        return response
    if request.mimetype != "application/offset+octet-stream":
        return tus.plain("", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if tus.number("Upload-Offset") != upload.offset:
        return tus.plain("", HTTPStatus.CONFLICT)
    if request.content_length is not None and request.content_length > upload.length - upload.offset:
        return tus.plain("", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return None


def _receive(target: IO[bytes]) -> None:
    try:
        while piece := request.stream.read(_PIECE):
            target.write(piece)
    except (ClientDisconnected, ConnectionError, TimeoutError):
        log.event("line lost while a piece arrived")
    target.flush()


def _as_announced(piece: Path) -> bool:
    """Whether a piece is what its checksum says; without one it is taken as it came."""
    algorithm, _, announced = request.headers.get("Upload-Checksum", "").partition(" ")
    if not algorithm:
        return True
    if algorithm not in tus.CHECKSUMS:
        return False
    try:
        wanted = base64.b64decode(announced, validate=True)
    except binascii.Error:
        return False
    with piece.open("rb") as file:
        return hmac.compare_digest(hashlib.file_digest(file, algorithm).digest(), wanted)


# ------------------------------------------------------------------------------------------------ leaving


@bp.get("/get/<token>/<name>")
@serves_user_files
@access(anyone, plain=["name"], ticket=loaders.ticket)
def get(ticket: Ticket, name: str) -> Response:
    """Give a file out, whole or a part, if the right is still there at this moment."""
    first = request.method == "GET" and not _goes_on()
    found = granted(ticket, first=first)
    if found is None:
        raise NotFound
    file, grant = found
    if grant.lines is not None:
        return _give_marked(file, grant)
    return _give(file, grant)


def _goes_on() -> bool:
    """Whether this asks for a later piece of a file, not for its beginning."""
    asked = request.range
    return asked is not None and all(start != 0 for start, _end in asked.ranges)


def _give(file: MediaFile, grant: Grant) -> Response:
    def octets(start: int, end: int) -> Iterable[bytes]:
        try:
            return storage().read(f"{FILES}/{file.key}/{ORIGINAL}", start, end)
        except Missing:
            log.failure("file without its octets", file=file.public_id)
            raise NotFound from None

    kind = file.sort
    shown = kind is not None and kind.family is not Family.MARKUP
    media_type = file.media_type if shown else "application/octet-stream"
    return _answer(octets, file.size, file.sha256, media_type, grant.name or file.name)


def _give_marked(file: MediaFile, grant: Grant) -> Response:
    """Give a copy with the lines in it; what cannot be marked is never given without."""
    kind = file.sort
    if not file.stampable or kind is None:
        raise NotFound
    name = Path(grant.name or file.name)
    body, media_type, ending = _marked(file, kind.family, list(grant.lines or ()))

    def octets(start: int, end: int) -> Iterable[bytes]:
        return [body[start:end]]

    return _answer(octets, len(body), hashlib.sha256(body).hexdigest(), media_type, f"{name.stem}.{ending}")


def _marked(file: MediaFile, family: Family, lines: list[str]) -> tuple[bytes, str, str]:
    if family is Family.IMAGE:
        body = marking.mark_image(queries.page_image(file, 1), lines)
        media_type = marking.media_type(body)
        return body, media_type, media_type.rpartition("/")[2]
    return marking.stamp_pdf(storage().get(source_of(file)), lines), "application/pdf", "pdf"


def _answer(octets: Octets, size: int, digest: str, media_type: str, name: str) -> Response:
    """Return the answer for a whole file or the part of it that was asked for."""
    etag = f'"{digest}"'
    if digest in request.if_none_match:
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        response = _part(octets, size, digest)
        response.headers["Content-Type"] = media_type
        response.headers["Content-Disposition"] = disposition(name)
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = (
        "cross-origin"  # players on our pages get sound and film here
    )
    return response


def _part(octets: Octets, size: int, digest: str) -> Response:
    asked = request.range if request.method == "GET" and _same(digest) else None
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        body = octets(0, size) if request.method == "GET" else b""
        response = Response(body)
        response.headers["Content-Length"] = str(size)
        return response
    span = asked.range_for_length(size)
    if span is None:
        raise RequestedRangeNotSatisfiable(length=size)
    response = Response(octets(*span), status=HTTPStatus.PARTIAL_CONTENT)
    response.headers["Content-Length"] = str(span[1] - span[0])
    response.headers["Content-Range"] = f"bytes {span[0]}-{span[1] - 1}/{size}"
    return response


def _same(digest: str) -> bool:
    """Whether a part is asked of this very file: ``If-Range`` names it, or nothing is said."""
    if "If-Range" not in request.headers:
        return True
    return request.if_range.etag == digest


def disposition(name: str) -> str:
    """Return the header that makes a browser keep a file under ``name``, in any script (RFC 6266)."""
    clean = clean_name(name)
    plain = "".join(c if c.isascii() and c not in '"\\%' else "_" for c in clean)
    if plain == clean:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
