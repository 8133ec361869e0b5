"""What becomes of a received file: kept or not, its pages, what pages say of it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from werkzeug.exceptions import NotFound

from app.core import jobs
from app.core.events import Event
from app.media import actions, queries
from app.media.events import FileReady, FileRefused
from app.media.models import MediaFile
from app.media.storage import storage
from app.media.vocabulary import Note, Paging, Reason, Scan, State
from tests.cast import Cast
from tests.conftest import Inside
from tests.media.conftest import Received
from tests.media.place import PLACE
from tests.support import files


def test_a_good_file_is_kept_once_and_told(received: Received, told: list[Event], inside: Inside) -> None:
    file = received("letter.pdf", files.word(), strip=True)
    with inside():
        assert (file.name, file.kind, file.state, file.scan) == (
            "letter.docx",
            "docx",
            State.READY,
            Scan.UNSCANNED,
        )
        assert file.notes == [Note.RENAMED, Note.STRIPPED]
        assert files.WORDS in queries.page_text(file, 1)
        assert not file.convertible  # no LibreOffice here: a download only, and the page says so
        words = queries.state_words(file)
        assert "Download only" in words.paging
        assert "Not scanned" in words.scan
        assert len(words.notes) == 2
        assert queries.kind_words(file) == "Word document"
        jobs.defer(jobs.registered()["media.examine"].work, file_id=file.id)
        jobs.run_pending()
    assert told == [FileReady(file.id)]


def test_what_is_not_taken_is_told_in_words_and_gone(
    received: Received, told: list[Event], stored: Callable[[], list[str]], inside: Inside
) -> None:
    file = received("report.pdf", b"just words")
    assert (file.state, file.reason) == (State.REFUSED, Reason.WRONG_TYPE)
    assert told == [FileRefused(file.id, "wrong_type")]
    assert stored() == []
    with inside():
        assert "not what its name says" in queries.state_words(file).advice
        with pytest.raises(NotFound):
            queries.original(file)
        with pytest.raises(NotFound):
            queries.page_image(file, 1)


def test_the_first_page_is_there_with_the_file_and_the_others_follow(
    received: Received, inside: Inside, stored: Callable[[], list[str]]
) -> None:
    file = received("report.pdf", files.pdf([f"page {n}" for n in range(1, 25)]))
    with inside() as session:
        assert (file.pages, file.drawn, file.paging) == (24, 24, Paging.READY)
        with Image.open(io.BytesIO(queries.page_image(file, 24, "small"))) as small:
            assert small.width == 800
        with Image.open(io.BytesIO(queries.page_image(file, 24))) as large:
            assert large.size == queries.page_sizes(file)[24] == (1600, 2263)
        assert queries.page_text(file, 7) == "page 7"
        for number, size in ((0, "small"), (25, "small"), (1, "huge")):
            with pytest.raises(NotFound):
                queries.page_image(file, number, size)
        storage().remove(f"files/{file.key}/pages")  # as if its turn had not come: it is drawn when asked for
        assert len(queries.page_image(file, 2, "small")) > 500
        assert stored()[1:] == [f"files/{file.key}/pages/2-{size}" for size in ("large", "small")]
        actions.discard(session.get_one(MediaFile, file.id))
        jobs.run_pending()
        assert session.get(MediaFile, file.id) is None
    assert stored() == []


@pytest.mark.long
def test_every_kind_passes_the_confined_process(inside: Inside, cast: Cast) -> None:
    with inside():
        sent = {
            kind: actions.receive_bytes(cast("owner").actor(), make(), name, PLACE)
            for kind, (name, _words, make) in files.GOOD.items()
        }
        jobs.run_pending()
        for kind, file in sent.items():
            assert (file.kind, file.state, file.notes) == (kind, State.READY, []), kind
            assert files.GOOD[kind][1] in queries.text_of(file), kind
            assert queries.kind_words(file) != ""
