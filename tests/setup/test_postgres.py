"""The launcher of the embedded server: places, crashes, accounts, parallel calls."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer

import psycopg
import pytest

from app.core import postgres
from tests.support.databases import ROOT

Folder = Callable[[str], Path]


@pytest.fixture
def folder() -> Iterator[Folder]:
    """Give a function that names a folder for a server; the servers are destroyed after the test."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="ctlp-test-") as base:
        Path(base).chmod(0o755)
        made: list[Path] = []

        def named(name: str) -> Path:
            made.append(Path(base) / name)
            return made[-1]

        yield named
        for one in made:
            postgres.destroy(one)


def start(folder: Path) -> str:
    """Start as tests do: without waiting for the disk."""
    return postgres.start(folder, durable=False)


def ask(url: str, question: str) -> object:
    """Return the one value that a question is answered with."""
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def postmaster(folder: Path) -> int:
    """Return the process number of the server."""
    return int((postgres._data(folder) / "postmaster.pid").read_text().split()[0])


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "name", ["plain", "with a space and 'quotes\" and ünïcode", "long/" + "/".join(["x" * 60] * 6)]
)
def test_starts_anywhere(folder: Folder, name: str) -> None:
    url = start(folder(name))
    assert ask(url, "SELECT current_setting('server_version_num')::int / 10000") == postgres.VERSION
    assert start(folder(name)) == url, "a second start finds the first one's server"


def test_stops_and_starts_again_with_its_data(folder: Folder) -> None:
    url = start(folder("pg"))
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    postgres.stop(folder("pg"))
    assert not postgres.is_running(folder("pg"))
    assert start(folder("pg")) == url, "the address stays good for those who hold it"
    assert ask(url, "SELECT count(*) FROM kept") == 0


def test_text_is_handled_whatever_the_callers_locale(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PGOPTIONS", "-c nonsense=1")
    url = start(folder("pg"))
    monkeypatch.delenv("PGOPTIONS")
    assert ask(url, "SELECT lower('ДОКАЗАТЕЛЬСТВО ÉTÉ')") == "доказательство été"
    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert ask(url, "SHOW timezone") == "UTC"


def test_recovers_after_kill_and_keeps_what_it_acknowledged(folder: Folder) -> None:
    url = postgres.start(folder("pg"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    os.kill(postmaster(folder("pg")), signal.SIGKILL)
    assert postgres.start(folder("pg")) == url
    assert ask(url, "SELECT count(*) FROM kept") == 1000


def test_waits_for_what_a_killed_server_left(folder: Folder) -> None:
    """An orphaned backend deep in a statement does not notice by itself; it is waited for, then told."""
    url = start(folder("pg"))
    busy = psycopg.connect(url)
    pid = busy.info.backend_pid
    os.kill(pid, signal.SIGSTOP)
    os.kill(postmaster(folder("pg")), signal.SIGKILL)
    Timer(1.0, os.kill, [pid, signal.SIGCONT]).start()
    assert ask(start(folder("pg")), "SELECT 1") == 1
    assert pid not in postgres._processes(postgres._data(folder("pg")))
    with pytest.raises(psycopg.OperationalError):
        busy.execute("SELECT 1")
    busy.close()


def test_is_not_fooled_by_zombies_and_recycled_numbers(folder: Folder) -> None:
    where = folder("pg")
    start(where)
    postgres.stop(where)
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    wait_until(lambda: Path(f"/proc/{zombie.pid}/stat").read_text().split()[2] == "Z")
    for pid in (zombie.pid, os.getpid(), os.getppid()):
        stale = f"{pid}\n{postgres._data(where)}\n1\n5432\n/nowhere\n\n1 1\nready\n"
        (postgres._data(where) / "postmaster.pid").write_text(stale)
        assert not postgres.is_running(where)
        assert postgres.address(where) is None
        assert ask(start(where), "SELECT 1") == 1
        postgres.stop(where)
    zombie.wait()


def test_interrupted_making_is_made_anew(folder: Folder) -> None:
    where = folder("pg")
    (where / "data.new-halfway").mkdir(parents=True)
    assert ask(start(where), "SELECT 1") == 1
    assert not list(where.glob("data.new-*"))


def test_parallel_starts_find_one_server(folder: Folder) -> None:
    where = folder("pg")
    program = f"from pathlib import Path; from app.core import postgres; print(postgres.start(Path({str(where)!r})))"
    calls = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = {call.communicate(timeout=60)[0].strip() for call in calls}
    assert len(answers) == 1
    assert ask(answers.pop(), "SELECT 1") == 1


def test_last_holder_stops_it(folder: Folder) -> None:
    where = folder("pg")
    with postgres.serve(where, durable=False) as first:
        with postgres.serve(where, durable=False) as second:
            assert first == second
        assert postgres.is_running(where)
    assert not postgres.is_running(where)


def test_a_dead_holder_does_not_count(folder: Folder) -> None:
    where = folder("pg")
    program = (
        "import os, signal; from pathlib import Path; from app.core import postgres\n"
        f"with postgres.serve(Path({str(where)!r}), durable=False): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert postgres.is_running(where)
    with postgres.serve(where, durable=False):
        pass
    assert not postgres.is_running(where)


def test_socket_is_private(folder: Folder) -> None:
    url = start(folder("pg"))
    sockets = Path(str(psycopg.conninfo.conninfo_to_dict(url)["host"]))
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert ask(url, "SHOW listen_addresses") == ""
    postgres.stop(folder("pg"))
    assert not sockets.exists()


def test_foreign_socket_folder_is_refused(folder: Folder) -> None:
    url = start(folder("pg"))
    sockets = Path(str(psycopg.conninfo.conninfo_to_dict(url)["host"]))
    postgres.stop(folder("pg"))
    sockets.mkdir(mode=0o755)
    os.chown(sockets, os.geteuid(), os.getegid())
    sockets.chmod(0o777)
    with pytest.raises(postgres.PostgresError, match="belongs to somebody else"):
        start(folder("pg"))
    sockets.rmdir()


def test_failure_shows_the_servers_words(folder: Folder) -> None:
    where = folder("pg")
    start(where)
    postgres.stop(where)
    with (postgres._data(where) / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(postgres.PostgresError, match="no_such_setting"):
        start(where)


def test_other_version_is_refused(folder: Folder) -> None:
    where = folder("pg")
    start(where)
    postgres.stop(where)
    (postgres._data(where) / "PG_VERSION").write_text("17\n")
    with pytest.raises(postgres.PostgresError, match="is of PostgreSQL 17"):
        start(where)


root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@root_only
def test_root_runs_it_as_somebody_without_rights(folder: Folder) -> None:
    where = folder("pg")
    start(where)
    uid = Path(f"/proc/{postmaster(where)}").stat().st_uid
    assert uid not in {0, *(entry.pw_uid for entry in pwd.getpwall())}


@root_only
def test_root_keeps_data_elsewhere_when_the_folder_is_closed(folder: Folder) -> None:
    closed = folder("closed")
    closed.mkdir(mode=0o700)
    where = closed / "deeper" / "pg"
    url = start(where)
    elsewhere = postgres._data(where)
    assert ask(url, "SELECT 1") == 1
    assert where not in elsewhere.parents
    assert (where / "data").is_symlink()
    assert closed.stat().st_mode & 0o777 == 0o700, "no permission of a parent is touched"
    postgres.stop(where)
    assert start(where) == url
    postgres.destroy(where)
    assert not elsewhere.parent.exists()


@root_only
def test_root_copies_programs_that_cannot_be_reached(folder: Folder) -> None:
    closed = folder("closed")
    closed.mkdir(mode=0o700)
    copy = closed / "site"
    package = postgres.installation().parent
    copy.mkdir()
    for part in (package, package.parent / f"{postgres.PACKAGE}.libs"):
        subprocess.run(["cp", "-r", str(part), str(copy)], check=True)
    where = folder("pg")
    assert ask(postgres.start(where, durable=False, site=copy), "SELECT 1") == 1
    assert not str(Path(f"/proc/{postmaster(where)}/exe").readlink()).startswith(str(closed))


def python_for_everybody(who: pwd.struct_passwd) -> str:
    """Return a Python like ours that the account can start (root's own may lie in a closed folder)."""
    name = f"python3.{sys.version_info.minor}"
    for path in (sys.executable, f"/usr/local/bin/{name}", f"/usr/bin/{name}"):
        try:
            call = [path, "-c", "import sys"]
            subprocess.run(call, check=True, user=who.pw_uid, group=who.pw_gid, extra_groups=[], cwd="/")
        except OSError:
            continue
        return path
    pytest.skip(f"no {name} that {who.pw_name} can start")


@root_only
def test_ordinary_user_runs_it_as_himself(folder: Folder) -> None:
    nobody = pwd.getpwnam("nobody")
    home = folder("home")
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    program = (
        "import os, psycopg; from pathlib import Path; from app.core import postgres\n"
        f"where = Path({str(home)!r}) / 'pg'\n"
        "with postgres.serve(where, durable=False) as url, psycopg.connect(url) as connection:\n"
        "    print(connection.execute('SELECT 1').fetchone()[0], os.stat(where / 'data').st_uid)\n"
    )
    done = subprocess.run(
        [python_for_everybody(nobody), "-c", program],
        cwd=ROOT, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], capture_output=True, text=True, check=True,
        env={"LC_ALL": "C", "PYTHONPATH": str(Path(psycopg.__file__).parents[1])},
    )  # fmt: skip
    assert done.stdout.split() == ["1", str(nobody.pw_uid)]
