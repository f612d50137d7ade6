"""Databases that live as long as a world that many tests share."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest


@pytest.fixture(scope="module")
def shared_postgres_url(postgres: str) -> Iterator[str]:
    """An empty Postgres database for a whole module."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield postgres.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
