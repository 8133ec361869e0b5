"""The gate: a route without a rule, or with an unloaded value in its address, stops the start."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core import access
from app.core.access import NOBODY, AccessError, Actor, has, public
from app.core.database import TransactionalFlask
from app.core.permissions import Permission


def page(**_values: object) -> str:
    return "page"


def course(_actor: Actor, slug: str) -> str:
    return slug


def bare() -> Flask:
    return Flask("bare", static_folder=None)


def test_a_route_without_a_rule_stops_the_start() -> None:
    app = bare()
    app.add_url_rule("/open", "open", lambda: "open")
    with pytest.raises(AccessError, match=r"open \(/open\) states no access rule"):
        access.verify(app)


def test_a_value_in_the_address_without_a_loader_stops_the_start() -> None:
    app = bare()
    view = access.access(access.signed_in, course=course)(lambda course, item: course)
    app.add_url_rule("/courses/<slug>/<item>", "item", view)
    with pytest.raises(AccessError, match="has no loader for item"):
        access.verify(app)


def test_declared_routes_start_and_stand_in_the_table() -> None:
    app = bare()
    app.add_url_rule(
        "/courses/<slug>",
        "course",
        access.access(has(Permission.LEARN), course=course)(lambda course: course),
    )
    app.add_url_rule("/", "front", public(lambda: "front"))
    access.verify(app)
    assert [(row.path, row.rule) for row in access.table(app)] == [
        ("/", "anyone"),
        ("/courses/<slug>", "learn"),
    ]


def test_every_route_of_the_platform_is_in_the_table(app: TransactionalFlask) -> None:
    assert {row.endpoint for row in access.table(app)} == {rule.endpoint for rule in app.url_map.iter_rules()}


def test_a_scoped_permission_holds_for_its_scope_only() -> None:
    trainer = Actor(user_id=1, approved=True, permissions={Permission.COURSES_TEACH: frozenset({"course:a"})})
    assert trainer.may(Permission.COURSES_TEACH, "course:a")
    assert not trainer.may(Permission.COURSES_TEACH, "course:b")
    assert not trainer.may(Permission.COURSES_TEACH)
    assert has(Permission.COURSES_TEACH).allows(trainer)
    assert not has(Permission.COURSES_TEACH).allows(NOBODY)
