"""The law over a stretch of days as a plan of columns: totals, blocks, programmes, reasons, codes, all from one generator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

import polars as pl

from lokal.engine.columns import ANSWERS, Generator
from lokal.engine.fact_columns import FactColumns
from lokal.engine.formula import NO, Maker, Node, Term
from lokal.engine.outcome import REASONS
from lokal.engine.points_columns import Number, Points
from lokal.engine.polars_columns import Plan, plan_of
from lokal.fleet.codes import CODES, NUMBER
from lokal.rulebook.facts import ALWAYS, full_name, own_kind
from lokal.rulebook.model import Block, ByReading, Rulebook
from lokal.rulebook.timeline import turning_days
from lokal.scale.compile import Compiler, compile_scale
from lokal.scale.model import Scale

CODE = "code"
LOW, HIGH = "low", "high"
ANSWER, MARGIN_LOW, MARGIN_HIGH, REASON, STAKE = ":answer", ":margin_low", ":margin_high", ":reason", ":stake"
CODE_TYPE, ANSWER_TYPE, REASON_TYPE = pl.Enum(CODES), pl.Enum(ANSWERS), pl.Enum(REASONS)
_WIDTH = 18


@dataclass(frozen=True)
class Wanted:
    """Which columns a run gives beside totals, programmes and codes."""

    blocks: bool = True
    reasons: bool = False
    stakes: bool = False


@dataclass(frozen=True)
class Question:
    """What a fleet is asked: how the law is read and which columns are wanted."""

    rulebook: Rulebook
    known: date | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    programme: str | None = None
    wanted: Wanted = Wanted()

    @cached_property
    def digits(self) -> dict[str, int]:
        """Return how many decimals each block's points can need under any law of the rulebook, as its coefficients leave them."""
        compiler = Compiler(self.rulebook, self.rulebook.manifest.starts)
        found = {block.id: 0 for block in self.rulebook.blocks}
        for coefficient in self.rulebook.coefficients:
            most = max((_decimals(factor) for value in coefficient.values for factor in _options(value.factor)), default=0)
            for block in compiler.reach(coefficient):
                found[block] += most
        return found

    @cached_property
    def turns(self) -> tuple[date, ...]:
        """Return the days on which the law changes; between two of them one scale serves."""
        return turning_days(self.rulebook)

    def law_day(self, day: date) -> date | None:
        """Return the first day of the stretch of constant law that a day lies in; None before the rulebook's first."""
        return max((turn for turn in self.turns if turn <= day), default=None)

    def scale(self, day: date, programme: str | None = None) -> Scale:
        """Return the scale of a day, for the general total or as a programme counts it."""
        return compile_scale(self.rulebook, day, known=self.known, readings=self.readings, programme=programme or self.programme)


@dataclass(frozen=True)
class LawPlan:
    """A stretch of constant law, planned for rows with some fact columns."""

    day: date
    scale: Scale
    plan: Plan
    denominators: dict[str, int]
    """Columns that hold a number of parts of a point, where no decimal holds the points exactly."""
    shares: dict[str, Decimal]
    """Programmes whose bar asks for a part of a year's output."""


def law_plan(question: Question, day: date, columns: Mapping[str, FactColumns], strata: frozenset[int]) -> LawPlan:
    """Return the plan of a day's law for frames with a stratum, one of some, and these fact columns."""
    scale, make, wanted = question.scale(day), Maker(), question.wanted
    generator = Generator(scale, columns, strata, wanted.reasons, make, stakes=wanted.stakes)
    blocks = generator.blocks()
    total = generator.total(blocks)
    numbers = {LOW: total.low, HIGH: total.high}
    nodes: dict[str, tuple[Node, pl.DataType | None]] = {}
    for programme in question.rulebook.programmes:
        counted = _counted(question, day, programme.id, generator, total)
        verdict = generator.verdict(programme.id, counted)
        nodes[programme.id + ANSWER] = (verdict.answer, ANSWER_TYPE)
        numbers |= {programme.id + MARGIN_LOW: verdict.margin.low, programme.id + MARGIN_HIGH: verdict.margin.high}
    if wanted.blocks:
        numbers |= {f"{block.id}:low": block.points.low for block in blocks} | {f"{block.id}:high": block.points.high for block in blocks}
    nodes |= {f"{block.id}.{name}{REASON}": (reason, REASON_TYPE) for block in blocks for name, reason in block.reasons.items()}
    numbers |= {fact + STAKE: points for fact, points in generator.stakes_by_fact().items()}
    nodes[CODE] = (_code(question.rulebook, generator), None)
    plan, denominators = _planned(nodes, numbers, _digits_of(question, numbers))
    return LawPlan(day, scale, plan, denominators, _shares(scale))


def _counted(question: Question, day: date, programme: str, generator: Generator, total: Points) -> Points:
    """Return the total as a programme counts it: only coefficients of its own make it differ."""
    if question.programme == programme or all(each.programme != programme for each in question.rulebook.coefficients):
        return total
    own = Generator(question.scale(day, programme), generator.columns, generator.strata, make=generator.make)
    return own.total(own.blocks())


def _shares(scale: Scale) -> dict[str, Decimal]:
    return {each.id: bar.share for each in scale.programmes for bar in each.bars[:1] if bar.share is not None}


def _code(rulebook: Rulebook, generator: Generator) -> Node:
    """Return the number of the code that facts at odds with each other give, the gravest first."""
    make, read = generator.make, generator.read
    facts = {name: fact for name, fact in generator.scale.facts.items() if name in generator.columns}
    implied = [read.contradicts(name) for name, fact in facts.items() if fact.implied]
    absent = [_done_though_absent(generator, block) for block in rulebook.blocks]
    code: Node = make.select(make.any(*generator.awards.conflicts), NUMBER["count_over_total"], 0)
    code = make.select(make.any(*absent), NUMBER["not_fitted"], code)
    code = make.select(make.any(*implied), NUMBER["contradicts_powertrain"], code)
    return make.select(generator.out_of_reach(), NUMBER["too_many_units"], code)


def _done_though_absent(generator: Generator, block: Block) -> Term:
    """Tell where an operation is done on a component that the vehicle lacks."""
    make, read, facts = generator.make, generator.read, generator.scale.facts
    fitted = f"{block.id}.fitted" if block.fitted is None else block.fitted
    own = [full_name(block, operation.id) for operation in block.operations if own_kind(operation)]
    done = [
        read.flag(name).sure if facts[name].kind == "flag" else make.gt(read.number(name).low, 0)
        for name in own
        if name in generator.columns
    ]
    return NO if fitted == ALWAYS else make.all(make.no(read.flag(fitted).may), make.any(*done))


def _decimals(factor: Decimal) -> int:
    return max(0, -int(factor.normalize().as_tuple().exponent))


def _options(factor: Decimal | ByReading[Decimal]) -> list[Decimal]:
    return list(factor.options.values()) if isinstance(factor, ByReading) else [factor]


def _digits_of(question: Question, numbers: Mapping[str, Number]) -> dict[str, int]:
    """Return how many decimals each column of points has: a block's own, else the most of any block."""
    most = max(question.digits.values(), default=0)
    return {name: question.digits.get(name.rpartition(":")[0], most) for name in numbers}


def _planned(
    nodes: Mapping[str, tuple[Node, pl.DataType | None]], numbers: Mapping[str, Number], digits: Mapping[str, int]
) -> tuple[Plan, dict[str, int]]:
    """Return the plan, each whole number finished as its readers see it, and the denominators that no decimal holds."""
    outputs: dict[str, Node] = {name: number.node for name, number in numbers.items()} | {name: node for name, (node, _) in nodes.items()}
    finish = {name: _points(number.over, digits[name]) for name, number in numbers.items()}
    finish |= {name: _named(kind) for name, (_, kind) in nodes.items()}
    return plan_of(outputs, finish), {name: each.over for name, each in numbers.items() if 10 ** digits[name] % each.over}


def _named(kind: pl.DataType | None) -> Callable[[pl.Expr], pl.Expr]:
    return lambda expr: expr.cast(pl.UInt8) if kind is None else expr.cast(pl.UInt8).cat.to(kind)


def _points(over: int, digits: int) -> Callable[[pl.Expr], pl.Expr]:
    """Return how a number of parts becomes points: a whole, an exact decimal, or the parts themselves."""
    if 10**digits % over:
        return lambda expr: expr.cast(pl.Int64)
    if not digits:
        return lambda expr: expr.cast(pl.Int32)
    factor, part = 10**digits // over, Decimal(1).scaleb(-digits)
    return lambda expr: ((expr.cast(pl.Int64) * factor).cast(pl.Decimal(_WIDTH, 0)) * pl.lit(part)).cast(pl.Decimal(_WIDTH, digits))
