"""One value as a person writes it, turned into exact bounds by the kind of its fact."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from lokal.errors import DossierError, Place
from lokal.rulebook.model import FactKind
from lokal.rulebook.tree import printable

_YES = frozenset({"yes", "true", "да", "+", "1"})
_NO = frozenset({"no", "false", "нет", "-", "0"})
_UNKNOWN = frozenset({"unknown", "?", "неизвестно"})
_RANGE = re.compile(r"^(?P<low>[^.\s]\S*?)?\s*\.\.\s*(?P<high>\S+)?$")
_TOP: dict[FactKind, Decimal | None] = {"flag": Decimal(1), "share": Decimal(1), "count": None, "points": None, "money": None}
_AMBIGUOUS = re.compile(r"^\d{1,3}(,\d{3})+$")
_TOO_BIG = Decimal(10) ** 15
_FINEST = Decimal("1e-9")
Limits = tuple[Decimal, Decimal | None]


def parse_value(text: str | None, kind: FactKind, fact: str, place: Place) -> Limits:
    """Return the bounds of a written value: yes/no for a flag, a number, `0.3..0.5` for bounds, `unknown`.

    A decimal comma and spaces between thousands are accepted. Raises DossierError with the place.

    >>> parse_value("0,45", "share", "a.b", Place("d.yaml", 3))
    (Decimal('0.45'), Decimal('0.45'))
    >>> parse_value("200..", "points", "a.b", Place("d.yaml", 3))
    (Decimal('200'), None)
    """
    word = printable(text or "").strip().lower()
    if not word:
        raise DossierError(f"у факта «{fact}» нет значения", f"the fact '{fact}' has no value", place)
    if word in _UNKNOWN:
        return Decimal(0), _TOP[kind]
    if kind == "flag":
        return _flag(word, fact, place)
    bounds = _RANGE.match(word)
    if bounds:
        low = _number(bounds["low"], kind, fact, place) if bounds["low"] else Decimal(0)
        high = _number(bounds["high"], kind, fact, place) if bounds["high"] else _TOP[kind]
        if high is not None and low > high:
            raise DossierError(f"«{fact}»: границы {word} переставлены", f"'{fact}': the bounds {word} are reversed", place)
        return low, high
    number = _number(word, kind, fact, place)
    return number, number


def _flag(word: str, fact: str, place: Place) -> Limits:
    if word in _YES:
        return Decimal(1), Decimal(1)
    if word in _NO:
        return Decimal(0), Decimal(0)
    raise DossierError(
        f"«{fact}»: ожидалось yes или no (да, нет), а написано «{word}»", f"'{fact}': expected yes or no, got '{word}'", place
    )


def parse_flag(text: object, name: str, place: Place) -> bool:
    """Return a plain yes or no; nothing written means no."""
    if text is None:
        return False
    low, _ = _flag(printable(text).strip().lower() if isinstance(text, str) else "…", name, place)
    return low == 1


def parse_day(text: str | None, place: Place) -> date | None:
    """Return an ISO day, None for nothing written; anything else is a DossierError with the place."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise DossierError(f"ожидалась дата, а написано «{text}»", f"expected a day, got '{text}'", place, "bad_day") from problem


def _number(word: str, kind: FactKind, fact: str, place: Place) -> Decimal:
    if kind != "share" and _AMBIGUOUS.match(word):
        raise DossierError(
            f"«{fact}»: {word} — это тысячи или дробь? пишите без запятой или с точкой",
            f"'{fact}': is {word} thousands or a fraction? write it without a comma or with a point",
            place,
        )
    plain = re.sub(r"[\s\u00a0\u202f_]", "", word).replace(",", ".")
    cut = plain.removesuffix("%")
    try:
        number = Decimal(cut)
    except InvalidOperation as problem:
        raise DossierError(
            f"«{fact}»: ожидалось число, а написано «{word}»", f"'{fact}': expected a number, got '{word}'", place
        ) from problem
    if cut != plain and kind != "share":
        raise DossierError(
            f"«{fact}»: ожидалось число без знака %, а написано «{word}»", f"'{fact}': expected a number without %, got '{word}'", place
        )
    if not number.is_finite() or number < 0 or number >= _TOO_BIG or number.normalize() != number.quantize(_FINEST).normalize():
        raise DossierError(
            f"«{fact}»: число {word} вне допустимых пределов: от 0 до 10^15, не больше 9 знаков после запятой",
            f"'{fact}': the number {word} is out of range: from 0 to 10^15, at most 9 digits after the point",
            place,
        )
    if cut != plain:
        raise DossierError(
            f"«{fact}»: {word} — это процент; доля пишется числом от 0 до 1: {number / 100:f}",
            f"'{fact}': {word} is a per cent; write a share from 0 to 1: {number / 100:f}",
            place,
        )
    if kind == "share" and number > 1:
        raise DossierError(
            f"«{fact}»: доля {word} больше 1; похоже на проценты, пишите {number / 100:f}",
            f"'{fact}': the share {word} is over 1; if it is a per cent, write {number / 100:f}",
            place,
        )
    if kind == "count" and number != number.to_integral_value():
        raise DossierError(f"«{fact}»: ожидалось целое число, а написано {word}", f"'{fact}': expected a whole number, got {word}", place)
    return number
