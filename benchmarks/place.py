"""Where a part may work: a folder, and a fresh database of each kind."""

import uuid
from dataclasses import dataclass
from pathlib import Path

from benchmarks import postgres

#: The kinds of database, as the report names them.
DATABASES = ("SQLite", "Postgres")


@dataclass(frozen=True)
class Place:
    """A folder of its own, and the Postgres server that all parts share."""

    folder: Path
    postgres: str

    def fresh(self) -> Path:
        """Make a new folder."""
        made = self.folder / uuid.uuid4().hex[:8]
        made.mkdir(parents=True)
        return made

    def database(self, kind: str) -> str:
        """Give the address of an empty database; an empty address is SQLite in the bot's own folder."""
        return postgres.fresh(self.postgres) if kind == "Postgres" else ""
