"""The command line, as a shell sees it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forking import ROOT
from tests.shell import interlock

EXAMPLE = ROOT / "examples" / "interlock.yaml"


def test_a_good_estate() -> None:
    """One line, and status 0."""
    said = interlock("check", str(EXAMPLE))
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == f"{EXAMPLE}: 3 environments, nothing wrong\n"


def test_a_bad_estate(tmp_path: Path) -> None:
    """Each fault is `file:line: key: sentence`, and the status is 1."""
    bad = tmp_path / "interlock.yaml"
    bad.write_text(EXAMPLE.read_text("utf-8").replace("    branch: dev ", "    brnch: dev ", 1), "utf-8")
    said = interlock("check", str(bad))
    assert said.returncode == 1
    faults = said.stderr.splitlines()
    assert len(faults) == 2
    assert faults[1].startswith(f"{bad}:")
    assert "environments.dev.brnch: is unknown here; did you mean `branch`?" in faults[1]


def test_the_estate_may_come_from_the_environment(tmp_path: Path) -> None:
    """`--estate` goes before INTERLOCK_ESTATE, and that before ./interlock.yaml."""
    missing = tmp_path / "nothing.yaml"
    assert interlock("check", INTERLOCK_ESTATE=str(EXAMPLE)).returncode == 0
    assert interlock("check", "--estate", str(EXAMPLE), INTERLOCK_ESTATE=str(missing)).returncode == 0
    assert "does not exist" in interlock("check", INTERLOCK_ESTATE=str(missing)).stderr


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        pytest.param(["serve"], {}, "INTERLOCK_SLACK_BOT_TOKEN is not set", id="no token"),
        pytest.param(
            ["serve"],
            {"INTERLOCK_SLACK_BOT_TOKEN": "xoxb-1"},
            "neither INTERLOCK_SLACK_APP_TOKEN",
            id="no way to hear",
        ),
        pytest.param(
            ["serve"], {"INTERLOCK_SLACK_API_URL": "slack.com"}, "must begin with https://", id="no address"
        ),
        pytest.param(["record", "verify"], {"INTERLOCK_DATABASE_URL": "mysql://x/y"}, "mysql", id="mysql"),
    ],
)
def test_wrong_settings_are_one_sentence(
    words: list[str], environment: dict[str, str], expected: str
) -> None:
    """What is wrong and what would be right; no stack trace, nothing started."""
    said = interlock(*words, **environment)
    assert said.returncode == 1
    assert expected in said.stderr
    assert "Traceback" not in said.stderr


def test_unknown_words_are_usage() -> None:
    """Status 2, and the words there are."""
    said = interlock("chek")
    assert said.returncode == 2
    assert "check" in said.stderr


def test_what_is_printed_is_json() -> None:
    """Manifest and schema can be piped on."""
    assert json.loads(interlock("manifest").stdout)["settings"]["socket_mode_enabled"] is True
    assert json.loads(interlock("schema").stdout)["type"] == "object"


def test_an_empty_record_holds(tmp_path: Path) -> None:
    """A chain of nothing is unbroken."""
    said = interlock("record", "verify", INTERLOCK_DATABASE_URL=f"sqlite:///{tmp_path / 'i.db'}")
    assert (said.returncode, said.stdout) == (0, "0 entries; the chain holds\n")


def test_a_script_that_cannot_be_understood(tmp_path: Path) -> None:
    """The place and the reason, before anything is played."""
    script = tmp_path / "tour.txt"
    script.write_text("as ana\nwait until tomorrow\n", "utf-8")
    said = interlock("demo", "--script", str(script), "--data", str(tmp_path / "demo"))
    assert said.returncode == 1
    assert f"{script}:2:" in said.stderr
    assert "Traceback" not in said.stderr
    assert "does not exist" in interlock("demo", "--script", str(tmp_path / "none.txt")).stderr


def test_nowhere_to_write() -> None:
    """A full disk is one sentence, and never a trace."""
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(
            [sys.executable, "-m", "bot", "schema"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert (said.returncode, said.stderr) == (1, "interlock: No space left on device\n")


def test_a_calendar_that_cannot_be_read(tmp_path: Path) -> None:
    """Only the sentence is told, and nothing of the log."""
    (tmp_path / "broken.ics").write_text("BEGIN:VCALENDAR\n", "utf-8")
    bad = tmp_path / "interlock.yaml"
    freezes = "freezes:\n  - {name: company, calendar: broken.ics}\n"
    bad.write_text(EXAMPLE.read_text("utf-8").replace("freezes:\n", freezes, 1), "utf-8")
    said = interlock("check", str(bad))
    assert said.returncode == 1
    (line,) = said.stderr.splitlines()
    assert "freezes[0].calendar: The calendar “company” cannot be read" in line
