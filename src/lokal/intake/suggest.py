"""Which fact a line may belong to: the rulebook's titles and the trade's synonyms, best first; a person decides."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lokal.intake.bom import Bom, BomLine
from lokal.rulebook.facts import declared_facts
from lokal.rulebook.model import Rulebook

_SYNONYMS = {
    "кпп": "коробка передач",
    "мкпп": "механическая коробка передач",
    "акпп": "автоматическая коробка передач",
    "акп": "автоматическая коробка",
    "двс": "двигатель",
    "эбу": "электронный блок управления",
    "ecu": "control unit",
    "акб": "аккумуляторная батарея",
    "абс": "блок управления абс",
    "abs": "abs control unit",
    "эсп": "эсп",
    "эур": "рулевое управление электроусилитель",
    "гур": "рулевое управление гидроусилитель",
    "гбц": "головка блока цилиндров",
    "тнвд": "топливный насос",
    "катколлектор": "каталитический нейтрализатор",
    "торпедо": "панель приборов",
    "амортизатор": "амортизаторы подвески стойка",
    "жгут": "жгуты проводов",
    "коса": "жгуты проводов",
    "разъем": "разъемы",
    "провод": "провод",
    "airbag": "подушка безопасности",
    "снпб": "подушка безопасности",
    "лонжерон": "рама",
    "шрус": "приводной вал шарнир",
    "ступица": "ступичный подшипник",
    "крыло": "детали кузова",
    "капот": "детали кузова",
    "дверь": "детали кузова",
}
_NOISE = frozenset(
    [
        "в",
        "с",
        "на",
        "и",
        "для",
        "из",
        "по",
        "до",
        "левый",
        "левая",
        "правый",
        "правая",
        "передний",
        "передняя",
        "задний",
        "задняя",
        "сборе",
        "сб",
        "узел",
        "комплект",
        "компл",
        "лев",
        "прав",
        "the",
        "of",
        "in",
        "and",
        "for",
        "left",
        "right",
        "front",
        "rear",
        "assy",
        "assembly",
    ]
)
_WORD = re.compile(r"[a-zа-я0-9]+")
_STEM = 6
_CUTOFF = 62
_CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A fact that a line may belong to, with its likeness from 0 to 100: shared words, and how much of the title they are."""

    fact: str
    likeness: int


@dataclass(frozen=True)
class Suggested:
    """A line without a rule, how many more lines are named like it, and the best suggestions."""

    line: BomLine
    alike: int
    suggestions: tuple[Suggestion, ...]


def suggest(lines: Iterable[BomLine], rulebook: Rulebook, limit: int = 200, best: int = 3) -> tuple[Suggested, ...]:
    """Return suggestions for the lines that no rule matched, the surest first, one for lines of the same name."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  loaded on use

    names, phrases = _phrases(rulebook)
    groups: dict[str, list[BomLine]] = {}
    for line in lines:
        stems = _stems(line.raw.name)
        if stems:
            groups.setdefault(stems, []).append(line)
    found = []
    for stems, some in list(groups.items())[: limit * 5]:
        hits = process.extract(stems, phrases, scorer=fuzz.token_set_ratio, score_cutoff=_CUTOFF, limit=_CANDIDATES)
        likeness: dict[str, int] = {}
        for phrase, shared, index in hits:
            worth = round((shared + fuzz.token_sort_ratio(stems, phrase)) / 2)
            likeness[names[index]] = max(worth, likeness.get(names[index], 0))
        ranked = sorted(likeness.items(), key=lambda item: (-item[1], item[0]))[:best]
        if ranked and ranked[0][1] >= _CUTOFF:
            found.append(Suggested(some[0], len(some) - 1, tuple(Suggestion(*each) for each in ranked)))
    found.sort(key=lambda each: (-each.suggestions[0].likeness, -each.alike, each.line.key))
    return tuple(found[:limit])


def _phrases(rulebook: Rulebook) -> tuple[Sequence[str], Sequence[str]]:
    """Return every fact that lines can make, by its titles in both languages as stems."""
    blocks = {block.id: block for block in rulebook.blocks}
    names, phrases = [], []
    for name, fact in declared_facts(rulebook).items():
        if fact.kind in {"points", "money"}:
            continue
        block = blocks.get(name.partition(".")[0])
        for title in (f"{block.ru} {fact.ru}", f"{block.en} {fact.en}") if block else (fact.ru, fact.en):
            names.append(name)
            phrases.append(_stems(title))
    return names, phrases


def _stems(text: str) -> str:
    """Return the telling words of a title, cut to their stems, synonyms spelt out.

    >>> _stems("Жгут проводов МКПП, левый")
    'жгуты провод механи коробк переда'
    """
    words = [word for word in _WORD.findall(text.lower().replace("ё", "е")) if word not in _NOISE]
    spelt = [part for word in words for part in _SYNONYMS.get(word, word).split()]
    stems = [word[:_STEM] for word in spelt if len(word) > 1 and not any(char.isdigit() for char in word)]
    return " ".join(dict.fromkeys(stems))


def mapping_draft(bom: Bom, suggested: Iterable[Suggested]) -> str:
    """Return a first mapping: columns as found, and suggested rules as comments for a person to choose from."""
    lines = [
        "# Черновик сопоставления: проверьте vehicle и снимите # с верных правил. Ни одно правило само не применяется.",
        "# A draft mapping: check vehicle and uncomment the rules that are right. No rule applies by itself.",
        "source:",
        "  id: bom",
        "  columns: {" + ", ".join(f"{name}: {_quoted(heading)}" for name, heading in bom.headings.items()) + "}",
        "vehicle: {id: car, ru: Автомобиль, en: Car, category: M1, powertrain: ice}",
        "rules:",
    ]
    for each in suggested:
        raw = each.line.raw
        lines.append(f"# {raw.place.line}: {_one_line(raw.name)}" + (f" (+{each.alike})" if each.alike else ""))
        lines += [f"# - {{fact: {one.fact}, name: {_quoted(raw.name)}}}  # {one.likeness} %" for one in each.suggestions]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(_one_line(text), ensure_ascii=False)


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)[:120]
