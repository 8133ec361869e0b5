"""Where the octets lie: a folder on disk or a bucket, by one interface. Names are generated and say nothing.

``files/<key>/original``      what was taken, as it is given out
``files/<key>/converted``     the PDF made of an office file
``files/<key>/pages/<n>-<size>``  page images; an empty one says that the page cannot be drawn
``arriving/<key>/<part>``     pieces of what is still arriving
``quarantine/<key>/original`` what the virus scanner held back

An object is there whole or not at all. Its row is the truth: what no row knows is swept (``jobs.sweep``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from app.core.settings import settings
from config import Settings

ORIGINAL, CONVERTED = "original", "converted"
FILES, ARRIVING, QUARANTINE = "files", "arriving", "quarantine"
_PIECE = 1 << 18
_PART = 8 << 20
_AT_ONCE = 4
Missing = FileNotFoundError


class StorageError(RuntimeError):
    """The place for files does not answer or has no room; the same may work later."""


class Storage:
    """Objects by name. ``root`` is the folder on disk, None for a bucket."""

    def __init__(self, store: Any, root: Path | None = None) -> None:
        self._store = store
        self._root = root

    def put(self, name: str, content: bytes | Path) -> None:
        """Store an object whole, replacing one of the same name; on disk it survives a power cut from here on."""
        with _told():
            obstore.put(self._store, name, content, chunk_size=_PART, max_concurrency=_AT_ONCE)
        if self._root is not None:
            _keep(self._root / name)

    def get(self, name: str) -> bytes:
        """Return an object's content. Raises Missing."""
        with _told():
            return bytes(obstore.get(self._store, name).bytes())

    def size(self, name: str) -> int:
        """Return how many octets an object has. Raises Missing."""
        with _told():
            return int(obstore.head(self._store, name)["size"])

    def read(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield an object's octets from ``start`` up to ``end`` (exclusive). Raises Missing before the first piece."""
        with _told():
            stop = end if end is not None else int(obstore.head(self._store, name)["size"])
            if stop <= start:
                return iter(())
            found = obstore.get(self._store, name, options={"range": (start, stop)})
            return iter(found.stream(min_chunk_size=_PIECE))

    def fetch(self, names: Iterable[str], target: Path) -> int:
        """Write objects one after the other to a file and return its size. Raises Missing."""
        written = 0
        with target.open("wb") as out:
            for name in names:
                for piece in self.read(name):
                    written += out.write(piece)
        return written

    def remove(self, folder: str) -> int:
        """Remove everything under ``folder`` and return how much there was; what is gone already is no error."""
        names = [one["path"] for one in self._under(folder)]
        for name in names:
            with suppress(Missing), _told():
                obstore.delete(self._store, name)
        if self._root is not None:
            _remove_empty(self._root / folder)
        return len(names)

    def keys(self, folder: str) -> set[str]:
        """Return the names of the folders directly under ``folder``."""
        with _told():
            found = obstore.list_with_delimiter(self._store, f"{folder}/")
        return {prefix.rstrip("/").rpartition("/")[2] for prefix in found["common_prefixes"]}

    def newest(self, folder: str) -> datetime | None:
        """Return when something was last stored under ``folder`` (aware), None when nothing is there."""
        return max((one["last_modified"] for one in self._under(folder)), default=None)

    def _under(self, folder: str) -> list[Any]:
        with _told():
            return [one for piece in obstore.list(self._store, f"{folder}/") for one in piece]


class _told:
    """Tell errors of the store in our words."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, FileNotFoundError):
            return
        if isinstance(error, (BaseError, OSError)):
            raise StorageError(type(error).__name__) from error


def _keep(path: Path) -> None:
    """Bring a file and its entry in the folder to the disk."""
    for one, flags in ((path, os.O_RDONLY), (path.parent, os.O_RDONLY)):
        handle = os.open(one, flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_empty(folder: Path) -> None:
    """Remove the empty folders that the objects left behind."""
    if not folder.is_dir():
        return
    for place, _folders, _files in os.walk(folder, topdown=False):
        with suppress(OSError):
            Path(place).rmdir()


@lru_cache(maxsize=8)
def _opened(chosen: Settings, _process: int) -> Storage:
    if chosen.files_url:
        return _bucket(chosen)
    root = chosen.var / "files"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    root.chmod(0o700)
    return Storage(LocalStore(root), root)


def _bucket(chosen: Settings) -> Storage:
    place = urlsplit(chosen.files_url)
    given: dict[str, Any] = {"region": chosen.files_region}
    if chosen.files_endpoint:
        given |= {"endpoint": chosen.files_endpoint, "virtual_hosted_style_request": False}
    if chosen.files_key_id:
        given |= {"access_key_id": chosen.files_key_id, "secret_access_key": chosen.files_secret}
    client: Any = {
        "allow_http": chosen.files_endpoint.startswith("http://"),
        "timeout": timedelta(minutes=10),
    }
    store = S3Store(place.hostname, prefix=place.path.strip("/") or None, client_options=client, **given)
    return Storage(store)


def storage() -> Storage:
    """Return the place for files of the present application; a process that was forked opens it anew."""
    return _opened(settings(), os.getpid())


def scratch() -> Path:
    """Return the folder for work on files, on the machine that does it; what a killed job left there is swept."""
    folder = settings().var / "scratch"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
