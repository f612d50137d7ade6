"""Processes of their own, forked from one that has loaded everything: loading is most of what a short life costs."""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Those of one test worker have one parent, which starts at the first of them, and does nothing but fork.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        *("bot.commands", "bot.explain", "bot.house", "bot.replay", "bot.when", "boto3", "runners.engine"),
        *(__name__, "tests.crashes.forked", "tests.shell"),
    ]
)


def settle(environment: Mapping[str, str], out: int, error: int) -> None:
    """Make this process one that was started here with nothing but *environment*, and writes to these two files."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(out, sys.stdout.fileno())
    os.dup2(error, sys.stderr.fileno())
