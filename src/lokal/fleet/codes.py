"""Row codes: what was wrong with a row that was scored only in part or not at all; a closed list, the first that applies is kept."""

from typing import Literal, get_args

Code = Literal[
    "ok",
    "unknown_category",
    "unknown_powertrain",
    "no_day",
    "no_law",
    "no_facts",
    "wrong_kind",
    "share_over_1",
    "out_of_range",
    "too_fine",
    "bounds_reversed",
    "unknown_fact_name",
    "unknown_evidence",
    "wrong_day",
    "no_key",
    "contradicts_powertrain",
    "not_fitted",
    "too_many_units",
    "count_over_total",
    "broken_part",
]
CODES: tuple[Code, ...] = get_args(Code)
NUMBER: dict[Code, int] = {code: number for number, code in enumerate(CODES)}
UNSCORED: frozenset[Code] = frozenset(
    {"unknown_category", "unknown_powertrain", "no_day", "no_law", "no_facts", "too_many_units", "broken_part"}
)
"""Codes of rows without points; the others are scored with the bad value taken as unknown."""
TITLES: dict[Code, tuple[str, str]] = {
    "ok": ("без замечаний", "nothing wrong"),
    "unknown_category": ("неизвестная категория", "unknown category"),
    "unknown_powertrain": ("неизвестная силовая установка", "unknown powertrain"),
    "no_day": ("нет даты выпуска", "no day of building"),
    "no_law": ("день раньше начала свода правил", "a day before the rulebook's first"),
    "no_facts": ("нет сведений о модификации", "nothing stated of the variant"),
    "wrong_kind": ("значение не того вида", "a value of the wrong kind"),
    "share_over_1": ("доля больше 1", "a share over 1"),
    "out_of_range": ("число вне допустимых пределов", "a number out of range"),
    "too_fine": ("больше знаков, чем различает расчёт", "more digits than the columns hold"),
    "bounds_reversed": ("границы переставлены", "bounds reversed"),
    "unknown_fact_name": ("нет такого факта или операции", "no such fact or operation"),
    "unknown_evidence": ("нет такого подтверждения", "no such evidence"),
    "wrong_day": ("дата не читается", "a day that cannot be read"),
    "no_key": ("не сказано, чья это строка", "a line that does not say whose it is"),
    "contradicts_powertrain": ("противоречит силовой установке", "contradicts the powertrain"),
    "not_fitted": ("операция на узле, которого нет", "an operation on a component not fitted"),
    "too_many_units": ("слишком много единиц для неокруглённой доли", "too many units for an unrounded ratio"),
    "count_over_total": ("подходящих единиц больше, чем всего", "more units qualify than there are"),
    "broken_part": ("часть файла не читается", "a part of the file cannot be read"),
}
