"""The law for people: blocks and lines, readings, findings of a check, differences."""

import re
from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lokal.engine.outcome import Outcome
from lokal.errors import Lang
from lokal.lawtext.finding import Finding, Match
from lokal.report.explain_text import points_text_of
from lokal.report.terms import day_text, points_text
from lokal.report.titles import Titles
from lokal.rulebook.model import Block, Operation, Rulebook, Value
from lokal.rulebook.timeline import start_of
from lokal.study.lawdiff import Change, LawChange

_STEM = 5
_KINDS = {
    "missing": ("нет в тексте", "missing in the text"),
    "extra": ("лишнее", "extra"),
    "different": ("различается", "different"),
    "frame": ("обрамление", "frame"),
}
_CHANGES: dict[Change, tuple[str, str]] = {
    "added": ("добавлено", "added"),
    "removed": ("исключено", "removed"),
    "value": ("изменено", "changed"),
    "citation": ("другая ссылка", "other citation"),
}


def match_page(match: Match, notes: Iterable[Finding], lang: Lang) -> RenderableType:
    """Return the outcome of a check of the text: counts, then every disagreement with its place."""
    findings = [*match.findings, *notes]
    ru = lang == "ru"
    counts = (
        f"статей совпало: {match.clauses}, чисел: {match.numbers}, расхождений: {len(findings)}"
        if ru
        else f"clauses matched both ways: {match.clauses}, numbers: {match.numbers}, disagreements: {len(findings)}"
    )
    table = _table(("Место", "Операция", "Что", "Подробно") if ru else ("Place", "Operation", "What", "Detail"))
    for each in findings:
        table.add_row(each.place, each.operation, _KINDS[each.kind][0 if ru else 1], each.words.text(lang))
    return Group(Text(counts, style="green" if not findings else "red"), table if findings else Text(""))


def blocks_page(rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return the list of all blocks by file, with the number of their lines."""
    titles = Titles(rulebook, lang)
    table = _table(("Узел", "Имя", "Строк", "Место") if lang == "ru" else ("Block", "Name", "Lines", "Place"))
    for file in rulebook.files:
        table.add_row(Text(titles.of(file).upper(), style="cyan"), "", "", "")
        for block in file.blocks:
            table.add_row("  " + titles.of(block), block.id, str(len(block.operations)), block.operations[0].values[0].place)
    return table


def block_page(rulebook: Rulebook, name: str, lang: Lang) -> RenderableType:
    """Return one block with every dated value of every line."""
    titles = Titles(rulebook, lang)
    block = next(each for each in rulebook.blocks if each.id == name)
    ru = lang == "ru"
    names = (
        ("Операция", "Баллы", "Кому", "Дни", "Акт, место", "Хеш") if ru else ("Operation", "Points", "Whom", "Days", "Act, place", "Hash")
    )
    table = _table(names)
    for operation in block.operations:
        for index, value in enumerate(operation.values):
            title = titles.of(operation) if index == 0 else ""
            table.add_row(title, _points(value), _whom(block, value), _days(rulebook, block, value, lang), _place(block, value), value.hash)
    return Group(Text(f"{titles.of(block)}  ({block.id})", style="bold"), table)


def search(rulebook: Rulebook, words: str) -> tuple[tuple[Block, Operation | None], ...]:
    """Return blocks and operations whose titles or names hold every word (by its stem), in either language."""
    stems = [word[:_STEM] for word in re.findall(r"\w+", words.lower())]
    found: list[tuple[Block, Operation | None]] = []
    for block in rulebook.blocks:
        whole = f"{block.ru} {block.en} {block.id}".lower()
        if all(stem in whole for stem in stems):
            found.append((block, None))
            continue
        found.extend(
            (block, each) for each in block.operations if all(stem in f"{whole} {each.ru} {each.en} {each.id}".lower() for stem in stems)
        )
    return tuple(found)


def search_page(rulebook: Rulebook, words: str, lang: Lang) -> RenderableType:
    """Return what a search found."""
    titles = Titles(rulebook, lang)
    table = _table(("Имя", "Узел", "Операция") if lang == "ru" else ("Name", "Block", "Operation"))
    for block, operation in search(rulebook, words):
        name = f"{block.id}.{operation.id}" if operation else block.id
        table.add_row(name, titles.of(block), titles.of(operation) if operation else "")
    return table


def readings_page(rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return every reading with its options, the default and the reason."""
    titles = Titles(rulebook, lang)
    table = _table(("Толкование", "Варианты", "Почему такой по умолчанию") if lang == "ru" else ("Reading", "Options", "Why this default"))
    for each in rulebook.readings:
        options = [f"{'● ' if name == each.default else '○ '}{name}: {titles.of(option)}" for name, option in each.options.items()]
        table.add_row(Text.assemble(titles.of(each), "\n", (each.id, "dim")), "\n".join(options), titles.of(each.reason))
    return table


def maximum_page(outcome: Outcome, rulebook: Rulebook, lang: Lang) -> RenderableType:
    """Return the maximum of a variant by block, the largest first."""
    titles = Titles(rulebook, lang)
    table = _table(("Узел", "Имя", "Баллы") if lang == "ru" else ("Block", "Name", "Points"))
    for block in sorted(outcome.blocks, key=lambda each: -each.points.high):
        if block.points.high:
            table.add_row(titles.block(block.id), block.id, points_text(block.points.high, lang))
    word = "Наибольшее число баллов" if lang == "ru" else "The most points"
    return Group(table, Text(f"{word}: {points_text(outcome.points.high, lang)}", style="bold"))


def diff_page(changes: Iterable[LawChange], lang: Lang) -> RenderableType:
    """Return the differences of two laws."""
    ru = lang == "ru"
    table = _table(("Что", "Операция", "Кому, когда", "Было", "Стало") if ru else ("What", "Operation", "Whom, when", "Before", "After"))
    count = 0
    for each in changes:
        count += 1
        table.add_row(_CHANGES[each.kind][0 if ru else 1], each.operation, each.whom, each.before, each.after)
    word = f"различий: {count}" if ru else f"differences: {count}"
    return Group(table if count else Text(""), Text(word, style="bold"))


def _points(value: Value) -> str:
    text = points_text_of(value.points)
    band = value.band
    options = list(getattr(band, "options", {}).values()) or [band]
    return text + (f" ({options[0][0]}–{options[0][1] or '…'})" if options[0] else "")


def _whom(block: Block, value: Value) -> str:
    parts = [" ".join(value.category or block.category or ())]
    drives = value.powertrain or block.powertrain
    parts.append(" ".join(drives) if isinstance(drives, tuple) else drives.by_reading if drives else "")
    return " ".join(part for part in parts if part)


def _days(rulebook: Rulebook, block: Block, value: Value, lang: Lang) -> str:
    acts = {act.id: act for act in rulebook.acts}
    return f"{day_text(start_of(value, acts, block.act), lang)} — {day_text(value.to, lang) if value.to else '…'}"


def _place(block: Block, value: Value) -> str:
    return f"№{(value.act or block.act).lstrip('n')} {value.place}" + ("" if value.printed == "yes" else " *")


def _table(names: tuple[str, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for name in names:
        table.add_column(name)
    return table
