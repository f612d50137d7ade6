"""Databases that live as long as a world that many tests share."""

from collections.abc import Iterator

import pytest

from tests.fakes.postgres import made_on


@pytest.fixture(scope="module")
def shared_postgres_url(postgres: str) -> Iterator[str]:
    """An empty Postgres database for a whole module."""
    with made_on(postgres) as url:
        yield url
