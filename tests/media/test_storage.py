"""The place for files: a private folder or a bucket, by one interface; an object is there whole or not at all."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import config
from app.core import clock, jobs
from app.core.database import TransactionalFlask
from app.media import actions, queries
from app.media.models import MediaFile
from app.media.storage import Missing, Storage, StorageError, scratch, storage
from app.media.sweeping import sweep
from app.media.vocabulary import State
from tests.conftest import Inside
from tests.media.conftest import Received
from tests.support import files
from tests.support.servers import free_port


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """An S3 service on this machine with a bucket named ``files``; gives its address."""
    port = free_port()
    started = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _make_bucket(f"{address}/files")
        yield address
    finally:
        started.terminate()
        started.wait(20)


def _make_bucket(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(urllib.request.Request(address, method="PUT"), timeout=5) as answer:
                assert answer.status == 200
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("the S3 service does not answer")


@pytest.fixture(params=["disk", pytest.param("bucket", marks=pytest.mark.long)])
def kept_in(
    request: pytest.FixtureRequest, change: Callable[..., None], app: TransactionalFlask
) -> Iterator[Callable[[], Storage]]:
    """Files are kept on disk, then in a bucket; gives the storage."""
    if request.param == "bucket":
        change(
            files_url="s3://files/below/here", files_endpoint=request.getfixturevalue("bucket"),
            files_key_id="key", files_secret="secret",
        )  # fmt: skip
    with app.app_context():
        yield storage


def test_objects_are_kept_whole_read_in_parts_and_removed(
    kept_in: Callable[[], Storage], tmp_path: Path
) -> None:
    place = kept_in()
    body = bytes(range(256)) * 50_000  # larger than one part of an upload to a bucket
    (tmp_path / "body").write_bytes(body)
    place.put("files/a/original", tmp_path / "body")
    place.put("files/a/pages/1-small", b"page")
    place.put("files/b/original", b"")
    assert place.get("files/a/original") == body
    assert (place.size("files/a/original"), place.size("files/b/original")) == (len(body), 0)
    assert b"".join(place.read("files/a/original", 100, 70_000)) == body[100:70_000]
    assert b"".join(place.read("files/a/original", len(body) - 5)) == body[-5:]
    assert b"".join(place.read("files/b/original")) == b""
    assert place.fetch(["files/a/pages/1-small", "files/a/original"], tmp_path / "both") == len(body) + 4
    assert place.keys("files") == {"a", "b"}
    assert place.keys("arriving") == set()
    newest = place.newest("files/a")
    assert newest is not None
    assert abs((newest - clock.now()).total_seconds()) < 60
    assert place.newest("files/c") is None
    place.put("files/a/original", b"other")
    assert place.get("files/a/original") == b"other"
    assert place.remove("files/a") == 2
    assert place.remove("files/a") == 0
    assert place.keys("files") == {"b"}
    for missing in (place.get, place.size, place.read):
        with pytest.raises(Missing):
            missing("files/a/original")


def test_a_file_goes_all_its_way(kept_in: Callable[[], Storage], received: Received, inside: Inside) -> None:
    file = received("report.pdf", files.pdf(["one", "two"]))
    with inside() as session:
        assert file.state == State.READY
        assert queries.original(file).startswith(b"%PDF")
        assert len(queries.page_image(file, 2, "small")) > 500
        assert kept_in().keys("arriving") == set()
        sweep()
        assert kept_in().keys("files") >= {file.key}
        actions.discard(session.get_one(MediaFile, file.id))
        jobs.run_pending()
        assert file.key not in kept_in().keys("files")


def test_the_folder_is_private_and_no_page_can_reach_it(
    received: Received, own_folder: Path, app: TransactionalFlask
) -> None:
    received("secret name.txt", b"plain words")
    root = own_folder / "files"
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert not any("secret" in one.name for one in root.rglob("*"))
    with app.app_context():
        assert stat.S_IMODE(scratch().stat().st_mode) == 0o700
    assert app.static_folder is not None
    assert Path(app.static_folder) not in root.parents


@pytest.mark.long
def test_a_place_that_does_not_answer_is_told_as_such(
    app: TransactionalFlask, change: Callable[..., None]
) -> None:
    change(
        files_url="s3://files",
        files_endpoint=f"http://127.0.0.1:{free_port()}",
        files_key_id="k",
        files_secret="s",
    )
    with app.app_context(), pytest.raises(StorageError):
        storage().put("files/a/original", b"x")


_WRONG = (
    ("FILES_URL", "https://files"),
    ("FILES_URL", "s3://"),
    ("FILES_ENDPOINT", "minio:9000"),
    ("LIBREOFFICE", "/nowhere/soffice"),
)


@pytest.mark.parametrize(("name", "wrong"), _WRONG)
def test_a_wrong_setting_stops_the_start(name: str, wrong: str, tmp_path: Path) -> None:
    with pytest.raises(config.SettingsError, match=name):
        config.load({name: wrong, "CTLP_VAR": str(tmp_path)})
