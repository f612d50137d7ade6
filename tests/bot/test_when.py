"""`interlock when`, as a shell sees it: one answer, or one line about what is wrong."""

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.person import Person
from bot.domain.value import TeamId, UserId
from bot.domain.window import Freeze
from bot.store import Store
from tests.forking import ROOT
from tests.shell import interlock

ESTATE = """\
version: 1
slack: {teams: [T0HOME], channels: {deploys: C0DEPLOYS, incidents: C0INCIDENTS}}
repository: {url: repository}
groups: {platform: {slack_usergroup: S0PLATFORM}}
windows:
  days: {opens: "0 9 * * mon-fri", lasts: 8h, timezone: Europe/Berlin}
  maintenance: {opens: "0 2 * * sun", lasts: 4h, timezone: UTC}
freezes:
  - {name: Black Friday, from: 2026-11-26T00:00, to: 2026-12-01T08:00, timezone: America/New_York, environments: [prod]}
classes:
  standard: {windows: [days], votes: 1, of: [platform]}
  significant: {windows: [days, maintenance], votes: 1, of: [platform]}
  high-risk: {windows: [maintenance], votes: 1, of: [platform]}
  emergency: {votes: 1, of: [platform]}
environments:
  dev: {branch: dev, classes: {standard: {windows: always, votes: 0}}}
  prod: {branch: main}
"""


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """Give the path of an estate."""
    path = tmp_path / "interlock.yaml"
    path.write_text(ESTATE, "utf-8")
    return path


def ask(estate: Path, *words: str, **environment: str) -> tuple[int, str, str]:
    """Ask, with the database in a folder of the test's own."""
    own = {"INTERLOCK_DATA": str(estate.parent / "data"), **environment}
    said = interlock("when", *words, "--estate", str(estate), **own)
    assert "Traceback" not in said.stderr
    return said.returncode, said.stdout, said.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(
            "prod --class high-risk --at 2026-11-21T10:00Z",
            {"class": "high-risk", "at": "2026-11-21T10:00:00+00:00", "open": False, "codes": ["WINDOW_CLOSED"], "next_open": "2026-11-22T02:00:00+00:00", "closes": None},
            id="closed",
        ),
        pytest.param(
            "prod --at 2026-11-23T10:00+01:00",
            {"class": "standard", "at": "2026-11-23T09:00:00+00:00", "open": True, "codes": [], "next_open": None, "closes": "2026-11-23T16:00:00+00:00"},
            id="open, and of standard changes where no class is named",
        ),
        pytest.param(
            "prod --class significant --at 2026-11-29T03:00Z",
            {"class": "significant", "at": "2026-11-29T03:00:00+00:00", "open": False, "codes": ["FROZEN"], "next_open": "2026-12-01T13:00:00+00:00", "closes": None},
            id="frozen",
        ),
        pytest.param(
            "prod --class emergency --at 2026-11-29T03:00Z",
            {"class": "emergency", "at": "2026-11-29T03:00:00+00:00", "open": True, "codes": [], "next_open": None, "closes": None},
            id="an emergency",
        ),
    ],
)  # fmt: skip
def test_the_public_format(estate: Path, words: str, expected: dict[str, object]) -> None:
    """Exactly these keys, in UTC; nothing else is on stdout, and nobody has opened a database."""
    status, out, err = ask(estate, *words.split(), "--json")
    told = json.loads(out)
    assert (status, err) == (0, "")
    assert list(told) == ["environment", "class", "at", "open", "reasons", "next_open", "closes"]
    codes = [reason.pop("code") for reason in told["reasons"]]
    assert all(list(reason) == ["text"] and reason["text"] for reason in told.pop("reasons"))
    assert {**told, "codes": codes} == {"environment": "prod", **expected}
    assert not (estate.parent / "data").exists()


def test_a_line_for_each_class(estate: Path) -> None:
    """People read all classes at once; without a moment it is now."""
    status, out, _ = ask(estate, "prod", "--at", "2026-11-27T10:00Z")
    lines = out.splitlines()
    assert (status, lines[0]) == (0, "prod at 2026-11-27 10:00 UTC")
    assert lines[1].startswith("standard     closed until 2026-12-01 13:00 UTC: The freeze “Black Friday”")
    assert lines[4] == "emergency    open with no end (always); goes past the freezes Black Friday"
    status, out, _ = ask(estate, "dev", "--class", "standard")
    assert (status, out.splitlines()[1]) == (0, "standard     open with no end (always)")


@pytest.mark.parametrize(
    ("words", "status", "expected"),
    [
        pytest.param("prd", 1, "did you mean `prod`?", id="unknown environment"),
        pytest.param("prod --class hgh-risk", 1, "did you mean `high-risk`?", id="unknown class"),
        pytest.param("prod --at 2026-11-21T10:00", 2, "does not say in which time zone", id="naive"),
        pytest.param("prod --at tomorrow --json", 2, "“tomorrow” is no moment", id="no moment"),
        pytest.param("prod --at 9999-12-31T23:59Z", 2, "is too far away", id="the end of time"),
        pytest.param("prod --at 0001-01-01T00:00Z", 2, "is too far away", id="the beginning of time"),
        pytest.param("prod --at=", 2, "is no moment", id="an empty moment"),
    ],
)
def test_what_cannot_be_answered(estate: Path, words: str, status: int, expected: str) -> None:
    """One line on stderr, and nothing on stdout."""
    got, out, err = ask(estate, *words.split())
    assert (got, out, len(err.splitlines())) == (status, "", 1)
    assert expected in err


async def test_freezes_from_slack_are_seen(estate: Path) -> None:
    """Those of the database that is there; one that cannot be read is no answer."""
    file = estate.parent / "x.db"
    url = f"sqlite:///{file}"
    now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    by = Person(team=TeamId("T0HOME"), user=UserId("U0ANA"))
    store = await Store.open(url)
    await store.freeze(Freeze(name="x", from_=now, to=now + timedelta(hours=1), source="slack", by=by), now)
    await store.close()
    words = ("prod", "--class", "high-risk", "--at", "2026-11-22T03:30Z", "--json")
    told = json.loads(ask(estate, *words, INTERLOCK_DATABASE_URL=url)[1])
    assert (told["open"], told["next_open"]) == (False, "2026-11-22T04:00:00+00:00")
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE freezes")
    status, out, err = ask(estate, *words, INTERLOCK_DATABASE_URL=url)
    assert (status, out) == (1, "")
    assert "The database cannot be read: no such table" in err


def test_a_calendar_that_cannot_be_read(estate: Path) -> None:
    """It is closed, for a freeze may be on that nobody can see; `check` says where the calendar stands."""
    (estate.parent / "x.ics").write_text("BEGIN:VCALENDAR\n", "utf-8")
    estate.write_text(ESTATE.replace("freezes:\n", "freezes:\n  - {name: ops, calendar: x.ics}\n"), "utf-8")
    status, out, _ = ask(estate, "dev", "--json")
    told = json.loads(out)
    assert (status, told["open"], told["next_open"]) == (0, False, None)
    assert [reason["code"] for reason in told["reasons"]] == ["LOOKUP_FAILED"]
    checked = interlock("check", str(estate))
    assert checked.returncode == 1
    assert f"{estate}:9: freezes[0].calendar: The calendar “ops” cannot be read" in checked.stderr


def test_a_freeze_that_is_over(estate: Path) -> None:
    """`check` refuses it with its place, and every question is answered all the same."""
    estate.write_text(ESTATE.replace("2026-11-26", "2020-11-26").replace("2026-12-01", "2020-12-01"), "utf-8")
    checked = interlock("check", str(estate))
    assert checked.returncode == 1
    assert checked.stderr == (
        f"{estate}:9: freezes[0].to: is over: it ended at 2020-12-01 13:00 UTC; delete it.\n"
    )
    assert ask(estate, "prod", "--json")[0] == 0


def test_no_bot_is_woken(estate: Path) -> None:
    """A question is answered without Slack's libraries and without the engine."""
    script = (
        "import sys; from bot.__main__ import main; main(sys.argv[1:]); "
        "sys.exit(','.join(name for name in ('slack_sdk', 'slack_bolt', 'dbos') if name in sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, "when", "dev", "--json", "--estate", str(estate)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "INTERLOCK_DATA": str(estate.parent / "data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (said.stderr.strip(), json.loads(said.stdout)["open"]) == ("", True)
