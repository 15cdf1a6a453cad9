"""What a scored clause says of its numbers: categories, powertrains, dates, bands. Whatever is not sure is marked for review."""

import re
from dataclasses import dataclass
from datetime import date

from lokal.lawtext.clauses import Clause

CATEGORIES = ("M1", "N1", "N2", "N3", "M2", "M3")
POWERTRAINS = ("ice", "hybrid", "ev")
LIST_END = date(2024, 7, 31)
LADDER_START = date(2024, 8, 1)

_GROUPS = (
    (re.compile("автобус"), ("M2", "M3")),
    (re.compile("автомобил[а-я]+ грузов"), ("N2", "N3")),
    (re.compile("легк[а-я]+ коммерческ"), ("N1",)),
    (re.compile("легков"), ("M1",)),
)
_DRIVES = (
    (re.compile("двигател[а-я]+ внутреннего сгорания"), "ice"),
    (re.compile("гибридн"), "hybrid"),
    (re.compile("электрическ[а-я]+ силов|электромобил"), "ev"),
)
_BAND = re.compile(
    r"(?:от|не ниже) (\d+)(?: бал[а-я]*)?(?: ?\(включительно\))?(?: бал[а-я]*)?(?: до (\d+) бал[а-я]*)?",
)
_FROM_YEAR = re.compile(r"с (\d{4}) года")
_UNTIL_DAY = re.compile(r"до 31 декабря (\d{4}) г")
_UNTIL_YEAR = re.compile(r"до (\d{4}) года")


@dataclass(frozen=True)
class Parsed:
    """One claim of a clause with the dimensions its words give; `doubts` says why a person should look."""

    points: int
    category: tuple[str, ...]
    powertrain: tuple[str, ...]
    start: date | None
    end: date | None
    band: tuple[int, int | None] | None
    doubts: tuple[str, ...]


def parse_claims(clause: Clause) -> tuple[Parsed, ...]:
    """Return the clause's claims with category, powertrain, dates and band, in printed order."""
    heading_drives, heading_doubts = _heading_drives(clause)
    band, band_doubts = _band(clause)
    starts = [_year_start(clause, index) for index in range(len(clause.claims))]
    return tuple(
        _parse(clause, index, heading_drives, (*heading_doubts, *band_doubts), band, starts) for index in range(len(clause.claims))
    )


def _parse(  # noqa: PLR0913, PLR0917  a claim's meaning needs the whole clause's findings
    clause: Clause,
    index: int,
    heading_drives: tuple[str, ...],
    doubts: tuple[str, ...],
    band: tuple[int, int | None] | None,
    starts: list[date | None],
) -> Parsed:
    own = _own_words(clause, index)
    category, category_doubts = _categories(own)
    powertrain = tuple(drive for drive in _powertrains(own) if drive in heading_drives)
    start, end = _dates(clause, index, starts)
    return Parsed(clause.claims[index].points, category, powertrain, start, end, band, (*doubts, *category_doubts))


def _own_words(clause: Clause, index: int) -> str:
    """Return the words beside one number that limit it: inside its bracket, from the last comma or semicolon to the next."""
    claims = clause.claims
    text, at = clause.text, claims[index].start
    opening = text.rfind("(", 0, at) + 1
    before = re.split(r"[;,]", text[claims[index - 1].start : at])[-1] if index else text[opening:at]
    after = re.split(r"[;,)]", text[at:])[0]
    return f"{before} {after}"


def _categories(words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    named = tuple(code for pattern, codes in _GROUPS if pattern.search(words) for code in codes)
    if not named:
        return CATEGORIES, ()
    doubts = ("framed bodies: which categories the words cover",) if "каркасным" in words else ()
    if "кроме" in words:
        return tuple(code for code in CATEGORIES if code not in named), doubts
    return tuple(code for code in CATEGORIES if code in named), doubts


def _powertrains(words: str) -> tuple[str, ...]:
    named = tuple(code for pattern, code in _DRIVES if pattern.search(words))
    if not named:
        return POWERTRAINS
    return tuple(code for code in POWERTRAINS if (code in named) != ("кроме" in words))


def _heading_drives(clause: Clause) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the powertrains that the heading's brackets leave, and a doubt where only a heading above says so."""
    allowed: tuple[str, ...] = POWERTRAINS
    for words in re.findall(r"\((?:для|кроме)[^()]*\)", clause.heading) + re.findall(r"\(для автотранспортных[^()]*\)", clause.text):
        allowed = tuple(code for code in allowed if code in _powertrains(words))
    for words in re.findall(r"\((?:для|кроме)[^()]*\)", " ".join(clause.parents)):
        allowed = tuple(code for code in allowed if code in _powertrains(words))
    doubts: tuple[str, ...] = ()
    if clause.umbrella and allowed == POWERTRAINS:
        doubts = ("a heading further above limits the powertrain",)
        for words in re.findall(r"\((?:для|кроме)[^()]*\)", clause.umbrella):
            allowed = tuple(code for code in allowed if code in _powertrains(words))
    direct = re.search(r"для автотранспортных средств с гибридной", clause.heading)
    if direct and allowed == POWERTRAINS:
        allowed = _powertrains(clause.heading)
    return allowed, doubts


def _band(clause: Clause) -> tuple[tuple[int, int | None] | None, tuple[str, ...]]:
    if not clause.ladder:
        return None, ()
    match = _BAND.search(clause.text)
    if not match:
        return None, ("band not read",)
    low, high = int(match.group(1)), int(match.group(2)) if match.group(2) else None
    odd = high is not None and high <= low
    open_middle = high is None and "до 31 декабря" in clause.text
    wide = low == 200 and high not in {205, None}  # noqa: PLR2004  the ladders' first band everywhere else
    return (low, high), ("the band's bounds look misprinted",) if odd or open_middle or wide else ()


def _year_start(clause: Clause, index: int) -> date | None:
    before = clause.text[clause.claims[index - 1].start if index else 0 : clause.claims[index].start]
    years = _FROM_YEAR.findall(before)
    return date(int(years[-1]), 1, 1) if years else None


def _dates(clause: Clause, index: int, starts: list[date | None]) -> tuple[date | None, date | None]:
    start = starts[index]
    following = starts[index + 1] if index + 1 < len(starts) else None
    end = date(following.year - 1, 12, 31) if following else None
    day, year = _UNTIL_DAY.search(clause.text), _UNTIL_YEAR.search(clause.text)
    if day:
        end = date(int(day.group(1)), 12, 31)
    elif year and clause.ladder:
        end = date(int(year.group(1)) - 1, 12, 31)
    if clause.period == "until":
        end = LIST_END
    if clause.period == "from" and (start is None or start < LADDER_START):
        start = LADDER_START
    return start, end
