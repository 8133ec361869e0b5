"""The transaction of a command."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from app.core.database import unit_of_work

Given = ParamSpec("Given")
Result = TypeVar("Result")


def in_transaction(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """Run a command in one transaction: committed when it returns, undone when it raises."""

    @functools.wraps(command)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with unit_of_work():
            return command(*args, **kwargs)

    return run
