"""Profiles of lines: pieces of the table read side by side, each by itself where it speaks of vehicles of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

import polars as pl

from lokal.fleet.codes import CODES
from lokal.fleet.long import COLUMNS, FACT, KEY, LINE, OWNER, PERFORMERS, VALUE, Lines, read_lines
from lokal.fleet.pieces import Piece, pieces_of
from lokal.fleet.profiles import Days, Stated, Variants, score_stated, side_by_side, stated_of
from lokal.fleet.score import Laws
from lokal.fleet.states import Basing
from lokal.fleet.wide import CATEGORY, POWERTRAIN

KINDS_BY = (KEY, CATEGORY, POWERTRAIN)


@dataclass(frozen=True)
class Reading:
    """How a table of lines is read: whose they are, for which days and law, with which documents."""

    key: str
    laws: Laws
    days: Days
    basing: Basing
    evidence: pl.DataFrame | None
    vehicles: Callable[[], pl.DataFrame]
    """Gives key, category and powertrain of every vehicle; asked only where lines do not say."""
    _asking: Lock = field(default_factory=Lock)

    @cached_property
    def _kinds(self) -> pl.DataFrame:
        return self.vehicles()

    @property
    def kinds(self) -> pl.DataFrame:
        """Return the kinds of vehicles, asked for once."""
        with self._asking:
            return self._kinds


@dataclass(frozen=True)
class Profiles:
    """Scored profiles, the lines with something wrong, and what vehicles are joined to profiles by."""

    scored: pl.DataFrame
    faults: pl.DataFrame
    by: tuple[str, ...]


@dataclass(frozen=True)
class _Said:
    """What a piece of the lines says: of whom, what, with which faults, and whether it says what kind of vehicle each is."""

    keys: pl.Series
    stated: Stated
    faults: pl.DataFrame
    own_kinds: bool


def score_lines(file: Path, reading: Reading) -> Profiles:
    """Return the scored profiles of a table of lines. Raises EngineError where it cannot be read."""
    pieces = side_by_side(lambda piece: _read(piece, reading), pieces_of(file, reading.key))
    if not _stand_alone(pieces):
        pieces = [_read(Piece(file), reading)]
    stated, own = [each.stated for each in pieces], pieces[0].own_kinds
    if not own:
        silent = reading.kinds.join(pl.concat(each.keys for each in pieces).to_frame(), on=KEY, how="anti", maintain_order="left")
        stated.append(_stated_of(_no_lines(reading), silent, reading)[0])
    scored = score_stated(stated, reading.laws, reading.days)
    return Profiles(scored, pl.concat(each.faults for each in pieces).sort(LINE), (KEY,) if own else KINDS_BY)


def _read(piece: Piece, reading: Reading) -> _Said:
    table = piece.read(COLUMNS | {reading.key}, PERFORMERS - {reading.key})
    lines = read_lines(table, reading.key, reading.laws.facts, (CATEGORY, POWERTRAIN), piece.first + 1)
    keys = pl.DataFrame({OWNER: lines.owners, KEY: lines.keys.gather(lines.owners)})
    own = _kinds_stated(lines, keys)
    kinds = keys.join(reading.kinds, on=KEY, maintain_order="left_right") if own is None else own
    return _Said(keys[KEY], *_stated_of(lines, kinds, reading), own is not None)


def _stated_of(lines: Lines, kinds: pl.DataFrame, reading: Reading) -> tuple[Stated, pl.DataFrame]:
    """Return what lines state of vehicles of some kinds, and the lines with something wrong as a user reads them."""
    if OWNER not in kinds.columns:
        kinds = kinds.with_columns(pl.lit(None, dtype=lines.owners.dtype).alias(OWNER))
    variants = Variants(lines, reading.evidence, kinds)
    faults = variants.faults.select(LINE, KEY, FACT, "text", pl.col("code").cat.to(pl.Enum(CODES)))
    return stated_of(variants, reading.laws, reading.days, reading.basing), faults


def _no_lines(reading: Reading) -> Lines:
    nothing = pl.Series([], dtype=pl.Date)
    return read_lines(dict.fromkeys((reading.key, FACT, VALUE), nothing), reading.key, reading.laws.facts)


def _stand_alone(pieces: Sequence[_Said]) -> bool:
    """Tell whether pieces speak of different vehicles, and all or none of them of their kinds, so that each can stand for itself."""
    keys = pl.concat(each.keys for each in pieces)
    return keys.n_unique() == len(keys) and len({each.own_kinds for each in pieces}) == 1


def _kinds_stated(lines: Lines, keys: pl.DataFrame) -> pl.DataFrame | None:
    """Return owner, key, category and powertrain of everything that lines speak of, as they state them; None where none does."""
    if not lines.apart.height:
        return None
    for name in (CATEGORY, POWERTRAIN):
        own = lines.apart.filter(pl.col(FACT) == name).unique(KEY, keep="first", maintain_order=True)
        keys = keys.join(own.select(KEY, pl.col(VALUE).alias(name)), on=KEY, how="left", maintain_order="left")
    return keys
