"""The words of plans and shocks in both languages, money and quarters as people write them."""

from datetime import date
from fractions import Fraction

from lokal.errors import Lang
from lokal.report.terms import NBSP, Pair, points_text, say
from lokal.report.titles import Titles
from lokal.study.plan.model import Project, Target
from lokal.study.plan.solve import Ending
from lokal.study.plan.study import Answer
from lokal.study.plan.why import Kind, Obstacle

ENDINGS: dict[Ending, Pair] = {
    "proven": ("доказано: дешевле нельзя", "proven: nothing is cheaper"),
    "within_gap": ("в пределах допуска", "within the gap asked"),
    "stopped": ("лучший найденный за отведённое время", "the best found in the time given"),
    "infeasible": ("недостижимо", "out of reach"),
    "nothing": ("за отведённое время план не найден", "no plan found in the time given"),
}
OBSTACLES: dict[Kind, Pair] = {
    "points": ("снизить цель на {amount} баллов", "lower the target by {amount} points"),
    "date": ("сдвинуть срок на {amount} кв.", "move the day by {amount} quarter(s)"),
    "budget": ("добавить бюджета {amount} млн рублей", "add {amount} million RUB of budget"),
    "capacity": ("добавить мощности на {amount} авт. в год", "add capacity for {amount} cars a year"),
    "smallest": (
        "найти ещё {amount} авт. в год на те же детали (другие модели или заводы)",
        "find {amount} more cars a year for the same parts (other models or plants)",
    ),
    "excludes": ("разрешить взаимоисключающие мероприятия вместе", "allow measures that exclude each other together"),
    "requires": ("снять требования одних мероприятий к другим", "lift prerequisites"),
}
KEYS: dict[str, Pair] = {
    "capital": ("затраты, тыс. руб.", "capital, thousand RUB"),
    "unit": ("на автомобиль, тыс. руб.", "per car, thousand RUB"),
    "lead": ("срок, кварталов", "lead time, quarters"),
    "capacity": ("мощность, авт. в год", "capacity, cars a year"),
    "smallest": ("наименьший объём, авт. в год", "smallest volume, cars a year"),
    "discount_rate": ("ставка дисконтирования", "discount rate"),
    "per_car": ("приносит на автомобиль, тыс. руб.", "brings per car, thousand RUB"),
}


def key_text(key: str, titles: Titles, lang: Lang) -> str:
    """Return what a figure is: a cost, a time, a volume of a year, or the fact that a measure changes."""
    if key in KEYS:
        return say(KEYS[key], lang)
    return key if key.isdigit() else titles.fact(key)


def millions(value: Fraction, lang: Lang) -> str:
    r"""Return thousands of roubles as millions, to a tenth.

    >>> millions(Fraction(4653320), "ru"), millions(Fraction(-150), "en")
    ('4\xa0653,3', '−0.2')
    """
    tenths = round(value / 100)
    whole, part = divmod(abs(tenths), 10)
    text = f"{whole:,}".replace(",", NBSP) + (f"{',' if lang == 'ru' else '.'}{part}" if part else "")
    return ("−" if tenths < 0 else "") + text


def quarter_text(day: date, lang: Lang) -> str:
    """Return the quarter of a day.

    >>> quarter_text(date(2027, 4, 1), "ru"), quarter_text(date(2027, 4, 1), "en")
    ('2 кв. 2027', 'Q2 2027')
    """
    quarter = (day.month + 2) // 3
    return f"{quarter} кв. {day.year}" if lang == "ru" else f"Q{quarter} {day.year}"


def title_of(record: object, lang: Lang) -> str:
    """Return a record's own title in a language."""
    return str(getattr(record, lang))


def titles_of(project: Project, lang: Lang) -> dict[str, str]:
    """Return the titles of a project's measures, models and questions by their names."""
    titles = {each.id: title_of(each, lang) for each in project.measures}
    titles |= {each.id: title_of(each, lang) for each in project.models}
    return titles | {each.id: title_of(each, lang) for each in project.questions}


def target_text(target: Target, project: Project, titles: Titles, lang: Lang) -> str:
    """Return a target in words."""
    name = title_of(project.model(target.model), lang)
    asked = (
        titles.programme(target.programme)
        if target.programme
        else f"{points_text(Fraction(target.points or 0), lang)} {say(('баллов', 'points'), lang)}"
    )
    if target.by is None:
        return f"{name}: {asked}"
    return (
        f"{name}: {asked}, {say(('с', 'from'), lang)} {target.by:%d.%m.%Y}"
        if lang == "ru"
        else f"{name}: {asked}, from {target.by.isoformat()}"
    )


def obstacle_text(obstacle: Obstacle, project: Project, lang: Lang) -> str:
    """Return the change that would make a plan, in words."""
    amount = millions(obstacle.amount, lang) if obstacle.kind == "budget" else points_text(obstacle.amount, lang)
    names = titles_of(project, lang)
    parts: tuple[str, ...] = ()
    if obstacle.kind == "budget":
        parts = tuple(f"{year}: {millions(money, lang)}" for year, money in obstacle.by)
    elif obstacle.kind in {"capacity", "smallest"}:
        parts = tuple(f"{names[name]}: {points_text(cars, lang)}" for name, cars in obstacle.by)
    return say(OBSTACLES[obstacle.kind], lang).format(amount=amount) + (f" ({'; '.join(parts)})" if parts else "")


def ending_text(answer: Answer, lang: Lang) -> str:
    """Return how a search ended, with its gap where one is left."""
    made = answer.plan
    text = say(ENDINGS[made.ending], lang)
    if made.ending in {"within_gap", "stopped"}:
        text += f", {made.gap * 100:.2f} %".replace(".", "," if lang == "ru" else ".")
    return text
