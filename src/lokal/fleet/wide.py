"""Columns as they arrive (yes/no, shares, counts, texts) turned into whole-number columns; a bad value is unknown and gives a code."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from lokal.engine.fact_columns import STRATUM, TOP, UNIT, FactColumns
from lokal.errors import DossierError, EngineError, Place
from lokal.fleet.codes import NUMBER, Code
from lokal.intake.values import parse_value
from lokal.rulebook.model import Fact, FactKind
from lokal.rulebook.words import nearest
from lokal.scale.compile import CATEGORIES, POWERTRAINS

LOW, HIGH, MICRO = ":low", ":high", ":micro"
"""Endings of columns: bounds of a fact in its own unit, or its known value in whole millionths."""
BAD, AT = "·bad", "code_at"
CATEGORY, POWERTRAIN = "category", "powertrain"
_LOOKALIKE = {"M": "M\u041c", "N": "N\u041d"}
_OK = pl.lit(0, dtype=pl.UInt8)
_MILLION = 10**6
_NEARLY = 1e-3
_PARSED = pl.Struct({"low": pl.Int64, "high": pl.Int64, "code": pl.UInt8})
_PAIR = 2


@dataclass(frozen=True)
class Reach:
    """What a file says of a column before any row is read: its least and greatest value, and whether nulls occur."""

    low: float | None = None
    high: float | None = None
    nulls: bool = True


@dataclass(frozen=True)
class Given:
    """One column that arrived: the whole numbers it becomes, their unit, largest value and nulls, and its code where it has faults."""

    low: str
    high: str
    values: tuple[pl.Expr, ...]
    unit: int
    top: int
    nulls: bool
    code: pl.Expr | None = None


@dataclass(frozen=True)
class Intake:
    """How a frame's columns become the engine's."""

    columns: dict[str, FactColumns]
    given: tuple[tuple[str, Given], ...]
    extra: tuple[tuple[str, pl.Expr], ...] = ()

    def of(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return a frame with fact columns of whole numbers, the stratum, and the first fault with the fact it is at."""
        values = [value for _, each in self.given for value in each.values]
        faults = [(name, each.code) for name, each in self.given if each.code is not None]
        return frame.with_columns(stratum(), *values, *first_fault([*self.extra, *faults]))


def first_fault(faults: list[tuple[str, pl.Expr]]) -> list[pl.Expr]:
    """Return columns with the number of the first fault (0 where none) and the name of what it is at."""
    code, at = _OK, pl.lit(None, dtype=pl.String)
    for name, fault in reversed(faults):
        code = pl.when(fault > 0).then(fault).otherwise(code)
        at = pl.when(fault > 0).then(pl.lit(name)).otherwise(at)
    return [code.alias(BAD), at.alias(AT)]


def stratum() -> pl.Expr:
    """Return the stratum's number from category and powertrain as people write them; null where either is unknown."""
    category = pl.col(CATEGORY).cast(pl.String).replace_strict(_categories(), default=None, return_dtype=pl.UInt8)
    drive = pl.col(POWERTRAIN).cast(pl.String).replace_strict(_powertrains(), default=None, return_dtype=pl.UInt8)
    return (category * len(POWERTRAINS) + drive).alias(STRATUM)


def strata_faults() -> tuple[tuple[str, pl.Expr], ...]:
    """Return the faults of rows whose category or powertrain the law does not know."""
    category = pl.col(CATEGORY).cast(pl.String).is_in(list(_categories())).fill_null(value=False)
    drive = pl.col(POWERTRAIN).cast(pl.String).is_in(list(_powertrains())).fill_null(value=False)
    return (CATEGORY, _fault(~category, "unknown_category")), (POWERTRAIN, _fault(~drive, "unknown_powertrain"))


def _categories() -> dict[str, int]:
    """Return every accepted spelling of a category: either alphabet, either case, with or without the off-road G."""
    spellings: dict[str, int] = {}
    for number, name in enumerate(CATEGORIES):
        for letter in _LOOKALIKE[name[0]]:
            for spelling in (f"{letter}{name[1:]}", f"{letter}{name[1:]}G"):
                spellings |= {spelling: number, spelling.lower(): number}
    return spellings


def _powertrains() -> dict[str, int]:
    return {spelling: number for number, name in enumerate(POWERTRAINS) for spelling in (name, name.upper())}


def intake_of(schema: Mapping[str, pl.DataType], reaches: Mapping[str, Reach], facts: Mapping[str, Fact]) -> Intake:
    """Return how a frame's columns named like facts become the engine's. Raises EngineError for a misspelt one."""
    given: dict[str, dict[str, Given]] = {}
    for column, kind in schema.items():
        name, ending = _named(column, facts)
        if not name and "." in column:
            raise _misspelt(column, facts)
        if name:
            given.setdefault(name, {})[ending] = _given(column, ending, kind, reaches.get(column, Reach()), facts[name].kind)
    columns = {name: _columns(name, each) for name, each in given.items()}
    faults = strata_faults() if CATEGORY in schema and POWERTRAIN in schema else ()
    return Intake(columns, tuple((name, one) for name, each in given.items() for one in each.values()), faults)


def _named(column: str, facts: Mapping[str, Fact]) -> tuple[str, str]:
    for ending in (LOW, HIGH, MICRO, ""):
        name = column.removesuffix(ending)
        if column.endswith(ending) and name in facts:
            return name, ending
    return "", ""


def _misspelt(column: str, facts: Mapping[str, Fact]) -> EngineError:
    hint = nearest(column, facts)
    ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
    return EngineError(f"столбец «{column}» не назван ни по одному факту{ru}", f"the column '{column}' is named after no fact{en}")


def _columns(name: str, given: Mapping[str, Given]) -> FactColumns:
    low, high = given.get(LOW), given.get(HIGH)
    if len(given) == 1 and low is None and high is None:
        only = next(iter(given.values()))
        return FactColumns(only.low, only.high, only.unit, only.top, only.nulls)
    if len(given) == _PAIR and low is not None and high is not None and low.unit == high.unit:
        return FactColumns(low.low, high.high or high.low, low.unit, max(low.top, high.top), low.nulls or high.nulls)
    raise EngineError(
        f"«{name}»: нужны оба столбца границ, {name}{LOW} и {name}{HIGH}, или один столбец значений",
        f"'{name}': give both bounds, {name}{LOW} and {name}{HIGH}, or one column of values",
    )


def _given(column: str, ending: str, kind: pl.DataType, reach: Reach, fact: FactKind) -> Given:
    if kind == pl.String:
        return _worded(column, fact)
    if fact == "flag":
        return Given(column, "", (), 1, 1, reach.nulls) if kind == pl.Boolean else _number(column, "flag", kind, 1)
    if ending == MICRO or (fact == "count" and kind.is_integer()):
        return _whole(column, fact, kind, reach, _MILLION if ending == MICRO else 1)
    return _number(column, fact, kind, UNIT[fact])


def _whole(column: str, fact: FactKind, kind: pl.DataType, reach: Reach, unit: int) -> Given:
    """Return a column of whole numbers used as it stands where the file says that all of it is within bounds."""
    top = TOP[fact] * unit // UNIT[fact]
    if kind.is_integer() and reach.low is not None and reach.high is not None and reach.low >= 0 and reach.high <= top:
        near = min((bound for bound in (100, 1000, 10_000, _MILLION, 10**9, 10**12) if reach.high <= bound <= top), default=top)
        return Given(column, "", (), unit, near, reach.nulls)
    return _number(column, fact, kind, unit, parts=1)


def _number(column: str, fact: FactKind, kind: pl.DataType, unit: int, parts: int | None = None) -> Given:
    """Return a column of numbers times `parts` (by default the unit), unknown where they are out of bounds or too fine."""
    parts, raw = parts or unit, pl.col(column)
    top = TOP[fact] * unit // UNIT[fact] if fact != "flag" else 1
    if not kind.is_numeric():
        return Given(
            column, "", (pl.lit(None, dtype=pl.Int64).alias(column),), unit, top, nulls=True, code=_fault(raw.is_not_null(), "wrong_kind")
        )
    plain = raw.cast(pl.String).cast(pl.Float64) if kind == pl.Float32 else raw
    scaled, fine = _scaled(plain, kind, parts)
    over: Code = "share_over_1" if fact == "share" else "wrong_kind" if fact == "flag" else "out_of_range"
    blunt: Code = "wrong_kind" if fact in {"flag", "count"} else "too_fine"
    lost = plain.is_nan() | plain.is_infinite() if kind.is_float() else pl.lit(value=False)
    code = _first((lost | (plain < 0), "out_of_range"), (plain > top / parts, over), (~fine, blunt))
    value = pl.when(code == 0).then(scaled)
    return Given(column, "", ((value == 1 if fact == "flag" else value).alias(column),), unit, top, nulls=True, code=code)


def _scaled(plain: pl.Expr, kind: pl.DataType, parts: int) -> tuple[pl.Expr, pl.Expr]:
    """Return a number times its parts as a whole one, and whether that is what it was."""
    if kind.is_integer():
        return plain.cast(pl.Int64, strict=False) * parts, pl.lit(value=True)
    if kind.is_decimal():
        exact = plain.cast(pl.Decimal(38, len(str(parts)) - 1), strict=False)
        return exact.to_physical().cast(pl.Int64, strict=False), exact == plain
    times = plain.cast(pl.Float64) * parts
    near = times.round()
    return near.cast(pl.Int64, strict=False), (times - near).abs() <= pl.max_horizontal(_NEARLY, near.abs() * 2.0**-50)


def _worded(column: str, fact: FactKind) -> Given:
    """Return a column of texts, each read as in a dossier: yes and no in both languages, a decimal comma, bounds, unknown."""
    parsed = pl.col(column).map_batches(lambda texts: _parsed(texts, fact), return_dtype=_PARSED, is_elementwise=True)
    low, high, code = (parsed.struct.field(part) for part in ("low", "high", "code"))
    if fact == "flag":
        low, high = low.cast(pl.Boolean), high.cast(pl.Boolean)
    names = column + "·low", column + "·high"
    return Given(*names, (low.alias(names[0]), high.alias(names[1])), UNIT[fact], TOP[fact], nulls=True, code=code)


def _parsed(texts: pl.Series, fact: FactKind) -> pl.Series:
    """Return low, high and code of every text; each distinct one is read once."""
    distinct = texts.unique().to_frame("text")
    read = [parse_text(text, fact) for text in distinct["text"]]
    table = distinct.with_columns(
        pl.Series("parsed", [dict(zip(("low", "high", "code"), each, strict=True)) for each in read], dtype=_PARSED)
    )
    return texts.to_frame("text").join(table, on="text", how="left", nulls_equal=True, maintain_order="left")["parsed"]


def parse_text(text: str | None, fact: FactKind) -> tuple[int | None, int | None, int]:
    """Return a text's bounds in whole units and its code; an empty text states nothing.

    >>> parse_text("0,45", "share"), parse_text("да", "flag"), parse_text("1.2", "share")
    ((450000000, 450000000, 0), (1, 1, 0), (None, None, 7))
    """
    if text is None or not text.strip():
        return None, None, 0
    try:
        low, high = parse_value(text, fact, "", Place(""))
    except DossierError as problem:
        return None, None, NUMBER[_code_of(problem, text, fact)]
    unit = UNIT[fact]
    ends = [end * unit for end in (low, high) if end is not None]
    if any(end != int(end) for end in ends):
        return None, None, NUMBER["too_fine"]
    if any(end > TOP[fact] for end in ends):
        return None, None, NUMBER["out_of_range"]
    return int(low * unit), None if high is None else int(high * unit), 0


def _code_of(problem: DossierError, text: str, fact: FactKind) -> Code:
    said = str(problem)
    if "is over 1" in said or (fact == "share" and "%" in text):
        return "share_over_1"
    return "bounds_reversed" if "are reversed" in said else "out_of_range" if "out of range" in said else "wrong_kind"


def _fault(where: pl.Expr, code: Code) -> pl.Expr:
    return pl.when(where).then(pl.lit(NUMBER[code], dtype=pl.UInt8)).otherwise(_OK)


def _first(*faults: tuple[pl.Expr, Code]) -> pl.Expr:
    """Return the number of the first fault that holds; an empty cell has none."""
    found = _OK
    for where, code in reversed(faults):
        found = pl.when(where.fill_null(value=False)).then(pl.lit(NUMBER[code], dtype=pl.UInt8)).otherwise(found)
    return found
