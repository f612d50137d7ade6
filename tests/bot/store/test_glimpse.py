"""A look into a database that leaves it as it was."""

import sqlite3
from pathlib import Path

import pytest

from bot.domain.errors import JournalBroken, SettingsBroken
from bot.store import Store, glimpse
from tests.bot.store.test_freezes import NOON, freeze


async def test_what_is_there_is_seen(store: Store, database_url: str) -> None:
    """The freezes of a database that somebody else works on, on SQLite and on Postgres."""
    await store.freeze(freeze("x"), NOON)
    assert list(glimpse.freezes(database_url, NOON)) == [freeze("x")]


def test_an_empty_postgres_has_none(postgres_url: str) -> None:
    """A database without tables is one that nobody has used yet."""
    assert list(glimpse.freezes(postgres_url, NOON)) == []


def test_no_database_is_made(tmp_path: Path) -> None:
    """Where there is no file there are no freezes, and afterwards there is still no file."""
    assert list(glimpse.freezes(f"sqlite:///{tmp_path / 'a b' / 'x.db'}", NOON)) == []
    assert not list(tmp_path.iterdir())
    assert list(glimpse.freezes("sqlite://", NOON)) == []


def test_an_empty_file_has_none(tmp_path: Path) -> None:
    """No tables, no freezes, and none are made."""
    file = tmp_path / "ü%20x.db"
    file.touch()
    assert list(glimpse.freezes(f"sqlite:///{file}", NOON)) == []
    assert file.stat().st_size == 0


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """Nobody can say what is frozen, and the answer is not that nothing is."""
    file = tmp_path / "x.db"
    file.write_text("these are no tables" * 100)
    with pytest.raises(JournalBroken, match="not a database"):
        glimpse.freezes(f"sqlite:///{file}", NOON)


def test_a_database_of_another_version(tmp_path: Path) -> None:
    """It is not migrated by a question."""
    file = tmp_path / "x.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    with pytest.raises(JournalBroken, match="another version"):
        glimpse.freezes(f"sqlite:///{file}", NOON)


def test_a_database_that_is_away() -> None:
    """A server that does not answer says nothing about freezes."""
    with pytest.raises(JournalBroken, match="cannot be read: connection"):
        glimpse.freezes("postgresql://nobody@127.0.0.1:9/x", NOON)
    with pytest.raises(SettingsBroken, match="mysql"):
        glimpse.freezes("mysql://x/y", NOON)
