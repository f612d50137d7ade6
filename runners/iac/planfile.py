"""Saved plan files: their digest, where they lie, and the state that they were made from."""

import contextlib
import hashlib
import io
import os
import secrets
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from bot.domain.value import PlanDigest

#: A state that is larger than this, unpacked, is not read.
_LARGEST = 1 << 30


class Origin(NamedTuple):
    """The state that a plan was made from; empty and 0 where there was none yet."""

    lineage: str
    serial: int


class _State(msgspec.Struct):
    lineage: str = ""
    serial: int = 0


def digest(data: bytes) -> PlanDigest:
    """SHA-256 of a plan file."""
    return PlanDigest(hashlib.sha256(data).hexdigest())


def origin(data: bytes) -> Origin:
    """Read lineage and serial of the state that lies in a plan file.

    A file that holds none that can be read (OpenTofu can encrypt it) gives the empty origin: the digest binds
    the same state all the same, and Terraform itself refuses a plan whose state has moved on.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo("tfstate").file_size > _LARGEST:
                return Origin("", 0)
            state = msgspec.json.decode(archive.read("tfstate"), type=_State)
    except (
        zipfile.BadZipFile,
        KeyError,
        zlib.error,
        msgspec.MsgspecError,
        NotImplementedError,
        RuntimeError,
    ):
        return Origin("", 0)
    return Origin(state.lineage, state.serial)


def keep(data: bytes, folder: Path) -> Path:
    """Write a plan file under its digest into *folder* (0700), whole or not at all; gives its path."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / digest(data)
    partial = folder / f".{path.name[:16]}-{secrets.token_hex(4)}"
    try:
        write(partial, data, durable=True)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # some file systems cannot sync a folder
        _sync_folder(folder)
    return path


def write(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write *data* to the new file *path*, readable by us alone; an old file there goes.

    Only what is *durable* is waited for until it is on the disk.
    """
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 -- a mode is given
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
