from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain.errors import RepositoryBroken
from bot.playground.example import files
from bot.playground.example.history import ANA, CLEO, Step
from bot.playground.example.repository import make, stream

Run = Callable[..., Awaitable[tuple[int, str]]]


def test_stream() -> None:
    """The history is written as git reads it: marks, people, modes, parents and further names."""
    history = (
        Step(subject="Begin", by=ANA, change=None, after=None, branches=("main",), tags=("v1",)),
        Step(subject="Größer", by=CLEO, change="more", after=0, branches=("more",)),
    )

    written = stream(history, ({"b.sh": b"exit\n", "a/c.tf": b""}, {"a/c.tf": b"x"}))

    assert written.decode() == (
        "commit refs/heads/main\nmark :1\n"
        "author Ana <ana@example.com> 1767603600 +0000\ncommitter Ana <ana@example.com> 1767603600 +0000\n"
        "data 6\nBegin\n\n"
        "M 100644 inline a/c.tf\ndata 0\n\n"
        "M 100755 inline b.sh\ndata 5\nexit\n\n"
        "\nreset refs/tags/v1\nfrom :1\n\n"
        "commit refs/heads/more\nmark :2\n"
        "author Cleo <cleo@example.com> 1767607200 +0000\ncommitter Cleo <cleo@example.com> 1767607200 +0000\n"
        "data 9\nGrößer\n\nfrom :1\n"
        "M 100644 inline a/c.tf\ndata 1\nx\n\n"
    )


async def test_made_as_told(tmp_path: Path, run: Run) -> None:
    """Branches, people and files are there, and main lies checked out and clean."""
    folder = tmp_path / "infrastructure"

    await make(folder, files(), {"environments/dev/demo.auto.tfvars": b'url = "here"\n'})

    _, log = await run(folder, "git", "log", "--all", "--format=%D|%ae|%ce|%s")
    assert log.splitlines() == [
        "hidden-flaw|cleo@example.com|cleo@example.com|Release storefront 2.1.0",
        "half-broken|cleo@example.com|cleo@example.com|Give each order a total",
        "bad-release|cleo@example.com|cleo@example.com|Release storefront 2.0.0",
        "tag: v1.2.0, dev|ben@example.com|ben@example.com|Release storefront 1.2.0",
        "tag: v1.1.0, staging|cleo@example.com|cleo@example.com|Release storefront 1.1.0",
        "HEAD -> main, tag: v1.0.0|ana@example.com|ana@example.com|Build the storefront's infrastructure",
    ]
    assert await run(folder, "git", "status", "--porcelain") == (0, "")
    assert await run(folder, "git", "fsck", "--strict") == (0, "")
    assert await run(folder, "git", "show", "dev:RELEASE") == (0, "1.2.0\n")
    assert (folder / "environments/dev/demo.auto.tfvars").read_text() == 'url = "here"\n'


async def test_kept(tmp_path: Path) -> None:
    """A repository that exists keeps what people did in it."""
    folder = tmp_path / "infrastructure"
    await make(folder, files(), {})
    (folder / "RELEASE").write_text("mine\n")

    await make(folder, files(), {})

    assert (folder / "RELEASE").read_text() == "mine\n"


async def test_cut_off(tmp_path: Path, run: Run) -> None:
    """What a killed predecessor left half-made is thrown away."""
    folder = tmp_path / "infrastructure"
    (tmp_path / "infrastructure.unfinished" / ".git").mkdir(parents=True)

    await make(folder, files(), {})

    assert await run(folder, "git", "status", "--porcelain") == (0, "")
    assert not (tmp_path / "infrastructure.unfinished").exists()


async def test_leftovers_of_terraform(tmp_path: Path) -> None:
    """What Terraform left behind in the source folder is not committed."""
    source = tmp_path / "files"
    (source / "changes").mkdir(parents=True)
    for step in (files() / "changes").iterdir():
        (source / "changes" / step.name).mkdir()
        (source / "changes" / step.name / "RELEASE").write_text(step.name)
    (source / "infrastructure" / "modules" / ".terraform").mkdir(parents=True)
    (source / "infrastructure" / "modules" / ".terraform" / "modules.json").write_text("{}")
    (source / "infrastructure" / "RELEASE").write_text("1.0.0\n")

    await make(tmp_path / "infrastructure", source, {})

    assert {path.name for path in (tmp_path / "infrastructure").iterdir()} == {".git", "RELEASE"}


async def test_surroundings_do_not_matter(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository and an identity that the caller's environment points to play no part."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    folder = tmp_path / "infrastructure"

    await make(folder, files(), {})

    assert await run(folder, "git", "log", "-1", "--format=%an", "main") == (0, "Ana\n")
    assert not (tmp_path / "elsewhere").exists()


async def test_git_fails(tmp_path: Path) -> None:
    """Git's own words are passed on, and nothing that looks whole is left."""
    folder = tmp_path / "infrastructure"

    with pytest.raises(RepositoryBroken, match=r"could not make the example repository: error: invalid path"):
        await make(folder, files(), {".git/hooks/post-checkout.sh": b"exit\n"})

    assert not folder.exists()
