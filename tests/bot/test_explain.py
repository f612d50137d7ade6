"""`interlock explain`, as a shell sees it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.plans import entry, written
from tests.forking import ROOT
from tests.shell import piped

EXAMPLE = ROOT / "examples" / "interlock.yaml"
PLAN = written(
    entry("aws_db_instance.main", "delete", "create", before={"storage_encrypted": False, "password": "canary-1"}, after={"storage_encrypted": True, "password": "canary-2"}, change={"before_sensitive": {"password": True}, "after_sensitive": {"password": True}, "replace_paths": [["storage_encrypted"]]}),
    entry("aws_instance.web", "create", after={"ami": "a"}),
)  # fmt: skip


def explain(*words: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run it in a process of its own."""
    return piped("explain", *words, stdin=stdin, **environment)


def test_a_plan_from_a_file_and_from_standard_input(tmp_path: Path) -> None:
    """Both give the same one object, and nothing else."""
    file = tmp_path / "plan.json"
    file.write_bytes(PLAN)
    said = explain(str(file), "--json")
    assert (said.returncode, said.stderr) == (0, b"")
    told = json.loads(said.stdout)
    assert (told["class"], told["blocked"], told["destructive"]) == (
        "high-risk",
        True,
        ["aws_db_instance.main"],
    )
    assert told["counts"]["replace"] == told["counts"]["create"] == 1
    assert b"canary" not in said.stdout
    assert explain("-", "--json", stdin=PLAN).stdout == said.stdout


def test_a_large_file_is_read_where_it_is(tmp_path: Path) -> None:
    """It is understood like a small one."""
    file = tmp_path / "plan.json"
    file.write_bytes(PLAN[:-1] + b" " * 9_000_000 + PLAN[-1:])
    assert explain(str(file), "--json").stdout == explain("-", "--json", stdin=PLAN).stdout


def test_the_page_for_people() -> None:
    """The diff is there, and secrets are not, in whatever language the terminal speaks."""
    said = explain("-", stdin=PLAN, LC_ALL="C", PYTHONIOENCODING="ascii")
    text = said.stdout.decode()
    assert said.returncode == 0
    assert text.startswith("Destroyed or replaced (1):\n  - aws_db_instance.main\n")
    assert "    ~ storage_encrypted: false -> true  # forces replacement" in text
    assert "(sensitive)" in text
    assert "canary" not in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "it is empty", id="nothing"),
        pytest.param(PLAN[:300], "cut off", id="truncated"),
        pytest.param(b"Refreshing...\n" + PLAN, "text before the JSON", id="text before"),
        pytest.param(PLAN + b"Done.", "text after the JSON", id="text after"),
        pytest.param(b"hello", "no JSON in it", id="text"),
        pytest.param(b"PK\x03\x04\x14\x00", "saved plan itself", id="plan file"),
        pytest.param(PLAN.decode().encode("utf-16"), "UTF-16", id="PowerShell"),
        pytest.param(b'{"format_version":"1.0","values":{"root_module":{}}}', "Terraform state", id="state"),
        pytest.param(b'{"version":4,"serial":1,"lineage":"a","resources":[]}', "Terraform state file", id="state file"),
        pytest.param(b'{"format_version":"2.0","resource_changes":[]}', "format 2.0", id="format 2"),
        pytest.param(b'{"format_version":"9\\n\\u001b[2J","resource_changes":[]}', "format 9", id="format of many lines"),
        pytest.param(b'{"format_version":"1.0","resource_changes":{}}', "not a Terraform plan", id="wrong type"),
        pytest.param(b'{"format_version":"1.0","resource_changes":[{"address":5}]}', "cannot be read|Expected `str`", id="wrong type inside"),
        pytest.param(b'{"format_version":"1.0","resource_changes":[],"planned_values":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply", id="deep"),
        pytest.param(b'{"format_version":"1.0","resource_changes":[{"address":"a.b","type":"aws_kms_key","change":{"actions":["update"],"before":{"is_enabled":' + b"[" * 100_000 + b"]" * 100_000 + b"}}}]}", "nested too deeply", id="deep inside"),
        pytest.param(b'{"format_version":"1.0","resource_changes":[],"x":NaN}', "not a plan in JSON", id="NaN"),
        pytest.param(b'{"format_version":"1.0","resource_changes":[],"x":"\xff"}', "not UTF-8", id="not UTF-8"),
        pytest.param(b'{"format_version":"1.0","resource_changes":[{"address":"\xff"}]}', "not UTF-8|cannot be read", id="not UTF-8 inside"),
        pytest.param(b'{"format_version":"1.0","resource_changes":[{"address":"a\\ud800b"}]}', "half a character", id="half a character"),
        pytest.param(b"[]", "it is no object", id="list"),
        pytest.param(b"null", "it is no object", id="null"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [("--json",), ()], ids=["json", "text"])
def test_what_is_no_plan(content: bytes, sentence: str, form: tuple[str, ...]) -> None:
    """One line on stderr says what it is; nothing stands on stdout."""
    said = explain("-", *form, stdin=content)
    line = said.stderr.decode()
    assert (said.returncode, said.stdout, line.count("\n")) == (1, b"", 1)
    assert line.startswith("interlock: standard input: ")
    assert line[:-1].isprintable()
    assert any(each in line for each in sentence.split("|")), line


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        pytest.param("missing.json", "there is no such file", id="missing"),
        pytest.param(".", "is a folder, not a file", id="folder"),
        pytest.param("x" * 5000, "cannot be read", id="too long a name"),
        pytest.param("miss\ning.json", "miss ing.json: there is no such file", id="a name of two lines"),
    ],
)
def test_what_is_no_file(tmp_path: Path, name: str, sentence: str) -> None:
    """That is said in one line, too."""
    said = explain(str(tmp_path / name), "--json")
    assert (said.returncode, said.stdout, said.stderr.count(b"\n")) == (1, b"", 1)
    assert sentence in said.stderr.decode()


def test_a_usage_error_is_another_status() -> None:
    """2 is for what was not understood."""
    assert explain().returncode == 2
    assert explain("-", "--jsn").returncode == 2


def test_names_are_no_markup() -> None:
    """JSON holds them as they are, the page without what cannot be seen."""
    address = 'aws_instance.x["<b>\u202e\x1b[2J\n\ud83d\ude00"]'
    content = written(entry("aws_instance.x", "delete") | {"address": address})
    told = json.loads(explain("-", "--json", stdin=content).stdout)
    assert told["destructive"] == [json.loads(json.dumps(address))]
    page = explain("-", stdin=content).stdout.decode()
    assert not any(character in page for character in "\u202e\x1b")
    assert '- aws_instance.x["<b>[2J 😀"]\n' in page


def test_an_estate_is_asked_only_where_it_is_named(tmp_path: Path) -> None:
    """Its rules count then, and an environment that it does not have is refused."""
    estate = tmp_path / "interlock.yaml"
    rule = "    - {match: aws_db_instance.main, class: significant, because: a copy}\n"
    example = EXAMPLE.read_text("utf-8")
    assert "  overrides:\n" in example
    estate.write_text(example.replace("  overrides:\n", f"  overrides:\n{rule}"), "utf-8")
    without = explain("-", "--json", stdin=PLAN, INTERLOCK_ESTATE=str(estate))
    assert json.loads(without.stdout)["class"] == "high-risk"
    named = explain("-", "--json", "--environment", "staging", "--estate", str(estate), stdin=PLAN)
    told = json.loads(named.stdout)
    assert (told["class"], told["blocked"]) == ("significant", False)
    assert [each["text"] for each in told["reasons"] if each["code"] == "OVERRIDDEN"] == [
        "aws_db_instance.main counts as significant instead of high-risk, because: a copy"
    ]
    wrong = explain("-", "--environment", "stagin", "--estate", str(estate), stdin=PLAN)
    assert (wrong.returncode, wrong.stdout) == (1, b"")
    assert wrong.stderr == b"interlock: `stagin` is no environment; did you mean `staging`?\n"


def test_it_needs_little() -> None:
    """Neither Slack's libraries nor the engine nor the database are loaded."""
    script = (
        "import sys; from bot.__main__ import main; main(['explain', '-', '--json']); "
        "sys.exit(' '.join({'slack_sdk', 'slack_bolt', 'dbos', 'sqlalchemy', 'aiohttp', 'bot.house'} & set(sys.modules)) or None)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], input=PLAN, cwd=ROOT, capture_output=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, b"")
