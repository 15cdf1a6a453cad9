"""Terminal pages about changes: an amendment or a reading, margins, next steps, published numbers."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from rich.console import Group, RenderableType
from rich.text import Text

from lokal.engine.outcome import Bounds
from lokal.errors import Lang
from lokal.report.ahead_terms import turn_text
from lokal.report.terms import day_text, interval_text, points_text, say
from lokal.report.text import header, plain_table
from lokal.report.titles import Titles
from lokal.rulebook.amendment import AmendmentStanding
from lokal.rulebook.model import Rulebook
from lokal.study.claims import Claim
from lokal.study.compare import Changes, Comparison, FleetComparison
from lokal.study.margin import Margins, Reliance
from lokal.study.next_steps import NextStep, NextSteps, Proof
from lokal.study.reconcile import OPEN, Agreement, Reconciled

_TOP = 8
STANDING: dict[AmendmentStanding, tuple[str, str]] = {
    "enacted": ("принятая поправка", "enacted amendment"),
    "draft": ("проект, не закон", "draft, not law"),
    "made_up": ("условный пример, не закон", "made-up exercise, not law"),
}
PROOFS: dict[Proof, tuple[str, str]] = {
    "operation": (
        "перечень операций с документами или акт на компонент (P4.3.5, 4.3.22)",
        "list of operations with papers, or a component act (P4.3.5, 4.3.22)",
    ),
    "share": (
        "состав материалов с массами или стоимостью и договоры (P4.3.6–4.3.7)",
        "list of materials by mass or cost, contracts (P4.3.6-4.3.7)",
    ),
    "count": (
        "перечень комплектующих с количествами, акты на компонент (P4.3.6, 4.3.22)",
        "list of parts by count, component acts (P4.3.6, 4.3.22)",
    ),
    "section": (
        "реестровая запись или акт с баллами самого компонента (P4.3.18)",
        "register record or act with the component's own points (P4.3.18)",
    ),
    "research": ("отчёт о НИОКР и регистр счёта 90 (P4.3.10)", "R&D report and the account 90 register (P4.3.10)"),
}
AGREEMENTS: dict[Agreement, tuple[str, str]] = {
    "match": ("сходится", "match"),
    "within": ("внутри интервала", "within the interval"),
    "break": ("расходится", "break"),
    "error": ("не сравнить", "cannot be compared"),
}
_COLOUR: dict[Agreement, str] = {"match": "green", "within": "yellow", "break": "red", "error": "magenta"}


def comparison_page(found: Comparison, changes: Changes, lang: Lang) -> RenderableType:
    """Return what an amendment or a reading does to a vehicle, provision by provision."""
    ru, titles = lang == "ru", Titles(changes.compiler(changes.all).rulebook, lang)
    vehicle = found.before.scored.dossier.vehicle
    points = f"{interval_text(found.before.points, lang)} → {interval_text(found.after.points, lang)}"
    head = Text.assemble((vehicle.ru if ru else vehicle.en, "bold"), f" · {day_text(found.day, lang)} · {points}")
    parts: list[RenderableType] = [_what(changes, lang), head]
    if not found.touches:
        words = "Для этого автомобиля на этот день ничего не меняется." if ru else "Nothing changes for this vehicle on this day."
        return Group(*parts, Text(f" {words}", style="yellow"))
    table = plain_table("По пунктам" if ru else "By provision")
    for russian, english in (("Пункт", "Provision"), ("Действует с", "From"), ("Изменение", "Change"), ("Где", "Where")):
        table.add_column(russian if ru else english, justify="right" if english == "Change" else "left")
    for each in found.effects:
        blocks = sorted(each.blocks.items(), key=lambda pair: (pair[1].low, pair[0]))
        where = [f"{titles.block(name)} {interval_text(points, lang, sign=True)}" for name, points in blocks[:_TOP]]
        where += ["…"] if len(blocks) > _TOP else []
        where += [
            f"{titles.programme(name)}: {'порог' if ru else 'bar'} {interval_text(bar, lang, sign=True)}" for name, bar in each.bars.items()
        ]
        title = each.lever.title.ru if ru else each.lever.title.en
        mark = "*" if each.with_ else ""
        change = interval_text(each.change, lang, sign=True)
        table.add_row(f"{each.lever.id}. {title}{mark}", day_text(each.lever.first_day, lang), change, "; ".join(where))
    table.add_row(Text("Итого" if ru else "Total", style="bold"), "", Text(interval_text(found.change, lang, sign=True), style="bold"), "")
    parts.append(table)
    if found.interacting:
        parts.append(_shapley_note(lang))
    parts += [
        Text(f"   {turn_text(turn, titles, lang)}", style="red" if turn.lost else "green" if turn.gained else "dim") for turn in found.turns
    ]
    return Group(*parts)


def _what(changes: Changes, lang: Lang) -> Text:
    made = changes.amendment
    if made is None:
        return Text("Другое толкование" if lang == "ru" else "Another reading", style="cyan")
    title = made.ru if lang == "ru" else made.en
    return Text.assemble((title, "cyan"), (f" — {say(STANDING[made.standing], lang)}; {made.source}", "dim"))


def _shapley_note(lang: Lang) -> Text:
    return Text(
        " * пункты действуют вместе: доля — вектор Шепли, точно по всем сочетаниям, от порядка не зависит"
        if lang == "ru"
        else " * these act together: the share is the Shapley value, exact over all subsets, whatever the order",
        style="dim",
    )


def fleet_comparison_page(found: FleetComparison, changes: Changes, lang: Lang) -> RenderableType:
    """Return what an amendment does to a fleet: winners and losers, provisions, programmes."""
    ru, titles = lang == "ru", Titles(changes.compiler(changes.all).rulebook, lang)
    line = (
        f"единиц {found.units}: выигрывают {found.won}, теряют {found.lost}, без перемен {found.same}"
        if ru
        else f"{found.units} units: {found.won} win, {found.lost} lose, {found.same} stay"
    )
    table = plain_table(f"{day_text(found.day, lang)} · {line}")
    table.add_column("Пункт" if ru else "Provision")
    table.add_column("Баллов в сумме" if ru else "Points in all", justify="right")
    for lever in changes.levers:
        title = lever.title.ru if ru else lever.title.en
        table.add_row(f"{lever.id}. {title}", interval_text(found.effects[lever.id], lang, sign=True))
    table.add_row(Text("Итого" if ru else "Total", style="bold"), Text(interval_text(found.change, lang, sign=True), style="bold"))
    programmes = [
        Text(f"   {sign} {titles.programme(name)}: {count}", style=style)
        for sign, counts, style in (("−", found.programmes_lost, "red"), ("+", found.programmes_gained, "green"))
        for name, count in counts.items()
    ]
    return Group(_what(changes, lang), table, *programmes)


def margin_page(found: Margins, rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return how little it takes to lose each programme, and what hangs on each document and supplier."""
    ru, titles = lang == "ru", Titles(rulebook, lang)
    parts: list[RenderableType] = [header(found.scored, rulebook, lang)]
    if not found.fragile:
        parts.append(
            Text(" Ни одной меры у этого автомобиля наверняка нет." if ru else " No programme is sure for this vehicle.", style="yellow")
        )
    for each in found.fragile:
        spare = interval_text(each.verdict.margin, lang, sign=True) if each.verdict.margin else ""
        parts.append(Text.assemble("\n ", (titles.programme(each.verdict.programme), "bold"), f" · {'запас' if ru else 'margin'} {spare}"))
        if each.claims is None:
            parts.append(Text("   не теряется никаким отказом" if ru else "   no rejection loses it", style="green"))
            continue
        count = len(each.claims)
        words = f"{'достаточно отклонить' if ru else 'it is enough to reject'} {count} (−{points_text(each.loss, lang)}):"
        parts.append(Text(f"   {words} {'; '.join(_claim(claim, titles) for claim in each.claims)}", style="red"))
    for rows, russian, english in (
        (found.documents, "За каким документом больше всего баллов", "The document behind most points"),
        (found.suppliers, "Без одного поставщика", "Without one supplier"),
    ):
        if rows:
            parts.append(_reliance(rows, found, titles, russian if ru else english, lang))
    return Group(*parts)


def _claim(claim: Claim, titles: Titles) -> str:
    return titles.fact(claim.fact) + ("" if claim.by == "own" else f" ({claim.by})")


def _reliance(rows: Iterable[Reliance], found: Margins, titles: Titles, title: str, lang: Lang) -> RenderableType:
    ru, evidence = lang == "ru", found.scored.dossier.evidence
    table = plain_table(title)
    table.add_column("")
    table.add_column("Баллов" if ru else "Points", justify="right")
    table.add_column("Теряются меры" if ru else "Programmes lost")
    for each in list(rows)[:_TOP]:
        paper = evidence.get(each.name)
        name = each.name if paper is None else paper.ru if ru else paper.en
        table.add_row(name, points_text(-each.loss, lang, sign=True), ", ".join(titles.programme(one) for one in each.programmes))
    return table


def next_page(found: NextSteps, rulebook: Rulebook, lang: Lang, top: int) -> RenderableType:
    """Return what one more operation is worth today, the most first, with what proves it."""
    ru, titles = lang == "ru", Titles(rulebook, lang)
    title = "Что даст ещё одна операция" if ru else "What one more operation is worth"
    if found.target and found.target.bar:
        lack = max(found.target.bar.high - found.target.points.low, found.target.bar.high * 0)
        title += f": {titles.programme(found.target.programme)}, {'не хватает' if ru else 'short of'} {points_text(lack, lang)}"
    table = plain_table(title)
    for russian, english in (
        ("Операция", "Operation"),
        ("Баллы", "Points"),
        ("Что должно быть", "What must hold"),
        ("Чем подтвердить", "Proof"),
    ):
        table.add_column(russian if ru else english, justify="right" if english == "Points" else "left")
    ways: dict[tuple[str, str], list[NextStep]] = {}
    for each in found.steps:
        ways.setdefault((each.block, each.operation), []).append(each)
    worth = [some for some in ways.values() if some[0].gain > 0]
    for some in worth[:top]:
        best = some[0]
        name = f"{titles.block(best.block)}: {titles.operation(best.block, best.operation)}" + (" ✓" if best.reaches else "")
        holds = "; ".join(_holds(fact, value, best, titles, lang) for fact, value in best.facts.items())
        less = [f"{max(each.facts.values()):f}: {points_text(each.gain, lang, sign=True)}" for each in some[1:] if each.gain > 0]
        holds += f" ({', '.join(less)})" if less else ""
        table.add_row(name, points_text(best.gain, lang, sign=True), holds, say(PROOFS[best.proof], lang))
    rest, idle = max(0, len(worth) - top), len(ways) - len(worth)
    words = (
        f" ещё {rest} с баллами; {idle} сегодня ничего не дают (предел, другой вариант узла, ступень). ✓ — порог достигнут"
        if ru
        else f" {rest} more with points; {idle} are worth nothing today (a cap, an alternative, a tier). ✓ reaches the bar"
    )
    return Group(header(found.scored, rulebook, lang), table, Text(words, style="dim"))


def _holds(fact: str, value: Decimal, step: NextStep, titles: Titles, lang: Lang) -> str:
    """Return what must hold of a fact: done, at least, at most a foreign share, so many."""
    ru, kind = lang == "ru", titles.kind(fact)
    own = fact.partition(".")[2] == step.operation
    if kind == "flag":
        return ("выполняется" if ru else "done") if own else titles.fact(fact)
    number = points_text(Fraction(value), lang)
    if kind == "points" and own:
        return f"{'своих баллов от' if ru else 'own points from'} {number}"
    if kind == "count" and own:
        return f"{'единиц' if ru else 'units'}: {number}"
    return f"{titles.of(titles.record(fact))}: {number}"


def reconcile_page(rows: Iterable[Reconciled], rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return published numbers beside ours, row by row."""
    ru, titles = lang == "ru", Titles(rulebook, lang)
    table = plain_table("Опубликованное и наше" if ru else "Published and ours")
    for russian, english in (
        ("Строка", "Line"),
        ("Автомобиль", "Vehicle"),
        ("День", "Day"),
        ("Опубликовано", "Published"),
        ("Наше", "Ours"),
        ("", ""),
        ("Объяснение", "Explanation"),
    ):
        table.add_column(russian if ru else english, justify="right" if english in {"Published", "Ours"} else "left")
    for each in rows:
        words = Text(say(AGREEMENTS[each.agreement], lang), style=_COLOUR[each.agreement])
        published, computed = (_span(one, lang) for one in (each.published, each.computed))
        table.add_row(str(each.line), each.vehicle, day_text(each.on, lang), published, computed, words, _why(each, titles, lang))
    return table


def _span(points: Bounds | None, lang: Lang) -> str:
    if points is None:
        return "—"
    return f"≥ {points_text(points.low, lang)}" if points.high >= OPEN else interval_text(points, lang)


def _why(row: Reconciled, titles: Titles, lang: Lang) -> str:
    ru = lang == "ru"
    if row.error:
        return row.error.text(lang)
    parts = []
    if row.gap:
        parts.append(f"{'разница' if ru else 'gap'} {interval_text(Bounds(row.gap, row.gap), lang, sign=True)}")
        parts += [f"{'сошлось бы при' if ru else 'would close with'} {each.reading}={each.option}" for each in row.readings]
    if row.agreement == "within":
        parts.append(f"{'открыто' if ru else 'open'}: {', '.join(titles.fact(each.fact) for each in row.open_facts)}")
    return "; ".join(parts)
