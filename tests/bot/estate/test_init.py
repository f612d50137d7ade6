import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import EstateBroken, Fault
from bot.domain.plan import ChangeClass
from bot.domain.value import EnvironmentName
from bot.estate import Kinds, load

Faults = Callable[[str | bytes], tuple[Fault, ...]]


def test_a_good_estate(tmp_path: Path, good: str, kinds: Kinds) -> None:
    """A good estate comes back whole, with its plugins' own settings."""
    path = tmp_path / "interlock.yaml"
    path.write_text(good)
    estate = load(path, kinds)
    dev = estate.environments["dev"]
    assert estate.folder == tmp_path
    assert estate.digest == hashlib.sha256(good.encode()).hexdigest()
    assert type(dev.verify[0]) is kinds.checks["http"]
    assert dev.bake is not None
    assert type(dev.bake.watch[0]) is kinds.metrics["http"]
    assert type(dev.iac) is kinds.iac["terraform"]
    assert estate.environments["prod"].iac.settings == {"variables": {"size": 3}}


def test_a_rule_that_is_left_out_in_part(tmp_path: Path, good: str, kinds: Kinds) -> None:
    """What an environment's rule leaves out is taken from the estate's rule."""
    path = tmp_path / "interlock.yaml"
    path.write_text(good)
    rule = load(path, kinds).rule(EnvironmentName("dev"), ChangeClass.STANDARD)
    assert rule is not None
    assert (rule.votes, rule.of) == (0, ("platform",))


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "sentence"),
    [
        pytest.param("branch: main", "brnch: main", 31, "environments.prod.brnch", "did you mean `branch`?", id="unknown key"),
        pytest.param("branch: main", "brnch: main", 30, "environments.prod.branch", "is missing", id="missing key"),
        pytest.param("version: 1", "version: two", 1, "version", "found the text `two`, but 1 belongs", id="wrong type"),
        pytest.param("expire: 30m", "expire: 30", 36, "environments.prod.approvals.expire", "the number 30 is no duration", id="bad duration"),
        pytest.param("expire: 30m", "expire: 0s", 36, "environments.prod.approvals.expire", "is no useful duration", id="no time for votes"),
        pytest.param("{kind: http,", "{kind: htpt,", 24, "environments.dev.verify[0].kind", "did you mean `http`?", id="unknown plugin"),
        pytest.param("{kind: http,", "{kind: 3,", 24, "environments.dev.verify[0].kind", "found the number 3, but text", id="plugin that is a number"),
        pytest.param(", every: 5s", ", evry: 5s", 24, "environments.dev.verify[0].evry", "did you mean `every`?", id="unknown key of a plugin"),
        pytest.param(", every: 5s", ", status: 700", 24, "environments.dev.verify[0].status", "a number of at most 599", id="plugin's own law"),
        pytest.param("size: 3", "size: [3]", 35, "environments.prod.iac.variables.size", "found a list, but text or a whole number", id="union"),
        pytest.param("{members: [U0DANA, U0DIRK]}", "{}", 12, "groups.dba", "has no members", id="group without members"),
        pytest.param("{members: [U0DANA, U0DIRK]}", "{members: [dana]}", 12, "groups.dba.members[0]", "no user id", id="name for an id"),
        pytest.param("{members: [U0DANA, U0DIRK]}", "{members: [U0A, U0A]}", 12, "groups.dba.members[1]", "twice", id="member twice"),
        pytest.param("{slack_usergroup: S0PLATFORM}", "{slack_usergroup: U0X}", 11, "groups.platform.slack_usergroup", "no user group id", id="user group id"),
        pytest.param("{slack_usergroup: S0PLATFORM}", "{slack_usergroup: S0P, members: [U0A]}", 11, "groups.platform", "names people twice", id="both kinds of group"),
        pytest.param("[T0HOME]", "[C0HOME]", 3, "slack.teams[0]", "no workspace id", id="workspace id"),
        pytest.param("[T0HOME]", "[]", 3, "slack.teams", "is empty", id="no workspace"),
        pytest.param("prod: C0PROD", "prod: '#prod'", 7, "slack.channels.prod", "no channel id", id="channel name for an id"),
        pytest.param("    incidents: C0INCIDENTS\n", "", 4, "slack.channels.incidents", "is missing", id="no incidents channel"),
        pytest.param("  channels:", '  reject_emoji: ["+1"]\n  channels:', 4, "slack.reject_emoji[0]", "both approves and rejects", id="emoji means both"),
        pytest.param("  channels:", '  reject_emoji: [":x:"]\n  channels:', 4, "slack.reject_emoji[0]", "without colons", id="emoji with colons"),
        pytest.param("channel: prod", "channel: prd", 33, "environments.prod.channel", "did you mean `prod`?", id="unknown channel"),
        pytest.param("request: [platform]", "request: [platfrm]", 34, "environments.prod.permissions.request[0]", "did you mean `platform`?", id="unknown group may ask"),
        pytest.param("of: [platform, dba]", "of: [platform, dbas]", 16, "classes.high-risk.of[1]", "did you mean `dba`?", id="unknown group votes"),
        pytest.param("of: [platform, dba]", "of: [dba, dba]", 16, "classes.high-risk.of[1]", "twice", id="group votes twice"),
        pytest.param("votes: 2, of: [platform, dba]", "votes: 3, of: [dba]", 16, "classes.high-risk.votes", "list only 2 people", id="more votes than people"),
        pytest.param("{votes: 1, of: [platform]}", "{votes: 1}", 14, "classes.standard", "names no group", id="nobody may vote"),
        pytest.param("standard: {votes: 0}", "standard: {votes: 4, of: [dba]}", 22, "environments.dev.classes.standard.votes", "list only 2", id="environment's rule"),
        pytest.param("standard: {votes: 0}", "standrd: {votes: 0}", 22, "environments.dev.classes.standrd", "did you mean `standard`?", id="unknown class"),
        pytest.param("promotes_from: dev", "promotes_from: prod", 32, "environments.prod.promotes_from", "is the environment itself", id="promotes from itself"),
        pytest.param("promotes_from: dev", "promotes_from: dve", 32, "environments.prod.promotes_from", "did you mean `dev`?", id="promotes from nowhere"),
        pytest.param("    branch: dev", "    promotes_from: prod\n    branch: dev", 19, "environments.dev.promotes_from", "circle: dev ← prod ← dev", id="circle"),
        pytest.param("path: environments/dev", "path: ../dev", 20, "environments.dev.path", "leaves the repository", id="path goes up"),
        pytest.param("path: environments/dev", "path: /dev", 20, "environments.dev.path", "leaves the repository", id="absolute path"),
        pytest.param("branch: main", "branch: -main", 31, "environments.prod.branch", "starts with `-`", id="branch is an option"),
        pytest.param("url: ./repository", "url: --upload-pack=x", 9, "repository.url", "starts with `-`", id="url is an option"),
        pytest.param("url: ./repository", "url: https://a:b@c/d", 9, "repository.url", "holds a password", id="password"),
        pytest.param("url: ./repository", "url: ''", 9, "repository.url", "found an empty text", id="empty url"),
        pytest.param("url: ./repository", "url: x\n  depth: -1", 10, "repository.depth", "`full` or a number greater than 0", id="depth"),
        pytest.param("{outputs.url}/health", "{output.url}/health", 24, "environments.dev.verify[0].url", "`{output.url}` is no placeholder", id="placeholder misspelled"),
        pytest.param("{outputs.url}/health", "{outputs.}/health", 24, "environments.dev.verify[0].url", "is no placeholder", id="placeholder without a name"),
        pytest.param("{outputs.url}/health", "{outputs.url/health", 24, "environments.dev.verify[0].url", "is no placeholder", id="placeholder without an end"),
        pytest.param("every: 30s", "every: 10m", 27, "environments.dev.bake.every", "longer than `for`", id="looks too seldom"),
        pytest.param("      every: 30s\n", "", 26, "environments.dev.bake.for", "is no duration", id="default interval and a bad length"),
        pytest.param("every: 30s\n      watch:\n        - {source: http,", "every: 30s\n      watch:\n        - {source: cloudwatch,", 27, "environments.dev.bake.every", "counts by the minute", id="looks too often"),
        pytest.param("remind: 10m", "remind: 40m", 36, "environments.prod.approvals.remind", "shorter than `expire`", id="reminder after the end"),
        pytest.param("at_most: 0.05", "at_most: 5", 29, "environments.dev.bake.watch[0]", "write at_most: 0.05", id="percent for a ratio"),
        pytest.param("source: http", "source: prometheus", 29, "environments.dev.bake.watch[0].source", "known: `http`", id="unknown source"),
        pytest.param("groups:", "groups: !!python/object:os.system {}\nother:", 10, "groups", "is not understood", id="tag"),
        pytest.param("  dba:", "  Dba:", 12, "groups.Dba", "no name: use lower-case", id="bad name"),
        pytest.param("  prod:\n    branch: main", "  dev:\n    branch: main", 30, "environments.dev", "written twice; the first is on line 18", id="duplicate name"),
        pytest.param("repository:", "risk:\n  overrides: [{match: a.b, class: standard}]\nrepository:", 9, "risk.overrides[0]", "does not say why", id="lowers silently"),
        pytest.param("repository:", "risk:\n  caps: {share: 20}\nrepository:", 9, "risk.caps.share", "is no share", id="a share without its sign"),
        pytest.param("repository:", "risk:\n  statefull: []\nrepository:", 9, "risk.statefull", "did you mean `stateful`?", id="unknown key of risk"),
        pytest.param("branch: main", "branch: on", 31, "environments.prod.branch", "YAML reads `on` as true", id="yes and no"),
    ],
)  # fmt: skip
def test_one_fault(
    good: str, faults: Faults, *, old: str, new: str, line: int, key: str, sentence: str
) -> None:
    """A fault is told with its line, its key and what would be right."""
    if key == "environments.dev.bake.for":
        good = good.replace("for: 5m", "for: soon")
    assert old in good
    found = faults(good.replace(old, new, 1))
    assert [(one.line, one.key) for one in found if sentence in one.sentence] == [(line, key)], found


def test_a_fault_as_text(good: str, faults: Faults, tmp_path: Path) -> None:
    """A fault reads as `file:line: key: sentence`."""
    found = faults(good.replace("branch: main", "branch: 5"))
    assert str(found[0]) == (
        f"{tmp_path}/interlock.yaml:31: environments.prod.branch: found the number 5, but text belongs here."
    )


def test_a_fault_is_one_line(good: str, faults: Faults) -> None:
    """Whatever stands in the file, it breaks no line and speaks to no terminal."""
    found = faults(good.replace("promotes_from: dev", 'promotes_from: "x\\n\\u202ey"'))
    said = "".join(map(str, found))
    assert "`x??y`" in said
    assert said.isprintable()


def test_every_fault_at_once(good: str, faults: Faults) -> None:
    """One fault does not hide another, whatever kind each is of; they come in the order of the file."""
    broken = (
        good.replace("version: 1", "versio: 1")
        .replace("promotes_from: dev", "promotes_from: prod")
        .replace("expire: 30m", "expire: never")
        .replace("{kind: http,", "{kind: nothing,")
    )
    found = faults(broken)
    assert [one.key for one in found] == [
        "versio",
        "version",
        "environments.dev.verify[0].kind",
        "environments.prod.promotes_from",
        "environments.prod.approvals.expire",
    ]
    assert [one.line for one in found] == sorted(one.line for one in found)


def test_a_class_without_a_rule(good: str, faults: Faults) -> None:
    """Each environment that has no rule for a class is named."""
    found = faults(good.replace("  significant: {votes: 2, of: [platform]}\n", ""))
    assert [(one.line, one.key) for one in found] == [
        (20, "environments.dev.classes"),
        (29, "environments.prod.classes"),
    ]
    assert all("has no rule for `significant`:" in one.sentence for one in found)


def test_a_metric_that_is_watched_twice(good: str, faults: Faults) -> None:
    """Two entries for one metric could not be told apart."""
    line = '        - {source: http, url: "http://x/stats", metric: error_rate, at_most: 0.05}\n'
    found = faults(good.replace(line, line * 3))
    assert [(one.line, one.key) for one in found] == [(30, "environments.dev.bake.watch[1]")]


def test_an_emoji_by_another_name(good: str, faults: Faults) -> None:
    """An alias of an emoji is the same emoji."""
    found = faults(good.replace("  channels:", "  reject_emoji: [thumbsup]\n  channels:"))
    assert "both approves and rejects" in found[0].sentence


def test_approving_with_what_rejects_by_default(good: str, faults: Faults) -> None:
    """The emoji that reject unless others are named are looked at too."""
    found = faults(good.replace("  channels:", "  approve_emoji: [x]\n  channels:"))
    assert [(one.key, one.line) for one in found] == [("slack.approve_emoji", 4)]


def test_a_tool_that_is_not_there(tmp_path: Path, good: str, kinds: Kinds) -> None:
    """An environment that names no tool has the usual one, which must exist."""
    path = tmp_path / "interlock.yaml"
    path.write_text(good)
    with pytest.raises(
        EstateBroken, match=r":18: environments\.dev\.iac\.kind: `terraform` is no known kind"
    ):
        load(path, kinds.model_copy(update={"iac": {}}))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        pytest.param(Path.absolute, "does not exist", id="missing"),
        pytest.param(lambda path: path.mkdir(), "is not a file", id="directory"),
        pytest.param(lambda path: path.write_text(""), "is empty", id="empty"),
        pytest.param(lambda path: path.write_text("# nothing\n"), "is empty", id="comments only"),
        pytest.param(lambda path: path.write_bytes(b"#" * (1024 * 1024 + 1)), "larger than 1 MiB", id="huge"),
        pytest.param(lambda path: path.symlink_to(path), "does not exist", id="link to itself"),
    ],
)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, kinds: Kinds, make: Callable[[Path], object], sentence: str
) -> None:
    """A file that is none is named, with no line."""
    path = tmp_path / "interlock.yaml"
    make(path)
    with pytest.raises(EstateBroken) as broken:
        load(path, kinds)
    assert [(one.line, one.key) for one in broken.value.faults] == [(0, "")]
    assert sentence in broken.value.faults[0].sentence


@pytest.mark.parametrize("name", ["inter\0lock.yaml", "i" * 5000])
def test_a_name_that_is_no_path(kinds: Kinds, name: str) -> None:
    """A name that no file can have is a fault like any other."""
    with pytest.raises(EstateBroken):
        load(Path(name), kinds)


def test_a_list_instead_of_an_estate(faults: Faults) -> None:
    """A file that is no mapping is named once."""
    assert [one.sentence for one in faults("- a\n- b\n") if one.key == ""] == [
        "found a list, but a mapping of keys to values belongs here."
    ]


_WORDS = ["null", "[]", "{}", "- x", "5", "-1", "1.5", "true", '"\\ud800"', "*a", "&a [*a]", "{outputs.", "0777", "1:30", ".inf", "<<: {}", "\t", "x: y", "[[", "'"]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutation_breaks_the_loader(good: str, faults: Faults, data: st.DataObject) -> None:
    """Whatever is done to a good estate, the answer is an estate or faults."""
    lines = good.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key, colon, _ = lines[at].partition(":")
        word = data.draw(st.sampled_from(_WORDS) | st.text(max_size=20))
        change = data.draw(st.integers(0, 3))
        lines[at] = (f"{key}{colon} {word}\n", "", lines[at] * 2, f"  {lines[at]}")[change]
    for fault in faults("".join(lines).encode("utf-8", "surrogatepass")):
        assert fault.sentence.strip()
        assert str(fault).isprintable()
        assert "pydantic" not in str(fault)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_no_bytes_break_the_loader(faults: Faults, content: bytes) -> None:
    """Whatever bytes are in the file, the answer is faults."""
    assert faults(content)
