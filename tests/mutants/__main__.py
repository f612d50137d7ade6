"""`python -m tests.mutants [FILE …]`: write small wrongs into the law, one at a time, and see whether a test falls.

It prints the score and every change that no test noticed, and fails where fewer than nine in ten were noticed.
"""

import argparse
import ast
import contextlib
import gc
import importlib
import io
import multiprocessing
import os
import pkgutil
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings

import bot.domain
from tests.mutants.changes import found
from tests.mutants.trial import Verdict, start, verdict
from tests.mutants.walk import LAW, PYTEST, ROOT, Walked, walk

#: The least part of all changes that tests must notice.
ENOUGH = 0.9


class Mutant(NamedTuple):
    """One change to try."""

    path: Path
    number: int
    line: int
    says: str
    lines: range | None


def main() -> int:
    """Try all changes; give 1 where too many were not noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument(
        "file", nargs="*", type=Path, help="some files of bot/policy; all where none is named"
    )
    paths = [path.resolve() for path in parser.parse_args().file] or sorted(LAW.rglob("*.py"))
    if strangers := [path for path in paths if LAW not in path.parents or not path.is_file()]:
        parser.error(f"{strangers[0]} is no file of bot/policy")
    os.chdir(ROOT)
    os.nice(10)
    _prepare()
    began = time.monotonic()
    walked = _first_walk()
    if not walked.green:
        print("The tests fail without any change; run them first: python -m pytest tests/bot/policy")
        return 1
    mutants = [mutant for path in paths for mutant in _mutants(path)]
    verdicts = _try(mutants, walked)
    return _report(mutants, verdicts, time.monotonic() - began)


def _prepare() -> None:
    """Load once what every trial needs and no change touches."""
    settings.register_profile(
        "mutants",
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutants")
    rooms = [name for _, name, _ in pkgutil.walk_packages(bot.domain.__path__, "bot.domain.")]
    for name in (*rooms, "bot.cron", "recurring_ical_events"):
        importlib.import_module(name)
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*PYTEST, "--markers"])
    # Trials are short: collecting what they leave would cost more than it gives.
    gc.disable()


def _first_walk() -> Walked:
    """Walk in a process of its own, so that this one never loads the law."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(walk)


def _mutants(path: Path) -> list[Mutant]:
    changes = found(ast.parse(path.read_bytes()))
    return [
        Mutant(path, number, change.line, str(change), change.lines) for number, change in enumerate(changes)
    ]


def _try(mutants: list[Mutant], walked: Walked) -> dict[Mutant, Verdict]:
    """Try as many at a time as there are processors."""
    verdicts: dict[Mutant, Verdict] = {}
    running: dict[int, Mutant] = {}
    waiting = list(reversed(mutants))
    while waiting or running:
        if waiting and len(running) < (os.cpu_count() or 1):
            mutant = waiting.pop()
            if tests := walked.of(mutant.path, mutant.lines):
                # Watched tests take longer than others; what needs twice that time has lost its way.
                seconds = 5 + round(2 * sum(walked.seconds[test] for test in tests))
                running[start(mutant.path, mutant.number, tests, seconds)] = mutant
            else:
                verdicts[mutant] = Verdict.SURVIVED
        else:
            child, status = os.wait()
            verdicts[running.pop(child)] = verdict(status)
            if sys.stderr.isatty():
                print(f"\r{len(verdicts)} of {len(mutants)} ", end="", file=sys.stderr, flush=True)
    return verdicts


def _report(mutants: list[Mutant], verdicts: dict[Mutant, Verdict], seconds: float) -> int:
    files: dict[str, Counter[Verdict]] = defaultdict(Counter)
    for mutant in mutants:
        files[str(mutant.path.relative_to(ROOT))][verdicts[mutant]] += 1
    for mutant in mutants:
        if verdicts[mutant] is Verdict.SURVIVED:
            print(f"{mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.says}")
    print()
    for file, told in files.items():
        print(f"{_score(told):6.1%}  {_noticed(told):4} of {_counted(told):4}  {file}")
    whole = sum(files.values(), Counter[Verdict]())
    print(
        f"\n{_score(whole):.1%} of {_counted(whole)} changes were noticed, {whole[Verdict.ENDLESS]} of them because they "
        f"never ended; {whole[Verdict.STILLBORN]} more could not be loaded and do not count. {seconds / 60:.0f} min."
    )
    return 0 if _score(whole) >= ENOUGH else 1


def _noticed(told: Counter[Verdict]) -> int:
    return told[Verdict.KILLED] + told[Verdict.ENDLESS]


def _counted(told: Counter[Verdict]) -> int:
    return _noticed(told) + told[Verdict.SURVIVED]


def _score(told: Counter[Verdict]) -> float:
    return _noticed(told) / _counted(told) if _counted(told) else 1.0


if __name__ == "__main__":
    sys.exit(main())
