"""A good estate and small plugins, so that the estate is tested without any real one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from bot.domain.errors import EstateBroken, Fault
from bot.domain.estate import CheckSettings, IacSettings, SwitcherSettings, WatchSettings
from bot.domain.variable import VariableSettings
from bot.estate import Kinds, load

GOOD = """\
version: 1
slack:
  teams: [T0HOME]
  channels:
    deploys: C0DEPLOYS
    incidents: C0INCIDENTS
    prod: C0PROD
repository:
  url: ./repository
groups:
  platform: {slack_usergroup: S0PLATFORM}
  dba: {members: [U0DANA, U0DIRK]}
classes:
  standard: {votes: 1, of: [platform]}
  significant: {votes: 2, of: [platform]}
  high-risk: {votes: 2, of: [platform, dba]}
environments:
  dev:
    branch: dev
    path: environments/dev
    classes:
      standard: {votes: 0}
    verify:
      - {kind: http, url: "{outputs.url}/health", every: 5s}
    bake:
      for: 5m
      every: 30s
      watch:
        - {source: http, url: "http://x/stats", metric: error_rate, at_most: 0.05}
  prod:
    branch: main
    promotes_from: dev
    channel: prod
    permissions: {request: [platform]}
    iac: {kind: terraform, variables: {size: 3}}
    approvals: {expire: 30m, remind: 10m}
"""


class TerraformSettings(IacSettings):
    """A tool."""

    variables: Mapping[str, str | int] = Field(default_factory=dict)


class HttpCheckSettings(CheckSettings):
    """A check."""

    url: str
    status: Annotated[int, Field(le=599)] = 200


class HttpMetricSettings(WatchSettings):
    """A metric."""

    url: str


class HttpSwitcherSettings(SwitcherSettings):
    """What steers traffic."""

    url: str
    blue: str = "blue"
    green: str = "green"


class ColourSettings(VariableSettings):
    """What a plan moves."""


KINDS = Kinds(
    iac={"terraform": TerraformSettings},
    checks={"http": HttpCheckSettings},
    metrics={"http": HttpMetricSettings},
    switchers={"http": HttpSwitcherSettings, "terraform_variable": ColourSettings},
)


@pytest.fixture
def good() -> str:
    """Give a good estate as text."""
    return GOOD


@pytest.fixture
def kinds() -> Kinds:
    """Give one plugin of each family."""
    return KINDS


@pytest.fixture
def faults(tmp_path: Path) -> Callable[[str | bytes], tuple[Fault, ...]]:
    """Load a text and give what is wrong with it."""

    def check(content: str | bytes) -> tuple[Fault, ...]:
        path = tmp_path / "interlock.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        try:
            load(path, KINDS)
        except EstateBroken as broken:
            return broken.faults
        return ()

    return check
