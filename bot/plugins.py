"""One file, one class; the file's name is the plugin's kind."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import TypeVar

T = TypeVar("T")


def load(package: ModuleType, family: type[T]) -> Mapping[str, type[T]]:
    """Import every public module of *package* and take its one class of *family*, by file name.

    Raises `TypeError` where a module defines none, or more than one.
    """
    found: dict[str, type[T]] = {}
    for info in sorted(iter_modules(package.__path__, f"{package.__name__}."), key=lambda info: info.name):
        kind = info.name.rpartition(".")[2]
        if kind.startswith("_"):
            continue
        classes = [
            thing
            for name, thing in vars(import_module(info.name)).items()
            if isinstance(thing, type)
            and issubclass(thing, family)
            and thing.__module__ == info.name
            and not name.startswith("_")
        ]
        if len(classes) != 1:
            msg = f"{info.name} must define exactly one {family.__name__}, not {len(classes)}"
            raise TypeError(msg)
        found[kind] = classes[0]
    return MappingProxyType(found)
