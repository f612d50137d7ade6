"""The wrongs that are written into the law are those that somebody could write."""

import ast

import pytest

from tests.mutants.changes import found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("x = a < b", {"a < b => a <= b", "a < b => a >= b"}, id="an order"),
        pytest.param("x = a in b", {"a in b => a not in b"}, id="membership"),
        pytest.param("x = a and b", {"a and b => a or b", "a and b => a", "a and b => b"}, id="both"),
        pytest.param("x = not a", {"not a => a"}, id="a no"),
        pytest.param("x = a - b", {"a - b => a + b"}, id="a difference"),
        pytest.param("x = a | b", {"a | b => a", "a | b => b"}, id="a union"),
        pytest.param("x = a + [b]", {"a + [b] => a", "a + [b] => [b]"}, id="lists, which nobody subtracts"),
        pytest.param("x = 3", {"3 => 4"}, id="a number"),
        pytest.param("x = True", {"True => False"}, id="a yes"),
        pytest.param("x = min(a)", {"min(a) => max(a)"}, id="the least"),
        pytest.param("x = b if a else c", {"a => True", "a => False"}, id="a condition"),
        pytest.param("x = [a for a in b if c]", {"c => True", "c => False"}, id="a filter"),
        pytest.param("x = (*a, b)", {"*a => nothing", "b => nothing"}, id="a table"),
        pytest.param("def f():\n    x = (*a, b)", {"*a => nothing"}, id="a pair, which has its places"),
        pytest.param("def f():\n    a()", {"a() => pass"}, id="a call"),
        pytest.param("def f() -> tuple[A, ...]:\n    return a", {"return a => return ()"}, id="a silent guard"),
        pytest.param(
            "def f() -> bool:\n    return a", {"return a => return True", "return a => return False"}, id="a yes or no"
        ),
        pytest.param("def f():\n    yield a", {"yield a => yield from ()"}, id="nothing comes"),
        pytest.param("match a:\n    case B():\n        x\n    case _:\n        y", {"case B(): x => nothing"}, id="a case"),
        pytest.param("X = Mapping[A, B]", set(), id="a type"),
        pytest.param("x = 'a sentence'", set(), id="a sentence"),
        pytest.param("x = f'{a + 1} of {b}'", set(), id="a sentence with numbers"),
        pytest.param("@cached(3)\ndef f(a: B | None) -> C | D:\n    '''Say.'''", set(), id="what is not the law"),
    ],
)  # fmt: skip
def test_changes(source: str, expected: set[str]) -> None:
    """Each part of the law has its wrongs; sentences, annotations and decorators have none."""
    assert {str(change).replace("  =>  ", " => ") for change in found(ast.parse(source))} == expected


def test_each_is_another_wrong() -> None:
    """Applied to a fresh tree, no two changes make the same law, and none leaves it as it was."""
    source = "def f(a: int, b: int) -> bool:\n    return a < 3 and not (b > 4 or a == b)\n"
    laws = set()
    for number in range(len(found(ast.parse(source)))):
        tree = ast.parse(source)
        found(tree)[number].apply()
        laws.add(ast.unparse(tree))
    assert len(laws) == len(found(ast.parse(source)))
    assert ast.unparse(ast.parse(source)) not in laws
