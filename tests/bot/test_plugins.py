import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import runners.checks
import runners.metrics
from bot.estate import Kinds, schema
from bot.plugins import load


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    """Give a maker of packages from module texts."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made: list[str] = []

    def make(**modules: str) -> ModuleType:
        name = f"plugged_{len(made)}_{tmp_path.name.replace('-', '_')}"
        made.append(name)
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
        for module, text in modules.items():
            (tmp_path / name / f"{module}.py").write_text(text)
        return import_module(name)

    yield make
    for module in [module for module in sys.modules if module.startswith("plugged_")]:
        del sys.modules[module]


ONE = "class One(int):\n    pass\n"


def test_the_file_name_is_the_kind(package: Callable[..., ModuleType]) -> None:
    """Each public module gives one class, in the order of the names; private modules give none."""
    found = load(package(second=ONE, first=ONE, _private="raise RuntimeError"), int)
    assert list(found) == ["first", "second"]
    assert found["first"] is not found["second"]


def test_imported_and_private_classes_do_not_count(package: Callable[..., ModuleType]) -> None:
    """Only a class that is made in the file, for others to see, is its plugin."""
    text = f"from enum import IntEnum\nclass _Hidden(int):\n    pass\n{ONE}"
    assert list(load(package(one=text), int)) == ["one"]


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("class One:\n    pass\n", 0), (f"{ONE}class Two(int):\n    pass\n", 2)],
)
def test_none_or_two(package: Callable[..., ModuleType], text: str, count: int) -> None:
    """A file without a plugin, or with two, stops the program at its start."""
    with pytest.raises(TypeError, match=rf"\.broken must define exactly one int, not {count}"):
        load(package(broken=text), int)


def test_the_result_cannot_be_changed(package: Callable[..., ModuleType]) -> None:
    """Nobody adds a plugin later."""
    found = load(package(one=ONE), int)
    with pytest.raises(TypeError):
        found["two"] = int  # type: ignore[index]


def test_our_own_plugins() -> None:
    """The checks and metrics of this version, each with settings of its own."""
    checks = load(runners.checks, runners.checks.Check)  # type: ignore[type-abstract]  # load never makes one
    metrics = load(runners.metrics, runners.metrics.Metric)  # type: ignore[type-abstract]  # the same
    assert set(checks) > {"command", "http", "terraform_outputs"}
    assert set(metrics) > {"http"}
    kinds = Kinds(
        iac={},
        checks={kind: check.Settings for kind, check in checks.items()},
        metrics={kind: metric.Settings for kind, metric in metrics.items()},
        switchers={},
    )
    assert len({*kinds.checks.values(), *kinds.metrics.values()}) == len(checks) + len(metrics)
    definitions = schema(kinds)["$defs"]
    assert [len(definitions[name]["oneOf"]) for name in ("CheckSettings", "WatchSettings")] == [
        len(checks),
        len(metrics),
    ]
