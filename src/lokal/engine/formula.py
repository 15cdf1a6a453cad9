"""Whole-number formulas over columns: built once with everything constant folded, every shared part one object, bounds proven.

A node is an `int` (a constant) or a `Term`. Truth values are terms as well: `YES`, `NO` and what compares them. Every term knows the
bounds of its values, so a comparison that cannot fail disappears and no sum can outgrow its column type unnoticed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeGuard

Op = Literal[
    "column",
    "filled",
    "missing",
    "among",
    "add",
    "sub",
    "mul",
    "div",
    "rem",
    "min",
    "max",
    "select",
    "ge",
    "eq",
    "and",
    "or",
    "not",
    "const",
]


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One operation on other nodes; two terms are equal only when they are the same object."""

    op: Op
    args: tuple["Node | str | frozenset[int]", ...]
    low: int = 0
    high: int = 1
    flag: bool = False
    serial: int = -1


Node = int | Term
YES = Term("const", (1,), 1, 1, flag=True)
NO = Term("const", (0,), 0, 0, flag=True)


def low_of(node: Node) -> int:
    """Return the least value that a node can have."""
    return node if isinstance(node, int) else node.low


def high_of(node: Node) -> int:
    """Return the greatest value that a node can have."""
    return node if isinstance(node, int) else node.high


class Maker:
    """Makes terms so that equal ones are one object.

    >>> make = Maker()
    >>> x = make.column("x", 0, 9)
    >>> make.add(x, 2) is make.add(2, x), make.ge(x, 0) is YES, make.mul(x, 0)
    (True, True, 0)
    """

    def __init__(self) -> None:
        """Start without terms."""
        self._terms: dict[tuple[object, ...], Term] = {}

    def term(self, op: Op, args: tuple[Node | str | frozenset[int], ...], low: int, high: int, *, flag: bool = False) -> Term:
        """Return the one term of an operation and its arguments."""
        key = (op, *((isinstance(each, int), each) if isinstance(each, int | str | frozenset) else id(each) for each in args))
        found = self._terms.get(key)
        if found is None:
            found = self._terms[key] = Term(op, args, low, high, flag, len(self._terms))
        return found

    def column(self, name: str, low: int, high: int) -> Term:
        """Return a column of whole numbers within bounds; its nulls are read with `filled` and `missing` only."""
        return self.term("column", (name,), low, high)

    def flag(self, name: str) -> Term:
        """Return a column of truth values."""
        return self.term("column", (name,), 0, 1, flag=True)

    def filled(self, column: Term, value: Node) -> Node:
        """Return a column with a value where it is null."""
        low, high = min(column.low, low_of(value)), max(column.high, high_of(value))
        return self.term("filled", (column, value), low, high, flag=column.flag)

    def missing(self, column: Term) -> Term:
        """Tell where a column is null."""
        return self.term("missing", (column,), 0, 1, flag=True)

    def among(self, column: Term, values: frozenset[int]) -> Term:
        """Tell where a column has one of some values."""
        return self.term("among", (column, values), 0, 1, flag=True)

    # --- arithmetic

    def _number(self, op: Op, args: tuple[Node, ...], low: int, high: int) -> Node:
        return low if low == high else self.term(op, args, low, high)

    def add(self, *nodes: Node) -> Node:
        """Return a sum; terms that hang on one condition or share one factor become one choice or one product."""
        gathered = self._gathered(nodes)
        constant = sum(each for each in gathered if isinstance(each, int))
        terms = sorted((each for each in gathered if isinstance(each, Term)), key=_serial)
        if not terms:
            return constant
        parts: tuple[Node, ...] = (*terms, constant) if constant else tuple(terms)
        if len(parts) == 1:
            return parts[0]
        return self._number("add", parts, sum(map(low_of, parts)), sum(map(high_of, parts)))

    def _gathered(self, nodes: Iterable[Node]) -> list[Node]:
        groups: dict[tuple[str, int], list[Term]] = {}
        alone: list[Node] = []
        for each in nodes:
            if isinstance(each, Term) and each.op in {"select", "mul"}:
                groups.setdefault((each.op, id(each.args[0])), []).append(each)
            else:
                alone.append(each)
        return alone + [self._together(group) for group in groups.values()]

    def _together(self, group: list[Term]) -> Node:
        """Return the sum of choices on one condition, or of products of one factor."""
        if len(group) == 1:
            return group[0]
        shared, *columns = zip(*(each.args for each in group), strict=True)
        sums = [self.add(*map(_node, column)) for column in columns]
        return self.select(_term(shared[0]), *sums) if group[0].op == "select" else self.mul(_term(shared[0]), *sums)

    def sub(self, left: Node, right: Node) -> Node:
        """Return a difference."""
        if isinstance(left, int) and isinstance(right, int):
            return left - right
        if right == 0:
            return left
        return self._number("sub", (left, right), low_of(left) - high_of(right), high_of(left) - low_of(right))

    def mul(self, left: Node, right: Node) -> Node:
        """Return a product of numbers that are not negative."""
        if isinstance(left, int) and isinstance(right, int):
            return left * right
        if isinstance(left, int):
            left, right = right, left
        if right == 0:
            return 0
        if right == 1:
            return left
        if isinstance(right, int) and isinstance(left, Term) and left.op == "mul" and isinstance(left.args[1], int):
            return self.mul(_node(left.args[0]), left.args[1] * right)
        return self._number("mul", (left, right), low_of(left) * low_of(right), high_of(left) * high_of(right))

    def div(self, left: Node, right: Node, most: int | None = None) -> Node:
        """Return the whole part of a quotient of numbers that are not negative, the divisor at least 1; `most` is a known bound."""
        if isinstance(left, int) and isinstance(right, int):
            return left // right
        if left == 0 or right == 1:
            return left
        least = max(1, low_of(right))
        high = high_of(left) // least
        return self._number("div", (left, right), max(0, low_of(left) // max(1, high_of(right))), high if most is None else min(high, most))

    def rem(self, left: Node, right: Node) -> Node:
        """Return what a whole division leaves, of numbers that are not negative, the divisor at least 1."""
        if isinstance(left, int) and isinstance(right, int):
            return left % right
        return self._number("rem", (left, right), 0, min(high_of(left), high_of(right) - 1))

    def least(self, *nodes: Node) -> Node:
        """Return the smallest."""
        return self._extreme("min", nodes)

    def most(self, *nodes: Node) -> Node:
        """Return the largest."""
        return self._extreme("max", nodes)

    def _extreme(self, op: Literal["min", "max"], nodes: tuple[Node, ...]) -> Node:
        pick = min if op == "min" else max
        constants = [each for each in nodes if isinstance(each, int)]
        terms: list[Node] = sorted({each for each in nodes if isinstance(each, Term)}, key=_serial)
        if constants:
            constant = pick(constants)
            keep = [each for each in terms if (low_of(each) < constant if op == "min" else high_of(each) > constant)]
            inside = any((high_of(each) <= constant if op == "min" else low_of(each) >= constant) for each in keep)
            terms = keep if inside else [*keep, constant]
        if op == "max" and all(_is_prize(each) for each in terms):
            return self._best_prize(terms)
        if len(terms) == 1:
            return terms[0]
        return self._number(op, tuple(terms), pick(map(low_of, terms)), pick(map(high_of, terms)))

    def _best_prize(self, prizes: list[Node]) -> Node:
        """Return the largest of constants that are won where their conditions hold: the dearest is asked for first."""
        best: Node = 0
        for each in sorted(map(_term, prizes), key=high_of):
            best = self.select(_term(each.args[0]), each.high, best)
        return best

    # --- truth

    def ge(self, left: Node, right: Node) -> Term:
        """Tell where the left is at least the right."""
        if low_of(left) >= high_of(right) or left is right:
            return YES
        if high_of(left) < low_of(right):
            return NO
        return self.term("ge", (left, right), 0, 1, flag=True)

    def gt(self, left: Node, right: Node) -> Term:
        """Tell where the left is more than the right."""
        return self.no(self.ge(right, left))

    def eq(self, left: Node, right: Node) -> Term:
        """Tell where two whole numbers are equal."""
        if left is right or (isinstance(left, int) and left == right):
            return YES
        if high_of(left) < low_of(right) or low_of(left) > high_of(right):
            return NO
        return self.term("eq", (left, right), 0, 1, flag=True)

    def no(self, flag: Term) -> Term:
        """Return the opposite."""
        if flag is YES:
            return NO
        if flag is NO:
            return YES
        if flag.op == "not":
            return _term(flag.args[0])
        return self.term("not", (flag,), 0, 1, flag=True)

    def all(self, *flags: Term) -> Term:
        """Tell where all hold."""
        return self._joined("and", flags, YES, NO)

    def any(self, *flags: Term) -> Term:
        """Tell where one holds."""
        return self._joined("or", flags, NO, YES)

    def _joined(self, op: Literal["and", "or"], flags: Iterable[Term], neutral: Term, decisive: Term) -> Term:
        parts = sorted({each for each in flags if each is not neutral}, key=_serial)
        if decisive in parts or any(self.no(each) in parts for each in parts if each.op == "not"):
            return decisive
        if not parts:
            return neutral
        return parts[0] if len(parts) == 1 else self.term(op, tuple(parts), 0, 1, flag=True)

    # --- choice

    def select(self, condition: Term, then: Node, otherwise: Node) -> Node:  # noqa: PLR0911  each return is one simplification
        """Return one node where a condition holds and another elsewhere."""
        if condition is YES or then is otherwise or (isinstance(then, int) and isinstance(otherwise, int) and then == otherwise):
            return then
        if condition is NO:
            return otherwise
        if condition.op == "not":
            return self.select(_term(condition.args[0]), otherwise, then)
        if _is_select(then) and then.args[0] is condition:
            return self.select(condition, _node(then.args[1]), otherwise)
        if _is_select(otherwise) and otherwise.args[0] is condition:
            return self.select(condition, then, _node(otherwise.args[2]))
        if _is_flag(then) and _is_flag(otherwise):
            return self.choose(condition, then, otherwise)
        if _is_select(then) and _is_select(otherwise) and _half_shared(then, otherwise):
            return self._pulled_out(condition, then, otherwise)
        if (factor := _common_factor(then, otherwise)) is not None:
            return self.mul(factor, self.select(condition, _times(then), _times(otherwise)))
        low, high = min(low_of(then), low_of(otherwise)), max(high_of(then), high_of(otherwise))
        return self._number("select", (condition, then, otherwise), low, high)

    def choose(self, condition: Term, then: Term, otherwise: Term) -> Term:
        """Return one truth value where a condition holds and another elsewhere."""
        return self.any(self.all(condition, then), self.all(self.no(condition), otherwise))

    def _pulled_out(self, condition: Term, then: Term, otherwise: Term) -> Node:
        """Turn a choice between two choices by one condition into one choice between choices, which are mostly of constants."""
        shared, yes_a, no_a = then.args
        _, yes_b, no_b = otherwise.args
        return self.select(
            _term(shared), self.select(condition, _node(yes_a), _node(yes_b)), self.select(condition, _node(no_a), _node(no_b))
        )


def _serial(node: Node) -> int:
    return node if isinstance(node, int) else node.serial


def _is_flag(node: Node) -> TypeGuard[Term]:
    return isinstance(node, Term) and node.flag


def _is_select(node: Node) -> TypeGuard[Term]:
    return isinstance(node, Term) and node.op == "select"


def _half_shared(one: Term, two: Term) -> bool:
    """Tell whether two choices hang on one condition and agree in one of their branches."""
    return one.args[0] is two.args[0] and (_same(one.args[1], two.args[1]) or _same(one.args[2], two.args[2]))


def _is_prize(node: Node) -> bool:
    """Tell whether a node is a constant where a condition holds and zero elsewhere."""
    return _is_select(node) and isinstance(node.args[1], int) and node.args[1] > 0 and _same(node.args[2], 0)


def _common_factor(one: Node, two: Node) -> Term | None:
    """Return the first factor that two products share; zero is a product of anything."""
    products = [each for each in (one, two) if isinstance(each, Term)]
    if any(each.op != "mul" for each in products) or len({id(each.args[0]) for each in products}) != 1:
        return None
    return _term(products[0].args[0]) if all(each == 0 for each in (one, two) if isinstance(each, int)) else None


def _times(product: Node) -> Node:
    return product if isinstance(product, int) else _node(product.args[1])


def _same(one: object, two: object) -> bool:
    return one is two or (isinstance(one, int) and isinstance(two, int) and one == two)


def _term(part: object) -> Term:
    assert isinstance(part, Term)  # noqa: S101  by construction of the operation
    return part


def _node(part: object) -> Node:
    assert isinstance(part, int | Term)  # noqa: S101  by construction of the operation
    return part
