"""Where a table begins and what its columns mean, found by their headings in Russian or English."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lokal.errors import DossierError, Place
from lokal.intake.cells import Cell, text_of
from lokal.intake.sheets import Row, Sheet

SEARCHED_ROWS = 60
_NOT_WORD = re.compile(r"[^0-9a-zа-я]+")
Synonyms = Mapping[str, Sequence[str]]

BOM_COLUMNS: Synonyms = {
    "level": ("уровень", "level", "lvl", "ур", "уровень разузлования", "уровень раскрытия", "ступень", "ступень разузлования",
              "explosion level", "bom level", "structure level", "глубина"),
    "number": ("обозначение", "компонент", "номенклатура код", "код номенклатуры", "код компонента", "номер компонента", "номер детали",
               "component number", "component", "part number", "number", "item id", "номер", "артикул", "код материала", "материал",
               "material", "код", "id"),
    "name": ("наименование", "name", "номенклатура", "описание объекта", "краткий текст материала", "наименование компонента",
             "object description", "component description", "description", "описание", "item name", "название", "краткий текст"),
    "quantity": ("количество", "колво", "quantity", "qty", "количество компонента", "comp qty", "component quantity", "колво компонента",
                 "колво беи", "количество беи", "количество упаковок", "количествоупаковок", "норма", "норма расхода", "колво на узел"),
    "total": ("количество на изделие", "колво на изделие", "общее количество", "итого количество", "total quantity", "total qty",
              "количество всего", "колво всего"),
    "unit": ("ед", "ед изм", "единица измерения", "единицаизмерения", "единица", "еи", "беи", "упаковка", "unit", "uom", "un",
             "unit of measure", "base unit"),
    "mass": ("масса кг", "масса", "масса ед кг", "масса единицы кг", "масса 1 шт кг", "вес кг", "вес", "вес нетто", "масса нетто",
             "mass kg", "mass", "weight kg", "weight", "net weight"),
    "price": ("цена без ндс", "ценабезндс", "цена", "цена руб", "цена за единицу", "себестоимость", "стоимость единицы", "price",
              "unit price", "standard price", "unit cost", "cost"),
    "currency": ("валюта", "currency", "curr"),
    "country": ("страна", "страна происхождения", "страна изготовления", "страна изготовителя", "country", "country of origin", "origin"),
    "inn": ("поставщик инн", "инн поставщика", "инн", "поставщикинн", "supplier inn", "vendor inn", "vendor tax id", "supplier tax id"),
    "supplier": ("поставщик", "контрагент", "изготовитель", "производитель", "supplier", "vendor", "manufacturer", "maker"),
    "okpd2": ("окпд2", "код окпд2", "окпд 2", "okpd2"),
    "tnved": ("тн вэд", "тнвэд", "код тн вэд", "код тнвэд", "тн вэд еаэс", "tn ved", "hs code"),
    "variants": ("варианты", "вариант", "вариант ы", "условие применимости", "применимость", "условие варианта", "условие", "комплектации",
                 "комплектация", "variant condition", "variants", "variant", "variant expression", "expression", "effectivity", "option"),
    "from": ("дата с", "действует с", "действителен с", "начало действия", "срок действия с", "valid from", "from", "с даты"),
    "to": ("дата по", "действует по", "действителен по", "окончание действия", "срок действия по", "valid to", "to", "по дату"),
    "site": ("площадка", "завод", "plant", "site"),
    "note": ("примечание", "примечания", "комментарий", "note", "notes", "comment"),
    "parent": ("спецификация код", "код спецификации", "код изделия", "ресурсная спецификация код", "выходное изделие код",
               "родитель", "код родителя", "parent number", "parent", "assembly", "узел код", "сборка",
               "вышестоящий узел", "спецификация", "ресурсная спецификация"),
    "alternative": ("альтернатива", "альт", "альтернативная спецификация", "alternative bom", "alternative", "alt bom"),
    "usage": ("применение", "применение спецификации", "bom usage", "usage"),
    "category": ("тип позиции", "тип поз", "типпоз", "item category", "ict", "item cat"),
}  # fmt: skip
"""Headings by field, the surest first; they are compared by letters and digits only."""

NEEDED = (("number", "name"), ("quantity", "total"))
"""A bill of materials has at least one column of each of these groups."""


@dataclass(frozen=True, slots=True)
class Header:
    """A table's header: its columns by field, the heading each was found under, and the first row of data."""

    columns: dict[str, int]
    headings: dict[str, str]
    row: int
    first: int


def find_header(sheet: Sheet, synonyms: Synonyms, needed: Sequence[Sequence[str]], own: Mapping[str, str] | None = None) -> Header | None:
    """Return the header with the most known headings in a sheet's first rows, or None where no row has the needed ones.

    `own` adds a user's own headings by field. Headings may stand in one row or in two, the upper one merged over its columns.
    """
    ranks = _ranks(synonyms, own or {})
    best: Header | None = None
    for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        below = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else None
        for header in _candidates(index, row, below, ranks):
            good = all(any(name in header.columns for name in group) for group in needed)
            if good and (best is None or len(header.columns) > len(best.columns)):
                best = header
    return best


def no_header(sheet: Sheet, needed: Sequence[Sequence[str]], synonyms: Synonyms) -> DossierError:
    """Return the error that no header was found, with the headings that were looked for and the first row seen."""
    ru = " и ".join(" или ".join(f"«{synonyms[name][0]}»" for name in group) for group in needed)
    en = " and ".join(" or ".join(f"'{synonyms[name][0]}'" for name in group) for group in needed)
    seen = "; ".join(_short(cell) for cell in sheet.rows[0][1][:6]) if sheet.rows else "—"
    return DossierError(
        f"в первых {SEARCHED_ROWS} строках нет строки заголовков (нужны {ru}); первая строка: {seen}",
        f"no header row in the first {SEARCHED_ROWS} rows (needed: {en}); the first row is: {seen}",
        Place(sheet.place(0).file, sheet.rows[0][0] if sheet.rows else 0),
    )


def is_heading_again(header: Header, row: Sequence[Cell]) -> bool:
    """Tell whether a row repeats the header, as printed reports do on each page."""
    return all(column < len(row) and _norm(row[column]) == _norm(header.headings[name]) for name, column in header.columns.items())


@lru_cache(maxsize=4096)
def norm(text: str) -> str:
    r"""Return a heading by its letters and digits only.

    >>> norm("Кол-во,\u00a0шт."), norm("ТН ВЭД")
    ('колво шт', 'тн вэд')
    """
    plain = text.lower().replace("ё", "е").replace("\u00a0", " ").replace("-", "").replace("’", "")
    return _NOT_WORD.sub(" ", plain).strip()


def _norm(cell: Cell) -> str:
    try:
        return norm(text_of(cell))
    except ValueError:
        return ""


def _short(cell: Cell) -> str:
    return str(cell)[:30]


def _ranks(synonyms: Synonyms, own: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    ranks: dict[str, tuple[str, int]] = {}
    for name, words in synonyms.items():
        for rank, word in enumerate(words):
            ranks.setdefault(norm(word), (name, rank))
    ranks.update({norm(heading): (name, -1) for name, heading in own.items()})
    return ranks


def _candidates(index: int, row: Row, below: Row | None, ranks: Mapping[str, tuple[str, int]]) -> Iterable[Header]:
    words = [_norm(cell) for cell in row[1]]
    yield _header([[word] for word in words], row, index, 1, ranks)
    if below is None or any(isinstance(cell, int | float) for cell in below[1]):
        return
    lower = [_norm(cell) for cell in below[1]]
    width = max(len(words), len(lower))
    words, lower = words + [""] * (width - len(words)), lower + [""] * (width - len(lower))
    joined, above = [], ""
    for word, under in zip(words, lower, strict=True):
        above = word or (above if under else "")
        joined.append([f"{above} {under}".strip(), under or word] if under else [word])
    yield _header(joined, below, index, 2, ranks)


def _header(words: Sequence[Sequence[str]], row: Row, index: int, height: int, ranks: Mapping[str, tuple[str, int]]) -> Header:
    found: dict[str, tuple[int, int]] = {}
    headings: dict[str, str] = {}
    for column, options in enumerate(words):
        known = [ranks[word] for word in options if word in ranks]
        if not known:
            continue
        name, rank = known[0]
        if name not in found or rank < found[name][0]:
            found[name] = (rank, column)
            headings[name] = options[-1]
    return Header({name: column for name, (_, column) in found.items()}, headings, row[0], index + height)
