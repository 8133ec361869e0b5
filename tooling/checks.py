"""``./run check``: every check by name with its time; all run, one failure fails the whole."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from tooling.console import say
from tooling.place import ROOT


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name and the module (with arguments) that does it."""

    name: str
    module: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a check."""

    name: str
    passed: bool
    seconds: float
    output: str


CHECKS = (
    Check("types", ("mypy",)),
    Check("migrations", ("tooling.migrations",)),
    Check("imports", ("tooling.imports",)),
    Check("templates", ("tooling.templates",)),
    Check("translations", ("tooling.translations", "check")),
    Check("format", ("ruff", "format", "--check", ".")),
    Check("lint", ("ruff", "check", ".")),
)


def run(check: Check) -> Outcome:
    """Run one check as a program of its own."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *check.module],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return Outcome(check.name, done.returncode == 0, time.monotonic() - begun, done.stdout.strip())


def main(arguments: list[str]) -> int:
    """Run the named checks (all without names), two at a time; status 1 when one fails."""
    names = [check.name for check in CHECKS]
    unknown = sorted(set(arguments) - set(names))
    if unknown:
        say(f"No such check: {', '.join(unknown)}. There are: {', '.join(names)}")
        return 1
    chosen = [check for check in CHECKS if not arguments or check.name in arguments]
    failed: list[str] = []
    with ThreadPoolExecutor(2) as pool:
        for future in as_completed(pool.submit(run, check) for check in chosen):
            outcome = future.result()
            say(f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.name:<13} {outcome.seconds:6.1f} s")
            if not outcome.passed:
                failed.append(outcome.name)
                say(_indented(outcome.output))
    say(
        f"{len(failed)} of {len(chosen)} checks failed: {', '.join(failed)}"
        if failed
        else f"All {len(chosen)} checks passed."
    )
    return 1 if failed else 0


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
