"""Formulas as one straight-line Python function: for a vehicle at a time, where a dataframe would cost more to call than to compute.

The same terms that become column expressions are written out as source, every shared term one variable, every other in its place.
"""

from collections.abc import Callable, Mapping
from typing import Any

from lokal.engine.formula import Node, Term

_DEPTH = 12
"""How deep terms are written into each other before one becomes a variable: far below what Python can parse."""
_JOINS = {"add": " + ", "mul": " * ", "and": " and ", "or": " or ", "sub": " - ", "div": " // ", "rem": " % ", "ge": " >= ", "eq": " == "}


def straight(outputs: Mapping[str, Node]) -> tuple[Callable[..., tuple[int, ...]], tuple[str, ...]]:
    """Return a function of the columns' values (None is null) that gives the outputs, and the columns as it takes them.

    >>> from lokal.engine.formula import Maker
    >>> make = Maker()
    >>> half = make.div(make.add(make.filled(make.column("x", 0, 9), 0), 1), 2)
    >>> act, columns = straight({"half": half})
    >>> columns, act(4), act(None)
    (('x',), (2,), (0,))
    """
    writer = _Writer(outputs)
    results = [writer(node) for node in outputs.values()]
    taken = ", ".join(writer.columns.values())
    body = "".join(f"    {line}\n" for line in writer.lines)
    source = f"def straight({taken}):\n{body}    return ({', '.join(results)},)\n"
    space: dict[str, Any] = {}
    exec(compile(source, "<formulas>", "exec"), {"__builtins__": {"min": min, "max": max}}, space)  # noqa: S102  our own terms: numbers and operators
    return space["straight"], tuple(writer.columns)


class _Writer:
    """Writes terms as source; names of columns appear only as keys, never in the source."""

    def __init__(self, outputs: Mapping[str, Node]) -> None:
        self.lines: list[str] = []
        self.columns: dict[str, str] = {}
        self._uses: dict[int, int] = {}
        self._done: dict[int, tuple[str, int]] = {}
        stack = [node for node in outputs.values() if isinstance(node, Term)]
        while stack:
            term = stack.pop()
            self._uses[id(term)] = self._uses.get(id(term), 0) + 1
            if self._uses[id(term)] == 1:
                stack.extend(each for each in term.args if isinstance(each, Term))

    def __call__(self, node: object) -> str:
        return self._written(node)[0]

    def _written(self, node: object) -> tuple[str, int]:
        """Return a node's source and how deep it is nested."""
        if not isinstance(node, Term):
            return str(node), 0
        if id(node) not in self._done:
            parts = [self._written(each) for each in node.args]
            text, depth = self._source(node, [text for text, _ in parts]), 1 + max((deep for _, deep in parts), default=0)
            if node.op not in {"column", "const"} and (self._uses[id(node)] > 1 or depth > _DEPTH):
                name = f"v{len(self.lines)}"
                self.lines.append(f"{name} = {text}")
                text, depth = name, 0
            self._done[id(node)] = text, depth
        return self._done[id(node)]

    def _source(self, term: Term, parts: list[str]) -> str:
        if term.op == "column":
            return self.columns.setdefault(str(term.args[0]), f"c{len(self.columns)}")
        if term.op in _JOINS:
            return f"({_JOINS[term.op].join(parts)})"
        if term.op in {"min", "max"}:
            return f"{term.op}({', '.join(parts)})"
        return self._choice(term, parts)

    def _choice(self, term: Term, parts: list[str]) -> str:
        if term.op == "const":
            return str(bool(term.high))
        if term.op == "select":
            return f"({parts[1]} if {parts[0]} else {parts[2]})"
        if term.op == "filled":
            return f"({parts[1]} if {parts[0]} is None else {parts[0]})"
        if term.op == "missing":
            return f"({parts[0]} is None)"
        if term.op == "not":
            return f"(not {parts[0]})"
        assert isinstance(term.args[1], frozenset)  # noqa: S101  what is left is `among`
        return f"({parts[0]} in {set(term.args[1])!r})"
