"""What tests of files share: a place that files belong to, settings that can be changed, jobs that are run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core import events, jobs
from app.core.database import TransactionalFlask
from app.media import actions, links
from app.media.events import FilePaged, FileQuarantined, FileReady, FileRefused
from app.media.models import MediaFile
from tests.cast import Cast
from tests.conftest import Inside
from tests.media.place import PLACE, Place

Received = Callable[..., MediaFile]


@pytest.fixture
def change(app: TransactionalFlask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that changes settings for this test: ``change(max_file_mb=1)``."""

    def changed(**values: Any) -> None:
        monkeypatch.setitem(app.config, "CTLP", app.config["CTLP"].model_copy(update=values))

    return changed


@pytest.fixture(autouse=True)
def own_folder(change: Callable[..., None], tmp_path: Path) -> Path:
    """Files of a test lie in a folder of its own; office files are made into pages only where a test asks for it."""
    change(var=tmp_path, libreoffice="none", clamd_address="")
    return tmp_path


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[events.Event]:
    """What files told the rest of the platform, in order."""
    heard: list[events.Event] = []
    for kind in (FileReady, FilePaged, FileRefused, FileQuarantined):
        monkeypatch.setitem(events._listeners, kind, (heard.append,))
    return heard


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    """A feature that files belong to: it says who may get them."""
    made = Place()
    monkeypatch.setitem(links._providers, PLACE.partition(":")[0], made.may_get)
    return made


@pytest.fixture
def received(inside: Inside, cast: Cast) -> Received:
    """Give a function that receives a file of the owner's and sees its jobs done; keywords are those of ``receive``."""

    def receive(name: str, body: bytes, **options: Any) -> MediaFile:
        with inside():
            file = actions.receive_bytes(cast("owner").actor(), body, name, PLACE, **options)
            jobs.run_pending()
            return file

    return receive


@pytest.fixture
def stored(own_folder: Path) -> Iterator[Callable[[], list[str]]]:
    """Give a function that lists everything that lies in the place for files, by its name."""

    def listed() -> list[str]:
        root = own_folder / "files"
        return sorted(str(one.relative_to(root)) for one in root.rglob("*") if one.is_file())

    yield listed
    scratch = own_folder / "scratch"
    assert not scratch.exists() or list(scratch.iterdir()) == [], "work on a file left something behind"
