import asyncio
import os
import shutil
import stat
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest

from bot.domain.errors import RefUnknown, RepositoryBroken
from bot.domain.value import Commit
from runners.source.git import Git


class _Repository(Protocol):
    folder: Path

    def git(self, *arguments: str, author: str = ...) -> str: ...

    def commit(self, text: str, message: str = ..., *, author: str = ...) -> str: ...


@pytest.fixture
def source(repository: _Repository, tmp_path: Path) -> Git:
    return Git(repository.folder.name, tmp_path / "cache", folder=tmp_path, patience=timedelta(seconds=20))


async def test_branches_tags_and_commits(repository: _Repository, source: Git) -> None:
    """Each way to name a commit gives that commit, also after the repository moved on."""
    first = repository.commit("1", "First\n\nbody")
    repository.git("tag", "light")
    repository.git("tag", "--annotate", "--message=x", "heavy")
    found = await source.resolve("main", since=None)
    assert (found.commit, found.subject) == (first, "First")
    second = repository.commit("2")
    assert (await source.resolve("main", since=None)).commit == second
    for ref in ("light", "heavy", first, first[:7], first[:20], first.upper()):
        assert (await source.resolve(ref, since=None)).commit == first


async def test_who_had_a_hand_in_it(repository: _Repository, source: Git) -> None:
    """Everybody since the deployed commit counts, co-authors too; going back, those of the commit itself."""
    first = Commit(repository.commit("1"))
    repository.commit("2", author="Ben <Ben@Example.org>")
    repository.commit("3", "Third\n\nCo-authored-by: Cleo <CLEO@example.org>\nCo-authored-by: D <d@e.f>")
    everybody = {"ana@example.org", "ben@example.org", "cleo@example.org", "d@e.f", "robot@example.org"}
    found = await source.resolve("main", since=first)
    assert set(found.committers) == everybody
    assert len(found.committers) == len(everybody)
    assert set((await source.resolve("main", since=None)).committers) == everybody - {"ben@example.org"}
    back = await source.resolve(first, since=found.commit)
    assert set(back.committers) == {"ana@example.org", "robot@example.org"}
    gone = await source.resolve("main", since=Commit("0" * 40))
    assert set(gone.committers) == everybody - {"ben@example.org"}


async def test_what_is_not_on_a_branch_is_unknown(repository: _Repository, source: Git) -> None:
    """A commit that no branch reaches cannot be deployed by its digits, nor can what is no commit."""
    repository.commit("1")
    repository.git("checkout", "--quiet", "-b", "side")
    lost = repository.commit("lost")
    assert (await source.resolve(lost, since=None)).commit == lost
    repository.git("checkout", "--quiet", "main")
    repository.git("branch", "--quiet", "-D", "side")
    with pytest.raises(RefUnknown):
        await source.resolve(lost, since=None)
    with pytest.raises(RefUnknown):
        await source.resolve("side", since=None)
    with pytest.raises(RefUnknown):
        await source.resolve(repository.git("rev-parse", "HEAD^{tree}"), since=None)
    with pytest.raises(RefUnknown):
        await source.resolve("HEAD", since=None)


async def test_a_branch_never_passes_for_a_commit(repository: _Repository, source: Git) -> None:
    """A branch that is named like a commit is refused where it points elsewhere."""
    good = repository.commit("good")
    repository.git("checkout", "--quiet", "-b", good[:10])
    evil = repository.commit("evil")
    with pytest.raises(RefUnknown, match="Write all 40 digits"):
        await source.resolve(good[:10], since=None)
    assert (await source.resolve(good, since=None)).commit == good
    assert (await source.resolve(evil, since=None)).commit == evil
    repository.git("update-ref", f"refs/heads/{good}", evil)
    with pytest.raises(RefUnknown, match="named like a commit"):
        await source.resolve(good, since=None)


async def test_a_moved_tag_and_a_forced_branch_are_followed(repository: _Repository, source: Git) -> None:
    """The mirror is what the repository is now, never what it was; names that changed their kind included."""
    repository.commit("1")
    repository.git("tag", "t")
    repository.git("branch", "a")
    await source.resolve("t", since=None)
    repository.git("branch", "-D", "a")
    repository.git("branch", "a/b")
    repository.git("commit", "--quiet", "--amend", "--message=Amended")
    repository.git("tag", "--force", "t")
    amended = repository.git("rev-parse", "HEAD")
    assert (await source.resolve("t", since=None)).commit == amended
    assert (await source.resolve("main", since=None)).commit == amended
    await source.resolve("a/b", since=None)


async def test_a_clean_tree(repository: _Repository, source: Git, tmp_path: Path) -> None:
    """What was committed is laid out, modes and links included, and nothing else."""
    (repository.folder / "run.sh").write_text("#!/bin/sh\n", "utf-8")
    (repository.folder / "run.sh").chmod(0o755)
    (repository.folder / "sub").mkdir()
    (repository.folder / "sub" / "link").symlink_to("../main.tf")
    (repository.folder / ".gitattributes").write_text("*.tf filter=evil export-ignore\n", "utf-8")
    commit = Commit(repository.commit("text\n"))
    (repository.folder / "main.tf").write_text("dirty", "utf-8")
    (repository.folder / "untracked").write_text("dirty", "utf-8")
    into = tmp_path / "runs" / "1"
    await source.checkout(commit, into)
    assert {str(path.relative_to(into)) for path in into.rglob("*")} == {
        "main.tf",
        "run.sh",
        "sub",
        "sub/link",
        ".gitattributes",
    }
    assert (into / "sub" / "link").read_text("utf-8") == "text\n"
    assert stat.S_IMODE((into / "run.sh").stat().st_mode) & 0o100
    assert stat.S_IMODE(into.stat().st_mode) == 0o700
    assert list(into.parent.iterdir()) == [into]


async def test_an_old_commit_is_laid_out_after_its_branch_is_gone(
    repository: _Repository, source: Git, tmp_path: Path
) -> None:
    """What was planned can be laid out again, whatever became of its branch."""
    old = Commit(repository.commit("old"))
    await source.resolve("main", since=None)
    repository.git("commit", "--quiet", "--amend", "--message=Amended")
    await source.resolve("main", since=None)
    await source.checkout(old, tmp_path / "tree")
    assert (tmp_path / "tree" / "main.tf").read_text("utf-8") == "old"


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("../../outside", id="upwards"),
        pytest.param("inner/../../..", id="through a folder"),
    ],
)
async def test_links_that_lead_out_are_refused(
    repository: _Repository, source: Git, tmp_path: Path, target: str
) -> None:
    """A tree with a link out of itself is not laid out at all."""
    (repository.folder / "link").symlink_to(target)
    commit = Commit(repository.commit("1"))
    with pytest.raises(RepositoryBroken, match="link is a link that leads out of the repository"):
        await source.checkout(commit, tmp_path / "tree")
    assert not (tmp_path / "tree").exists()
    assert {path.name for path in await asyncio.to_thread(lambda: [*tmp_path.iterdir()])} == {
        "repository",
        "cache",
    }


async def test_no_hook_and_no_submodule_runs(repository: _Repository, source: Git, tmp_path: Path) -> None:
    """Nothing in a repository is executed by looking at it."""
    mark = tmp_path / "mark"
    for name in ("post-checkout", "post-index-change", "reference-transaction", "post-merge"):
        hook = repository.folder / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {mark}\n", "utf-8")
    commit = repository.commit("1")
    (repository.folder / ".gitmodules").write_text('[submodule "m"]\n\tpath = m\n\turl = ./m\n', "utf-8")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},m")
    commit = repository.commit("2")
    await source.checkout(Commit(commit), tmp_path / "tree")
    assert not mark.exists()
    assert not (tmp_path / "tree" / "m").exists()


async def test_places_that_are_taken(repository: _Repository, source: Git, tmp_path: Path) -> None:
    """A folder with something in it is never mixed with a tree; an empty one is fine."""
    commit = Commit(repository.commit("1"))
    tree = tmp_path / "tree"
    tree.mkdir()
    await source.checkout(commit, tree)
    with pytest.raises(RepositoryBroken, match="is not empty"):
        await source.checkout(commit, tree)
    with pytest.raises(RepositoryBroken, match="no commit in full"):
        await source.checkout(Commit("main"), tmp_path / "other")
    with pytest.raises(RepositoryBroken, match=r"no commit 0{40} any more"):
        await source.checkout(Commit("0" * 40), tmp_path / "other")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        pytest.param("nowhere", "nowhere' does not appear to be a git repository", id="no such path"),
        pytest.param("ext::sh -c 'touch mark'", "transport 'ext' not allowed", id="a command"),
        pytest.param(
            "https://me:hunter2@127.0.0.1:1/x.git", "unable to access 'https://127.0.0.1:1", id="nobody there"
        ),
    ],
)
async def test_repositories_that_cannot_be_read(tmp_path: Path, url: str, sentence: str) -> None:
    """Git's own reason is told, and never a password."""
    with pytest.raises(RepositoryBroken, match=sentence) as caught:
        await Git(url, tmp_path / "cache", folder=tmp_path).resolve("main", since=None)
    assert "hunter2" not in str(caught.value)


def test_an_address_that_is_an_option(tmp_path: Path) -> None:
    """An address is never taken for an option."""
    with pytest.raises(RepositoryBroken, match="starts with a dash"):
        Git("--upload-pack=evil", tmp_path)


async def test_a_repository_that_went_away_is_not_guessed(repository: _Repository, source: Git) -> None:
    """An old mirror never answers for a repository that cannot be reached."""
    repository.commit("1")
    await source.resolve("main", since=None)
    shutil.rmtree(repository.folder)
    with pytest.raises(RepositoryBroken):
        await source.resolve("main", since=None)


async def test_many_at_once(repository: _Repository, source: Git, tmp_path: Path) -> None:
    """Runs that start together share one mirror, from several instances, and fetch one after the other."""
    commit = repository.commit("1")
    other = Git(str(repository.folder), tmp_path / "cache")
    found = await asyncio.gather(*(each.resolve("main", since=None) for each in (source, other) * 4))
    assert {each.commit for each in found} == {commit}
    assert len(list((tmp_path / "cache").glob("*.git"))) == 1
    await asyncio.gather(
        *(source.checkout(Commit(commit), tmp_path / f"tree{number}") for number in range(4))
    )


async def test_somebody_who_never_ends_fetching(repository: _Repository, tmp_path: Path) -> None:
    """Waiting for the mirror has an end, too."""
    repository.commit("1")
    patient = Git("repository", tmp_path / "cache", folder=tmp_path)
    hasty = Git("repository", tmp_path / "cache", folder=tmp_path, patience=timedelta(seconds=0.1))
    async with patient._alone():
        with pytest.raises(RepositoryBroken, match=r"has been fetching this repository for 0\.1 s"):
            await hasty.resolve("main", since=None)


async def test_a_shallow_mirror(repository: _Repository, tmp_path: Path) -> None:
    """With a depth, only so many commits of each branch are there."""
    first = Commit(repository.commit("1"))
    second = repository.commit("2")
    source = Git("repository", tmp_path / "cache", folder=tmp_path, depth=1)
    assert (await source.resolve("main", since=first)).commit == second
    with pytest.raises(RefUnknown):
        await source.resolve(first, since=None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away, so other owners are NOT tested")
async def test_a_repository_of_somebody_else(repository: _Repository, source: Git) -> None:
    """The estate names the repository, so it is read whoever owns its files."""
    commit = repository.commit("1")
    for folder, folders, files in os.walk(repository.folder):
        for name in (*folders, *files):
            os.chown(Path(folder, name), 12345, 12345)
    os.chown(repository.folder, 12345, 12345)
    assert (await source.resolve("main", since=None)).commit == commit
