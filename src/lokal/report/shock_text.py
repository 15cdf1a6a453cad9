"""What survives, in the terminal."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lokal.errors import Lang
from lokal.report.plan_words import millions, title_of
from lokal.report.terms import points_text, say
from lokal.report.titles import Titles
from lokal.rulebook.model import Rulebook
from lokal.study.exposure import Exposure, Threshold
from lokal.study.plan.study import Answer
from lokal.study.scenarios import Chances
from lokal.study.shock import Event, Fall, Robust, Shock

KINDS = {"supplier": ("поставщик", "supplier"), "country": ("страна", "country"), "document": ("документ", "document")}


def shock_page(found: Shock, answer: Answer | None, rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return the page: one loss, two losses, scenarios, the robust plan."""
    titles, exposed = Titles(rulebook, lang), found.exposed
    head = title_of(answer.question if answer else exposed.project, lang)
    lines: list[RenderableType] = [Text(head, style="bold"), Text(_frame(exposed, lang), style="dim"), Text("")]
    lines.append(_falls(say(("Потеря чего-то одного", "One loss"), lang), found.single, exposed, titles, lang))
    lines.append(
        _falls(
            say(("Потеря двух, ни одна из которых сама не роняет", "Two losses, neither of which is enough"), lang),
            found.pairs,
            exposed,
            titles,
            lang,
        )
    )
    lines.append(_chances(found.chances, exposed, titles, lang))
    if exposed.project.exits.assumed:
        lines.append(Text(f"{say(('допущение', 'assumed'), lang)}: {title_of(exposed.project.exits.assumed, lang)}", style="dim"))
    if found.robust:
        lines.extend(_robust(found.robust, lang))
    return Group(*lines)


def _frame(exposed: Exposure, lang: Lang) -> str:
    day = f"{exposed.on:%d.%m.%Y}" if lang == "ru" else exposed.on.isoformat()
    count = len(exposed.units)
    return f"на {day}; поставщиков и документов: {count}" if lang == "ru" else f"on {day}; suppliers and documents: {count}"


def threshold_text(threshold: Threshold, exposed: Exposure, titles: Titles, lang: Lang) -> str:
    """Return a model's bar in words."""
    model = title_of(exposed.project.model(threshold.model), lang)
    known = {each.id for each in exposed.world.rulebook.programmes}
    name = titles.programme(threshold.name) if threshold.name in known else say(("цель", "target"), lang)
    return f"{model}: {name} {points_text(threshold.points, lang)}"


def event_text(event: Event, exposed: Exposure, lang: Lang) -> str:
    """Return an event in words."""
    supplier = exposed.project.suppliers.get(event.name) if event.kind == "supplier" else None
    return f"{say(KINDS[event.kind], lang)} {title_of(supplier, lang) if supplier else event.name}"


def _falls(title: str, found: Iterable[Fall], exposed: Exposure, titles: Titles, lang: Lang) -> RenderableType:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    heads = ("Событие", "Не проходит", "Было", "Станет") if lang == "ru" else ("Event", "Falls below", "Before", "After")
    for place, name in enumerate(heads):
        table.add_column(name, justify="right" if place > 1 else "left")
    grouped: dict[tuple[tuple[Event, ...], str], list[Fall]] = {}
    for each in found:
        grouped.setdefault((each.events, each.threshold.model), []).append(each)
    for (events, _), group in grouped.items():
        bars = "\n".join(threshold_text(each.threshold, exposed, titles, lang) for each in group)
        names = " + ".join(event_text(each, exposed, lang) for each in events)
        table.add_row(names, bars, points_text(group[0].before, lang), points_text(group[0].after, lang))
    if not grouped:
        table.add_row(say(("ни один порог не теряется", "no bar is lost"), lang), "", "", "")
    return table


def _chances(chances: tuple[Chances, ...], exposed: Exposure, titles: Titles, lang: Lang) -> Table:
    exits = exposed.project.exits
    title = (
        f"Случайные уходы: {exits.scenarios} сценариев, зерно {exits.seed}"
        if lang == "ru"
        else f"Random exits: {exits.scenarios} scenarios, seed {exits.seed}"
    )
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    heads = ("Порог", "Держится", "Худшее", "Худшие 5 %") if lang == "ru" else ("Bar", "Holds", "Worst", "Worst 5 %")
    for place, name in enumerate(heads):
        table.add_column(name, justify="right" if place else "left")
    now = {each.model: each.points(frozenset()) for each in exposed.models}
    held = [each for each in chances if each.threshold.points <= now[each.threshold.model]]
    if not held:
        table.add_row(say(("сейчас ни один порог не держится: терять нечего", "no bar is held now, so none can be lost"), lang), "", "", "")
    for each in held:
        table.add_row(
            threshold_text(each.threshold, exposed, titles, lang),
            _per_cent(each, lang),
            points_text(each.worst, lang),
            points_text(each.twentieth, lang),
        )
    return table


def _per_cent(each: Chances, lang: Lang) -> str:
    hundredths = each.holds * 10000 // each.scenarios
    return f"{hundredths // 100}{',' if lang == 'ru' else '.'}{hundredths % 100:02d} %"


def _robust(hard: Robust, lang: Lang) -> Iterable[RenderableType]:
    yield Text("")
    yield Text(
        say(("План, который выдержит уход любого одного поставщика", "The plan that survives any one supplier's exit"), lang), style="bold"
    )
    if hard.price is None or hard.plan.evaluation is None:
        words = say(
            ("такого плана нет; каждый из этих уходов сам по себе фатален", "there is none; each of these exits alone is fatal"), lang
        )
        yield Text(f"  {words}: {', '.join(hard.fatal) or '—'}", style="red")
        return
    cost, price = millions(hard.plan.evaluation.cost, lang), millions(hard.price, lang)
    words = (
        f"стоимость {cost}, дороже обычного на {price} млн рублей"
        if lang == "ru"
        else f"cost {cost}, {price} million RUB over the plain plan"
    )
    yield Text(f"  {words}")
    plain = {each.measure for each in hard.plain.choices}
    for choice in hard.plan.choices:
        mark = "+" if choice.measure not in plain else " "
        yield Text(f"  {mark} {title_of(hard.plan.project.measure(choice.measure), lang)}")
