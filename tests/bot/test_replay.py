"""`interlock bake-replay`, as a shell sees it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import recording, replay
from bot.domain.estate import BakeSettings, WatchSettings
from bot.domain.report import Verdict
from bot.policy import baking
from tests.forking import ROOT
from tests.shell import piped

EXAMPLE = ROOT / "examples" / "interlock.yaml"
BEGAN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GOOD, BAD = (600, 1), (600, 12)
Pair = tuple[int, int] | None


def document(*looks: tuple[Pair, Pair], every: int = 60) -> bytes:
    """Write samples, one a minute."""

    def side(pair: Pair) -> Mapping[str, int] | None:
        return None if pair is None else {"requests": pair[0], "errors": pair[1]}

    made = [
        {
            "at": (BEGAN + timedelta(seconds=60 * minute)).isoformat(),
            "candidate": side(one),
            "baseline": side(two),
        }
        for minute, (one, two) in enumerate(looks)
    ]
    return json.dumps({"interval_s": every, "samples": made}).encode()


def run(*words: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run it in a process of its own."""
    return piped("bake-replay", *words, stdin=stdin, **environment)


def told(*words: str, stdin: bytes) -> dict[str, Any]:
    """Run it, and read the one object that it prints."""
    said = run("-", "--json", *words, stdin=stdin)
    assert (said.returncode, said.stderr, said.stdout.count(b"\n")) == (0, b"", 1)
    made: dict[str, Any] = json.loads(said.stdout)
    assert list(made) == ["verdict", "decided_at_sample", "requests", "errors", "reason"]
    return made


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        pytest.param([(GOOD, GOOD)] * 10, ("PASS", 9, 6000, 10), id="healthy to the end"),
        pytest.param([(GOOD, GOOD)] * 5 + [(BAD, GOOD)] * 5, ("FAIL", 6, 4200, 29), id="bad from the sixth on"),
        pytest.param([((600, 600), (600, 0))] * 3, ("FAIL", 0, 600, 600), id="bad at once"),
        pytest.param([((9, 0), GOOD)] * 10, ("UNKNOWN", None, 90, 0), id="too few requests"),
        pytest.param([(GOOD, None)] * 10, ("UNKNOWN", None, 6000, 10), id="no baseline"),
        pytest.param([(None, GOOD)] * 10, ("UNKNOWN", None, 0, 0), id="no candidate"),
        pytest.param([(GOOD, GOOD)] * 9 + [(None, GOOD)], ("UNKNOWN", None, 5400, 9), id="gone at the end"),
        pytest.param([((100, 0), (100, 0))], ("PASS", 0, 100, 0), id="one sample"),
        pytest.param([((99, 0), (100, 0))], ("UNKNOWN", None, 99, 0), id="one sample, one request short"),
    ],
)  # fmt: skip
def test_the_verdict(looks: list[tuple[Pair, Pair]], expected: tuple[object, ...]) -> None:
    """What is printed is the verdict, the sample that decided, from 0, and what was counted until then."""
    minute = timedelta(minutes=1)
    watch = WatchSettings(kind="replay", metric="error_rate", worse_than_baseline=1.5)
    wanted = BakeSettings(for_=minute, every=minute, watch=(watch,))
    place, finding = replay.judged(recording.read(document(*looks)), wanted)
    assert (finding.verdict.value, place, finding.requests, finding.errors) == expected


def test_a_file_and_standard_input(tmp_path: Path) -> None:
    """Both give the same one object; without `--json` people read it in two lines."""
    file = tmp_path / "samples.json"
    file.write_bytes(document(*[(GOOD, GOOD)] * 5, *[(BAD, GOOD)] * 5))
    found = told(stdin=file.read_bytes())
    assert (found["verdict"], found["decided_at_sample"], found["requests"], found["errors"]) == (
        "FAIL",
        6,
        4200,
        29,
    )
    assert json.loads(run(str(file), "--json").stdout) == found
    page = run(str(file)).stdout.decode()
    assert page == (
        "FAIL: decided at sample 6, the first being 0 (10 in all; 4,200 requests, 29 errors)\n"
        f"{found['reason']}\n"
    )
    unknown = run("-", stdin=document((None, None)))
    assert unknown.stdout.decode().startswith(
        "UNKNOWN: no sample decided it (1 in all; 0 requests, 0 errors)\n"
    )


def test_it_is_the_law_of_live_bakes() -> None:
    """Judged live, sample by sample, the same bake ends at the same one with the same words."""
    read = recording.read(document(*[(GOOD, GOOD)] * 5, *[(BAD, GOOD)] * 5))
    until = read.samples[-1].at
    minute = timedelta(minutes=1)
    watch = WatchSettings(kind="cloudwatch", metric="error_rate", worse_than_baseline=1.5)
    settings = BakeSettings(for_=10 * minute, every=minute, watch=(watch,))
    live = [
        baking.judge(read.samples[: sample.index + 1], settings, now=sample.at, until=until)
        for sample in read.samples
    ]
    first = next(place for place, finding in enumerate(live) if finding.final)
    assert replay.judged(read, settings) == (first, live[first])
    assert live[first].verdict is Verdict.FAIL


def test_an_estate_without_an_environment() -> None:
    """It draws no line then, which is said beside the answer."""
    said = run("-", "--json", "--estate", str(EXAMPLE), stdin=document(*[(GOOD, GOOD)] * 10))
    assert json.loads(said.stdout)["verdict"] == "PASS"
    assert said.stderr == b"interlock bake-replay: the estate's lines count only with --environment\n"


@pytest.mark.parametrize(
    ("flags", "looks", "verdict"),
    [
        pytest.param(("--min-requests", "90"), [((9, 0), GOOD)] * 10, "PASS", id="fewer requests do"),
        pytest.param(("--min-requests", "6001"), [(GOOD, GOOD)] * 10, "UNKNOWN", id="more are needed"),
        pytest.param(("--alpha", "0.000001"), [((600, 3), GOOD)] * 10, "PASS", id="fewer false alarms"),
        pytest.param((), [((600, 3), GOOD)] * 10, "FAIL", id="as usual"),
        pytest.param(("--ratio", "3.1"), [((600, 3), GOOD)] * 10, "PASS", id="three times are allowed"),
        pytest.param(("--at-most", "0.004"), [((600, 3), (600, 3))] * 10, "FAIL", id="too much in any case"),
        pytest.param(("--at-most", "0.005"), [((600, 3), (600, 3))] * 10, "PASS", id="on that line"),
    ],
)
def test_thresholds_as_given(flags: tuple[str, ...], looks: list[tuple[Pair, Pair]], verdict: str) -> None:
    """Each flag moves one line."""
    assert told(*flags, stdin=document(*looks))["verdict"] == verdict


def test_thresholds_of_an_estate() -> None:
    """The estate's own lines for an environment, and a flag goes before them."""
    words = ("--estate", str(EXAMPLE), "--environment", "staging")
    fine = document(*[((600, 3), None)] * 10)
    found = told(*words, stdin=fine)
    assert found["verdict"] == "PASS"
    assert "allowed" in found["reason"]
    assert told(*words, "--at-most", "0.001", stdin=fine)["verdict"] == "FAIL"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        pytest.param(("-", "--alpha", "0"), 2, "interlock bake-replay: --alpha: must be more than 0 and at most 0.2", id="no chance"),
        pytest.param(("-", "--alpha", "nan"), 2, "--alpha: must be", id="no number for a chance"),
        pytest.param(("-", "--ratio", "0.9"), 2, "--ratio: must be 1 or more", id="better than the baseline"),
        pytest.param(("-", "--ratio", "inf"), 2, "--ratio: must be", id="infinitely worse"),
        pytest.param(("-", "--at-most", "5"), 2, "--at-most: must be 0 to 1, like 0.05 for 5 %", id="percent for a rate"),
        pytest.param(("-", "--at-most", "-1"), 2, "--at-most: must be", id="less than none"),
        pytest.param(("-", "--min-requests", "-1"), 2, "--min-requests: must be 0 or more", id="less than no requests"),
        pytest.param(("missing.json",), 1, "interlock: missing.json: No such file or directory", id="no file"),
        pytest.param(("bot",), 1, "interlock: bot: Is a directory", id="a folder"),
        pytest.param(("x" * 5000,), 1, "File name too long", id="too long a name"),
        pytest.param(("miss\ning.json",), 1, "miss ing.json: No such file", id="a name of two lines"),
        pytest.param(("/dev/zero",), 1, "it is longer than 64 MiB, which no bake is", id="no end"),
        pytest.param(("-",), 1, "interlock: standard input: it is empty", id="nothing"),
        pytest.param(("-", "--estate", str(EXAMPLE), "--environment", "stagin"), 1, "`stagin` is no environment; did you mean `staging`?", id="unknown environment"),
        pytest.param(("-", "--estate", "missing.yaml", "--environment", "staging"), 1, "missing.yaml", id="no estate"),
    ],
)  # fmt: skip
def test_what_cannot_be_done(words: tuple[str, ...], code: int, sentence: str) -> None:
    """One line on stderr says why, and nothing stands on stdout."""
    said = run(*words)
    assert (said.returncode, said.stdout, said.stderr.count(b"\n")) == (code, b"", 1)
    assert sentence in said.stderr.decode()


def test_an_environment_that_draws_no_line(tmp_path: Path) -> None:
    """Who watches no errors has nothing to judge them by."""
    text = EXAMPLE.read_text("utf-8").replace("metric: error_rate", "metric: latency_p50")
    estate = tmp_path / "interlock.yaml"
    estate.write_text(text, "utf-8")
    said = run("-", "--estate", str(estate), "--environment", "staging")
    assert (said.returncode, said.stdout) == (1, b"")
    assert b"`staging` watches no error_rate in its bake" in said.stderr


def test_a_closed_standard_input() -> None:
    """It is empty, and that is said."""
    said = subprocess.run(
        ["sh", "-c", f"{sys.executable} -W error -m bot bake-replay - <&-"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (said.returncode, said.stderr) == (1, b"interlock: standard input: it is empty\n")
