"""Lines as they arrive (whose, which fact, value, supplier, days, evidence), read into bounds, days and codes.

A line that cannot be read leaves its fact unknown from below and gives its owner a code.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from lokal.engine.dossier import DOCUMENTS
from lokal.engine.fact_columns import UNIT
from lokal.engine.known import COMPONENT_ACT_YEARS
from lokal.errors import EngineError
from lokal.fleet.codes import NUMBER
from lokal.fleet.texts import among, coded, looked_up, named, texts_of
from lokal.fleet.wide import parse_text
from lokal.rulebook.model import Fact, FactKind

KEY, FACT, VALUE, NAMED = "key", "fact", "value", "named"
LINE = "line"
COLUMNS = frozenset({FACT, VALUE, "by", "supplier", "from", "to", "known", "evidence", "committed"})
"""The columns of lines that mean something, beside the one that tells whose a line is."""
_DAYS = ("from", "to", "known")
KINDS: tuple[FactKind, ...] = ("flag", "share", "count", "points", "money")
_YES = ("yes", "true", "да", "1", "+")


@dataclass(frozen=True)
class Lines:
    """Read lines: one row a statement, its texts coded, its value a place in `values`, with the code of what is wrong (0: none).

    `named` is the fact as one of the law's (null: no such fact).
    """

    frame: pl.DataFrame
    values: pl.DataFrame
    """Columns low, high (null: unbounded) in whole units, and `kind`: each distinct value of a kind of facts once."""
    kinds: pl.Series
    """The kind of each fact that `named` may be, as a number."""

    @property
    def bad(self) -> pl.DataFrame:
        """Return the lines with something wrong, with their number in the file."""
        return self.frame.filter(pl.col("code") > 0)

    @property
    def keys(self) -> pl.Series:
        """Return the distinct keys that have lines."""
        return self.frame[KEY].unique().drop_nulls().cast(pl.String)


def read_lines(frame: pl.DataFrame, key: str, facts: Mapping[str, Fact], apart: Collection[str] = ()) -> Lines:
    """Return the statements of a frame of lines, without those on facts that stand apart.

    Its columns are the key's, fact, value and, where given, by (or supplier), from, to, known, evidence, committed. Raises EngineError
    for a missing column.
    """
    if "by" not in frame.columns and "supplier" in frame.columns:
        frame = frame.rename({"supplier": "by"})
    for column in (key, FACT, VALUE):
        if column not in frame.columns:
            raise EngineError(f"в строках сведений нет столбца «{column}»", f"the lines have no column '{column}'")
    made = pl.DataFrame(
        {
            KEY: _texts(frame, key),
            FACT: _texts(frame, FACT),
            "text": _texts(frame, VALUE),
            "by": _texts(frame, "by"),
            "evidence": _texts(frame, "evidence"),
            "committed": looked_up(_texts(frame, "committed"), lambda texts: texts.str.to_lowercase().is_in(_YES)).fill_null(value=False),
            **{name: _day_column(frame, name) for name in _DAYS},
        }
    ).with_row_index(LINE, offset=1)
    if apart and (there := among(made[FACT], apart)).any():
        made = made.filter(~there.fill_null(value=False))
    kinds = pl.Series([KINDS.index(each.kind) for each in facts.values()], dtype=pl.UInt8)
    names = looked_up(made[FACT], lambda texts: texts.cast(pl.Enum(list(facts)), strict=False))
    return _coded(made.with_columns(names.alias(NAMED), kinds.gather(names.to_physical()).alias("kind")), kinds)


def _texts(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return a column of coded texts; truth values are worded, an absent column says nothing."""
    if name not in frame.columns:
        return pl.Series(name, [None], dtype=pl.Enum([])).new_from_index(0, frame.height)
    column = coded(frame[name])
    if column.dtype == pl.Boolean:
        return named(column.cast(pl.UInt8), pl.Series(["no", "yes"]))
    return column if isinstance(column.dtype, pl.Enum) else coded(column.cast(pl.String))


def _day_column(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return a column of days or, where some text is none, of texts to be read."""
    if name in frame.columns and frame[name].dtype in {pl.Date, pl.Datetime}:
        return frame[name].cast(pl.Date)
    return _texts(frame, name)


def extra(name: str, missing: str | None, frame: pl.DataFrame) -> pl.Expr:
    """Return a column of texts that may be absent, with what an empty cell of it says."""
    if name not in frame.columns:
        return pl.lit(missing, dtype=pl.String).alias(name)
    column = pl.col(name).cast(pl.String)
    return (column if missing is None else column.fill_null(missing)).alias(name)


def _values(frame: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """Return the place of each line's value, and the values: anything at all of each kind, then each pair of kind and text, read once."""
    texts = texts_of(frame["text"])
    pairs = frame["kind"].cast(pl.UInt32) * len(texts) + frame["text"].to_physical().cast(pl.UInt32)
    distinct = pairs.unique().drop_nulls()
    table: list[tuple[int | None, int | None, int, int]] = [(*_ANYTHING[kind], 0, kind) for kind in range(len(KINDS))]
    for pair in distinct:
        kind = pair // len(texts)
        table.append((*parse_text(texts[pair % len(texts)], KINDS[kind]), kind))
    places = pl.select(pl.repeat(None, len(texts) * len(KINDS), dtype=pl.UInt32)).to_series()
    places = places.scatter(distinct, pl.int_range(len(KINDS), len(table), dtype=pl.UInt32, eager=True))
    schema = {"low": pl.Int64, "high": pl.Int64, "code": pl.UInt8, "kind": pl.UInt8}
    return places.gather(pairs), pl.DataFrame(table, schema=schema, orient="row")


_ANYTHING = tuple((0, UNIT[kind] if kind in {"flag", "share"} else None) for kind in KINDS)


def _coded(frame: pl.DataFrame, kinds: pl.Series) -> Lines:
    """Return lines with values and days read and one code each; what cannot be read is a possibility of anything."""
    value, values = _values(frame)
    given = [name for name in _DAYS if frame.schema[name] != pl.Date]
    days = [(looked_up(frame[name], _read_days) if name in given else frame[name]).alias(f"{name}_day") for name in _DAYS]
    frame = frame.with_columns(*days, value.alias("value"))
    lost = pl.any_horizontal(pl.lit(value=False), *(pl.col(name).is_not_null() & pl.col(f"{name}_day").is_null() for name in given))
    wrong = values.select(
        pl.when(pl.col("code") > 0).then("code").when(pl.col("low").is_null()).then(NUMBER["wrong_kind"]).otherwise(0).cast(pl.UInt8)
    ).to_series()
    found = wrong.gather(value)
    code = (
        pl.when(pl.col("kind").is_null()).then(NUMBER["unknown_fact_name"])
        .when(lost).then(NUMBER["wrong_day"])
        .otherwise(found.fill_null(NUMBER["wrong_kind"])).cast(pl.UInt8)
    )  # fmt: skip
    frame = frame.with_columns(code.alias("code"))
    if frame["code"].max():
        bad = pl.col("code") > 0
        frame = frame.with_columns(
            pl.when(bad).then(pl.col("kind").cast(pl.UInt32)).otherwise("value").alias("value"),
            *(pl.when(lost).then(None).otherwise(pl.col(f"{name}_day")).alias(f"{name}_day") for name in _DAYS),
        )
    return Lines(frame.drop(_DAYS), values.select("low", _most().alias("high"), "kind"), kinds)


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
