"""Made-up bills of materials as 1C:ERP, SAP, Teamcenter and our template export them, from one truth that knows nothing of the package.

The truth is a tree of parts. Each writer below prints it the way one system does, with that system's quirks; `oracle/bom_facts.py`
derives the facts from the tree itself.
"""

import csv
import io
import random
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

NBSP = "\u00a0"
VARIANTS = ("Base", "Comfort", "Lux")
GROUPS = 18
HOME_INN, FOREIGN = "7707083893", ("Китай", "Корея", "Германия")


@dataclass
class Part:
    """A part in its parent: quantities are exact, `variants` empty for all."""

    number: str
    name: str
    quantity: Decimal
    unit: str = "шт"
    mass: Decimal | None = None
    price: Decimal | None = None
    country: str = ""
    variants: tuple[str, ...] = ()
    children: list["Part"] = field(default_factory=list)


def one(value: str | int) -> Decimal:
    """Return an exact number."""
    return Decimal(value)


def truth(seed: int = 719) -> Part:
    """Return a car of more than 3,000 lines on 4 levels below the top, with the parts that the law asks about and many it does not."""
    dice = random.Random(seed)
    car = Part("CAR-001", "Автомобиль вымышленный", one(1))
    car.children = [_harness(), _gearbox(), _belts(), _body(dice), _abs(), _bags(), _telematics()]
    shared = _assembly(dice, "SH-7", "Кронштейн унифицированный")
    for group in range(GROUPS):
        system = Part(f"G{group:02}-000", f"Система {group}", one(1))
        for assembly in range(9):
            number = f"G{group:02}-A{assembly}"
            system.children.append(_assembly(dice, number, f"Сборка {group}/{assembly}"))
        if group < 3:
            system.children.append(Part(shared.number, shared.name, one(group + 2), children=shared.children))
        car.children.append(system)
    return car


def _assembly(dice: random.Random, number: str, name: str) -> Part:
    made = Part(number, name, one(dice.randint(1, 3)), variants=_some(dice))
    for part in range(5):
        below = Part(
            f"{number}-P{part}",
            f"Деталь «{name}» № {part}",
            one(dice.randint(1, 4)),
            mass=one(dice.randint(5, 4000)) / 1000,
            price=one(dice.randint(100, 900000)) / 100,
            country=dice.choice(["Россия", "Китай", "", "РФ"]),
        )
        below.children = [
            Part(
                f"{below.number}-M{step}",
                f"Материал {step}",
                one(dice.randint(1, 3000)) / 1000,
                "кг",
                country=dice.choice(["Россия", "Китай"]),
            )
            for step in range(2 + part % 2)
        ]
        made.children.append(below)
    return made


def _some(dice: random.Random) -> tuple[str, ...]:
    return dice.choice([(), (), (), ("Base",), ("Comfort", "Lux"), ("Lux",), ("Base", "Comfort")])


def _harness() -> Part:
    """Wire by mass: metres with a mass each and kilograms; one foreign wire only in Lux; connectors by count."""
    cabin = Part("H-100", "Жгут низковольтный салона", one(1))
    cabin.children = [
        Part("W-1", "Провод ПГВА 0,5", one("120.5"), "м", mass=one("0.008"), country="Россия"),
        Part("W-2", "Провод ПГВА 2,5", one("14"), "м", mass=one("0.03"), country="Китай"),
        Part("W-3", "Провод экранированный", one("0.35"), "кг", country="Китай", variants=("Lux",)),
        Part("C-1", "Разъём 8-конт.", one(12), country="Россия"),
        Part("C-2", "Разъём 24-конт.", one(17), country="Китай"),
    ]
    door = Part("H-200", "Жгут низковольтный двери", one(4))
    door.children = [
        Part("W-1", "Провод ПГВА 0,5", one("6.25"), "м", mass=one("0.008"), country="Россия"),
        Part("C-1", "Разъём 8-конт.", one(3), country="Россия"),
    ]
    return Part("H-000", "Электропроводка", one(1), children=[cabin, door])


def _gearbox() -> Part:
    """Four shafts, three of them Russian, one of the three only for two variants; gears of an unknown maker."""
    shafts = Part("K-100", "Комплект валов", one(1))
    shafts.children = [
        Part("K-101", "Вал первичный", one(1), country="РФ"),
        Part("K-102", "Вал вторичный", one(1), country="Россия"),
        Part("K-103", "Вал промежуточный", one(1), country="Китай"),
        Part("K-104", "Вал заднего хода", one(1), country="Россия", variants=("Base", "Comfort")),
    ]
    gears = Part("K-200", "Комплект шестерён", one(2))
    gears.children = [
        Part("K-201", "Шестерня ведущая", one(3), country="Россия"),
        Part("K-202", "Шестерня ведомая", one(2), country=""),
    ]
    return Part("K-000", "Коробка передач механическая", one(1), children=[shafts, gears])


def _belts() -> Part:
    return Part(
        "B-000",
        "Ремни безопасности",
        one(1),
        children=[
            Part("B-001", "Ремень передний", one(2), country="Россия"),
            Part("B-002", "Ремень задний", one(3), country="Китай", variants=("Base",)),
            Part("B-003", "Ремень задний", one(3), country="Россия", variants=("Comfort", "Lux")),
        ],
    )


def _body(dice: random.Random) -> Part:
    """Body panels by mass: those numbered ST- are stamped by the maker."""
    frame = Part("BD-100", "Каркас кузова", one(1))
    for number in range(40):
        stamped = number % 3 != 0
        frame.children.append(
            Part(
                f"{'ST' if stamped else 'PU'}-{number:03}",
                f"Панель {number}",
                one(dice.randint(1, 2)),
                mass=one(dice.randint(100, 9000)) / 1000,
                country="Россия" if stamped else dice.choice(FOREIGN),
            )
        )
    return Part("BD-000", "Кузов черный", one(1), children=[frame])


def _abs() -> Part:
    """A control unit by cost: foreign parts at most; one line without a country leaves bounds; one Lux line in another currency."""
    return Part(
        "E-000",
        "Блок управления АБС",
        one(1),
        children=[
            Part("E-001", "Плата печатная", one(1), price=one("1250.40"), country="Россия"),
            Part("E-002", "Микросхема", one(6), price=one("310.10"), country="Китай"),
            Part("E-003", "Корпус", one(1), price=one("420"), country=""),
        ],
    )


def _bags() -> Part:
    return Part(
        "AB-000",
        "Подушки безопасности",
        one(1),
        children=[
            Part("AB-001", "Модуль подушки водителя", one(1), country="Россия"),
            Part("AB-002", "Модуль подушки боковой", one(4), country="Китай", variants=("Comfort", "Lux")),
        ],
    )


def _telematics() -> Part:
    return Part("T-000", "Телематика", one(1), children=[Part("T-001", "Блок телематики", one(1), country="Китай", variants=("Lux",))])


def small_truth() -> Part:
    """Return only the parts that the law asks about: short enough to read."""
    return Part("CAR-001", "Автомобиль вымышленный", one(1), children=truth().children[:7])


def size(part: Part) -> int:
    """Return how many lines a part and everything below it have."""
    return 1 + sum(size(child) for child in part.children)


def depth(part: Part) -> int:
    """Return the levels below a part."""
    return 1 + max((depth(child) for child in part.children), default=-1)


def walk(part: Part, level: int = 0) -> "list[tuple[int, Part]]":
    """Return every line with its level, in the order of an exploded report."""
    return [(level, part), *(row for child in part.children for row in walk(child, level + 1))]


def comma(value: Decimal | None, places: int = 3, thousands: str = NBSP) -> str:
    """Return a number as Russian reports print it."""
    return "" if value is None else f"{value:,.{places}f}".replace(",", thousands).replace(".", ",")


def neutral_xlsx(car: Part, path: Path) -> Path:
    """Write our own template: one header row, numbers as numbers."""
    book = Workbook()
    sheet = book.active
    sheet.title = "состав"
    sheet.append(
        [
            "уровень",
            "обозначение",
            "наименование",
            "кол-во",
            "ед.",
            "масса_кг",
            "цена_без_НДС",
            "валюта",
            "страна",
            "поставщик_ИНН",
            "поставщик",
            "ОКПД2",
            "ТН ВЭД",
            "вариант(ы)",
            "дата_с",
            "дата_по",
            "площадка",
            "примечание",
        ]
    )
    for level, part in walk(car):
        row = [
            level,
            part.number,
            part.name,
            float(part.quantity),
            part.unit,
            part.mass and float(part.mass),
            part.price and float(part.price),
        ]
        sheet.append(
            [
                *row,
                "RUB" if part.price else None,
                part.country,
                HOME_INN if part.country else None,
                None,
                "29.32.30.390",
                "8708 99 970 9",
                ";".join(part.variants),
            ]
        )
    book.save(path)
    return path


def neutral_csv(car: Part, path: Path, encoding: str, separator: str) -> Path:
    """Write our own template as CSV: decimal comma, NBSP between thousands."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(["Уровень", "Обозначение", "Наименование", "Кол-во", "Ед.", "Масса, кг", "Цена без НДС", "Страна", "Вариант(ы)"])
    for level, part in walk(car):
        numbers = [comma(part.quantity), part.unit, comma(part.mass, 6), comma(part.price, 2)]
        writer.writerow([level, part.number, part.name, *numbers, part.country, " | ".join(part.variants)])
    text = out.getvalue()
    if encoding == "cp1251":
        text = text.replace("№", "№")
    path.write_bytes(text.encode(encoding))
    return path


def erp_1c(car: Part, path: Path) -> Path:
    """Write 1C:ERP: one-level specifications linked by code, a merged two-row header under a report title, sums, text numbers."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Ресурсные спецификации (вымышленный пример)"])
    sheet.append(["Период: 01.10.2026 – 31.12.2026", None, "Организация: ООО «Пример»"])
    sheet.append([])
    sheet.append(["Ресурсная спецификация", None, "Материалы и услуги", None, None, None, None, None, None, "Обеспечение", None])
    sheet.append(
        [
            "Код",
            "Наименование изделия",
            "Номенклатура",
            "Номенклатура.Код",
            "Количество",
            "Ед. изм.",
            "Масса, кг",
            "Цена",
            "Комплектации",
            "Страна",
            "Примечание",
        ]
    )
    sheet.merge_cells("A4:B4")
    sheet.merge_cells("C4:I4")
    seen: set[str] = set()
    queue = [car]
    while queue:
        part = queue.pop(0)
        if part.number in seen or not part.children:
            continue
        seen.add(part.number)
        for index, child in enumerate(part.children):
            number = float(child.quantity) if index % 2 else comma(child.quantity)
            row = [part.number, part.name, child.name, child.number, number, child.unit, comma(child.mass, 6), comma(child.price, 2)]
            sheet.append([*row, ", ".join(child.variants) or "Все", child.country, None])
        sheet.append([part.number, part.name, "Итого по спецификации", None, len(part.children)])
        queue.extend(part.children)
    book.save(path)
    return path


def sap_cs12(car: Part, path: Path) -> Path:
    """Write SAP: a list printed to a file, levels with dots, decimal comma, trailing minus, headers on each page, other alternatives."""
    lines = ["Просмотр спецификации: многоуровневая", "Материал;CAR-001;Завод;1000;Применение;1", ""]
    head = "Ступень разузлования;Поз.;Тип позиции;Компонент;Описание объекта;Количество компонента;ЕИ;Вес нетто;Цена;Страна;"
    head += "Альтернатива;Применение;Действует с;Действует по;Условие применимости"
    lines.append(head)
    for index, (level, part) in enumerate(walk(car)[1:]):
        if index % 90 == 89:
            lines += ["-" * 60 + ";" * 14, head]
        dots = "." * level + str(level)
        name = part.name.replace(";", ",")
        numbers = f"{comma(part.quantity, 3, '.')};{part.unit.upper()};{comma(part.mass, 6)};{comma(part.price, 2)}"
        tail = f"{part.country};1;1;01.01.2024;31.12.9999;{' / '.join(part.variants)}"
        if index % 400 == 7:
            lines.append(f"{dots};{index * 10:04};T;;Текст для цеха;;;;;;;;;;")
            lines.append(f"{dots};{index * 10:04};L;OLD-{index};Вал снятый;5,000;ШТ;;;Россия;1;1;01.01.2019;31.12.2023;")
            lines.append(f"{dots};{index * 10:04};L;ALT-{index};Вал другой альтернативы;7,000;ШТ;;;Россия;2;1;01.01.2024;31.12.9999;")
            lines.append(f"{dots};{index * 10:04};L;SCRAP-{index};Обрезь;0,250-;КГ;;;Россия;1;1;01.01.2024;31.12.9999;")
        lines.append(f"{dots};{index * 10:04};L;{part.number};{name};{numbers};{tail}")
    path.write_bytes("\r\n".join(lines).encode("cp1251"))
    return path


def teamcenter(car: Part, path: Path) -> Path:
    """Write a level table of Teamcenter or Windchill: level 0 is the top, revisions, a 150 % bill with variant expressions."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["BOM export (made up)"])
    writer.writerow(
        [
            "Level",
            "Item ID",
            "Revision",
            "Item Name",
            "Quantity",
            "Unit of Measure",
            "Find No",
            "Weight (kg)",
            "Unit Cost",
            "Country of Origin",
            "Variant Condition",
        ]
    )
    for index, (level, part) in enumerate(walk(car)):
        condition = " OR ".join(f"TRIM = {each}" for each in part.variants)
        if len(part.variants) == 2:
            missing = next(each for each in VARIANTS if each not in part.variants)
            condition = f"[Teamcenter]NOT (TRIM = {missing})"
        quantity = "" if level == 0 else f"{part.quantity:f}"
        unit = {"шт": "ea", "кг": "kg", "м": "m"}[part.unit]
        numbers = ["" if value is None else f"{value:f}" for value in (part.mass, part.price)]
        writer.writerow([level, part.number, "A;1", part.name, quantity, unit, index, *numbers, part.country, condition])
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    return path


def sap_cs11(car: Part, path: Path) -> Path:
    """Write SAP level by level: all of one level, assembly after assembly, then the next; a list printed as text and called XLS."""
    head = [
        "Ступень",
        "Поз.",
        "Сборка",
        "Компонент",
        "Описание объекта",
        "Количество компонента",
        "ЕИ",
        "Вес нетто",
        "Цена",
        "Страна",
        "Вариант",
    ]
    lines = ["Спецификация: ступень за ступенью", "", "\t".join(head)]
    level, parts = 1, [car]
    while parts:
        for assembly in parts:
            for index, part in enumerate(assembly.children):
                cells = [f"{level}", f"{index * 10:04}", assembly.number, part.number, part.name, comma(part.quantity, 3, "."), part.unit]
                numbers = [comma(part.mass, 6), comma(part.price, 2)]
                lines.append("\t".join([*cells, *numbers, part.country, ", ".join(part.variants)]))
        level, parts = level + 1, [part for assembly in parts for part in assembly.children if part.children]
    path.write_bytes("\r\n".join(lines).encode("utf-16"))
    return path


def windchill(car: Part, path: Path) -> Path:
    """Write a sheet as Windchill's imports and exports have it: action, level, number, revision and view before the rest."""
    book = Workbook()
    sheet = book.active
    head = ["Action", "Level", "Number", "Revision", "View", "Name", "Quantity", "Unit", "Line Number", "Mass", "Unit Price"]
    sheet.append([*head, "Country of Origin", "Variant Expression"])
    for index, (level, part) in enumerate(walk(car)):
        unit = {"шт": "each", "кг": "kg", "м": "m"}[part.unit]
        amounts = [value and float(value) for value in (part.mass, part.price)]
        cells = ["AddUsage" if level else "Part", level, part.number, "A.1", "Design", part.name, float(part.quantity), unit, index]
        sheet.append([*cells, *amounts, part.country, " OR ".join(part.variants)])
    book.save(path)
    return path
