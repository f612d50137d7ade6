"""Secrets and addresses, from the environment; the estate file never holds either."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import SettingsBroken


class Settings(BaseSettings):
    """Each field is read from `INTERLOCK_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="INTERLOCK_", frozen=True, extra="ignore")

    #: The estate file.
    estate: Path = Path("interlock.yaml")
    #: Where rows are kept: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`. Empty: SQLite in `data`.
    database_url: Annotated[str, Field(repr=False)] = ""
    #: Private folder for checkouts, plans and logs.
    data: Path = Path(".interlock/data")
    #: Bot token, `xoxb-…`.
    slack_bot_token: SecretStr = SecretStr("")
    #: App-level token for Socket Mode, `xapp-…`. Without it the bot listens for HTTP.
    slack_app_token: SecretStr = SecretStr("")
    #: Signing secret, needed for HTTP.
    slack_signing_secret: SecretStr = SecretStr("")
    #: Where Slack's Web API is; any compatible server will do.
    slack_api_url: str = "https://slack.com/api/"
    #: Address of the bot's own HTTP server: health, and Slack's requests in HTTP mode. Empty: none.
    http: Annotated[str, Field(pattern=r"^([^:]*:\d{1,5})?$")] = "127.0.0.1:3000"
    #: Path of `terraform` or `tofu`; empty: from PATH, else the one that comes with Interlock.
    terraform: str = ""
    #: Names in this process's environment that git may see as well, separated by commas.
    git_environment: str = ""

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_a_slash(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            msg = "must begin with https:// (or http:// for a server on this machine)"
            raise ValueError(msg)
        return url if url.endswith("/") else f"{url}/"

    @property
    def passed(self) -> tuple[str, ...]:
        """Names in this process's environment that git may see as well."""
        return tuple(name.strip() for name in self.git_environment.split(",") if name.strip())

    def demand_tokens(self) -> None:
        """Raise `SettingsBroken` where there is no way to talk to Slack."""
        if not self.slack_bot_token.get_secret_value():
            msg = "INTERLOCK_SLACK_BOT_TOKEN is not set: it is the bot token of the Slack app, xoxb-…"
            raise SettingsBroken(msg)
        if not (self.slack_app_token.get_secret_value() or self.slack_signing_secret.get_secret_value()):
            msg = (
                "neither INTERLOCK_SLACK_APP_TOKEN (xapp-…, for Socket Mode) "
                "nor INTERLOCK_SLACK_SIGNING_SECRET (for HTTP) is set"
            )
            raise SettingsBroken(msg)
        if not (self.slack_app_token.get_secret_value() or self.http):
            msg = (
                "INTERLOCK_HTTP is empty and there is no INTERLOCK_SLACK_APP_TOKEN: nothing would hear Slack"
            )
            raise SettingsBroken(msg)

    @property
    def database(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'interlock.db'}"

    @property
    def secrets(self) -> frozenset[str]:
        """What must never be written anywhere."""
        tokens = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret)
        with suppress(ValueError):
            password = urlsplit(self.database_url).password or ""
            return frozenset(
                {*(token.get_secret_value() for token in tokens), password, unquote(password)} - {""}
            )
        return frozenset(token.get_secret_value() for token in tokens if token.get_secret_value())


def load() -> Settings:
    """Read the environment; raises `SettingsBroken` with one sentence for each wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        sentences = [
            f"INTERLOCK_{str(fault['loc'][0]).upper()}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise SettingsBroken("\n".join(sentences)) from None
