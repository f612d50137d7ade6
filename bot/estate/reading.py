"""Bytes -> plain values, and the line of every one of them. Knows YAML and nothing of estates.

The file is composed into nodes and never constructed by YAML's own rules, so no tag can make anything but
text, numbers, truth values, lists and mappings, and YAML 1.1's surprises are faults instead of values.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

#: Keys and places, from the top of the file.
Steps = tuple[str | int, ...]

_LARGEST = 1024 * 1024
_DEEPEST = 40
#: Aliases may repeat a piece; so many values in all are enough for any estate, and too few for a bomb.
_MOST = 50_000
_TAG = "tag:yaml.org,2002:"
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class _Plain:
    """How a value may be written so that nobody is surprised."""

    pattern: str
    read: Callable[[str], object]
    right: str


_PLAIN = {
    "bool": _Plain("(?i:true|false)", lambda text: text.lower() == "true", "true or false"),
    "int": _Plain("[-+]?(0|[1-9][0-9]{0,17})", int, "a plain decimal number"),
    "float": _Plain(
        r"[-+]?([0-9]{1,30}\.[0-9]{0,30}|\.[0-9]{1,30})([eE][-+]?[0-9]{1,2})?",
        float,
        "a plain decimal number",
    ),
}


class UnreadableError(Exception):
    """The file cannot be read any further."""

    def __init__(self, line: int, sentence: str) -> None:
        """Say at which *line* (0: the file as a whole) and why."""
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


@dataclass
class Tree:
    """What was read, as plain values, and what was wrong on the way."""

    data: Any = None
    #: The line of each key and list entry, from 1.
    lines: dict[Steps, int] = field(default_factory=dict)
    #: Where, on which line, and one sentence.
    faults: list[tuple[Steps, int, str]] = field(default_factory=list)

    def line(self, steps: Steps) -> int:
        """Find the line of *steps*, or of the nearest thing above that has one."""
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)


def spelled(steps: Steps) -> str:
    """Write *steps* as people do: `environments.prod.verify[0].url`."""
    words = (f"[{step}]" if isinstance(step, int) else f".{step[:80]}" for step in steps)
    return "".join(words).removeprefix(".")


def read(path: Path) -> tuple[bytes, Tree]:
    """Read the file at *path*; raises `UnreadableError`."""
    content = _bytes(path)
    return content, parse(content)


def parse(content: bytes) -> Tree:
    """Read the *content* of a file; raises `UnreadableError`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            line, f"is not UTF-8 text (byte 0x{content[error.start]:02x}): save it as UTF-8."
        ) from None
    node = _compose(text)
    if node is None:
        raise UnreadableError(0, "is empty: an estate begins with `version: 1`.")
    tree = Tree()
    tree.data = _Reader(tree).value(node, ())
    return tree


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            there = "is not a file" if path.exists() else "does not exist"
            raise UnreadableError(0, f"{there}: name the estate file.")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "the name is no path"
        raise UnreadableError(0, f"cannot be read: {why}.") from None
    if len(content) > _LARGEST:
        raise UnreadableError(0, "is larger than 1 MiB: that is no estate.")
    return content


def _compose(text: str) -> yaml.Node | None:
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        return loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableError(mark.line + 1 if mark else 0, _syntax(error)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise UnreadableError(
            line, f"holds the character U+{int(error.character):04X}, which YAML forbids."
        ) from None
    except RecursionError:
        raise UnreadableError(0, "is nested too deeply.") from None
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML lets number conversions of its escapes and directives fail as they are.
        line = loader.line + 1 if loader is not None else 0
        raise UnreadableError(line, "is not valid YAML: an escape or a directive is out of range.") from None


def _syntax(error: yaml.MarkedYAMLError) -> str:
    problem = " ".join((error.problem or error.context or "it cannot be understood").split())[:200]
    if "'\\t'" in problem:
        return "a tab stands where YAML wants spaces: indent with spaces."
    if "expected a single document" in (error.context or ""):
        return "holds a second document after `---`: an estate is one document."
    return f"is not valid YAML: {problem}."


class _Reader:
    """Walks nodes once and turns them into plain values."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._seen = 0

    def value(self, node: yaml.Node, steps: Steps) -> Any:
        self._seen += 1
        line = node.start_mark.line + 1
        if self._seen > _MOST:
            raise UnreadableError(line, f"holds more than {_MOST} values: aliases repeat too much.")
        if len(steps) > _DEEPEST:
            raise UnreadableError(line, "is nested too deeply.")
        self._tree.lines.setdefault(steps, line)
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return dict(self._entries(node, steps))
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.value(item, (*steps, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, steps)
        return self._fault(steps, line, _no_tag(node))

    def _entries(self, node: yaml.MappingNode, steps: Steps) -> Iterator[tuple[str, Any]]:
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._key(key_node, steps, line)
            if key is None:
                continue
            below = (*steps, key)
            if key in first:
                self._fault(below, line, f"is written twice; the first is on line {first[key]}.")
                continue
            first[key] = self._tree.lines[below] = line
            yield key, self.value(value_node, below)

    def _key(self, node: yaml.Node, steps: Steps, line: int) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._fault(steps, line, "a key must be one word, not a list or a mapping.")
        elif node.tag == f"{_TAG}merge":
            self._fault(steps, line, "`<<` is not understood here: write the keys out.")
        elif node.tag in {f"{_TAG}bool", f"{_TAG}null"}:
            self._fault(steps, line, f"YAML reads the key `{node.value}` as {_kind(node)}: put it in quotes.")
        elif _UNSEEN.search(node.value):
            self._fault(steps, line, "a key holds a control character.")
        else:
            return str(node.value)
        return None

    def _scalar(self, node: yaml.ScalarNode, steps: Steps) -> Any:
        kind, text = node.tag.removeprefix(_TAG), str(node.value)
        line = self._tree.lines[steps]
        if kind == "null":
            return None
        if kind in _PLAIN:
            plain = _PLAIN[kind]
            if re.fullmatch(plain.pattern, text):
                return plain.read(text)
            trap = f"YAML reads `{text[:40]}` as {_kind(node)}, which surprises people: "
            return self._fault(
                steps, line, f"{trap}put it in quotes if text is meant, else write {plain.right}."
            )
        if kind not in {"str", "timestamp", "value"}:
            return self._fault(steps, line, _no_tag(node))
        if _UNSEEN.search(text):
            return self._fault(steps, line, "holds a control character.")
        return text

    def _fault(self, steps: Steps, line: int, sentence: str) -> None:
        self._tree.faults.append((steps, line, sentence))


def _kind(node: yaml.ScalarNode) -> str:
    """Say in words what YAML 1.1 makes of a plain word."""
    kind = node.tag.removeprefix(_TAG)
    if kind == "bool":
        return "true" if node.value.lower() in {"yes", "on", "true"} else "false"
    return "nothing" if kind == "null" else "a number in YAML's own notation"


def _no_tag(node: yaml.Node) -> str:
    return f"the tag `{node.tag.replace(_TAG, '!!')[:60]}` is not understood here: write plain values."
