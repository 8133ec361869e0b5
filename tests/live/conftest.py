"""A platform with sockets, people signed in at it, and hands to change its world."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from app.accounts import actions
from app.accounts.models import Group, User, WebSession
from app.accounts.sessions import digest
from app.core import clock
from app.core.database import TransactionalFlask, db, make_engine, unit_of_work
from tests.cast import COHORT, address_of, play
from tests.live.listener import Listener
from tests.support import databases
from tests.support.servers import Server

Within = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody's sign-in at the platform: who, and the cookie."""

    user_id: int
    session_id: int
    cookie: str

    @property
    def token(self) -> str:
        """The cookie's value."""
        return self.cookie.partition("=")[2]


@dataclass(frozen=True, slots=True)
class Place:
    """The running platform and what tests do to it, in transactions that are really committed."""

    server: Server
    app: TransactionalFlask
    engine: Engine

    @contextmanager
    def within(self) -> Iterator[Session]:
        """One transaction in the platform's database, committed at the end."""
        with self.engine.begin() as connection:
            db.bind_for_tests(connection)
            try:
                with self.app.app_context(), unit_of_work() as session:
                    yield session
            finally:
                db.bind_for_tests(None)

    def sign_in(self, name: str) -> SignedIn:
        """Sign somebody of the cast in, without the cost of a password."""
        token, now = secrets.token_urlsafe(32), clock.now()
        with self.within() as session:
            person = play(self.app, name)
            data = {
                "_user_id": person.fs_uniquifier,
                "_fresh": True,
                "fs_cc": "set",
                "fs_paa": now.timestamp(),
            }
            row = {"token_digest": digest(token), "user_id": person.id, "data": data, "signed_in_at": now,
                   "public_id": secrets.token_urlsafe(16), "created_at": now, "last_seen_at": now}  # fmt: skip
            number = session.execute(insert(WebSession).values(row).returning(WebSession.id)).scalar_one()
            return SignedIn(person.id, number, f"ctlp={token}")

    def listener(self, who: SignedIn, **options: str) -> Listener:
        """Connect to the platform as somebody."""
        return Listener(self.server.url, who.cookie, **options)

    def group(self) -> int:
        """Return the cohort's number; ``owner`` and ``member`` are in it, ``expelled`` was."""
        with self.within() as session:
            for name in ("owner", "member", "expelled"):
                play(self.app, name)
            return session.scalars(select(Group.id).where(Group.name == COHORT)).one()

    def end_sign_ins(self, name: str) -> None:
        """End every sign-in of somebody."""
        with self.within() as session:
            person = session.scalars(select(User).where(User.email == address_of(name))).one()
            actions.end_all_sessions(None, person)


@contextmanager
def placed(app: TransactionalFlask, url: str, folder: Path, **settings: str) -> Iterator[Place]:
    """A platform on the database at ``url``."""
    server = Server(url, folder, application="tests.live.served:app", settings=settings)
    engine = make_engine(url, 2)
    try:
        server.start()
        yield Place(server, app, engine)
    finally:
        server.stop()
        engine.dispose()


@pytest.fixture(scope="session")
def place(application: TransactionalFlask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One platform for all these tests, with narrow limits."""
    url = databases.clone_database()
    limits = {"LIVE_MAX_SOCKETS_PER_PERSON": "3", "LIVE_MAX_SOCKETS": "6"}
    with placed(application, url, tmp_path_factory.mktemp("live"), **limits) as made:
        yield made
    databases.drop_database(url)


@pytest.fixture
def live_server(place: Place) -> Server:
    """The same platform for browsers."""
    return place.server


@pytest.fixture(scope="session")
def group(place: Place) -> int:
    """The number of a group that ``owner`` and ``member`` are in."""
    return place.group()
