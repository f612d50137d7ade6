"""Small wrongs that somebody could write into the law, one at a time.

Sentences are left alone: people read them, tests assert codes. So are annotations, decorators and docstrings.
The libraries that do this leave alone just what a law is made of (bare conditions, tables, whatever has a decorator),
and cannot leave sentences alone, so the changes are written here.
"""

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

_ORDER: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
}
#: Of these either side may have been forgotten.
_JOINS = (ast.Add, ast.BitOr, ast.BitAnd)
_TWINS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_LEFT_ALONE = {"annotation", "returns", "decorator_list", "format_spec"}
_EMPTY = {"tuple": "()", "list": "[]", "frozenset": "frozenset()", "set": "set()", "dict": "{}"}

#: What cannot be subtracted, so that nobody could have meant to.
_UNCOUNTABLE = (ast.Tuple, ast.List, ast.ListComp, ast.JoinedStr)

Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = TypeVar("Node", bound=ast.AST)


class Change(NamedTuple):
    """One wrong: *new* stands where *old* stood, or nothing does."""

    parent: ast.AST
    field: str
    place: int | None
    old: ast.AST
    new: ast.AST | None
    #: The lines of the innermost function around it; `None` for what runs at import.
    lines: range | None

    @property
    def line(self) -> int:
        """Where it is."""
        line: int = getattr(self.old, "lineno", 0) or getattr(self.parent, "lineno", 0)
        return line

    def apply(self) -> None:
        """Put the wrong into the tree that it was found in."""
        if self.place is None:
            setattr(self.parent, self.field, self.new)
        elif self.new is None:
            del getattr(self.parent, self.field)[self.place]
        else:
            getattr(self.parent, self.field)[self.place] = self.new

    def __str__(self) -> str:
        """Show what became what, in one line."""
        new = "nothing" if self.new is None else _short(self.new)
        return f"{_short(self.old)}  =>  {new}"


def found(tree: ast.AST) -> list[Change]:
    """All changes of *tree*, in an order that is always the same."""
    return list(_inside(tree, None))


def _inside(node: ast.AST, function: Function | None) -> Iterator[Change]:
    if isinstance(node, Function):
        function = node
    lines = range(function.lineno, (function.end_lineno or function.lineno) + 1) if function else None
    for field, value in ast.iter_fields(node):
        if field in _LEFT_ALONE or (field == "slice" and function is None):
            continue
        many = value if isinstance(value, list) else [value]
        for index, child in enumerate(many):
            if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr):
                continue
            place = index if isinstance(value, list) else None
            for new in (*_conditions(node, field, child), *_instead(child, function)):
                yield Change(node, field, place, child, new, lines)
            if place is not None and _droppable(node, field, child, many, function):
                yield Change(node, field, place, child, None, lines)
            yield from _inside(child, function)


def _conditions(parent: ast.AST, field: str, child: ast.AST) -> Iterator[ast.AST]:
    """What is asked always holds, or never."""
    asks = (
        (isinstance(parent, ast.If | ast.IfExp) and field == "test")
        or (isinstance(parent, ast.comprehension) and field == "ifs")
        or (isinstance(parent, ast.match_case) and field == "guard")
    )
    if asks:
        yield ast.Constant(value=True)
        yield ast.Constant(value=False)
    elif isinstance(parent, ast.While) and not isinstance(child, ast.Constant) and field == "test":
        yield ast.Constant(value=False)


def _instead(node: ast.AST, function: Function | None) -> Iterator[ast.AST]:
    if isinstance(node, ast.stmt):
        return _statements(node, function)
    return _expressions(node)


def _statements(node: ast.stmt, function: Function | None) -> Iterator[ast.AST]:
    """What a statement does is forgotten."""
    match node:
        case ast.Return(value=ast.expr() as value) if function is not None:
            yield from _returns(value, function)
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            yield ast.parse("yield from ()").body[0]
        case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
            return
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break():
            yield ast.Pass()


def _expressions(node: ast.AST) -> Iterator[ast.AST]:
    """Something near it is meant."""
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
            for index in range(len(node.values)):
                rest = [*node.values[:index], *node.values[index + 1 :]]
                yield rest[0] if len(rest) == 1 else _with(node, values=rest)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp():
            yield from _sums(node)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(value=not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value=value + 1)
        case ast.Call(func=ast.Name(id=name)) if name in _TWINS:
            yield _with(node, func=ast.Name(id=_TWINS[name], ctx=ast.Load()))


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        for other in _ORDER[type(operator)]:
            yield _with(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])


def _sums(node: ast.BinOp) -> Iterator[ast.AST]:
    other = _ARITHMETIC.get(type(node.op))
    if (
        other is not None
        and not isinstance(node.left, _UNCOUNTABLE)
        and not isinstance(node.right, _UNCOUNTABLE)
    ):
        yield _with(node, op=other())
    if isinstance(node.op, _JOINS):
        yield node.left
        yield node.right


def _returns(value: ast.expr, function: Function) -> Iterator[ast.AST]:
    """Nothing comes back: no reason, no name, no yes, no no."""
    kind, said = ast.unparse(function.returns) if function.returns else "", ast.unparse(value)
    instead = []
    if kind == "bool":
        instead = ["True", "False"]
    elif kind.endswith("| None"):
        instead = ["None"]
    elif not kind.startswith("tuple[") or "..." in kind:
        instead = [_EMPTY[kind.split("[")[0]]] if kind.split("[")[0] in _EMPTY else []
    for new in instead:
        if new != said:
            yield ast.parse(f"return {new}", mode="exec").body[0]


def _droppable(
    parent: ast.AST, field: str, child: ast.AST, row: list[ast.AST], function: Function | None
) -> bool:
    """Whether a case, or a part of a display that has room for more or fewer, may have been forgotten."""
    if field == "cases":
        return not (isinstance(child, ast.match_case) and _catches_the_rest(child))
    if (
        field != "elts"
        or isinstance(child, ast.Constant)
        or not isinstance(getattr(parent, "ctx", None), ast.Load | None)
    ):
        return False
    return isinstance(child, ast.Starred) or (
        len(row) > 1 and (isinstance(parent, ast.Set) or function is None)
    )


def _catches_the_rest(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _with(node: Node, **fields: object) -> Node:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
