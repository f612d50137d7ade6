"""What was measured, for people (Markdown) and for programs (JSON)."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Measure

_VERDICT = {True: "met", False: "**falls short**", None: ""}


def markdown(machine: Mapping[str, str], measures: Sequence[Measure], *, at: str, seconds: float) -> str:
    """Write a table; what falls short of its goal says so, in the table and below it."""
    lines = [
        f"# Interlock benchmarks, {at}",
        "",
        f"Medians, each beside what it is compared with; the whole took {seconds:.0f} s.",
        "",
        *(f"- {name}: {fact}" for name, fact in machine.items()),
        "",
        "| what | median | least … most (n) | beside it | ratio | goal | |",
        "|---|---|---|---|---|---|---|",
        *map(_row, measures),
        "",
        *(f"- {found.what}: {found.note}" for found in measures if found.note),
        "",
        _summary(measures),
    ]
    return "\n".join(lines) + "\n"


def written(machine: Mapping[str, str], measures: Sequence[Measure], *, at: str, seconds: float) -> str:
    """Write the same as JSON, with every sample."""
    told = [{**found.model_dump(mode="json"), "met": found.met} for found in measures]
    return json.dumps({"at": at, "seconds": seconds, "machine": machine, "measures": told}, indent=2) + "\n"


def keep(folder: Path, *, page: str, data: str) -> None:
    """Write both into *folder*, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.md").write_text(page, encoding="utf-8")
    (folder / "bench.json").write_text(data, encoding="utf-8")


def _row(found: Measure) -> str:
    spread = f"{_number(min(found.samples))} … {_number(max(found.samples))} ({len(found.samples)})"
    beside = f"{found.beside}: {_number(found.baseline)} {found.unit}" if found.baseline is not None else ""
    ratio = f"{found.ratio:.2f}" if found.ratio is not None else ""
    cells = (
        found.what,
        f"{_number(found.value)} {found.unit}",
        spread,
        beside,
        ratio,
        _goal(found),
        _VERDICT[found.met],
    )
    return f"| {' | '.join(cells)} |"


def _goal(found: Measure) -> str:
    if found.goal is None:
        return ""
    return f"at most {found.goal:g} {'times' if found.goal_is_for == 'ratio' else found.unit}"


def _number(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def _summary(measures: Sequence[Measure]) -> str:
    judged = [found for found in measures if found.met is not None]
    short = [found.what for found in judged if not found.met]
    if not short:
        return f"All {len(judged)} goals are met."
    return f"{len(short)} of {len(judged)} goals are not met: {'; '.join(short)}."
