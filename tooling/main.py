"""The chores of ``./run``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from app.core import postgres
from tooling import embedded, place
from tooling.console import Failed, complain, say
from tooling.place import PYTHON, ROOT
from tooling.prepare import prepare
from tooling.start import start

HELP = """\
./run                 set up what is missing, start web and worker, print the address; Ctrl-C stops all of it
./run test [ARGS]     the everyday tests (ARGS go to pytest; -m long for the long ones)
./run check           format, lint, types, import rules, templates, translations, migrations
./run bench [NAME]    one benchmark; writes var/bench/NAME.json
./run flask …         the application's own commands (./run flask --help lists them)
./run translations [update]   check the catalogues, or bring them to the words of the code
./run reset [--yes]   remove var/: database, files, logs, demo accounts
./run setup           only the set-up

HOST, PORT, PUBLIC_URL, DATABASE_URL, CTLP_VAR and the other settings: docs/configuration.md"""


def main(arguments: list[str]) -> int:
    """Do the chore that the arguments name and return the exit status."""
    # What is compiled is kept, whatever the shell says: without, each of our processes compiles 1,300 files.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    name, rest = (arguments[0], arguments[1:]) if arguments else ("start", [])
    chore = CHORES.get(name)
    try:
        if chore is None:
            raise Failed(f"./run has no chore called {name!r}.\n\n{HELP}")
        return chore(rest)
    except Failed as error:
        complain(str(error))
        return 1
    except PermissionError as error:
        complain(f"{error.strerror}: {error.filename} (made by another account?)")
        return 1
    except KeyboardInterrupt:
        return 130


def _start(arguments: list[str]) -> int:
    if arguments:
        raise Failed(f"./run start takes no arguments.\n\n{HELP}")
    return start()


def _test(arguments: list[str]) -> int:
    prepare(tests=True)
    return _become([PYTHON, "-m", "pytest", *arguments])


def _check(arguments: list[str]) -> int:
    prepare(tests=True)
    return _become([PYTHON, "-m", "tooling.checks", *arguments])


def _translations(arguments: list[str]) -> int:
    prepare()
    return _become([PYTHON, "-m", "tooling.translations", *arguments])


def _bench(arguments: list[str]) -> int:
    names = sorted(path.stem for path in (ROOT / "bench").glob("*.py") if not path.stem.startswith("_"))
    if not arguments or arguments[0] not in names:
        raise Failed(f"Which benchmark? ./run bench NAME, one of: {', '.join(names) or '(none yet)'}")
    prepare(tests=True)
    return _become([PYTHON, "-m", f"bench.{arguments[0]}", *arguments[1:]])


def _flask(arguments: list[str]) -> int:
    prepare()
    with embedded.database() as environment:
        return subprocess.call(
            [PYTHON, "-m", "flask", "--app", "wsgi", *arguments], cwd=ROOT, env=environment
        )


def _reset(arguments: list[str]) -> int:
    var = place.var()
    if not var.exists():
        say(f"Nothing to remove: there is no {var}")
        return 0
    if embedded.in_use():
        raise Failed("The platform runs on this folder: stop it first.")
    if "--yes" not in arguments:
        say(f"This removes {var}: the database, files, logs and demo accounts.")
        if not sys.stdin.isatty() or input("Type yes to go on: ").strip() != "yes":
            raise Failed("Nothing was removed. (For scripts: ./run reset --yes)")
    for server in (embedded.folder(), var / "test-postgres"):
        postgres.destroy(server)
    shutil.rmtree(var)
    say(f"Removed {var}")
    return 0


def _setup(_arguments: list[str]) -> int:
    prepare(tests=True)
    return 0


def _help(_arguments: list[str]) -> int:
    say(HELP)
    return 0


def _become(command: list[object]) -> int:
    """Replace this process by a program of the environment, from the root folder."""
    os.chdir(ROOT)
    words = [str(part) for part in command]
    sys.stdout.flush()
    os.execv(words[0], words)


CHORES: dict[str, Callable[[list[str]], int]] = {
    "start": _start,
    "test": _test,
    "check": _check,
    "bench": _bench,
    "flask": _flask,
    "reset": _reset,
    "setup": _setup,
    "translations": _translations,
    "help": _help,
    "-h": _help,
    "--help": _help,
}
