"""Pages of office files, by the machine's own LibreOffice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.core.events import Event
from app.media import conversion, queries, sandbox
from app.media.events import FilePaged, FileReady
from app.media.vocabulary import Paging, State
from tests.conftest import Inside
from tests.media.conftest import Received
from tests.support import files

LIBREOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(LIBREOFFICE is None, reason="no LibreOffice on this machine"),
]


@pytest.mark.parametrize("kind", ["docx", "xlsx", "odt"])
def test_an_office_file_can_be_read_as_pages(
    kind: str, received: Received, change: Callable[..., None], inside: Inside, told: list[Event]
) -> None:
    change(libreoffice="auto")
    name, words, make = files.GOOD[kind]
    file = received(name, make(), strip=True)
    assert (file.state, file.paging, bool(file.pages), file.convertible) == (
        State.READY,
        Paging.READY,
        True,
        True,
    )
    assert told == [FileReady(file.id), FilePaged(file.id)]
    with inside():
        assert queries.can_convert()
        assert words in queries.text_of(file)
        assert len(queries.page_image(file, 1)) > 1_000
        assert files.AUTHOR not in queries.text_of(file)


def test_a_presentation_of_two_slides_has_two_pages(
    received: Received, change: Callable[..., None], inside: Inside, tmp_path: Path
) -> None:
    """A real one, made by LibreOffice itself from two pages of a drawing."""
    change(libreoffice="auto")
    source = tmp_path / "two.fodp"
    source.write_text(_SLIDES, "utf-8")
    sandbox.confined(
        [str(LIBREOFFICE), f"-env:UserInstallation={(tmp_path / 'p').as_uri()}", "--headless", "--convert-to", "pptx",
         "--outdir", str(tmp_path), str(source)], tmp_path, sandbox.CONVERTING,
    )  # fmt: skip
    file = received("slides.pptx", (tmp_path / "two.pptx").read_bytes())
    assert (file.kind, file.pages, file.paging) == ("pptx", 2, Paging.READY)
    with inside():
        assert [
            "first slide" in queries.page_text(file, 1),
            "second slide" in queries.page_text(file, 2),
        ] == [True] * 2


def test_what_it_cannot_read_stays_a_download_and_nothing_of_it_runs_on(
    received: Received, change: Callable[..., None], inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(libreoffice="auto")
    monkeypatch.setattr(
        sandbox, "CONVERTING", sandbox.Limits(cpu=60, seconds=1, memory_mb=6_000, threads=True)
    )
    file = received("a.docx", files.word())
    assert (file.state, file.paging, file.pages) == (State.READY, Paging.FAILED, None)
    with inside():
        assert "Download only" in queries.state_words(file).paging
        assert queries.original(file).startswith(b"PK")
        assert files.WORDS in queries.page_text(file, 1)
    running = [
        one for one in psutil.process_iter(["cmdline"]) if "work-" in " ".join(one.info["cmdline"] or [])
    ]
    assert [one for one in running if "soffice" in " ".join(one.info["cmdline"] or [])] == []


def test_switched_off_there_is_none(change: Callable[..., None], inside: Inside) -> None:
    with inside():
        change(libreoffice="none")
        assert conversion.program() is None
        change(libreoffice=str(LIBREOFFICE))
        assert conversion.program() == LIBREOFFICE


_SLIDES = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:master-styles><style:master-page style:name="m"/></office:master-styles>
<office:body><office:presentation>
<draw:page draw:name="a" draw:master-page-name="m"><draw:frame svg:width="9cm" svg:height="3cm" svg:x="1cm" svg:y="1cm">
<draw:text-box><text:p>first slide</text:p></draw:text-box></draw:frame></draw:page>
<draw:page draw:name="b" draw:master-page-name="m"><draw:frame svg:width="9cm" svg:height="3cm" svg:x="1cm" svg:y="1cm">
<draw:text-box><text:p>second slide</text:p></draw:text-box></draw:frame></draw:page>
</office:presentation></office:body></office:document>
"""
