"""The tus protocol (1.0.0, https://tus.io) as a feature meets it: its address that begins uploads.

    @bp.post("/<room>/uploads")
    @access(...)
    @idempotent
    def begin_upload(room):
        return tus.begin(lambda asked: actions.begin_upload(room, asked.name, asked.length, …))

The pieces then go to ``/files/uploads/<id>``, which belongs to ``media``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime

from flask import Response, request, url_for
from werkzeug.exceptions import BadRequest

from app.core.refusal import Refused
from app.core.settings import settings
from app.media.models import MediaUpload

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
CHECKSUMS = ("sha256", "sha1")
MAX_METADATA = 4_000
MAX_PIECE = 8_000_000
_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to send: name, length in octets, whether to strip it, the sender's own mark for it."""

    name: str
    length: int
    strip: bool
    fingerprint: str


def begin(start: Callable[[Asked], MediaUpload]) -> Response:
    """Answer a request that begins an upload: 201 with its address, or 422 with the words of the refusal.

    Raises BadRequest for what does not follow the protocol.
    """
    try:
        upload = start(asked())
    except Refused as refused:
        return plain(str(refused), _UNPROCESSABLE)
    response = Response(status=201)
    response.headers["Location"] = url_for("files.upload", upload_id=upload.public_id)
    return with_state(response, upload)


def asked() -> Asked:
    """Return what the present request wants to send. Raises BadRequest."""
    said = metadata(request.headers.get("Upload-Metadata", ""))
    return Asked(
        name=said.get("filename") or said.get("name") or "file",
        length=number("Upload-Length"),
        strip=said.get("strip") == "1",
        fingerprint=said.get("fingerprint", ""),
    )


def metadata(header: str) -> Mapping[str, str]:
    """Return the pairs of ``Upload-Metadata``: a word and its value in base 64. Raises BadRequest."""
    if len(header) > MAX_METADATA:
        raise BadRequest
    pairs = {}
    for pair in filter(None, (one.strip() for one in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            pairs[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise BadRequest from None
    return pairs


def number(header: str) -> int:
    """Return a header that must be a count. Raises BadRequest."""
    said = request.headers.get(header, "")
    if not (said.isascii() and said.isdecimal() and len(said) < 16):
        raise BadRequest
    return int(said)


def with_state(response: Response, upload: MediaUpload) -> Response:
    """Add the headers that tell how far an upload has come."""
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Upload-Offset"] = str(upload.offset)
    response.headers["Upload-Length"] = str(upload.length)
    response.headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    response.headers["Cache-Control"] = "no-store"
    return response


def plain(words: str, status: int) -> Response:
    """Return a refusal that a program shows to its person."""
    response = Response(words, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Tus-Resumable"] = VERSION
    return response


def piece_size() -> int:
    """Return the size of the pieces that our own pages send, in octets; some servers refuse the very largest body."""
    return min(MAX_PIECE, largest_request() * 9 // 10)


def largest_request() -> int:
    """Return how much one request may carry, in octets."""
    return settings().max_upload_mb * 1_000_000
