"""Makes the repository that the example estate is deployed from."""

import asyncio
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.domain.errors import RepositoryBroken
from bot.playground.example.history import HISTORY, Author, Step

#: When the first commit was made, in seconds since 1970; each further one came an hour later.
_FIRST_COMMIT = 1_767_603_600

#: Content by path inside the repository.
Tree = Mapping[str, bytes]


async def make(folder: Path, files: Path, machine: Tree) -> None:
    """Make the repository in *folder*, with `main` checked out; one that exists is left alone.

    *files* holds `infrastructure/` and `changes/`; *machine* is what only this machine knows, and part of
    the first commit. Raises `RepositoryBroken`.
    """
    if await asyncio.to_thread(folder.exists):
        return
    # A repository that was cut off half-way must never be taken for a whole one.
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    await asyncio.to_thread(shutil.rmtree, unfinished, ignore_errors=True)
    history = await asyncio.to_thread(lambda: stream(HISTORY, trees(HISTORY, files, machine)))
    await _git("init", "--quiet", "--initial-branch=main", "--template=", str(unfinished))
    await _git("-C", str(unfinished), "fast-import", "--quiet", standard_input=history)
    await _git("-C", str(unfinished), "reset", "--quiet", "--hard")
    await asyncio.to_thread(unfinished.rename, folder)


def trees(history: Sequence[Step], files: Path, machine: Tree) -> tuple[Tree, ...]:
    """Read what each commit of *history* adds or replaces."""
    return tuple(
        {**_read(files / "infrastructure"), **machine}
        if step.change is None
        else _read(files / "changes" / step.change)
        for step in history
    )


def stream(history: Sequence[Step], changed: Sequence[Tree]) -> bytes:
    """Write *history* as `git fast-import` reads it; *changed* has one tree for each commit."""
    return b"".join(
        line
        for place, (step, tree) in enumerate(zip(history, changed, strict=True))
        for line in _commit(place, step, tree)
    )


def _commit(place: int, step: Step, tree: Tree) -> Iterator[bytes]:
    names = [f"refs/heads/{name}" for name in step.branches] + [f"refs/tags/{name}" for name in step.tags]
    when = _FIRST_COMMIT + 3600 * place
    yield f"commit {names[0]}\nmark :{place + 1}\n".encode()
    yield f"author {_signature(step.by, when)}\ncommitter {_signature(step.by, when)}\n".encode()
    yield _data(f"{step.subject}\n".encode())
    if step.after is not None:
        yield f"from :{step.after + 1}\n".encode()
    for path, content in sorted(tree.items()):
        mode = "100755" if path.endswith(".sh") else "100644"
        yield f"M {mode} inline {path}\n".encode() + _data(content)
    for name in names[1:]:
        yield f"\nreset {name}\nfrom :{place + 1}\n".encode()
    yield b"\n"


def _signature(author: Author, when: int) -> str:
    return f"{author.name} <{author.email}> {when} +0000"


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _read(folder: Path) -> dict[str, bytes]:
    """Every file under *folder*, without what Terraform leaves behind when somebody tries it there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".terraform" not in path.parts
    }


async def _git(*arguments: str, standard_input: bytes = b"") -> None:
    process = await asyncio.create_subprocess_exec(
        "git",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        # Neither the user's configuration nor a GIT_DIR that happens to be set may change what comes out.
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        },
    )
    _, complaint = await process.communicate(standard_input)
    if process.returncode:
        msg = f"git could not make the example repository: {complaint.decode(errors='replace').strip()}"
        raise RepositoryBroken(msg)
