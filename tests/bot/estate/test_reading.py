import time
from pathlib import Path

import pytest

from bot.estate.reading import UnreadableError, parse, read, spelled


def test_plain_values() -> None:
    """Plain values are what people think they are, and every place has its line."""
    tree = parse(b"a: 1\nb:\n  - -2.5\n  - true\n  - ~\n  - 2026-11-26\n'on': \"no\"\n7: =\n")
    assert tree.data == {"a": 1, "b": [-2.5, True, None, "2026-11-26"], "on": "no", "7": "="}
    assert tree.faults == []
    assert (tree.line(("b", 1)), tree.line(("b", 9)), tree.line(("z",)), tree.line(())) == (4, 2, 1, 1)


def test_a_mark_of_byte_order() -> None:
    """A byte order mark is not part of the first key."""
    assert parse(b"\xef\xbb\xbfversion: 1").data == {"version": 1}


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("on", "true"),
        ("No", "false"),
        ("0777", "a number"),
        ("1:30", "a number"),
        ("1_000", "a number"),
        ("0x1F", "a number"),
        ("1:30.5", "a number"),
        (".inf", "a number"),
        (".NaN", "a number"),
        ("9" * 5000, "a number"),
    ],
)
def test_surprises_are_faults(written: str, read_as: str) -> None:
    """What YAML 1.1 turns into something else is no value but a fault."""
    tree = parse(f"a:\n  b: {written}\n".encode())
    assert tree.data == {"a": {"b": None}}
    ((steps, line, sentence),) = tree.faults
    assert (steps, line) == (("a", "b"), 2)
    assert f"as {read_as}" in sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("on: 1", "the key `on` as true", id="truth as key"),
        pytest.param("~: 1", "the key `~` as nothing", id="nothing as key"),
        pytest.param("[a]: 1", "a key must be one word", id="list as key"),
        pytest.param("<<: {b: 1}", "`<<` is not understood", id="merge"),
        pytest.param('"\\ud800": 1', "a key holds a control character", id="half a character as key"),
        pytest.param('a: "\\ud800"', "holds a control character", id="half a character"),
        pytest.param('a: "\\0"', "holds a control character", id="zero"),
        pytest.param("a: !!binary aGk=", "the tag `!!binary`", id="binary"),
        pytest.param("a: !!set {b}", "the tag `!!set`", id="set"),
        pytest.param("a: !!str [b]", "the tag `!!str`", id="text that is a list"),
        pytest.param("a: !mine b", "the tag `!mine`", id="own tag"),
        pytest.param("a: 1\na: 2", "written twice; the first is on line 1", id="key twice"),
    ],
)
def test_what_is_no_plain_value(text: str, sentence: str) -> None:
    """Tags and keys that are no words are faults."""
    ((_, _, told),) = parse(text.encode()).faults
    assert sentence in told


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        pytest.param(b"a: 1\n\tb: 2\n", 2, "indent with spaces", id="tab"),
        pytest.param(b"a: [1\nb: 2\n", 2, "is not valid YAML", id="open bracket"),
        pytest.param(b"a: 1\n---\nb: 1\n", 2, "a second document", id="two documents"),
        pytest.param(b"a: 1\nb: \xff\n", 2, "is not UTF-8 text (byte 0xff)", id="latin"),
        pytest.param("a: ä".encode("utf-16"), 1, "is not UTF-8 text", id="utf-16"),
        pytest.param(b"a: 1\nb: \x01\n", 2, "U+0001", id="control character"),
        pytest.param(b"a: *b\n", 1, "undefined alias", id="alias of nothing"),
        pytest.param(b'a: "\\UFFFFFFFF"\n', 1, "out of range", id="escape out of range"),
        pytest.param(b"%YAML " + b"9" * 5000 + b".1\n---\na: 1\n", 1, "out of range", id="directive out of range"),
        pytest.param(b"[" * 1000, 0, "nested too deeply", id="deep for YAML"),
        pytest.param(b"[" * 60 + b"]" * 60, 1, "nested too deeply", id="deep for us"),
        pytest.param(b"&a [*a]", 1, "nested too deeply", id="alias of itself"),
        pytest.param(b"", 0, "is empty", id="empty"),
    ],
)  # fmt: skip
def test_what_is_no_yaml(content: bytes, line: int, sentence: str) -> None:
    """A file that YAML cannot read is named with the line where it stopped."""
    with pytest.raises(UnreadableError) as unreadable:
        parse(content)
    assert sentence in unreadable.value.sentence
    assert unreadable.value.line == line


def test_a_bomb_of_aliases() -> None:
    """A few lines that would become billions of values are refused, and quickly."""
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 35))
    began = time.monotonic()
    with pytest.raises(UnreadableError, match="aliases repeat too much"):
        parse(bomb.encode())
    assert time.monotonic() - began < 5


def test_an_alias() -> None:
    """An alias stands for what it names."""
    assert parse(b"a: &x {b: 1}\nc: *x\n").data == {"a": {"b": 1}, "c": {"b": 1}}


def test_a_path_in_words() -> None:
    """A place is written as people write it."""
    assert spelled(("environments", "prod", "verify", 0, "url")) == "environments.prod.verify[0].url"


def test_the_bytes_come_too(tmp_path: Path) -> None:
    """The bytes that were read are handed out, so that what is hashed is what was judged."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1")
    content, tree = read(path)
    assert (content, tree.data) == (b"a: 1", {"a": 1})
