"""A look into a database that is opened for nothing else: it is neither made, nor migrated, nor written to."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, InterfaceError

from bot.domain.errors import JournalBroken
from bot.domain.window import Freeze
from bot.store.database import urls, version
from bot.store.freezes import as_freeze, standing
from bot.store.schema import HEAD


def freezes(url: str, since: datetime) -> Sequence[Freeze]:
    """Freezes from Slack that end after *since*; none where there is no database yet.

    Blocks. Raises `SettingsBroken` where *url* cannot be used, `JournalBroken` where what is there cannot be read.
    """
    address = _read_only(make_url(urls(url)[0]))
    if address is None:
        return []
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            found = version(connection)
            if found not in {None, HEAD}:
                msg = "The database is of another version of Interlock; `interlock serve` brings an older one up to date."
                raise JournalBroken(msg)
            rows = connection.execute(standing(since)).all() if found else []
    except (DatabaseError, InterfaceError) as error:
        msg = f"The database cannot be read: {(str(error.orig).splitlines() or ['it says no more'])[0]}"
        raise JournalBroken(msg) from error
    finally:
        engine.dispose()
    return [as_freeze(row) for row in rows]


def _read_only(address: URL) -> URL | None:
    """The address of the same database for reading alone; `None` where it is a file that is not there."""
    if address.get_backend_name() != "sqlite":
        return address
    file = Path(address.database or "")
    if not address.database or not file.exists():
        return None
    return URL.create(
        "sqlite", database=f"file:{quote(str(file.absolute()))}", query={"mode": "ro", "uri": "true"}
    )
