"""One change on trial: a process of its own loads the law with it and runs the tests that walk there."""

import ast
import os
import resource
import sys
from collections.abc import Sequence
from enum import StrEnum
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutants.changes import found
from tests.mutants.walk import PYTEST, ROOT

#: Bytes of memory for one trial; a wrong may well never end.
MEMORY = 4 << 30


class Verdict(StrEnum):
    """What became of a change."""

    KILLED = "killed"
    SURVIVED = "survived"
    #: It never came to an end, which no test run would miss.
    ENDLESS = "endless"
    #: The law could not even be loaded, so that it says nothing about the tests.
    STILLBORN = "stillborn"


class _Loader(SourceFileLoader):
    """Loads the tree that it is given, not the file."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        super().__init__(name, str(path))
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._tree, self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    """Finds the changed module before anybody else does."""

    def __init__(self, path: Path, tree: ast.Module) -> None:
        self._name, self._path, self._tree = module(path), path, tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        loader = _Loader(fullname, self._path, self._tree)
        inside = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        return spec_from_file_location(fullname, self._path, loader=loader, submodule_search_locations=inside)


class _Chosen:
    """Keeps the tests that were chosen, in their order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._place = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self._place]
        items[:] = sorted(chosen, key=lambda item: self._place[item.nodeid])


def module(path: Path) -> str:
    """Name the module that *path* is."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def start(path: Path, number: int, tests: Sequence[str], seconds: int) -> int:
    """Put change *number* of *path* on trial, for *seconds* of one processor at most; give the process's id."""
    if child := os.fork():
        return child
    code = 70
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        tree = ast.parse(path.read_bytes())
        found(tree)[number].apply()
        sys.meta_path.insert(0, _Finder(path, ast.fix_missing_locations(tree)))
        files = dict.fromkeys(str(ROOT / test.partition("::")[0]) for test in tests)
        code = pytest.main([*PYTEST, *files], plugins=[_Chosen(tests)])
    finally:
        os._exit(code)


def verdict(status: int) -> Verdict:
    """Read how a trial's process ended."""
    if os.WIFSIGNALED(status):
        return Verdict.ENDLESS
    match os.WEXITSTATUS(status):
        case 0:
            return Verdict.SURVIVED
        case 1:
            return Verdict.KILLED
        case _:
            return Verdict.STILLBORN
