"""The confined process: runs one task on one file and writes what came of it. Started by path, never imported.

``app`` and ``app.media`` are made empty here, so that nothing of the application is loaded: no Flask, no database, no
settings, no secret is in the process that reads a stranger's file.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
TASKS = {"examine", "pages"}


def _make_empty(name: str, folder: Path) -> None:
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


def _outcome(task: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return what the task returns, or why the file is not taken.

    The libraries that read files raise whatever comes to hand when the octets are strange; all of it means the same.
    """
    refusal = importlib.import_module("app.media.parser.refusal")
    work = importlib.import_module(f"app.media.parser.{task}")
    try:
        return dict(work.run(given))
    except refusal.Unfit as unfit:
        return {"refused": unfit.reason.value, "detail": unfit.detail}
    except MemoryError:
        return {"refused": refusal.Reason.TOO_DEMANDING.value, "detail": ""}
    except Exception as error:
        return {"refused": refusal.Reason.DAMAGED.value, "detail": "", "error": type(error).__name__}


def main() -> None:
    """Read the task from standard input, write ``outcome.json`` in the present folder."""
    task = sys.argv[1]
    if task not in TASKS:
        raise SystemExit(f"no such task: {task}")
    _make_empty("app", HERE.parents[1])
    _make_empty("app.media", HERE.parent)
    outcome = _outcome(task, json.load(sys.stdin))
    Path("outcome.json").write_text(json.dumps(outcome), encoding="utf-8", errors="replace")


if __name__ == "__main__":
    main()
