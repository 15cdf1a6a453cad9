"""Lines as they arrive (whose, which fact, value, supplier, days, evidence), read into bounds, days and codes.

A line that cannot be read leaves its fact unknown from below and gives its owner a code.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from lokal.engine.dossier import DOCUMENTS
from lokal.engine.fact_columns import UNIT
from lokal.engine.known import COMPONENT_ACT_YEARS
from lokal.errors import EngineError
from lokal.fleet.codes import NUMBER
from lokal.fleet.wide import parse_text
from lokal.rulebook.model import Fact, FactKind

KEY, FACT, VALUE, NAMED = "key", "fact", "value", "named"
_DAYS = ("from", "to", "known")
_KINDS: tuple[FactKind, ...] = ("flag", "share", "count", "points", "money")
KINDS = pl.Enum(_KINDS)
_COLUMNS = {"by": "own", "evidence": "", "committed": "no"}
_YES = ("yes", "true", "да", "1", "+")


@dataclass(frozen=True)
class Lines:
    """Read lines: one row a statement, with bounds in whole units and the code of what is wrong with it (0 where nothing is).

    `named` is the fact as one of the law's (null: no such fact), `owner` the number of its key in `keys`.
    """

    frame: pl.DataFrame
    keys: pl.Series
    facts: int
    """How many facts there are to name."""

    @property
    def bad(self) -> pl.DataFrame:
        """Return the lines with something wrong, with their number in the file."""
        return self.frame.filter(pl.col("code") > 0)


def read_lines(frame: pl.DataFrame, key: str, facts: Mapping[str, Fact]) -> Lines:
    """Return the statements of a frame of lines.

    Its columns are the key's, fact, value and, where given, by (or supplier), from, to, known, evidence, committed. Raises EngineError
    for a missing column.
    """
    if "by" not in frame.columns and "supplier" in frame.columns:
        frame = frame.rename({"supplier": "by"})
    for column in (key, FACT, VALUE):
        if column not in frame.columns:
            raise EngineError(f"в строках сведений нет столбца «{column}»", f"the lines have no column '{column}'")
    made = frame.with_row_index("line", offset=1).select(
        "line",
        pl.col(key).cast(pl.String).alias(KEY),
        pl.col(FACT).cast(pl.String),
        _text(frame.schema[VALUE]).alias("text"),
        *(extra(name, missing, frame) for name, missing in _COLUMNS.items()),
        *(_day_column(name, frame) for name in _DAYS),
        pl.col(FACT).cast(pl.String).cast(pl.Enum(list(facts)), strict=False).alias(NAMED),
    )
    owner, keys = numbered(made[KEY])
    kinds = pl.Series([each.kind for each in facts.values()], dtype=KINDS)
    made = made.with_columns(owner.alias("owner"), kinds.gather(made[NAMED].to_physical()).alias("kind"))
    return Lines(_coded(_parsed(made)), keys, len(facts))


def numbered(keys: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return each key's number and the distinct keys; keys that stand together are looked up once a run."""
    runs = keys.rle_id()
    firsts = keys.filter((runs != runs.shift(1)).fill_null(value=True))
    distinct = firsts.unique(maintain_order=True).drop_nulls()
    return firsts.cast(pl.Enum(distinct)).to_physical().gather(runs), distinct


def _text(kind: pl.DataType) -> pl.Expr:
    value = pl.col(VALUE)
    if kind == pl.Boolean:
        return pl.when(value).then(pl.lit("yes")).when(~value).then(pl.lit("no"))
    return value.cast(pl.String)


def extra(name: str, missing: str | None, frame: pl.DataFrame) -> pl.Expr:
    """Return a column of texts that may be absent, with what an empty cell of it says."""
    if name not in frame.columns:
        return pl.lit(missing, dtype=pl.String).alias(name)
    column = pl.col(name)
    if frame.schema[name] == pl.Boolean:
        return pl.when(column).then(pl.lit("yes")).otherwise(pl.lit("no")).alias(name)
    column = column.cast(pl.String)
    return (column if missing is None else column.fill_null(missing)).alias(name)


def _day_column(name: str, frame: pl.DataFrame) -> pl.Expr:
    """Return a column of days or, where some text is none, of texts to be read."""
    if name in frame.columns and frame.schema[name] in {pl.Date, pl.Datetime}:
        return pl.col(name).cast(pl.Date)
    return extra(name, None, frame)


def _parsed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return lines with bounds and code; each distinct pair of kind and text is read once."""
    texts = frame["text"].unique().drop_nulls()
    pairs = frame["kind"].to_physical().cast(pl.Int64) * len(texts) + frame["text"].cast(pl.Enum(texts)).to_physical()
    table: list[tuple[int | None, int | None, int]] = [(None, None, 0)] * (len(_KINDS) * len(texts))
    for pair in pairs.unique().drop_nulls():
        table[pair] = parse_text(texts[pair % len(texts)], _KINDS[pair // len(texts)])
    values = pl.DataFrame(table, schema={"low": pl.Int64, "high": pl.Int64, "value_code": pl.UInt8}, orient="row")
    return frame.with_columns(values.select(pl.all().gather(pairs)))


def _coded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return lines with days read and one code each; what cannot be read is a possibility of anything."""
    given = [name for name in _DAYS if frame.schema[name] == pl.String and frame[name].null_count() < frame.height]
    days = [(_read_days(frame[name]) if name in given else frame[name].cast(pl.Date)).alias(f"{name}_day") for name in _DAYS]
    frame = frame.with_columns(*days, pl.col("committed").str.to_lowercase().is_in(_YES))
    lost = pl.any_horizontal(pl.lit(value=False), *(pl.col(name).is_not_null() & pl.col(f"{name}_day").is_null() for name in given))
    code = (
        pl.when(pl.col("kind").is_null()).then(NUMBER["unknown_fact_name"])
        .when(lost).then(NUMBER["wrong_day"])
        .when(pl.col("value_code") > 0).then(pl.col("value_code"))
        .when(pl.col("low").is_null()).then(NUMBER["wrong_kind"])
        .otherwise(0).cast(pl.UInt8)
    )  # fmt: skip
    frame = frame.with_columns(code.alias("code"))
    if not frame["code"].max():
        return frame
    bad = pl.col("code") > 0
    return frame.with_columns(
        pl.when(bad).then(0).otherwise(pl.col("low")).alias("low"),
        pl.when(bad).then(top()).otherwise(pl.col("high")).alias("high"),
        *(pl.when(lost).then(None).otherwise(pl.col(f"{name}_day")).alias(f"{name}_day") for name in _DAYS),
    )


def _read_days(texts: pl.Series) -> pl.Series:
    """Return texts as days; each distinct one is read once."""
    distinct = texts.unique().drop_nulls()
    read = distinct.to_frame().select(_day(pl.first())).to_series()
    return read.gather(texts.cast(pl.Enum(distinct)).to_physical())


def _day(text: pl.Expr) -> pl.Expr:
    return pl.coalesce(text.str.head(10).str.to_date("%Y-%m-%d", strict=False), text.str.to_date("%d.%m.%Y", strict=False))


def top() -> pl.Expr:
    """Return what bounds a fact from above when nothing is known of it: one for flags and shares, nothing for the rest."""
    bound = pl.lit(None, dtype=pl.Int64)
    for kind in ("flag", "share"):
        bound = pl.when(pl.col("kind") == kind).then(pl.lit(UNIT[kind], dtype=pl.Int64)).otherwise(bound)
    return bound


def read_evidence(frame: pl.DataFrame) -> pl.DataFrame:
    """Return documents: id, whether their kind proves anything, first and last valid day.

    A component act that prints no end holds three years from its issue. Raises EngineError for a missing column.
    """
    for column in ("id", "kind"):
        if column not in frame.columns:
            raise EngineError(f"в подтверждениях нет столбца «{column}»", f"the evidence has no column '{column}'")
    issued = _day(extra("issued", None, frame))
    until = _day(extra("valid_until", None, frame))
    act = pl.col("kind") == "component_act"
    return frame.select(
        pl.col("id").cast(pl.String).alias("paper"),
        pl.col("kind").cast(pl.String).is_in(list(DOCUMENTS)).alias("proves"),
        issued.alias("issued"),
        pl.coalesce(until, pl.when(act).then(issued.dt.offset_by(f"{COMPONENT_ACT_YEARS}y"))).alias("until"),
    ).unique("paper", keep="first")
