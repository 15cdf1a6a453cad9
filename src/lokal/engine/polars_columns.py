"""Formulas as Polars expressions: shared parts become columns in levels, every sum in a type that its proven bounds fit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import polars as pl

from lokal.engine.formula import Node, Term, high_of, low_of

_TYPES: tuple[tuple[pl.DataType, int, int], ...] = (
    (pl.UInt16(), 0, 2**16 - 1),
    (pl.Int16(), -(2**15), 2**15 - 1),
    (pl.UInt32(), 0, 2**32 - 1),
    (pl.Int32(), -(2**31), 2**31 - 1),
    (pl.UInt64(), 0, 2**64 - 1),
    (pl.Int64(), -(2**63), 2**63 - 1),
    (pl.Int128(), -(2**127), 2**127 - 1),
)
"""Column types with their bounds, the narrowest first; without a sign first, because these divide three times as fast."""
_FREE = frozenset({"column", "const", "missing"})
_KEEPS = frozenset({"div", "rem", "add", "sub", "mul", "min", "max"})
_PREFIX = "·"
_LONG = 32


@dataclass(frozen=True)
class Plan:
    """Levels of shared columns to add one after the other, and the outputs to select last."""

    levels: tuple[tuple[pl.Expr, ...], ...]
    outputs: tuple[pl.Expr, ...]

    def of(self, frame: pl.LazyFrame, keep: Sequence[pl.Expr] = ()) -> pl.LazyFrame:
        """Return the outputs for a frame, after the columns to keep."""
        for level in self.levels:
            frame = frame.with_columns(level)
        return frame.select(*keep, *self.outputs)

    def collect(self, frame: pl.LazyFrame, keep: Sequence[pl.Expr] = ()) -> pl.DataFrame:
        """Return the outputs, computed in streaming; the plan has shared its parts itself, so Polars need not look for more."""
        return self.of(frame, keep).collect(engine="streaming", optimizations=pl.QueryOptFlags(comm_subexpr_elim=False))


def plan_of(outputs: Mapping[str, Node], finish: Mapping[str, Callable[[pl.Expr], pl.Expr]] | None = None) -> Plan:
    """Return the plan that computes named nodes; `finish` says what becomes of some of them."""
    uses = _uses(outputs.values())
    lower = _Lowering(uses)
    done = {name: lower(node) for name, node in outputs.items()}
    last = finish or {}
    exprs = tuple((last[name](expr) if name in last else expr).alias(name) for name, expr in done.items())
    return Plan(tuple(tuple(level) for level in lower.levels), exprs)


def type_of(*nodes: Node) -> pl.DataType:
    """Return the narrowest column type that holds the proven bounds of all nodes."""
    low, high = min(map(low_of, nodes)), max(map(high_of, nodes))
    for kind, least, most in _TYPES:
        if least <= low and high <= most:
            return kind
    raise OverflowError(low, high)


def _uses(outputs: Iterable[Node]) -> dict[int, int]:
    """Return how often each term is used, by its identity."""
    uses: dict[int, int] = {}
    stack = [node for node in outputs if isinstance(node, Term)]
    while stack:
        term = stack.pop()
        uses[id(term)] = uses.get(id(term), 0) + 1
        if uses[id(term)] == 1:
            stack.extend(each for each in term.args if isinstance(each, Term))
    return uses


class _Lowering:
    """Turns terms into expressions, each shared one into a column of the first level where its parts exist."""

    def __init__(self, uses: dict[int, int]) -> None:
        self.levels: list[list[pl.Expr]] = []
        self._uses = uses
        self._depths: dict[int, int] = {}
        self._done: dict[int, pl.Expr] = {}

    def __call__(self, node: Node) -> pl.Expr:
        if isinstance(node, int):
            return pl.lit(node, dtype=type_of(node))
        found = self._done.get(id(node))
        if found is None:
            found = self._done[id(node)] = self._made(node)
        return found

    def _made(self, term: Term) -> pl.Expr:
        expr = _RULES[term.op](self, term)
        depth = max(self._depths.get(id(term), 0), self._depth_of(term))
        if self._uses[id(term)] > 1 and (term.op not in _FREE or (term.op == "column" and not term.flag)):
            expr, depth = self._kept(expr, depth), depth + 1
        self._depths[id(term)] = depth
        return expr

    def _depth_of(self, term: Term) -> int:
        return max((self._depths.get(id(each), 0) for each in term.args if isinstance(each, Term)), default=0)

    def _kept(self, expr: pl.Expr, depth: int) -> pl.Expr:
        """Return a column of the level of some depth that holds an expression."""
        while len(self.levels) <= depth:
            self.levels.append([])
        name = f"{_PREFIX}{sum(map(len, self.levels))}"
        self.levels[depth].append(expr.alias(name))
        return pl.col(name)

    def joined(self, act: Callable[[pl.Expr, pl.Expr], pl.Expr], parts: Sequence[pl.Expr], term: Term) -> pl.Expr:
        """Return a term's parts joined; a long row of them by way of columns, because Polars is slow to plan large expressions."""
        if len(parts) <= _LONG:
            return _balanced(act, parts)
        depth = self._depth_of(term)
        groups = [self._kept(_balanced(act, parts[start : start + _LONG]), depth) for start in range(0, len(parts), _LONG)]
        self._depths[id(term)] = depth + 1
        return _balanced(act, groups)

    def type(self, node: Node) -> pl.DataType:
        """Return the type of a node's expression: arithmetic takes one that holds its parts as well."""
        return type_of(node, *_numbers(node)) if isinstance(node, Term) and node.op in _KEEPS else type_of(node)

    def common(self, term: Term) -> pl.DataType:
        """Return the type in which a term's arguments are compared."""
        return type_of(*_numbers(term))

    def number(self, node: object, kind: pl.DataType) -> pl.Expr:
        """Return a node in a column type; a value out of its bounds, which nobody looks at, wraps round instead of failing."""
        assert isinstance(node, int | Term)  # noqa: S101  by construction of the operation
        if isinstance(node, int):
            return pl.lit(node, dtype=kind)
        expr = self(node)
        return expr if self.type(node) == kind else expr.cast(kind, wrap_numerical=True)

    def flags(self, term: Term) -> list[pl.Expr]:
        """Return a term's arguments as truth values."""
        return [self(each) for each in term.args if isinstance(each, Term)]


def _numbers(term: Term) -> list[Node]:
    return [each for each in term.args if isinstance(each, int | Term)]


def _column(lower: _Lowering, term: Term) -> pl.Expr:
    expr = pl.col(str(term.args[0]))
    return expr if term.flag else expr.cast(lower.type(term), wrap_numerical=True)


def _filled(lower: _Lowering, term: Term) -> pl.Expr:
    column, value = term.args
    if term.flag:
        assert isinstance(column, Term)  # noqa: S101  by construction
        assert isinstance(value, Term)  # noqa: S101
        return lower(column).fill_null(bool(value.high))
    kind = lower.type(term)
    return lower.number(column, kind).fill_null(lower.number(value, kind))


def _missing(lower: _Lowering, term: Term) -> pl.Expr:
    return lower.flags(term)[0].is_null()


def _among(_: _Lowering, term: Term) -> pl.Expr:
    column, values = term.args
    assert isinstance(column, Term)  # noqa: S101  by construction
    assert isinstance(values, frozenset)  # noqa: S101
    name = str(column.args[0])
    return reduce(or_, (pl.col(name).is_between(first, last) if first < last else pl.col(name) == first for first, last in _runs(values)))


def _runs(values: frozenset[int]) -> list[tuple[int, int]]:
    """Return numbers as runs of neighbours.

    >>> _runs(frozenset({1, 2, 3, 7}))
    [(1, 3), (7, 7)]
    """
    runs: list[tuple[int, int]] = []
    for each in sorted(values):
        if runs and runs[-1][1] == each - 1:
            runs[-1] = (runs[-1][0], each)
        else:
            runs.append((each, each))
    return runs


def _folded(act: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[_Lowering, Term], pl.Expr]:
    def rule(lower: _Lowering, term: Term) -> pl.Expr:
        return lower.joined(act, [lower.number(each, lower.type(term)) for each in term.args], term)

    return rule


def _balanced(act: Callable[[pl.Expr, pl.Expr], pl.Expr], parts: Sequence[pl.Expr]) -> pl.Expr:
    """Join parts as a tree of even depth: Polars takes the square of the depth to learn the types of a chain."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return act(_balanced(act, parts[:half]), _balanced(act, parts[half:]))


def _extreme(pick: Callable[..., pl.Expr]) -> Callable[[_Lowering, Term], pl.Expr]:
    def rule(lower: _Lowering, term: Term) -> pl.Expr:
        return pick(*(lower.number(each, lower.type(term)) for each in term.args))

    return rule


def _select(lower: _Lowering, term: Term) -> pl.Expr:
    condition, then, otherwise = term.args
    assert isinstance(condition, Term)  # noqa: S101  by construction
    kind = type_of(term)
    return pl.when(lower(condition)).then(lower.number(then, kind)).otherwise(lower.number(otherwise, kind))


def _compared(act: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[_Lowering, Term], pl.Expr]:
    def rule(lower: _Lowering, term: Term) -> pl.Expr:
        return act(*(lower.number(each, lower.common(term)) for each in term.args))

    return rule


_RULES: dict[str, Callable[[_Lowering, Term], pl.Expr]] = {
    "const": lambda _, term: pl.lit(bool(term.high)),
    "column": _column,
    "filled": _filled,
    "missing": _missing,
    "among": _among,
    "add": _folded(lambda one, two: one + two),
    "sub": _folded(lambda one, two: one - two),
    "mul": _folded(lambda one, two: one * two),
    "div": _folded(lambda one, two: one // two),
    "rem": _folded(lambda one, two: one % two),
    "min": _extreme(pl.min_horizontal),
    "max": _extreme(pl.max_horizontal),
    "select": _select,
    "ge": _compared(lambda one, two: one >= two),
    "eq": _compared(lambda one, two: one == two),
    "and": lambda lower, term: lower.joined(and_, lower.flags(term), term),
    "or": lambda lower, term: lower.joined(or_, lower.flags(term), term),
    "not": lambda lower, term: ~lower.flags(term)[0],
}
