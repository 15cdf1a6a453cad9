"""The pages of intake and evidence for the terminal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lokal.errors import Lang
from lokal.intake.bom import Bom
from lokal.intake.bom_diff import BomDiff
from lokal.intake.bom_dossier import Import, VariantImport, fact_note
from lokal.intake.dossier_write import value_text
from lokal.intake.forms import BOM, FLAG_WORDS
from lokal.intake.sourcing import ActCode, Sourcing
from lokal.intake.suggest import Suggested
from lokal.report.terms import ANSWERS, NBSP, day_text, points_text, say
from lokal.report.text import header
from lokal.report.titles import Titles
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Fact, Rulebook
from lokal.study.evidence_gaps import Gaps, Standing

_ROWS = 15
_STANDINGS: dict[Standing, tuple[str, str]] = {
    "not_documented": ("нет документа", "no document"),
    "expired": ("кончился", "ended"),
    "expires": ("кончится", "ends"),
    "not_yet": ("ещё не действует", "not valid yet"),
}


def gaps_page(gaps: Gaps, rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return the work list of evidence."""
    ru = lang == "ru"
    titles = Titles(rulebook, lang)
    lead = Text.assemble(
        "Заявлено " if ru else "Claimed ", (points_text(gaps.claimed.low, lang), "bold"),
        ", подтверждено " if ru else ", documented ", (points_text(gaps.documented.low, lang), "bold"),
        ": разрыв " if ru else ": the gap is ", (points_text(gaps.points, lang), "bold red" if gaps.points else "bold green"),
    )  # fmt: skip
    return Group(
        header(gaps.documented, rulebook, lang),
        Padding(lead, (0, 0, 1, 1)),
        _unproved(gaps, titles, lang),
        _papers(gaps, titles, lang),
        _falls(gaps, titles, lang),
    )


def _unproved(gaps: Gaps, titles: Titles, lang: Lang) -> RenderableType:
    ru = lang == "ru"
    if not gaps.unproved:
        return Padding(Text("Всё заявленное подтверждено" if ru else "Everything claimed is proved", style="green"), (0, 0, 1, 1))
    table = _table("Заявлено, но не подтверждено" if ru else "Claimed but not proved")
    for russian, english in (
        ("Баллы", "Points"),
        ("Узел, операции", "Block, operations"),
        ("Что подтвердить", "What to prove"),
        ("Документы", "Documents"),
    ):
        table.add_column(russian if ru else english, justify="right" if russian == "Баллы" else "left")
    for each in gaps.unproved:
        names = ", ".join(titles.operation(each.block, name) for name in each.operations)
        papers = ", ".join(_paper(gaps, name, lang) for name in each.papers)
        table.add_row(
            points_text(each.points, lang),
            f"{titles.block(each.block)}: {names}",
            ", ".join(each.facts),
            papers or Text("нет" if ru else "none", style="red"),
        )
    return table


def _papers(gaps: Gaps, titles: Titles, lang: Lang) -> RenderableType:  # noqa: ARG001  one shape for the page's parts
    ru = lang == "ru"
    if not gaps.papers:
        return Text("")
    table = _table("Документы и сроки" if ru else "Documents and their ends")
    for russian, english in (
        ("До", "Until"),
        ("Состояние", "Standing"),
        ("Баллы", "Points"),
        ("Документ", "Document"),
        ("На нём держится", "Rests on it"),
    ):
        table.add_column(russian if ru else english, justify="right" if russian == "Баллы" else "left")
    for each in gaps.papers:
        style = "red" if each.standing == "expired" else "yellow"
        table.add_row(
            day_text(each.until, lang),
            Text(say(_STANDINGS[each.standing], lang), style=style),
            points_text(each.points, lang),
            _paper(gaps, each.evidence, lang),
            ", ".join(each.facts[:4]) + (" …" if len(each.facts) > 4 else ""),  # noqa: PLR2004  what fits a row
        )
    return table


def _falls(gaps: Gaps, titles: Titles, lang: Lang) -> RenderableType:
    ru = lang == "ru"
    if not gaps.falls:
        return Text("")
    table = _table("Когда подтверждённых баллов станет меньше" if ru else "When documented points fall")
    for russian, english in (
        ("День", "Day"),
        ("Было", "Before"),
        ("Станет", "After"),
        ("Кончились", "Ended"),
        ("Что изменится", "What changes"),
    ):
        table.add_column(russian if ru else english, justify="right" if russian in {"Было", "Станет"} else "left")
    for each in gaps.falls:
        changes = "; ".join(
            f"{titles.programme(name)}: {say(ANSWERS[was], lang)} → {say(ANSWERS[now], lang)}" for name, was, now in each.programmes
        )
        names = ", ".join(_paper(gaps, name, lang) for name in each.papers)
        table.add_row(
            day_text(each.on, lang),
            points_text(each.before, lang),
            points_text(each.after, lang),
            names,
            Text(changes or "—", style="red" if changes else "dim"),
        )
    return table


def _paper(gaps: Gaps, name: str, lang: Lang) -> str:
    paper = gaps.documented.dossier.evidence[name]
    title = paper.ru if lang == "ru" else paper.en
    return f"{title}{f' № {paper.number}' if paper.number else ''}{f' ({paper.issuer})' if paper.issuer else ''}"


def import_page(done: Import, diff: BomDiff | None, suggested: Sequence[Suggested], rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return what an import made: counts, odd rows, facts by variant, unmapped lines with suggestions, what changed."""
    titles, kinds = Titles(rulebook, lang), declared_facts(rulebook)
    parts: list[RenderableType] = [_import_lead(done, lang), codes_table(done.bom, lang)]
    parts.extend(_variant_table(variant, titles, kinds, lang) for variant in done.variants)
    parts.append(_suggestions(suggested, titles, lang))
    if diff is not None:
        parts.append(_diff_table(diff, lang))
    return Group(*parts)


def _import_lead(done: Import, lang: Lang) -> RenderableType:
    ru = lang == "ru"
    columns = ", ".join(f"{name} = «{heading}»" for name, heading in done.bom.headings.items())
    words = (
        f"Строк {len(done.bom.lines)}, вариантов {len(done.variants)}, без правила {len(done.unmapped)}. Столбцы: {columns}"
        if ru
        else f"Lines {len(done.bom.lines)}, variants {len(done.variants)}, without a rule {len(done.unmapped)}. Columns: {columns}"
    )
    listed = sum(len(table.rows) - 1 for table in done.bom.operations)
    more = (f". Операций в списке {listed}" if ru else f". Operations listed {listed}") if listed else ""
    return Padding(Text(words + more), (0, 0, 1, 1))


def codes_table(bom: Bom, lang: Lang) -> RenderableType:
    """Return the odd rows: each code with its count and the first of them."""
    if not bom.codes:
        return Text("")
    table = _table("Особые строки" if lang == "ru" else "Odd rows")
    for russian, english in (("Код", "Code"), ("Строк", "Rows"), ("Первая", "First"), ("Что это", "What it is")):
        table.add_column(russian if lang == "ru" else english)
    counts = Counter(code.code for code in bom.codes)
    for name, count in counts.most_common():
        first = next(code for code in bom.codes if code.code == name)
        table.add_row(name, str(count), PurePath(str(first.place)).name, first.words.text(lang))
    return table


def _variant_table(variant: VariantImport, titles: Titles, kinds: Mapping[str, Fact], lang: Lang) -> RenderableType:
    ru = lang == "ru"
    table = _table(f"{'Вариант' if ru else 'Variant'} {variant.id}".strip())
    for russian, english in (("Факт", "Fact"), ("Значение", "Value"), ("Из чего сложилось", "Made of")):
        table.add_column(russian if ru else english)
    rows = {made.fact: fact_note(made, lang) for made in variant.facts}
    for each in variant.dossier.statements:
        listed = " · ".join(part for part in (each.note, "" if each.by == "own" else each.by, *each.evidence) if part)
        value = value_text(each.low, each.high, kinds[each.fact].kind)
        table.add_row(
            _titled(each.fact, titles),
            FLAG_WORDS.get(value, value) if ru else value,
            rows.get(each.fact, f"{'операции' if ru else 'operations'}: {listed or '—'}"),
        )
    return table


def _titled(fact: str, titles: Titles) -> str:
    """Return a fact's title with its block, and the name that files use under it."""
    return f"{titles.full_fact(fact)}\n[dim]{fact}[/dim]"


def _suggestions(suggested: Sequence[Suggested], titles: Titles, lang: Lang) -> RenderableType:
    ru = lang == "ru"
    if not suggested:
        return Text("")
    table = _table(
        "Строки без правила: на что похожи (решает человек)" if ru else "Lines without a rule: what they look like (a person decides)"
    )
    for russian, english in (("Строка", "Row"), ("Обозначение", "Number"), ("Наименование", "Name"), ("Похоже на, %", "Looks like, %")):
        table.add_column(russian if ru else english)
    for each in suggested[:_ROWS]:
        likely = "\n".join(f"{one.likeness} {titles.full_fact(one.fact)} [dim]{one.fact}[/dim]" for one in each.suggestions)
        more = f" (+{each.alike})" if each.alike else ""
        table.add_row(str(each.line.raw.place.line), each.line.raw.number, each.line.raw.name + more, likely)
    rest = len(suggested) - _ROWS
    if rest > 0:
        table.add_row("…", f"+{rest}", "", "")
    return table


def _diff_table(diff: BomDiff, lang: Lang) -> RenderableType:
    ru = lang == "ru"
    since = day_text(diff.since, lang)
    lead = (
        f"С прошлой загрузки ({since}): строк добавлено {len(diff.added)}, убрано {len(diff.removed)}, изменено {len(diff.changed)}"
        if ru
        else f"Since the last import ({since}): lines added {len(diff.added)}, removed {len(diff.removed)}, changed {len(diff.changed)}"
    )
    table = Table(title=lead, title_justify="left", title_style="bold", box=None, padding=(0, 1))
    for name in ("Что", "Поле", "Было", "Стало") if ru else ("What", "Field", "Before", "After"):
        table.add_column(name)
    fields = {column.key: column.title(lang) for column in BOM.columns} | {"total": "на автомобиль" if ru else "per vehicle"}
    for change in (*diff.facts[:_ROWS], *diff.changed[:_ROWS]):
        table.add_row(change.key, fields.get(change.field, change.field), change.before or "—", change.after or "—")
    for sign, keys in (("+", diff.added), ("−", diff.removed)):
        for key in keys[:_ROWS]:
            table.add_row(f"{sign}{NBSP}{key}", "", "", "")
    return table


def acts_page(codes: Sequence[ActCode], result: Sourcing, lang: Lang) -> RenderableType:
    """Return what acts gave: odd lines, and guaranteed and expected points where parts have several makers."""
    ru = lang == "ru"
    lead = Text.assemble(
        "Гарантировано " if ru else "Guaranteed ", (points_text(result.guaranteed, lang), "bold"),
        ", ожидается " if ru else ", expected ", (points_text(result.expected, lang), "bold"),
        ", в лучшем случае " if ru else ", at best ", (points_text(result.best, lang), "bold"),
    )  # fmt: skip
    parts: list[RenderableType] = [Padding(lead, (1, 0, 0, 1))]
    parts.extend(
        Text(
            f"  {source.component}: " + ", ".join(f"{inn} {points_text(mix * 100, lang)} %" for inn, mix in source.mixes.items()),
            style="dim",
        )
        for source in result.sources
    )
    parts.extend(Text(f"  [{code.code}] {code.act}: {code.words.text(lang)}", style="yellow") for code in codes)
    return Group(*parts)


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
