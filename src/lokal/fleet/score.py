"""Rows in, scored rows out: by their own facts under the law of their day, or by the profile of their variant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from threading import Lock

import polars as pl

from lokal.engine.fact_columns import STRATA, STRATUM, FactColumns
from lokal.errors import EngineError
from lokal.fleet.codes import NUMBER, UNSCORED
from lokal.fleet.law import CODE, CODE_TYPE, LawPlan, Question, law_plan
from lokal.fleet.wide import AT, BAD
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Fact, Rulebook

LAW, PROFILE, DAY = "law", "profile", "·day"
ALL_STRATA = frozenset(range(len(STRATA)))
_ROW = "·row"


@dataclass
class Laws:
    """The plans of the law that a run has needed so far, each built once."""

    question: Question
    _plans: dict[tuple[object, ...], LawPlan] = field(default_factory=dict)
    _planning: Lock = field(default_factory=Lock)

    def plan(self, day: date, columns: Mapping[str, FactColumns], strata: frozenset[int] = ALL_STRATA) -> LawPlan:
        """Return the plan of a stretch of constant law for some fact columns and the strata that occur."""
        key = (day, strata, *columns.items())
        with self._planning:
            if key not in self._plans:
                self._plans[key] = _kept(self.question, key) or _keep(self.question, key, law_plan(self.question, day, columns, strata))
            return self._plans[key]

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Return every fact that may be stated."""
        return declared_facts(self.question.rulebook)

    @property
    def denominators(self) -> dict[str, int]:
        """Return the columns of every plan used that hold a number of parts of a point, with how many make one."""
        return {name: over for plan in self._plans.values() for name, over in plan.denominators.items()}


def _asked(question: Question, key: tuple[object, ...]) -> tuple[object, ...]:
    return (id(question.rulebook), question.known, tuple(sorted(question.readings.items())), question.programme, question.wanted, *key)


def _kept(question: Question, key: tuple[object, ...]) -> LawPlan | None:
    """Return a plan that an earlier run with the very same rulebook left, if it did."""
    rulebook, plan = _PLANS.get(_asked(question, key), (None, None))
    return plan if rulebook is question.rulebook else None


def _keep(question: Question, key: tuple[object, ...], plan: LawPlan) -> LawPlan:
    """Keep a plan for the next runs of this process, the latest few dozen."""
    _PLANS[_asked(question, key)] = question.rulebook, plan
    while len(_PLANS) > _PLANS_KEPT:
        _PLANS.pop(list(_PLANS)[0], None)  # noqa: RUF015  one step, so that threads do not meet in it
    return plan


_PLANS: dict[tuple[object, ...], tuple[Rulebook, LawPlan]] = {}
_PLANS_KEPT = 32


def day_of(column: str, kind: pl.DataType) -> pl.Expr:
    """Return a column as days; what is not a day is null."""
    if kind == pl.String:
        text = pl.col(column)
        return pl.coalesce(text.str.head(10).str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%d.%m.%Y", strict=False)).alias(DAY)
    if isinstance(kind, pl.Date | pl.Datetime):
        return pl.col(column).cast(pl.Date).alias(DAY)
    raise EngineError(f"в столбце «{column}» не даты", f"the column '{column}' holds no days")


@dataclass(frozen=True)
class Rows:
    """Rows to score: whole-number fact columns, the stratum, a first fault and what it is at; the strata that occur among them."""

    frame: pl.LazyFrame
    columns: Mapping[str, FactColumns]
    strata: frozenset[int] = ALL_STRATA


def score_rows(rows: Rows, laws: Laws, law_on: date | None, keep: list[str]) -> pl.DataFrame:
    """Return rows scored by their own facts: the columns to keep, the law's first day, points and one code.

    Without `law_on` each row is under the law of its own day, in `DAY`. Rows without a stratum have a fault already.
    """
    rows, kept = replace(rows, frame=rows.frame.with_columns(pl.col(STRATUM).fill_null(0))), [*keep, BAD, AT]
    if law_on is not None:
        return _finished(_under(rows, laws.question.law_day(law_on), laws, kept))
    table = rows.frame.with_row_index(_ROW).collect(engine="streaming")
    pieces = [
        _under(replace(rows, frame=piece.drop(LAW).lazy()), law, laws, [*kept, _ROW])
        for (law,), piece in table.with_columns(_law_days(table[DAY], laws)).partition_by(LAW, as_dict=True).items()
    ]
    if not pieces:
        return _finished(_under(rows, None, laws, kept))
    return _finished(pl.concat(pieces).sort(_ROW).drop(_ROW))


def _law_days(days: pl.Series, laws: Laws) -> pl.Series:
    """Return the first day of the stretch of constant law that each day lies in; null where there is no day or no law."""
    distinct = days.unique().to_frame(DAY)
    found = [None if day is None else laws.question.law_day(day) for day in distinct[DAY]]
    table = distinct.with_columns(pl.Series(LAW, found, dtype=pl.Date))
    return days.to_frame(DAY).join(table, on=DAY, how="left", nulls_equal=True, maintain_order="left")[LAW]


def _under(rows: Rows, law: date | None, laws: Laws, keep: list[str]) -> pl.DataFrame:
    """Return rows scored under one law; where there is none, a code says so (and the points go later)."""
    plan, frame = laws.plan(law or laws.question.turns[0], rows.columns, rows.strata), rows.frame
    if law is None:
        found: pl.Expr = pl.lit(NUMBER["no_law"], dtype=pl.UInt8)
        if DAY in frame.collect_schema():
            found = pl.when(pl.col(DAY).is_null()).then(pl.lit(NUMBER["no_day"], dtype=pl.UInt8)).otherwise(found)
        frame = frame.with_columns(pl.when(pl.col(BAD) > 0).then(pl.col(BAD)).otherwise(found).alias(BAD))
    return plan.plan.collect(frame, [*(pl.col(name) for name in keep), pl.lit(law, dtype=pl.Date).alias(LAW)])


def _finished(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows with one code each; those that cannot be scored lose their points."""
    code = pl.when(pl.col(BAD) > 0).then(pl.col(BAD)).otherwise(pl.col(CODE)).cast(pl.UInt8).cat.to(CODE_TYPE)
    frame = frame.with_columns(code.alias(CODE)).drop(BAD)
    return without_points(frame)


def without_points(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows of which those with a code of the unscored have no points."""
    lost = pl.col(CODE).is_in(list(UNSCORED))
    if not frame.select(lost.any()).item():
        return frame
    columns = [name for name in frame.columns[frame.columns.index("low") :] if name not in {CODE, AT, LAW, PROFILE}]
    return frame.with_columns(pl.when(lost).then(None).otherwise(pl.col(name)).alias(name) for name in columns)
