"""The words that people read: reasons, bases, verdicts, headings, in Russian and English, and numbers in their habits."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from lokal.engine.dossier import Basis, EvidenceKind
from lokal.engine.outcome import Bounds, Reason
from lokal.errors import Lang
from lokal.rulebook.model import Category, Powertrain, Standing
from lokal.study.eligibility import Answer

Pair = tuple[str, str]
NBSP = "\u00a0"

REASONS: dict[Reason, Pair] = {
    "awarded": ("начислено", "awarded"),
    "partial": ("начислено по доле единиц", "awarded in part, by count"),
    "capped": ("начислено до предела", "awarded up to the cap"),
    "not_done": ("не выполняется", "not done"),
    "below_gate": ("доля или баллы ниже требуемых", "share or score below what is asked"),
    "below_ladder": ("баллов блока меньше нижней ступени", "unit's score below the lowest band"),
    "no_rung_value": ("для этой ступени значения на день нет", "no value for this band on the day"),
    "not_fitted": ("узла на автомобиле нет", "not fitted"),
    "not_in_force": ("на этот день не действует", "not in force on the day"),
    "other_category": ("для другой категории", "for another category"),
    "other_powertrain": ("для другой силовой установки", "for another powertrain"),
    "other_vehicle": ("для другого исполнения", "for another kind of vehicle"),
    "alternative_taken": ("засчитан другой вариант узла", "another alternative counts"),
    "unknown_fact": ("нет сведений", "no information"),
    "not_documented": ("не подтверждено документом", "not documented"),
    "expired_document": ("документ кончился", "the document has ended"),
    "unknown_law": ("текст закона здесь неизвестен", "the law cannot be read here"),
    "facts_conflict": ("сведения противоречат друг другу", "facts contradict each other"),
}
BASES: dict[Basis, Pair] = {
    "claimed": ("заявлено", "claimed"),
    "documented": ("подтверждено документами", "documented"),
    "committed": ("с обязательствами СПИК", "with SPIC commitments"),
}
ANSWERS: dict[Answer, Pair] = {
    "yes": ("да", "yes"),
    "no": ("нет", "no"),
    "depends": ("зависит", "depends"),
    "not_set": ("порога нет", "no bar"),
}
STANDINGS: dict[Standing, Pair] = {
    "law": ("закон", "law"),
    "ministry": ("заявление министерства", "ministry statement"),
    "press": ("пресса", "press"),
    "draft": ("проект", "draft"),
}
CATEGORIES: dict[Category, Pair] = {
    "M1": ("легковой, M1", "car, M1"),
    "N1": ("лёгкий коммерческий, N1", "light commercial, N1"),
    "N2": ("грузовой, N2", "truck, N2"),
    "N3": ("грузовой, N3", "truck, N3"),
    "M2": ("автобус, M2", "bus, M2"),
    "M3": ("автобус, M3", "bus, M3"),
}
POWERTRAINS: dict[Powertrain, Pair] = {
    "ice": ("двигатель внутреннего сгорания", "internal combustion"),
    "hybrid": ("гибрид", "hybrid"),
    "ev": ("электрический", "electric"),
}
EVIDENCE: dict[EvidenceKind, Pair] = {
    "own": ("документ изготовителя", "maker's document"),
    "component_act": ("акт экспертизы на компоненты", "component act"),
    "register_record": ("реестровая запись", "register record"),
    "supplier": ("заявление поставщика", "supplier's statement"),
    "spic": ("СПИК", "SPIC"),
    "official": ("официальное сообщение", "official statement"),
    "press": ("пресса", "press"),
}


def say(pair: Pair, lang: Lang) -> str:
    """Return the word of a pair in a language."""
    return pair[0] if lang == "ru" else pair[1]


def points_text(value: Fraction, lang: Lang, *, sign: bool = False) -> str:
    r"""Return points as people write them: spaces between thousands, a decimal comma in Russian.

    >>> points_text(Fraction(13280), "en"), points_text(Fraction(75, 2), "ru")
    ('13\xa0280', '37,5')
    """
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if exact != exact.to_integral_value():
        exact = exact.quantize(Decimal("0.001")).normalize()
    text = f"{exact:+,f}" if sign else f"{exact:,f}"
    return text.replace(",", NBSP).replace(".", "," if lang == "ru" else ".").replace("-", "−")


def interval_text(points: Bounds, lang: Lang, *, sign: bool = False) -> str:
    """Return bounds as one number or `low … high`."""
    if points.low == points.high:
        return points_text(points.low, lang, sign=sign)
    return f"{points_text(points.low, lang, sign=sign)} … {points_text(points.high, lang, sign=sign)}"


def day_text(day: date | None, lang: Lang) -> str:
    """Return a day: dd.mm.yyyy in Russian, ISO in English, a dash for none."""
    if day is None or day == date.max:
        return "—"
    return f"{day:%d.%m.%Y}" if lang == "ru" else day.isoformat()


def plural(count: int, forms: tuple[str, str, str]) -> str:
    """Return the Russian plural form for a count.

    >>> [plural(n, ("балл", "балла", "баллов")) for n in (1, 3, 11, 25)]
    ['балл', 'балла', 'баллов', 'баллов']
    """
    tail, tens = abs(count) % 10, abs(count) % 100
    if tail == 1 and tens != 11:  # noqa: PLR2004  Russian grammar
        return forms[0]
    return forms[1] if 2 <= tail <= 4 and not 12 <= tens <= 14 else forms[2]  # noqa: PLR2004  Russian grammar
