"""Scores, explanations and briefs for the terminal: tables with colour, the same words in a pipe."""

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from lokal.engine.known import State
from lokal.engine.outcome import BlockOutcome, Bounds, OperationOutcome, Reason
from lokal.errors import Lang
from lokal.report.bar import points_bar
from lokal.report.terms import (
    ANSWERS,
    BASES,
    CATEGORIES,
    EVIDENCE,
    POWERTRAINS,
    REASONS,
    STANDINGS,
    day_text,
    interval_text,
    plural,
    points_text,
    say,
)
from lokal.report.titles import Titles
from lokal.result.score import Score
from lokal.rulebook.model import Rulebook
from lokal.study.eligibility import Verdict, eligibility

_TOP_FACTS = 15
_QUIET: frozenset[Reason] = frozenset({"not_fitted", "not_in_force", "other_category", "other_powertrain", "other_vehicle"})
_COLOUR = {"yes": "green", "no": "red", "depends": "yellow", "not_set": "dim"}


def score_page(scored: Score, rulebook: Rulebook, lang: Lang, *, every: bool = False) -> RenderableType:
    """Return the page of one score; `every` lists each operation, otherwise blocks without any information are one line."""
    titles = Titles(rulebook, lang)
    verdicts = eligibility(scored, rulebook)
    return Group(
        header(scored, rulebook, lang),
        Padding(points_bar(scored.outcome.points, [each.bar.high for each in verdicts if each.bar and each.bar.high], lang), (0, 0, 1, 1)),
        programme_table(verdicts, titles, lang),
        _block_table(scored, titles, lang, every=every),
        _reason_counts(scored, lang),
        fact_table(scored, titles, lang),
        _stake_table(scored, titles, lang),
        published_line(scored, lang),
        _footer(rulebook, lang),
    )


def header(scored: Score, rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return the panel that says which vehicle, on which day, by which law and basis, and how many points."""
    vehicle, scale = scored.dossier.vehicle, scored.scale
    ru = lang == "ru"
    lines = [
        f"{say(CATEGORIES[vehicle.category], lang)} · {say(POWERTRAINS[vehicle.powertrain], lang)}"
        + (f" · {vehicle.maker}" if vehicle.maker else ""),
        f"{'на' if ru else 'on'} {day_text(scale.on, lang)} · {'основание' if ru else 'basis'}: {say(BASES[scored.look.basis], lang)}"
        + (f" · {'сведения на' if ru else 'as known on'} {day_text(scale.known, lang)}" if scale.known.year < 9999 else ""),  # noqa: PLR2004
        f"{titles_of(rulebook, lang)}, {'свод' if ru else 'rulebook'} {scale.rulebook} {scale.version} ({scale.rulebook_hash[:12]})",
    ]
    text = Text("\n".join(lines), style="dim")
    total = Text(f"{interval_text(scored.outcome.points, lang)} {'баллов' if ru else 'points'}", style="bold")
    return Panel(Group(total, text), title=Text(vehicle.ru if ru else vehicle.en, style="bold"), title_align="left", border_style="cyan")


def titles_of(rulebook: Rulebook, lang: Lang) -> str:
    """Return the rulebook's own title."""
    return rulebook.manifest.ru if lang == "ru" else rulebook.manifest.en


def programme_table(verdicts: Iterable[Verdict], titles: Titles, lang: Lang) -> RenderableType:
    """Return the table of programmes: bar, margin, verdict and where the bar is known from."""
    ru = lang == "ru"
    table = plain_table("Что это открывает" if ru else "What this opens")
    for name, style in (("Мера", ""), ("Порог", "right"), ("Запас", "right"), ("Ответ", ""), ("Порог известен из", "")):
        english = {"Мера": "Programme", "Порог": "Bar", "Запас": "Margin", "Ответ": "Answer", "Порог известен из": "Bar known from"}
        table.add_column(name if ru else english[name], justify="right" if style else "left")
    for each in verdicts:
        if each.bar is None or each.margin is None:
            continue
        part = f" · {'от' if ru else 'at least'} {int(each.share * 100)} % {'выпуска за год' if ru else 'of a year'}" if each.share else ""
        table.add_row(
            titles.programme(each.programme) + part,
            interval_text(each.bar, lang),
            interval_text(each.margin, lang, sign=True),
            Text(say(ANSWERS[each.answer], lang), style=_COLOUR[each.answer]),
            f"{say(STANDINGS[each.standing], lang)}: {each.bars[0].source or titles.cite(each.bars[0].cite)}",
        )
    return table


def fact_table(scored: Score, titles: Titles, lang: Lang, top: int = _TOP_FACTS) -> RenderableType:
    """Return the facts that would narrow the interval most."""
    ru = lang == "ru"
    facts = scored.open_facts()
    if not facts:
        return Text("")
    table = plain_table("Что узнать в первую очередь" if ru else "What to find out first")
    table.add_column("Сведение" if ru else "Fact")
    table.add_column("Имя в досье" if ru else "Name in the dossier", style="dim")
    table.add_column("Баллов зависит" if ru else "Points hang on it", justify="right")
    for each in facts[:top]:
        table.add_row(titles.fact(each.fact), each.fact, points_text(each.points, lang))
    rest = len(facts) - top
    if rest > 0:
        table.add_row(f"… {'и ещё' if ru else 'and'} {rest} {'' if ru else 'more'}", "", "")
    return table


def _block_table(scored: Score, titles: Titles, lang: Lang, *, every: bool) -> RenderableType:
    ru = lang == "ru"
    table = plain_table("По узлам и операциям" if ru else "By block and operation")
    for russian, english, right in (
        ("Узел, операция", "Block, operation", False),
        ("Баллы", "Points", True),
        ("Почему", "Why", False),
        ("Сведения и документы", "Facts and evidence", False),
        ("Статья", "Clause", False),
    ):
        table.add_column(russian if ru else english, justify="right" if right else "left")
    for group, blocks in titles.grouped(scored.outcome.blocks):
        rows = [row for block in blocks for row in _block_rows(block, scored, titles, lang, every=every)]
        if rows:
            table.add_row(Text(group.upper(), style="cyan"), "", "", "", "")
            for row in rows:
                table.add_row(*row)
    return table


def _block_rows(block: BlockOutcome, scored: Score, titles: Titles, lang: Lang, *, every: bool) -> Iterator[tuple[RenderableType, ...]]:
    shown = [each for each in block.operations if every or _worth_showing(each, scored)]
    if not shown and not block.points.high:
        return
    total = Text(interval_text(block.points, lang), style="bold" if block.points.low else "")
    hidden = len(block.operations) - len(shown)
    note = ""
    if hidden:
        lines = plural(hidden, ("строка", "строки", "строк")) if lang == "ru" else "line" if hidden == 1 else "lines"
        note = f"{hidden} {lines} {'без сведений' if lang == 'ru' else 'without information'}"
    yield Text(titles.block(block.id), style="bold"), total, Text(note, style="dim"), Text(block.id, style="dim"), ""
    for each in shown:
        style = "green" if each.points.low and each.counted != "no" else "yellow" if each.points.high and each.counted != "no" else "dim"
        yield (
            Text("  " + titles.operation(block.id, each.id)),
            Text(interval_text(each.points, lang), style=style),
            Text(say(REASONS[each.reason], lang), style=style),
            Text(known_facts_text(each, scored, titles, lang), style="dim"),
            Text(", ".join(dict.fromkeys(titles.cite(case.cite) for case in each.cases[:2])), style="dim"),
        )


def _worth_showing(operation: OperationOutcome, scored: Score) -> bool:
    """Tell whether anything was stated of an operation, beyond what follows from the component's absence."""
    told = [name for name in operation.facts if name not in scored.fitted and name in scored.states and scored.states[name].used]
    return operation.reason not in _QUIET and bool(told)


def known_facts_text(operation: OperationOutcome, scored: Score, titles: Titles, lang: Lang) -> str:
    """Return what is known of an operation's facts, with the documents behind it, as one line."""
    parts = []
    for name in operation.facts:
        state = scored.states.get(name)
        if state is None or name in scored.fitted:
            continue
        papers = [_paper(paper, scored, lang) for statement in state.used for paper in statement.evidence]
        tail = f" ({'; '.join(dict.fromkeys(papers))})" if papers else ""
        parts.append(f"{titles.short_fact(operation.id, name)}: {value_text(state, titles.kind(name), lang)}{tail}")
    return "; ".join(parts)


def _paper(name: str, scored: Score, lang: Lang) -> str:
    paper = scored.dossier.evidence[name]
    issued = f", {day_text(paper.issued, lang)}" if paper.issued else ""
    return f"{say(EVIDENCE[paper.kind], lang)}: {paper.issuer or (paper.ru if lang == 'ru' else paper.en)}{issued}"


def value_text(state: State, kind: str, lang: Lang) -> str:
    """Return what is known of a fact in words: yes, no, a number, bounds, or a question mark."""
    if kind == "flag":
        if state.certain:
            return ("да" if state.low else "нет") if lang == "ru" else ("yes" if state.low else "no")
        return "?"
    if state.high is None:
        return f"≥ {points_text(state.low, lang)}" if state.low else "?"
    return interval_text(Bounds(state.low, state.high), lang)


def _reason_counts(scored: Score, lang: Lang) -> RenderableType:
    counts = Counter(operation.reason for block in scored.outcome.blocks for operation in block.operations)
    words = " · ".join(f"{say(REASONS[reason], lang)}: {count}" for reason, count in counts.most_common())
    label = "Строк раздела II по причинам" if lang == "ru" else "Lines of section II by reason"
    return Padding(Text(f"{label}: {words}", style="dim"), (0, 0, 1, 1))


def _stake_table(scored: Score, titles: Titles, lang: Lang) -> RenderableType:
    if not scored.stakes:
        return Text("")
    ru = lang == "ru"
    table = plain_table("Итог зависит от толкований" if ru else "The total depends on readings")
    table.add_column("Толкование" if ru else "Reading")
    table.add_column("Принято" if ru else "Chosen")
    table.add_column("Иначе" if ru else "Otherwise")
    table.add_column("Изменение (от … до)" if ru else "Change (low … high)", justify="right")
    for each in scored.stakes:
        table.add_row(
            Text.assemble(titles.reading(each.reading), "\n", (each.reading, "dim")),
            titles.option(each.reading, each.chosen),
            Text.assemble(titles.option(each.reading, each.option), "\n", (f"{each.reading}={each.option}", "dim")),
            interval_text(each.change, lang, sign=True),
        )
    return table


def published_line(scored: Score, lang: Lang) -> RenderableType:
    """Return what others published of the total, and whether the computation agrees."""
    lines = []
    for each in scored.dossier.published:
        high = None if each.high is None else Fraction(each.high)
        span = f"{'от' if lang == 'ru' else 'from'} {each.low}" if high is None else interval_text(Bounds(Fraction(each.low), high), lang)
        fits = scored.low <= (high if high is not None else scored.low) and scored.high >= each.low
        word = ("согласуется с расчётом" if fits else "расходится с расчётом") if lang == "ru" else ("fits" if fits else "does not fit")
        lines.append(f"{each.ru if lang == 'ru' else each.en}: {span} ({day_text(each.on, lang)}), {word}")
    label = "Опубликовано (в расчёт не входит)" if lang == "ru" else "Published (not part of the computation)"
    return Padding(Text(f"{label}: " + "; ".join(lines), style="italic"), (0, 0, 1, 1)) if lines else Text("")


def _footer(rulebook: Rulebook, lang: Lang) -> RenderableType:
    missing = [option.ru if lang == "ru" else option.en for option in rulebook.manifest.missing]
    ru, en = "Статья: акт, место — узел/строка раздела II по порядку.", "Clause: act, place as block/line of section II in order."
    words = ru if lang == "ru" else en
    if missing:
        words += (" Свод неполон, в нём нет: " if lang == "ru" else " The rulebook is partial, it lacks: ") + "; ".join(missing)
    return Padding(Text(words, style="dim"), (0, 0, 0, 1))


def plain_table(title: str) -> Table:
    """Return a table in the house style, empty."""
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
