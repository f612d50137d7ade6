"""`interlock.yaml` -> `Estate`; what is wrong in it is named by file, line and key, all of it at once."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.domain.errors import EstateBroken, Fault
from bot.domain.estate import Estate, EstateFile
from bot.estate import times
from bot.estate.kinds import Kinds
from bot.estate.meaning import misfits
from bot.estate.plugged import plug, settle
from bot.estate.reading import Tree, UnreadableError, read, spelled
from bot.estate.schema import schema
from bot.estate.shape import Misfit, fit
from bot.estate.times import past

__all__ = ["Kinds", "load", "past", "place", "schema"]


def load(path: Path, kinds: Kinds) -> Estate:
    """Read and check the estate at *path*; raises `EstateBroken` with every fault in it."""
    try:
        content, tree = read(path)
    except UnreadableError as error:
        fault = Fault(file=str(path), line=error.line, key="", sentence=error.sentence)
        raise EstateBroken((fault,)) from None
    file, misshapen = fit(EstateFile, tree.data)
    made, unfit = plug(tree.data, kinds)
    untimely = times.misfits(tree.data, path.parent)
    faults = _faults(path, tree, (*misshapen, *unfit, *misfits(tree.data), *untimely))
    if file is None or faults:
        raise EstateBroken(faults)
    return Estate(
        **dict(settle(file, made)),
        folder=path.resolve().parent,
        digest=hashlib.sha256(content).hexdigest(),
    )


def place(path: Path, wrong: Iterable[Misfit]) -> tuple[Fault, ...]:
    """Put lines of the file at *path* to everything that is *wrong* with an estate that could be loaded."""
    return _faults(path, read(path)[1], wrong)


def _faults(path: Path, tree: Tree, wrong: Iterable[Misfit]) -> tuple[Fault, ...]:
    """Put lines to everything that is *wrong*, in the order of the file, each once."""
    placed = dict.fromkeys(_placed(tree, wrong))
    ordered = sorted(placed, key=lambda one: (one[1], one[0]))
    return tuple(
        Fault(file=str(path), line=line, key=key, sentence=sentence) for key, line, sentence in ordered
    )


def _placed(tree: Tree, wrong: Iterable[Misfit]) -> Iterator[tuple[str, int, str]]:
    unread = {steps for steps, _, _ in tree.faults}
    for steps, line, sentence in tree.faults:
        yield spelled(steps), line, sentence
    for steps, sentence in wrong:
        # A value that could not be read is nothing, and its own fault has said so.
        if steps not in unread:
            yield spelled(steps), tree.line(steps), sentence
