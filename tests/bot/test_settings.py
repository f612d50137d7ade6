"""Settings: each from its variable, and wrong ones named."""

from pathlib import Path

import pytest

from bot import settings
from bot.domain.errors import SettingsBroken


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the developer has set is not meant here."""
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(f"INTERLOCK_{name.upper()}", raising=False)


def test_the_database_stands_in_the_data_folder_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an address it is a SQLite file, by its whole path."""
    monkeypatch.setenv("INTERLOCK_DATA", "/var/lib/interlock")
    assert settings.load().database == "sqlite:////var/lib/interlock/interlock.db"
    monkeypatch.setenv("INTERLOCK_DATABASE_URL", "postgresql://u@h/n")
    assert settings.load().database == "postgresql://u@h/n"


def test_secrets_are_known_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens are collected for redaction, and no printing shows them."""
    monkeypatch.setenv("INTERLOCK_SLACK_BOT_TOKEN", "xoxb-secret")
    loaded = settings.load()
    assert loaded.secrets == {"xoxb-secret"}
    assert "xoxb-secret" not in repr(loaded)


def test_the_base_address_ends_in_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's client needs it, and people forget it."""
    monkeypatch.setenv("INTERLOCK_SLACK_API_URL", "http://127.0.0.1:9/api")
    assert settings.load().slack_api_url == "http://127.0.0.1:9/api/"


def test_git_gets_what_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are separated by commas; blanks are nothing."""
    monkeypatch.setenv("INTERLOCK_GIT_ENVIRONMENT", "SSH_AUTH_SOCK, GIT_SSH_COMMAND,")
    assert settings.load().passed == ("SSH_AUTH_SOCK", "GIT_SSH_COMMAND")
    assert settings.load().estate == Path("interlock.yaml")


@pytest.mark.parametrize("address", ["3000", "a:b", "host:123456"], ids=["no host", "no port", "too large"])
def test_a_wrong_address_is_named(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """The sentence begins with the variable."""
    monkeypatch.setenv("INTERLOCK_HTTP", address)
    with pytest.raises(SettingsBroken, match="INTERLOCK_HTTP"):
        settings.load()


def test_the_database_password_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is written in the address and as it is meant; and it is not shown with the settings."""
    monkeypatch.setenv("INTERLOCK_DATABASE_URL", "postgresql://interlock:hun%40ter22@db.example/interlock")
    found = settings.load()
    assert {"hun%40ter22", "hun@ter22"} <= found.secrets
    assert "ter22" not in repr(found)
