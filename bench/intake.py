"""12,000 rows of 20 cells: our guarded reading and the whole import against python-calamine alone, on one file. Prints the ratios."""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import python_calamine
from openpyxl import Workbook

from lokal.intake.bom import read_bom
from lokal.intake.mapping import Source
from lokal.intake.sheets import read_sheets

ROWS, LIMIT, RUNS = 12_000, 3.0, 5
HEADINGS = [
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
    "артикул 2",
    "цех",
]


def bill(path: Path) -> None:
    """Write a made-up bill of 20 columns."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("состав")
    sheet.append(HEADINGS)
    for row in range(ROWS):
        sheet.append(
            [
                1 + row % 4,
                f"{row:06}-{row % 97}",
                f"Деталь вымышленная № {row}",
                1 + row % 7,
                "шт",
                row % 900 / 1000,
                row % 5000 / 10,
                "RUB",
                ("Россия", "Китай", "")[row % 3],
                "7707083893",
                f"Поставщик {row % 50}",
                "29.32.30.390",
                "8708999709",
                ("", "Base;Lux")[row % 2],
                date(2024, 1, 1),
                date(2027, 12, 31),
                "Калуга",
                "без замечаний",
                f"A{row}",
                row % 12,
            ]
        )
    book.save(path)


def best(work: Callable[[], object]) -> float:
    """Return the shortest of several runs, in seconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def alone(path: Path) -> int:
    """Read every cell with python-calamine and nothing else."""
    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        return len(book.get_sheet_by_index(0).to_python())


def main() -> None:
    """Measure and print; fail when reading takes over three times as long as the reader alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bill.xlsx"
        bill(path)
        base = best(lambda: alone(path))
        sheets = best(lambda: read_sheets(path))
        lines = best(lambda: read_bom([path], Source(), date(2026, 11, 20)))
    print(f"python-calamine alone        {base:6.3f} s   1.0")
    print(f"guarded cells                {sheets:6.3f} s   {sheets / base:.1f}")
    print(f"bill of materials with lines {lines:6.3f} s   {lines / base:.1f}")
    if sheets > LIMIT * base:
        sys.exit(f"cells are read in over {LIMIT} times the reader's own time")


if __name__ == "__main__":
    main()
