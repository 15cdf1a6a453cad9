"""One node of the score in full, for the terminal."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from lokal.errors import Lang
from lokal.report.terms import EVIDENCE, REASONS, day_text, interval_text, say
from lokal.report.text import header, value_text
from lokal.report.titles import Titles
from lokal.result.explain import Explanation, OperationExplanation, Skipped
from lokal.result.score import Score
from lokal.rulebook.model import Rulebook
from lokal.scale.model import Case

_SKIPPED: dict[Skipped, tuple[str, str]] = {
    "not_yet": ("ещё не действует", "not yet in force"),
    "ended": ("уже не действует", "no longer in force"),
    "not_known_then": ("тогда ещё не был опубликован", "not published then"),
    "other_category": ("для другой категории", "for another category"),
    "other_powertrain": ("для другой силовой установки", "for another powertrain"),
    "other_reading": ("при другом толковании", "under another reading"),
}
_AWARDS = {
    "fixed": ("все баллы, когда выполнены условия", "all the points when the conditions hold"),
    "ratio": ("баллы × доля единиц, с округлением", "points × part of the units, rounded"),
    "ladder": ("баллы ступени, в которую попал счёт блока по разделу IX", "points of the band that holds the unit's section IX score"),
    "per_unit": ("баллы за каждый процент выручки, не выше предела", "points per cent of revenue, up to the cap"),
}


def explanation_page(scored: Score, rulebook: Rulebook, explanation: Explanation, lang: Lang) -> RenderableType:
    """Return the page of one block or operation."""
    titles = Titles(rulebook, lang)
    root = Tree(
        Text.assemble((titles.block(explanation.block.id), "bold"), f"  {interval_text(explanation.outcome.points, lang)}"),
        guide_style="dim",
    )
    for each in explanation.operations:
        _operation(root, each, scored, titles, lang)
    return Group(header(scored, rulebook, lang), Padding(root, (1, 0)), _skipped_table(explanation, titles, lang))


def _operation(root: Tree, each: OperationExplanation, scored: Score, titles: Titles, lang: Lang) -> None:
    ru = lang == "ru"
    outcome = each.outcome
    style = "green" if outcome.points.low else "yellow" if outcome.points.high else "dim"
    node = root.add(
        Text.assemble(
            (titles.of(each.operation), "bold"),
            "  ",
            (interval_text(outcome.points, lang), style),
            f"  {say(REASONS[outcome.reason], lang)}",
            (f"  {each.block.id}.{each.operation.id}", "dim"),
        )
    )
    award = str(each.operation.award.__struct_config__.tag)
    node.add(Text(f"{'начисление' if ru else 'award'}: {say(_AWARDS[award], lang)}"))
    for case in outcome.cases:
        node.add(Text(f"{'значение' if ru else 'value'}: {_case(case, titles, lang)}"))
    for name in outcome.facts:
        state = scored.states.get(name)
        if state is None:
            node.add(Text(f"{'сведение' if ru else 'fact'}: {titles.fact(name)} = ?  ({name})", style="yellow"))
            continue
        leaf = node.add(
            Text(f"{'сведение' if ru else 'fact'}: {titles.fact(name)} = {value_text(state, titles.kind(name), lang)}  ({name})")
        )
        for statement in state.used:
            papers = [scored.dossier.evidence[paper] for paper in statement.evidence]
            for paper in papers:
                title = f"{say(EVIDENCE[paper.kind], lang)}: {paper.ru if ru else paper.en}"
                source = " ".join(each for each in (paper.issuer, paper.number, day_text(paper.issued, lang), paper.url) if each)
                leaf.add(Text(f"{title}; {source}", style="dim"))
            if statement.note:
                leaf.add(Text(statement.note, style="dim italic"))
    if outcome.raw != outcome.points:
        node.add(Text(f"{'до округления' if ru else 'before rounding'}: {interval_text(outcome.raw, lang)}"))
    if outcome.factor.high != 1:
        node.add(Text(f"{'коэффициент' if ru else 'factor'}: {interval_text(outcome.factor, lang)}"))


def _case(case: Case, titles: Titles, lang: Lang) -> str:
    points = str(case.low) if case.low == case.high else f"{case.low}…{case.high}"
    band = ""
    if case.band:
        top = f"–{case.band[1]}" if case.band[1] is not None else "+"
        band = f" {'при' if lang == 'ru' else 'at'} {case.band[0]}{top}"
    span = f"{day_text(case.cite.from_, lang)} — {day_text(case.cite.to, lang) if case.cite.to else '…'}"
    return f"{points}{band} · {titles.cite(case.cite)} · {case.cite.hash} · {span}"


def _skipped_table(explanation: Explanation, titles: Titles, lang: Lang) -> RenderableType:
    rows = [(each, skip) for each in explanation.operations for skip in each.skipped]
    if not rows:
        return Text("")
    ru = lang == "ru"
    table = Table(title="Не применено" if ru else "Not read", title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    for column in ("Операция", "Значение", "Почему", "Дни", "Статья") if ru else ("Operation", "Value", "Why", "Days", "Clause"):
        table.add_column(column, style="dim")
    for each, skip in rows:
        points = skip.value.points
        shown = points_text_of(points)
        days = f"{day_text(skip.start, lang)} — {day_text(skip.end, lang) if skip.end else '…'}"
        table.add_row(titles.of(each.operation), shown, say(_SKIPPED[skip.why], lang), days, f"№{skip.act.lstrip('n')} {skip.value.place}")
    return table


def points_text_of(points: object) -> str:
    """Return a rulebook's points as written: a number, bounds, or the options of a reading."""
    options = getattr(points, "options", None)
    if options is not None:
        return " / ".join(f"{name}: {points_text_of(value)}" for name, value in options.items())
    return f"{points[0]}…{points[1]}" if isinstance(points, tuple) else str(points)
