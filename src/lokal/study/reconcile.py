"""Published numbers against dossiers: each row of a table matches, lies within the open interval, or breaks, and says why."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Literal

from lokal.engine.dossier import Dossier
from lokal.engine.outcome import Bounds
from lokal.errors import DossierError, LokalError, Place, Words
from lokal.result.document import Data, bounds, number
from lokal.result.score import OpenFact, Score, Stake, score
from lokal.rulebook.model import Rulebook
from lokal.rulebook.words import nearest

Agreement = Literal["match", "within", "break", "error"]
_NAMES: dict[str, tuple[str, ...]] = {
    "vehicle": ("vehicle", "id", "model", "автомобиль", "модель"),
    "on": ("on", "date", "дата"),
    "points": ("points", "score", "баллы"),
    "low": ("low", "points_min", "от"),
    "high": ("high", "points_max", "до"),
    "source": ("source", "source_url", "источник"),
}
OPEN = Fraction(10**9)
"""Stands for no upper end in a published row."""
_MAX_BYTES = 64_000_000
_TOP = 3


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One row: what was published, what we compute, how they agree, how far apart they are, and what would explain it.

    `gap` is published minus the nearest end of ours, `readings` the options that would close it, `open_facts` what keeps ours open;
    `error` is the one line of a row that cannot be compared.
    """

    line: int
    vehicle: str
    on: date | None
    published: Bounds | None
    agreement: Agreement
    computed: Bounds | None = None
    gap: Fraction = Fraction(0)
    readings: tuple[Stake, ...] = ()
    open_facts: tuple[OpenFact, ...] = ()
    source: str = ""
    error: Words | None = None


def reconcile(
    path: Path, dossiers: Iterable[Dossier], rulebook: Rulebook, *, readings: Mapping[str, str] | None = None
) -> list[Reconciled]:
    """Return every row of a CSV of published numbers compared with the dossiers; no row is dropped, a bad one says what is wrong.

    Columns: vehicle (a dossier's id), on (day), points, or low and high; source is carried along. Raises DossierError where the file
    itself cannot be read or lacks a column.
    """
    known = {each.vehicle.id: each for each in dossiers}
    scores: dict[tuple[str, date], Score] = {}

    def scored(name: str, on: date) -> Score:
        if (name, on) not in scores:
            scores[name, on] = score(known[name], rulebook, on, readings=readings)
        return scores[name, on]

    return [_row(line, row, known, scored) for line, row in _rows(path)]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    place = Place(str(path))
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise DossierError(f"файл не читается: {problem.strerror}", f"cannot read the file: {problem.strerror}", place) from problem
    if len(raw) > _MAX_BYTES or b"\x00" in raw:
        raise DossierError("это не таблица CSV", "this is not a CSV table", place)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1251", errors="replace")
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=first.count))
    columns = _columns(next(reader, []), place)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}


def _columns(header: list[str], place: Place) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, title in enumerate(header):
        for name, titles in _NAMES.items():
            if title.strip().lower() in titles:
                found.setdefault(name, at)
    missing = [name for name in ("vehicle", "on") if name not in found]
    if not missing and not found.keys() & {"points", "low"}:
        missing = ["points"]
    if missing:
        raise DossierError(f"в таблице нет столбца {missing[0]}", f"the table has no column {missing[0]}", Place(place.file, 1))
    return found


def _row(line: int, row: dict[str, str], known: Mapping[str, Dossier], scored: Callable[[str, date], Score]) -> Reconciled:
    name, source = row["vehicle"], row.get("source", "")
    try:
        on = _day(row["on"])
        published = _points(row)
        if name not in known:
            hint = nearest(name, known)
            ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
            raise DossierError(f"нет досье «{name}»{ru}", f"no dossier '{name}'{en}")
        ours = scored(name, on)
    except LokalError as problem:
        return Reconciled(line, name, None, None, "error", source=source, error=problem.words)
    computed = ours.outcome.points
    agreement, gap = agree(published, computed)
    closing = tuple(each for each in ours.stakes if agree(published, computed + each.change)[0] != "break") if gap else ()
    return Reconciled(line, name, on, published, agreement, computed, gap, closing[:_TOP], ours.open_facts()[:_TOP], source)


def agree(published: Bounds, computed: Bounds) -> tuple[Agreement, Fraction]:
    """Return how two intervals agree, and how far the published one lies outside ours.

    >>> agree(Bounds(Fraction(5), Fraction(5)), Bounds(Fraction(1), Fraction(3)))
    ('break', Fraction(2, 1))
    """
    if published.low > computed.high:
        return "break", published.low - computed.high
    if published.high < computed.low:
        return "break", published.high - computed.low
    return ("match" if computed.low == computed.high else "within"), Fraction(0)


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a calendar day has no zone
        except ValueError:
            continue
    raise DossierError(f"дата «{text}»: ожидалось ГГГГ-ММ-ДД или дд.мм.гггг", f"the date '{text}': expected YYYY-MM-DD")


def _points(row: dict[str, str]) -> Bounds:
    one, low, high = row.get("points", ""), row.get("low", ""), row.get("high", "")
    if one:
        return Bounds(_number(one), _number(one))
    if not low and not high:
        raise DossierError("в строке нет баллов", "the row has no points")
    least, most = _number(low or "0"), _number(high) if high else OPEN
    if least > most:
        raise DossierError(f"границы {low} и {high} переставлены", f"the bounds {low} and {high} are reversed")
    return Bounds(least, most)


def _number(text: str) -> Fraction:
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    try:
        value = Fraction(plain) if "/" not in plain and len(plain) <= 20 and "e" not in plain.lower() else None  # noqa: PLR2004
    except ValueError:
        value = None
    if value is None or value < 0:
        raise DossierError(f"баллы «{text}»: ожидалось число", f"points '{text}': expected a number")
    return value


def reconciled_data(rows: Iterable[Reconciled]) -> list[Data]:
    """Return reconciled rows as plain data."""
    return [
        {
            "line": each.line,
            "vehicle": each.vehicle,
            "on": each.on.isoformat() if each.on else None,
            "published": _published(each.published) if each.published else None,
            "computed": bounds(each.computed) if each.computed else None,
            "agreement": each.agreement,
            "gap": number(each.gap),
            "readings": [f"{one.reading}={one.option}" for one in each.readings],
            "open_facts": [one.fact for one in each.open_facts],
            "source": each.source,
            "error": {"ru": each.error.ru, "en": each.error.en} if each.error else None,
        }
        for each in rows
    ]


def _published(points: Bounds) -> Data:
    return {"low": number(points.low), "high": None if points.high >= OPEN else number(points.high)}
