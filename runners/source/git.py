"""A git repository as `bot.ports.Source`: a bare mirror in a cache folder, fetched at every question."""

import asyncio
import fcntl
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.domain.errors import RepositoryBroken
from bot.domain.value import Commit
from bot.ports import CommitInfo
from runners.source import refs
from runners.source.call import Calls

_HEADS, _TAGS = "refs/heads/", "refs/tags/"
_FORMAT = "%H%x00%ae%x00%ce%x00%(trailers:key=Co-authored-by,valueonly,separator=%x2C)%x00%s"
_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
#: `host:path` of ssh, which is no path of ours.
_SCP = re.compile(r"[^/:]+:")


class Git:
    """Resolves refs and lays out trees of one repository."""

    def __init__(
        self,
        url: str,
        cache: Path,
        *,
        folder: Path = Path(),
        depth: int | None = None,
        passed: Mapping[str, str] | None = None,
        patience: timedelta = timedelta(minutes=5),
    ) -> None:
        """Mirror *url* under *cache*, which several processes may share.

        A relative *url* is a path and taken from *folder*. *depth* is how many commits of each branch are fetched;
        `None` means all. *passed* is handed to git beside its own few variables: `SSH_AUTH_SOCK`,
        `GIT_SSH_COMMAND`, what a credential helper needs. No call lasts longer than *patience*.
        """
        self._url = _located(url, folder)
        name = hashlib.sha256(f"{self._url}\n{depth}".encode()).hexdigest()[:16]
        self._cache = cache.absolute()
        self._mirror = self._cache / f"{name}.git"
        self._depth = depth
        self._patience = patience.total_seconds()
        self._home = self._cache / f"{name}.home"
        self._git = Calls(self._mirror, home=self._home, passed=dict(passed or {}), patience=self._patience)

    async def resolve(self, ref: str, *, since: Commit | None) -> CommitInfo:
        """Turn *ref* into one commit: a branch, else a tag, else a commit on a branch, 7 digits at least.

        Raises `RefUnknown`, naming the nearest, or `RepositoryBroken`.
        """
        refs.demand_name(ref)
        await self._fetch()
        known = _listed(await self._git.demand("for-each-ref", f"--format={_REF}", _HEADS, _TAGS))
        commits = await self._on_branches(ref.lower()) if refs.may_be_commit(ref) else ()
        return await self._described(refs.choose(ref, known, commits), since)

    async def checkout(self, commit: Commit, into: Path) -> None:
        """Lay out a clean tree of *commit* in the new folder *into*, whole or not at all.

        No hooks run, no submodules are fetched, no filters are known. Raises `RepositoryBroken`, also where a link
        in the tree leads out of it.
        """
        if not refs.is_commit(commit):
            msg = f"{commit!r} is no commit in full."
            raise RepositoryBroken(msg)
        if not await self._has(commit):
            await self._fetch()
            if not await self._has(commit):
                msg = f"The repository has no commit {commit} any more."
                raise RepositoryBroken(msg)
        partial = into.with_name(f".{into.name}-{secrets.token_hex(4)}")
        index = self._cache / f"index-{secrets.token_hex(8)}"
        try:
            await asyncio.to_thread(_make_place, partial, into)
            await self._git.demand(
                f"--work-tree={partial.absolute()}",
                "read-tree",
                "-m",
                "-u",
                commit,
                GIT_INDEX_FILE=str(index),
            )
            await asyncio.to_thread(_settle, partial, into)
        finally:
            index.unlink(missing_ok=True)
            if partial.exists():
                await asyncio.to_thread(shutil.rmtree, partial, ignore_errors=True)

    async def _fetch(self) -> None:
        depth = ("--depth", str(self._depth)) if self._depth else ()
        async with self._alone():
            if not self._mirror.exists():
                await self._create()
            await self._git.demand(
                "fetch",
                "--quiet",
                "--prune",
                "--force",
                "--no-tags",
                "--no-write-fetch-head",
                "--no-recurse-submodules",
                "--update-head-ok",
                *depth,
                "--",
                self._url,
                f"+{_HEADS}*:{_HEADS}*",
                f"+{_TAGS}*:{_TAGS}*",
            )

    async def _create(self) -> None:
        """Make an empty mirror, whole or not at all."""
        self._home.mkdir(mode=0o700, exist_ok=True)
        # The estate names this repository, so whose files it consists of is no reason to refuse it.
        trusted = "".join(f"\tdirectory = {path}\n" for path in (self._url, f"{self._url}/.git"))
        if self._url.startswith("/") and not re.search(r'[\n"\\;#]', self._url):
            (self._home / ".gitconfig").write_text(f"[safe]\n{trusted}", "utf-8")
        partial = self._cache / f".{self._mirror.name}-{secrets.token_hex(4)}"
        git = Calls(partial, home=self._home, passed={}, patience=self._patience)
        await git.demand("init", "--quiet", "--bare", "--template=", str(partial))
        partial.rename(self._mirror)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Keep everybody else from fetching, in this process and in others."""
        self._cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._mirror.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            await _locked(handle, self._patience)
            yield
        finally:
            os.close(handle)

    async def _has(self, commit: Commit) -> bool:
        if not self._mirror.exists():
            return False
        said = await self._git("cat-file", "--batch-check", stdin=f"{commit}\n".encode())
        return said.out.split()[1:2] == [b"commit"]

    async def _on_branches(self, prefix: str) -> tuple[Commit, ...]:
        """Give the commits on any branch whose names begin with *prefix*, hex digits alone."""
        objects = await self._git("rev-parse", f"--disambiguate={prefix}")
        if not objects.out.strip():
            return ()
        kinds = await self._git.demand("cat-file", "--batch-check", stdin=objects.out)
        found = []
        for line in kinds.decode("ascii", "replace").splitlines():
            name, _, rest = line.partition(" ")
            if rest.startswith("commit") and await self._git.demand(
                "for-each-ref", "--count=1", f"--contains={name}", _HEADS
            ):
                found.append(Commit(name))
        return tuple(found)

    async def _described(self, commit: Commit, since: Commit | None) -> CommitInfo:
        """Say who had a hand in *commit* and in all that it brings beyond *since*."""
        told = b""
        if since and refs.is_commit(since) and await self._has(since):
            told = await self._git.demand("log", f"--format={_FORMAT}", "-z", commit, f"^{since}", "--")
        # What goes back brings nothing new; then its own authors count.
        told = told or await self._git.demand("log", "-1", f"--format={_FORMAT}", "-z", commit, "--")
        fields = told.decode("utf-8", "replace").removesuffix("\0").split("\0")
        people: dict[str, None] = {}
        for start in range(0, len(fields), 5):
            _, author, committer, together, *_ = fields[start : start + 5]
            people |= dict.fromkeys(
                person.lower() for person in (author, committer, *_ADDRESS.findall(together)) if person
            )
        return CommitInfo(commit=commit, subject=fields[4], committers=tuple(people))


#: Name, object, kind, and what an annotated tag points to.
_REF = "%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)"


def _listed(told: bytes) -> refs.Refs:
    branches: dict[str, Commit] = {}
    tags: dict[str, Commit] = {}
    for line in told.decode("utf-8", "replace").splitlines():
        name, direct, kind, peeled, peeled_kind = line.split("\0")
        if kind == "commit" or peeled_kind == "commit":
            into, prefix = (branches, _HEADS) if name.startswith(_HEADS) else (tags, _TAGS)
            into[name.removeprefix(prefix)] = Commit(direct if kind == "commit" else peeled)
    return refs.Refs(branches, tags)


def _located(url: str, folder: Path) -> str:
    if url.startswith("-"):
        msg = "The repository's address starts with a dash."
        raise RepositoryBroken(msg)
    if "://" in url or _SCP.match(url):
        return url
    return str((folder / Path(url).expanduser()).resolve())


async def _locked(handle: int, patience: float) -> None:
    try:
        async with asyncio.timeout(patience):
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    await asyncio.sleep(0.02)
                else:
                    return
    except TimeoutError as error:
        msg = f"Somebody else has been fetching this repository for {patience:g} s."
        raise RepositoryBroken(msg) from error


def _make_place(partial: Path, into: Path) -> None:
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        msg = f"{into} is not empty, so no tree is laid out there."
        raise RepositoryBroken(msg)
    partial.mkdir(mode=0o700, parents=True)


def _settle(partial: Path, into: Path) -> None:
    root = partial.resolve()
    for folder, folders, files in os.walk(root):
        for path in (Path(folder, name) for name in (*folders, *files)):
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
                msg = f"{path.relative_to(root)} is a link that leads out of the repository, to {path.readlink()}."
                raise RepositoryBroken(msg)
    partial.replace(into)
