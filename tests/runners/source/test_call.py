import asyncio
import time
from pathlib import Path

import pytest

from bot.domain.errors import RepositoryBroken
from runners.source import call


@pytest.mark.parametrize(
    ("err", "said"),
    [
        pytest.param("remote: x\nfatal: no repository\nmore\n", "no repository", id="fatal"),
        pytest.param(
            "fatal: 'x' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\n"
            "Please make sure you have the correct access rights\nand the repository exists.\n",
            "'x' does not appear to be a git repository",
            id="the first of two",
        ),
        pytest.param("ssh: no route\n", "ssh: no route", id="somebody else"),
        pytest.param("", "it failed and said nothing", id="silence"),
        pytest.param(
            "fatal: unable to access 'https://me:hunter2@host/x.git/': no",
            "unable to access 'https://host/x.git/': no",
            id="credentials",
        ),
    ],
)
def test_the_complaint_that_matters(err: str, said: str) -> None:
    """One line, the one with the reason, and no credentials."""
    assert call.complaint(err) == said


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://token@host/x", "https://host/x"),
        ("ssh://git:p@ss@host/x and git+ssh://a@b/c", "ssh://host/x and git+ssh://b/c"),
        ("https://host/a@b", "https://host/a@b"),
        ("git@host:x.git", "git@host:x.git"),
    ],
)
def test_credentials_leave_addresses(text: str, clean: str) -> None:
    """User names and passwords go, the rest stays."""
    assert call.without_userinfo(text) == clean


async def test_the_environment_is_built_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of ours reaches git but PATH; what is passed does."""
    monkeypatch.setenv("GIT_DIR", "/evil")
    monkeypatch.setenv("LD_PRELOAD_CANARY", "evil")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    git = call.Calls(tmp_path / "x.git", home=tmp_path, passed={"SSH_AUTH_SOCK": "/sock"}, patience=10)
    said = (await git.demand("-c", "alias.env=!env", "env")).decode()
    assert "evil" not in said
    assert "GIT_CONFIG_COUNT" not in said
    assert "SSH_AUTH_SOCK=/sock" in said
    assert f"HOME={tmp_path}" in said


async def test_patience_ends_for_git_and_its_helpers(tmp_path: Path) -> None:
    """What hangs is killed as a whole, in time."""
    git = call.Calls(tmp_path / "x.git", home=tmp_path, passed={}, patience=0.3)
    began = time.monotonic()
    with pytest.raises(RepositoryBroken, match=r"did not end within 0\.3 s"):
        await git.demand("-c", "alias.hang=!sleep 30; true", "hang")
    assert time.monotonic() - began < 10


async def test_a_cancelled_call_leaves_nothing(tmp_path: Path) -> None:
    """When we stop, git stops."""
    git = call.Calls(tmp_path / "x.git", home=tmp_path, passed={}, patience=30)
    mark = tmp_path / "mark"
    task = asyncio.create_task(git.demand("-c", f"alias.hang=!sleep 0.5; touch {mark}", "hang"))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.6)
    assert not mark.exists()


async def test_no_git_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git, the error says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    git = call.Calls(tmp_path / "x.git", home=tmp_path, passed={}, patience=10)
    with pytest.raises(RepositoryBroken, match="git cannot be started"):
        await git.demand("version")
