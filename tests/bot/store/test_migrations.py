from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

import bot.store
from bot.store.schema import HEAD


def test_the_newest_migration_is_the_one_that_is_asked_for() -> None:
    """A start that finds `HEAD` in the database looks no further, so it must name the last migration."""
    config = Config()
    config.set_main_option("script_location", str(Path(bot.store.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
