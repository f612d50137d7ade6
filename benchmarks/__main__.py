"""`python -m benchmarks [PART …] [--out DIR]`: measure, print, and write JSON and Markdown."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from benchmarks import ack, bake, explain, idle, machine, postgres, report, start_up, vote, waiting, whole_run
from benchmarks.measure import Measure
from benchmarks.place import Place
from bot.clock import SystemClock

PARTS: Mapping[str, Callable[[Place], Awaitable[list[Measure]]]] = {
    "whole_run": whole_run.measures,
    "ack": ack.measures,
    "vote": vote.measures,
    "start_up": start_up.measures,
    "idle": idle.measures,
    "waiting": waiting.measures,
    "explain": explain.measures,
    "bake": bake.measures,
}


def main() -> int:
    """Measure what was asked for; a goal that is not met is told, and is no failure of this program."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"some of {', '.join(PARTS)}; all where none is named")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(".interlock/bench"),
        metavar="DIR",
        help="for bench.md and bench.json",
    )
    asked = parser.parse_args()
    if unknown := [part for part in asked.part if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(PARTS)}")
    parts = tuple(asked.part or PARTS)
    # Told to stop, it takes along what it started, as it does when it is interrupted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began, at = time.monotonic(), SystemClock().now().isoformat(timespec="seconds")
    with postgres.server() as address, tempfile.TemporaryDirectory(prefix="interlock-bench-") as folder:
        facts = machine.facts(address)
        measures = asyncio.run(_all(parts, Place(Path(folder), address)))
    seconds = time.monotonic() - began
    page = report.markdown(facts, measures, at=at, seconds=seconds)
    data = report.written(facts, measures, at=at, seconds=seconds)
    report.keep(asked.out, page=page, data=data)
    print(page)
    return 0


async def _all(parts: tuple[str, ...], place: Place) -> list[Measure]:
    measures: list[Measure] = []
    for part in parts:
        began = time.monotonic()
        print(f"{part} …", end=" ", file=sys.stderr, flush=True)
        measures += await PARTS[part](place)
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return measures


if __name__ == "__main__":
    sys.exit(main())
