"""The import rules: the contracts of pyproject.toml, and what other packages may use of a feature."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

import grimp
from importlinter.cli import lint_imports

from tooling.place import ROOT

OPEN = {"actions", "queries", "policy", "loaders", "events", "models"}
WORDS = {"verbs", "vocabulary", "countries"}  # lists of names, which do nothing
INNER = {"forms", "jobs", "listeners", "notices", "views"}  # nobody else's, ever
FACES = {"admin", "api", "home"}  # other faces of the features: may use their parts, but not those
GLUE = {"core"}  # open to everybody as a whole
SEAMS = {  # where the features above say what only they know, or build upon
    "accounts.actors",
    "accounts.addresses",
    "accounts.audiences",
    "accounts.group_rules",
    "accounts.locking",
    "accounts.sessions",
    "accounts.tabs",
    "audit.digests",
    "feedback.answering",
    "feedback.keepers",
    "feedback.questions",
    "live.beats",
    "live.feeds",
    "live.lives",
    "live.polls",
    "live.topics",
    "media.examining",
    "media.links",
    "media.marking",
    "media.sandbox",
    "media.storage",
    "media.tus",
    "notifications.calendar",
    "notifications.ical",
    "notifications.months",
    "notifications.words",
    "records.behind",
    "records.comparing",
    "records.corrections",
    "records.counting",
    "records.epochs",
    "records.figures",
    "records.groupings",
    "records.history",
    "records.indicators",
    "records.keepers",
    "records.measuring",
    "records.overview",
    "records.presence",
    "records.questions",
    "records.readings",
    "records.snapshots",
    "records.suppression",
    "records.topics",
    "records.trends",
    "search.rebuild",
    "search.words",
}
WIRING = {"factory", "wiring", "cli"}  # may reach into every package, to put it together


def faults() -> Iterator[str]:
    """Yield every import that reaches past the open files of another package."""
    graph = grimp.build_graph("app")
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            if _reaches_inside(importer.split("."), imported.split(".")):
                yield f"{importer} imports {imported}, which is not open to it"


def _reaches_inside(importer: list[str], imported: list[str]) -> bool:
    if len(importer) < 2 or len(imported) < 3 or importer[1] == imported[1]:
        return False
    if importer[1] in WIRING or imported[1] in GLUE:
        return False
    if importer[1] in FACES:
        return imported[2] in INNER
    return imported[2] not in OPEN | WORDS and f"{imported[1]}.{imported[2]}" not in SEAMS


def main() -> int:
    """Check both; status 1 when either fails."""
    os.chdir(ROOT)
    said = StringIO()
    with redirect_stdout(said):
        status = lint_imports(no_logo=True)
    print(said.getvalue().strip())
    found = list(faults())
    print("\n".join(found) or "Packages use only each other's open files.")
    return 1 if status or found else 0


if __name__ == "__main__":
    sys.exit(main())
