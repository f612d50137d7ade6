"""One process per role, on both databases."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from bot.domain.errors import JournalBroken, RoleTaken
from bot.store.database import urls
from runners import singleton

_OTHER = """
import sys, time
from runners import singleton
held = singleton.hold(sys.argv[1], "bot")
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def address(database_url: str) -> str:
    """The database's address in its blocking form."""
    return urls(database_url)[0]


def test_the_second_of_a_role_is_refused(address: str) -> None:
    """The same role twice is refused with a sentence; another role, or the same one later, is not."""
    first = singleton.hold(address, "bot")
    with pytest.raises(RoleTaken, match=r"another process.* already works as bot"):
        singleton.hold(address, "bot")
    singleton.hold(address, "runner-prod").release()
    first.release()
    singleton.hold(address, "bot").release()


def test_a_killed_process_gives_its_role_back(address: str) -> None:
    """SIGKILL is enough: nobody has to clean up."""
    with subprocess.Popen([sys.executable, "-c", _OTHER, address], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(RoleTaken):
            singleton.hold(address, "bot")
        other.kill()
    for _ in range(50):
        # Postgres needs a moment to see that its client is gone.
        with suppress(RoleTaken):
            singleton.hold(address, "bot").release()
            return
        time.sleep(0.1)
    singleton.hold(address, "bot").release()


async def test_a_lost_connection_is_a_lost_role(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When Postgres drops the connection the role is gone, and that is told."""
    monkeypatch.setattr(singleton, "WATCH", 0.05)
    held = singleton.hold(urls(postgres_url)[0], "bot")
    left: list[bool] = []
    held.release()
    await singleton.watch(held, lambda: left.append(True))
    assert left == [True]


def test_where_there_is_no_room(tmp_path: Path) -> None:
    """A lock that cannot be written is one sentence, and no role."""
    (tmp_path / "db.bot.lock").symlink_to("/dev/full")
    with pytest.raises(JournalBroken, match=r"db\.bot\.lock cannot be written"):
        singleton.hold(f"sqlite:///{tmp_path / 'db'}", "bot")
