"""Fixtures of three tiers.

In process: ``app``, ``client``, ``inside`` share one database per worker and one transaction per test, undone after
it. Live: ``live_server`` is the platform as it runs for people, with a database of its own, for browsers, races and
kills. Browser: ``page`` is a fresh person's browser that fails its test on any script error or answer of 5xx.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

import config
from app import cli
from app.core.database import TransactionalFlask, db, make_engine, unit_of_work
from app.factory import create_app
from tests.cast import Cast, Player
from tests.support import browsers, databases
from tests.support.servers import Server

Inside = Callable[[], AbstractContextManager[Session]]
_held = ExitStack()


# ------------------------------------------------------------------------------------------------ the run


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--fail-on-skip``, for machines that have everything."""
    parser.addoption("--fail-on-skip", action="store_true", help="a skipped test fails the run")


def pytest_configure(config: pytest.Config) -> None:
    """Start the tests' database server once, before the worker processes."""
    if not hasattr(config, "workerinput") and not config.option.collectonly and not config.option.help:
        _held.enter_context(databases.server())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the server go; the last run to leave stops it."""
    _held.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files whose tests may take long come first, so that nobody waits for one of them at the end."""
    longest: dict[Path, float] = {}
    for item in items:
        allowed = item.get_closest_marker("timeout")
        seconds = float(allowed.args[0]) if allowed and allowed.args else 0.0
        longest[item.path] = max(longest.get(item.path, 0.0), seconds)
    items.sort(key=lambda item: -longest[item.path])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn skips into failure where asked."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not session.config.getoption("--fail-on-skip"):
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(skipped)} skipped, and --fail-on-skip was given", red=True)


# ------------------------------------------------------------------------------------------------ databases


@pytest.fixture
def clone_database() -> Iterator[Callable[[], str]]:
    """Give a function that makes a migrated database and returns its address; dropped after the test."""
    made: list[str] = []

    def clone() -> str:
        made.append(databases.clone_database())
        return made[-1]

    yield clone
    for url in made:
        databases.drop_database(url)


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of a database with nothing in it."""
    url = databases.clone_database("template0")
    yield url
    databases.drop_database(url)


@pytest.fixture
def own_postgres() -> Iterator[databases.OwnServer]:
    """A migrated database on a server of the test's own, to be killed: ``own_postgres.kill()``, ``.start()``."""
    with tempfile.TemporaryDirectory(prefix="ctlp-own-", dir="/tmp") as home:
        Path(home).chmod(0o755)  # so that the server's account can go there
        server = databases.OwnServer(Path(home))
        yield server
        server.destroy()


# ------------------------------------------------------------------------------------------------ in process


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TransactionalFlask]:
    """The application, made once per worker, on the worker's own database."""
    url = databases.clone_database()
    app = create_app(settings_for_tests(url, tmp_path_factory.mktemp("var")))
    cli.init_app(app)
    app.testing = True
    app.jinja_env.bytecode_cache = compiled_templates()
    gc.collect()
    gc.freeze()  # what is loaded by now stays: looking through it again and again costs time
    yield app
    db.engine.dispose()
    databases.drop_database(url)


@contextmanager
def another_application(
    beside: TransactionalFlask, database_url: str, var: Path
) -> Iterator[TransactionalFlask]:
    """A second application of this process on a database of its own, where every request commits.

    ``beside`` is the worker's application: the database of the process is given back to it.
    """
    kept = db.engine
    app = create_app(settings_for_tests(database_url, var))
    app.testing = beside.testing
    app.jinja_env.bytecode_cache = beside.jinja_env.bytecode_cache
    try:
        yield app
    finally:
        db.engine.dispose()
        db.bind(kept)


@pytest.fixture
def committing(
    application: TransactionalFlask, clone_database: Callable[[], str], tmp_path: Path
) -> Iterator[TransactionalFlask]:
    """The application on a database of the test's own, where every request commits: for what happens at once."""
    with another_application(application, clone_database(), tmp_path) as app:
        yield app


@pytest.fixture
def platform_app(
    application: TransactionalFlask, live_server: Server, tmp_path: Path
) -> Iterator[TransactionalFlask]:
    """An application of this process on the running platform's database, to arrange and to look."""
    with another_application(application, live_server.database_url, tmp_path) as app:
        yield app


def compiled_templates() -> FileSystemBytecodeCache:
    """Compiled templates are kept between runs, by the digest of their source."""
    folder = databases.folder().parent / "test-templates"
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def settings_for_tests(database_url: str, var: Path, **changed: str) -> config.Settings:
    """Return the settings tests run with; ``changed`` names environment variables."""
    given = {
        "CTLP_ENV": "test",
        "CTLP_VAR": str(var),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "test " * 8,
        "LIBREOFFICE": "none",  # what a machine has must not decide what tests see
    }
    return config.load({**given, **changed})


@pytest.fixture(scope="session")
def engine(application: TransactionalFlask) -> Iterator[Engine]:
    """An engine on the worker's database, beside the application's own."""
    made = make_engine(application.config["CTLP"].database_url, 2)
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """The one connection of a test, in a transaction that is undone."""
    with engine.connect() as opened:
        transaction = opened.begin()
        yield opened
        transaction.rollback()


@pytest.fixture
def app(application: TransactionalFlask, connection: Connection) -> Iterator[TransactionalFlask]:
    """The application, everything it writes undone after the test (its commits release savepoints)."""
    db.bind_for_tests(connection)
    yield application
    db.bind_for_tests(None)


@pytest.fixture
def client(app: TransactionalFlask) -> FlaskClient:
    """A stranger's browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def cast(app: TransactionalFlask) -> Cast:
    """Give the cast: ``cast("trainer")`` is that person, made on demand, with a signed-in ``client``."""
    players: dict[str, Player] = {}

    def play(name: str) -> Player:
        if name not in players:
            players[name] = Player(app, name)
        return players[name]

    return play


@pytest.fixture
def inside(app: TransactionalFlask) -> Inside:
    """Give ``with inside() as session:``, one transaction inside the application, for arranging and looking."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with app.app_context(), unit_of_work() as session:
            yield session

    return opened


# ------------------------------------------------------------------------------------------------ live


@pytest.fixture
def new_server(tmp_path: Path, clone_database: Callable[[], str]) -> Iterator[Callable[..., Server]]:
    """Give a function that starts a platform of the test's own; keywords are settings of its environment.

    ``database_url`` is for a database of another kind than a plain clone (``own_postgres.url``).
    """
    with ExitStack() as stack:

        def start(database_url: str = "", **settings: str) -> Server:
            server = Server(
                database_url or clone_database(), tmp_path / f"var-{len(settings)}", settings=settings
            )
            stack.callback(server.stop)
            server.start()
            return server

        yield start


@pytest.fixture(scope="module")
def live_database() -> Iterator[str]:
    """The address of the database of ``live_server``."""
    url = databases.clone_database()
    yield url
    databases.drop_database(url)


@pytest.fixture(scope="module")
def live_server(live_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The platform on a free port, with a database of its own, shared by the tests of a file."""
    server = Server(live_database, tmp_path_factory.mktemp("live"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


# ------------------------------------------------------------------------------------------------ browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a file."""
    with browsers.chromium() as opened:
        yield opened


@pytest.fixture
def new_page(browser: Browser, live_server: Server) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page of a new person's browser; keywords are those of Playwright's contexts.

    After the test every page must be free of script errors, refused content and answers of 5xx.
    """
    contexts: list[BrowserContext] = []
    watches: list[browsers.Watch] = []

    def opened(**options: object) -> Page:
        given: dict[str, object] = {"viewport": browsers.DESK, "locale": "en", "base_url": live_server.url}
        context = browser.new_context(**(given | options))  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watches.append(browsers.Watch(page))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [fault for watch in watches for fault in watch.faults] == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A stranger's browser at 1280 px, in English."""
    return new_page()
