"""Lines as they arrive (whose, which fact, value, supplier, days, evidence), read into bounds, days and codes.

A line that cannot be read leaves its fact unknown from below and gives its owner a code.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from lokal.engine.dossier import DOCUMENTS
from lokal.engine.fact_columns import UNIT
from lokal.engine.known import COMPONENT_ACT_YEARS
from lokal.errors import EngineError
from lokal.fleet.codes import NUMBER
from lokal.fleet.texts import NUMBERS, Coded, Table, coded, distinct_numbers, told_apart
from lokal.fleet.wide import parse_text
from lokal.rulebook.model import Fact, FactKind

KEY, FACT, VALUE, NAMED, OWNER = "key", "fact", "value", "named", "owner"
LINE = "line"
PERFORMERS = frozenset({"by", "supplier"})
COLUMNS = frozenset({FACT, VALUE, *PERFORMERS, "from", "to", "known", "evidence", "committed"})
"""The columns of lines that mean something, beside the one that tells whose a line is."""
_DAYS = ("from", "to", "known")
KINDS: tuple[FactKind, ...] = ("flag", "share", "count", "points", "money")
_YES = ("yes", "true", "да", "1", "+")


@dataclass(frozen=True)
class Lines:
    """Read lines: one row a statement, its texts and its value as numbers, with the code of what is wrong (0: none).

    Columns: owner (a place in `keys`), fact, text, evidence (places in `texts`), value (a place in `values`, null: nothing of the
    law), code, from, to, known (days), committed; line, its number in the table, where rows are not all lines from the first on.
    """

    frame: pl.DataFrame
    first: int
    """The number of the table's first line."""
    facts: int
    """How many facts the law has."""
    performers: Callable[[], Coded]
    """Gives who performed, for every line of the table; only facts that are stated several times ask for it."""
    keys: pl.Series
    """Texts of keys; those that have lines are `owners`."""
    owners: pl.Series
    texts: Mapping[str, pl.Series]
    values: pl.DataFrame
    """Columns low, high (null: unbounded) in whole units, named, kind: each distinct value, then anything at all of each fact."""
    apart: pl.DataFrame
    """Columns key, fact, value: what lines state that is no fact."""

    @property
    def known(self) -> pl.Series:
        """Return the owners of statements, not counting those of whom only something apart is said."""
        return distinct_numbers(self.frame[OWNER], len(self.keys)) if self.apart.height else self.owners

    @property
    def bad(self) -> pl.DataFrame:
        """Return the lines with something wrong: line, owner, code, key, fact and text in words."""
        return self.worded(self.only(self.frame["code"] > 0 if self.frame["code"].max() else None))

    def only(self, there: pl.Series | None) -> pl.DataFrame:
        """Return some of the lines, or none, with their numbers in the table."""
        return numbered(self.frame, self.first).filter(there) if there is not None else numbered(self.frame.clear(), self.first)

    def worded(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Return some of the numbered lines with key, fact and text in words."""
        words = [self.texts[name].gather(lines[name]).alias(name) for name in (FACT, "text")]
        return lines.select(LINE, OWNER, "code").with_columns(self.keys.gather(lines[OWNER]).alias(KEY), *words)


def numbered(lines: pl.DataFrame, first: int) -> pl.DataFrame:
    """Return lines with their numbers in the table, where they have none yet and are all lines from one on."""
    return lines if LINE in lines.columns else lines.with_row_index(LINE, offset=first)


def read_lines(table: Table, key: str, facts: Mapping[str, Fact], apart: Collection[str] = (), first: int = 1) -> Lines:
    """Return the statements of a table of lines, the first of which has a number; those on what is no fact stand apart.

    Its columns are the key's, fact, value and, where given, by (or supplier), from, to, known, evidence, committed. Raises EngineError
    for a missing column.
    """
    for column in (key, FACT, VALUE):
        if column not in table:
            raise EngineError(f"в строках сведений нет столбца «{column}»", f"the lines have no column '{column}'")
    given = {KEY: key, FACT: FACT, "text": VALUE, "evidence": "evidence"}
    columns = {name: _texts(table, source) for name, source in given.items()}
    owner, number = columns.pop(KEY), {name: each.numbers for name, each in columns.items()}
    days, lost = _days(table)
    named = columns[FACT].texts.cast(pl.Enum(list(facts)), strict=False).to_physical().cast(NUMBERS)
    value, values = _values(columns[FACT].numbers, named, columns["text"], facts)
    frame = pl.DataFrame({OWNER: owner.numbers, **number, VALUE: value, **days, "committed": _committed(table)})
    frame = frame.with_columns(_code(frame, named, values, lost).alias("code"))
    if frame["code"].max():
        frame = _without_bad(frame, named + (values.height - len(facts)), lost)
    lines = Lines(
        frame=frame,
        first=first,
        facts=len(facts),
        performers=partial(_texts, table, "by" if "by" in table else "supplier"),
        keys=owner.texts,
        owners=distinct_numbers(owner.numbers, len(owner.texts)),
        texts={name: each.texts for name, each in columns.items()},
        values=values.drop("code"),
        apart=_NOTHING,
    )
    return _parted(lines, columns[FACT].among(apart)) if apart else lines


def _parted(lines: Lines, there: pl.Series) -> Lines:
    """Return lines of which those that state what is no fact stand apart."""
    if not there.any():
        return lines
    own = lines.frame.filter(there)
    said = [lines.texts[column].gather(own[column]).alias(name) for name, column in ((FACT, FACT), (VALUE, "text"))]
    table = pl.DataFrame([lines.keys.gather(own[OWNER]).alias(KEY), *said])
    return replace(lines, frame=lines.only(~there.fill_null(value=False)), apart=table)


def _texts(table: Table, name: str) -> Coded:
    """Return a column of coded texts; truth values are worded, days are texts, an absent column says nothing."""
    column = table.get(name)
    if column is None:
        return Coded(_nothing(table, NUMBERS), pl.Series([], dtype=pl.String))
    if isinstance(column, pl.Series) and column.dtype == pl.Boolean:
        return Coded(column.cast(NUMBERS), pl.Series(["no", "yes"]))
    return coded(column)


def _nothing(table: Table, kind: type[pl.DataType]) -> pl.Series:
    """Return a column of nulls as long as the table."""
    height = next(len(each.numbers if isinstance(each, Coded) else each) for each in table.values())
    return pl.select(pl.repeat(None, height, dtype=kind)).to_series()


def _committed(table: Table) -> pl.Series:
    if "committed" not in table:
        return _nothing(table, pl.Boolean).fill_null(value=False)
    return _texts(table, "committed").looked_up(lambda texts: texts.str.to_lowercase().is_in(_YES)).fill_null(value=False)


def _days(table: Table) -> tuple[dict[str, pl.Series], pl.Series | None]:
    """Return the days of lines, and which lines have one that cannot be read; None where all can."""
    days: dict[str, pl.Series] = {}
    lost: pl.Series | None = None
    for name in _DAYS:
        column = table.get(name)
        if column is None:
            days[name] = _nothing(table, pl.Date)
        elif isinstance(column, pl.Series) and column.dtype in {pl.Date, pl.Datetime}:
            days[name] = column.cast(pl.Date)
        else:
            texts = _texts(table, name)
            days[name] = texts.looked_up(_read_days)
            wrong = days[name].is_null() & texts.numbers.is_not_null()
            if wrong.any():
                lost = wrong if lost is None else lost | wrong
    return days, lost


def _values(fact: pl.Series, named: pl.Series, text: Coded, facts: Mapping[str, Fact]) -> tuple[pl.Series, pl.DataFrame]:
    """Return the place of each line's value, and the values: each pair of fact and text, read once, then anything at all of each fact.

    `named` gives the law's number of each text of `fact`; what is said of a name that is no fact has a value without a fact.
    """
    kinds = pl.Series("kind", [KINDS.index(each.kind) for each in facts.values()], dtype=pl.UInt8)
    places, pairs = told_apart(fact, text.numbers, (len(named), len(text.texts)))
    of_pairs = named.gather(pairs["one"])
    reading, words = told_apart(kinds.gather(of_pairs), pairs["two"], (len(KINDS), len(text.texts)))
    texts = text.texts.gather(words["two"])
    read = [(*parse_text(word, KINDS[kind]), kind) for word, kind in zip(texts, words["one"], strict=True)]
    schema = {"low": pl.Int64, "high": pl.Int64, "code": pl.UInt8, "kind": pl.UInt8}
    known = pl.DataFrame(read, schema=schema, orient="row").with_columns(_most().alias("high")).select(pl.all().gather(reading))
    anything = pl.DataFrame([(*_ANYTHING[kind], 0, kind) for kind in kinds], schema=schema, orient="row")
    both = pl.concat([of_pairs, pl.int_range(len(facts), dtype=NUMBERS, eager=True)]).alias(NAMED)
    return places, pl.concat([known, anything]).select("low", "high", both, "kind", "code")


_ANYTHING = tuple((0, UNIT[kind] if kind in {"flag", "share"} else None) for kind in KINDS)
_NOTHING = pl.DataFrame(schema={KEY: pl.String, FACT: pl.String, VALUE: pl.String})


def _code(frame: pl.DataFrame, named: pl.Series, values: pl.DataFrame, lost: pl.Series | None) -> pl.Expr:
    """Return the code of each line; a value that says nothing is of the wrong kind."""
    empty = pl.col("low").is_null()
    wrong = values.select(pl.when(pl.col("code") > 0).then("code").when(empty).then(NUMBER["wrong_kind"]).otherwise(0).cast(pl.UInt8))
    if lost is None and not (wrong["code"].max() or frame[VALUE].null_count() or frame[OWNER].null_count()):
        return pl.lit(0, pl.UInt8)
    found = wrong["code"].gather(frame[VALUE]).fill_null(NUMBER["wrong_kind"])
    undated = pl.lit(value=False) if lost is None else lost
    unnamed = named.gather(frame[FACT]).is_null()
    return (
        pl.when(pl.col(OWNER).is_null())
        .then(NUMBER["no_key"])
        .when(unnamed)
        .then(NUMBER["unknown_fact_name"])
        .when(undated)
        .then(NUMBER["wrong_day"])
        .otherwise(found)
        .cast(pl.UInt8)
    )


def _without_bad(frame: pl.DataFrame, anything: pl.Series, lost: pl.Series | None) -> pl.DataFrame:
    """Return lines of which those with something wrong say that anything is possible, on any day where theirs cannot be read.

    `anything` gives the place of that value for each text of `fact`.
    """
    value = pl.when(pl.col("code") > 0).then(anything.gather(frame[FACT])).otherwise(VALUE)
    days = [] if lost is None else [pl.when(lost).then(None).otherwise(pl.col(name)).alias(name) for name in _DAYS]
    return frame.with_columns(value.alias(VALUE), *days)


def _most() -> pl.Expr:
    """Return the upper bound of a value: a flag or a share is at most one whole."""
    bound = pl.col("high")
    for number, (_, top) in enumerate(_ANYTHING):
        if top is not None:
            bound = pl.when(pl.col("kind") == number).then(pl.min_horizontal(pl.col("high").fill_null(top), top)).otherwise(bound)
    return bound


def _read_days(texts: pl.Series) -> pl.Series:
    return texts.to_frame().select(_day(pl.first())).to_series()


def _day(text: pl.Expr) -> pl.Expr:
    return pl.coalesce(text.str.head(10).str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%d.%m.%Y", strict=False))


def top() -> pl.Expr:
    """Return what bounds a fact from above when nothing is known of it: one for flags and shares, nothing for the rest."""
    return pl.col("kind").replace_strict(range(len(KINDS)), [high for _, high in _ANYTHING], return_dtype=pl.Int64)


def _optional(name: str, frame: pl.DataFrame) -> pl.Expr:
    """Return a column of texts that may be absent."""
    return pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, dtype=pl.String)


def read_evidence(frame: pl.DataFrame) -> pl.DataFrame:
    """Return documents: id, whether their kind proves anything, first and last valid day.

    A component act that prints no end holds three years from its issue. Raises EngineError for a missing column.
    """
    for column in ("id", "kind"):
        if column not in frame.columns:
            raise EngineError(f"в подтверждениях нет столбца «{column}»", f"the evidence has no column '{column}'")
    issued = _day(_optional("issued", frame))
    until = _day(_optional("valid_until", frame))
    act = pl.col("kind") == "component_act"
    return frame.select(
        pl.col("id").cast(pl.String).alias("paper"),
        pl.col("kind").cast(pl.String).is_in(list(DOCUMENTS)).alias("proves"),
        issued.alias("issued"),
        pl.coalesce(until, pl.when(act).then(issued.dt.offset_by(f"{COMPONENT_ACT_YEARS}y"))).alias("until"),
    ).unique("paper", keep="first")
