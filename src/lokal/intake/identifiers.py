"""Identifiers as people write them, normalised and checked: INN, OGRN, OKPD2, TN VED, type approvals; a VIN only warns."""

import re
from dataclasses import dataclass
from functools import lru_cache

from lokal.errors import Words

_SPACES = re.compile(r"[\s\u00a0\u202f]")
_OKPD2 = re.compile(r"^\d{2}(\.\d{1,2}(\.\d{1,2}(\.\d{3})?)?)?$")
_APPROVAL = re.compile(r"^(ТС|ЕАЭС)(RU|BY|KZ|AM|KG)[ЕКA-ZА-Я]-[A-Z]{2}\.[A-ZА-Я0-9]{4}\.[0-9PР.]+$")
_TO_CYRILLIC = str.maketrans("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху")
_TO_LATIN = str.maketrans("АВСЕНКМОРТХУасеорху", "ABCEHKMOPTXYaceopxy")
_COUNTRIES = ("RU", "BY", "KZ", "AM", "KG")
_VIN = re.compile(r"^[A-HJ-NPR-Z0-9]{17}$")
_TNVED_LENGTHS = frozenset({4, 6, 8, 9, 10})


@dataclass(frozen=True, slots=True)
class Checked:
    """An identifier in its one normal form, with what is wrong with it, if anything."""

    value: str
    problem: Words | None = None


@lru_cache(maxsize=4096)
def inn(text: str) -> Checked:
    """Return an INN: 10 digits of a company or 12 of a person, check digits included.

    >>> inn("7707 083 893").problem, inn("7707083894").problem is None
    (None, False)
    """
    from stdnum.ru import inn as standard  # noqa: PLC0415  loaded on use

    value = _digits(text)
    return Checked(
        value, None if standard.is_valid(value) else _wrong("ИНН", "INN", text, "10 или 12 цифр с контрольными", "10 or 12 digits")
    )


def ogrn(text: str) -> Checked:
    """Return an OGRN of 13 digits or an OGRNIP of 15, check digit included.

    >>> ogrn("1027700132195").problem
    """
    from stdnum.ru import ogrn as standard  # noqa: PLC0415  loaded on use

    value = _digits(text)
    good = standard.is_valid(value)
    return Checked(value, None if good else _wrong("ОГРН", "OGRN", text, "13 или 15 цифр с контрольной", "13 or 15 digits"))


@lru_cache(maxsize=4096)
def okpd2(text: str) -> Checked:
    """Return an OKPD2 code in groups `29.32.30.390`, whatever the separators were.

    >>> okpd2("293230390").value, okpd2("29,32,30").value
    ('29.32.30.390', '29.32.30')
    """
    plain = _SPACES.sub("", text).replace(",", ".").strip(".")
    digits = plain.replace(".", "")
    if "." not in plain and digits.isdigit():
        plain = ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:9]) if part)
    good = bool(_OKPD2.match(plain))
    return Checked(plain, None if good else _wrong("код ОКПД2", "OKPD2 code", text, "вида 29.32.30.390", "like 29.32.30.390"))


@lru_cache(maxsize=4096)
def tnved(text: str) -> Checked:
    """Return a TN VED code as digits only; `tnved_text` prints it grouped.

    >>> tnved("8708 99 970 9").value
    '8708999709'
    """
    value = _digits(text)
    good = value.isdigit() and len(value) in _TNVED_LENGTHS
    return Checked(value, None if good else _wrong("код ТН ВЭД", "TN VED code", text, "4–10 цифр", "4 to 10 digits"))


def tnved_text(value: str) -> str:
    """Return a TN VED code in the printed groups 4 2 3 1.

    >>> tnved_text("8708999709")
    '8708 99 970 9'
    """
    return " ".join(part for part in (value[:4], value[4:6], value[6:9], value[9:]) if part)


def type_approval(text: str) -> Checked:
    """Return a type approval number with its Cyrillic and Latin look-alikes each in the alphabet they belong to.

    >>> type_approval("TC RU E-RU.HT01.00034") == type_approval("ТС RU Е-RU.НТ01.00034")
    True
    """
    plain = re.sub(r"[\s\u00a0\u202f№]+", " ", text.replace("–", "-").replace("—", "-")).strip().upper()
    compact = plain.replace(" ", "").translate(_TO_CYRILLIC)
    match = re.match(r"^(ТС|ЕАЭС)(..)(.)-(..)\.(.{4})\.(.+)$", compact)
    if match:
        union, land, kind, other, body, number = match.groups()
        land, other = _land(land), other.translate(_TO_LATIN)
        plain = f"{union} {land} {kind}-{other}.{body}.{number}"
        compact = f"{union}{land}{kind}-{other}.{body}.{number}"
    good = bool(_APPROVAL.match(compact))
    shape = "вида ТС RU Е-RU.НТ01.00034"
    return Checked(plain, None if good else _wrong("номер ОТТС", "type approval number", text, shape, "like ТС RU Е-RU.НТ01.00034"))


def vin(text: str) -> Checked:
    """Return a VIN in Latin capitals; the problem is a warning at most, as its check digit proves nothing for Russian cars."""
    value = _SPACES.sub("", text).upper().translate(_TO_LATIN)
    return Checked(
        value, None if _VIN.match(value) else _wrong("VIN", "VIN", text, "17 знаков без I, O, Q", "17 characters without I, O, Q")
    )


def _land(text: str) -> str:
    latin = text.translate(_TO_LATIN)
    return latin if latin in _COUNTRIES else text


def _digits(text: str) -> str:
    return _SPACES.sub("", text).removesuffix(".0")


def _wrong(ru: str, en: str, text: str, ru_shape: str, en_shape: str) -> Words:
    shown = text if len(text) <= 40 else text[:40] + "…"  # noqa: PLR2004  what fits a line
    return Words(f"{ru} «{shown}»: ожидалось {ru_shape}", f"{en} '{shown}': expected {en_shape}")
