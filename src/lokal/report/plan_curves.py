"""What more points, time or money would do, as rows that the terminal, the page and the workbook share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from lokal.errors import Lang
from lokal.report.plan_words import millions
from lokal.report.terms import Pair, points_text, say
from lokal.study.plan.frontier import Spot, value_of_budget
from lokal.study.plan.study import Answer

COST: Pair = ("стоимость, млн рублей", "cost, million RUB")
CHANGE: Pair = ("разница", "difference")
NO_PLAN: Pair = ("плана нет", "no plan")
_TITLES: dict[str, Pair] = {
    "points": ("Сколько стоят баллы", "What points cost"),
    "date": ("Если срок раньше или позже (кварталов)", "If the day is earlier or later (quarters)"),
    "budget": ("Если бюджет другой", "If the budget were different"),
    "delay": ("Если начать позже, а срок не менять (кварталов)", "If the start is late and the day stays (quarters)"),
}
_AS_ASKED: dict[str, Fraction | None] = {"points": None, "date": Fraction(0), "budget": Fraction(1), "delay": Fraction(0)}


@dataclass(frozen=True)
class CurveTable:
    """A curve in words: its name, where it is asked, and the costs; changes are against the question as it was asked."""

    name: str
    title: str
    heads: tuple[str, ...]
    costs: tuple[Fraction | None, ...]
    changes: tuple[Fraction | None, ...]


def curve_tables(answer: Answer, lang: Lang) -> Iterator[CurveTable]:
    """Yield the curves of an answer on which some plan exists; money in thousand RUB of present value, none where there is no plan."""
    words: dict[str, Callable[[Fraction], str]] = {
        "points": lambda at: points_text(at, lang),
        "date": lambda at: points_text(at, lang, sign=True) if at else "0",
        "budget": lambda at: f"{int(at * 100)} %",
        "delay": lambda at: points_text(at, lang),
    }
    for name, title in _TITLES.items():
        spots: tuple[Spot, ...] = getattr(answer.curves, name)
        base = next((each.cost for each in spots if each.at == _AS_ASKED[name]), None)
        changes = tuple(None if each.cost is None or base is None else each.cost - base for each in spots)
        if any(each.cost is not None for each in spots):
            heads = tuple(words[name](each.at) for each in spots)
            yield CurveTable(name, say(title, lang), heads, tuple(each.cost for each in spots), changes)


def curve_rows(table: CurveTable, lang: Lang) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a curve's table: costs and, where the question as asked is among them, differences."""
    yield (say(COST, lang), *(say(NO_PLAN, lang) if each is None else millions(each, lang) for each in table.costs))
    if any(table.changes):
        yield (say(CHANGE, lang), *("" if each is None else signed_millions(each, lang) for each in table.changes))


def signed_millions(value: Fraction, lang: Lang) -> str:
    r"""Return a difference in millions with its sign.

    >>> signed_millions(Fraction(-295600), "ru"), signed_millions(Fraction(68400), "en"), signed_millions(Fraction(0), "en")
    ('−295,6', '+68.4', '0')
    """
    text = millions(value, lang)
    return f"+{text}" if value > 0 and text != "0" else text


def budget_value_text(answer: Answer, lang: Lang) -> str:
    """Return what one more million of yearly budgets saves, in thousand RUB, from each level to the next."""
    total = sum((Fraction(each.value) for each in answer.project.budgets.values()), Fraction(0))
    worth = [(factor, saved) for factor, saved in value_of_budget(answer.curves.budget, total) if saved] if total else []
    if not worth:
        return say(
            ("Бюджет не стесняет: лишний миллион ничего не даёт.", "The budget does not bind: one more million gives nothing."), lang
        )
    lines = "; ".join(f"{'до' if lang == 'ru' else 'up to'} {int(at * 100)} % — {points_text(saved * 1000, lang)}" for at, saved in worth)
    return f"{say(('Миллион бюджета сберегает, тыс. рублей', 'A million of budget saves, thousand RUB'), lang)}: {lines}"
