"""One walk through the tests of the law as it is: which test walks which lines, and how long each takes."""

import contextlib
import io
import sys
import time
from collections import defaultdict
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import NamedTuple

import coverage
import pytest

ROOT = Path(__file__).parents[2]
LAW = ROOT / "bot" / "policy"
TESTS = ROOT / "tests" / "bot" / "policy"
#: Nothing above the law's own tests is loaded, as none of them needs it, and nothing is written.
PYTEST = (
    "-x",
    "-q",
    "--no-header",
    "--assert=plain",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-p",
    "no:unraisableexception",
    f"--confcutdir={TESTS}",
    f"--rootdir={ROOT}",
)


class Walked(NamedTuple):
    """What the walk showed."""

    green: bool
    #: Tests by file of the law and line.
    tests: dict[tuple[str, int], frozenset[str]]
    #: Seconds by test.
    seconds: dict[str, float]

    def of(self, path: Path, lines: Iterable[int] | None) -> list[str]:
        """Tests that walk any of *lines*, quickest first; without lines all tests, those of the file first."""
        here = {
            test
            for (name, line), tests in self.tests.items()
            if name == str(path) and (lines is None or line in lines)
            for test in tests
        }
        asked = here if lines is not None else self.seconds.keys()
        return sorted(asked, key=lambda test: (test not in here, self.seconds[test]))


class _Watch:
    """Notes who walks where."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        # What an earlier test made the law remember would hide that this one walks there too.
        for name in [name for name in sys.modules if name.startswith("bot.policy")]:
            for value in list(vars(sys.modules[name]).values()):
                if callable(forget := getattr(value, "cache_clear", None)):
                    forget()
        self._measured.switch_context(item.nodeid)
        began = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - began


def walk() -> Walked:
    """Run every test of the law once."""
    measured = coverage.Coverage(data_file=None, include=[f"{LAW}/*"], config_file=False)
    measured.start()
    watch = _Watch(measured)
    with contextlib.redirect_stdout(io.StringIO()):
        code = pytest.main([*PYTEST, str(TESTS)], plugins=[watch])
    measured.stop()
    data, tests = measured.get_data(), defaultdict[tuple[str, int], set[str]](set)
    for file in data.measured_files():
        for line, contexts in data.contexts_by_lineno(file).items():
            tests[file, line].update(context for context in contexts if context)
    return Walked(code == 0, {place: frozenset(who) for place, who in tests.items()}, watch.seconds)
