"""Exports of a plain section II, as legal databases would make them: the files that the reader is tested on."""

import io
import re
import shutil
import subprocess
import zipfile
from html import escape
from itertools import pairwise
from pathlib import Path

from lokal.lawtext.clauses import Clause, read_clauses

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
OFFICIAL = Path(__file__).parents[3] / "shared" / "law" / "text" / "section-II.txt"

MADE_UP = """# II. Продукция автомобилестроения|

(в ред. Постановления Правительства РФ от 01.02.2003 N 4)|
из 11.11.1|Тележки садовые, колесо одно|ковка дуги (11 баллов);
плетение короба (кроме корзин) (12 баллов для тележек;
7 баллов для тачек)|
||спицы тележки <12> (выполнение одного из следующих условий):
витьё "мягкое", не менее 3 петель (21 балл);
витьё твёрдое – не менее 5 петель (22 балла)|
(в ред. Постановлений Правительства РФ от 05.06.2007 N 8, от 09.10.2011 N 12)|
из 11.11.2|Тачки строительные||
| |ручка тачки:
(до 31 июля 2024 г.)
обточка, включая шлифовку и
полировку рукояти (31 балл);
(с 1 августа 2024 г.)
достижение суммарного количества баллов не ниже порога:
от 200 до 205 баллов - с 2024 года (33 балла), с 2026 года (17 баллов)|
из 11.11.3|Короба & корзины|шины (окраска берестой) (41 балл)|
||бубенцы короба:
отливка бубенцов (51 балл)|
Заключения о подтверждении на бубенцы действительны, пока звенят.
Заключения о подтверждении на короба тоже."""

Row = list[str]


def facts(text: str) -> list[tuple[object, ...]]:
    """Return what `read_clauses` makes of a text, but for the offsets."""
    return [_facts(clause) for clause in read_clauses(text)]


def _facts(clause: Clause) -> tuple[object, ...]:
    points = [claim.points for claim in clause.claims]
    place = (clause.place, clause.heading, clause.parents, clause.text)
    return (*place, points, clause.period, clause.ladder, clause.group, clause.amended)


def split(text: str) -> list[Row]:
    """Return the rows of a plain text: three cells each, or one for a line across the table."""
    rows = [row.split("|") for row in re.split(r"\|[ \t]*\n", text)]
    return [[cell.strip() for cell in row] for row in rows]


def as_docx(text: str, *, merges: bool = True) -> bytes:
    """Return a Word document: lines outside the table first and last, vertical merges (`merges`), wide rows, split runs."""
    return pack_xml(main_part(text, merges=merges))


def main_part(text: str, *, merges: bool = True) -> str:
    """Return the XML of such a document's main part."""
    first, *rows, last = split(text)
    body = "".join(map(_paragraph, first)) + "<w:tbl><w:tblPr/><w:tblGrid>" + 3 * "<w:gridCol w:w='3000'/>" + "</w:tblGrid>"
    body += "".join(_docx_row(row, begins=len(above) < 3, merges=merges) for above, row in pairwise([[], *rows]))
    return _document(body + "</w:tbl>" + "".join(_paragraph(line) for cell in last for line in cell.split("\n")))


def pack(body: str, head: str = "") -> bytes:
    """Return a package whose main part has this body."""
    return pack_xml(_document(body, head))


def _document(body: str, head: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'


def pack_xml(xml: str | bytes) -> bytes:
    """Return a package whose main part is this XML."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATIONS)
        package.writestr("word/document.xml", xml)
    return buffer.getvalue()


def _docx_row(row: Row, *, begins: bool, merges: bool) -> str:
    if len(row) == 1:
        body = "".join(map(_paragraph, row[0].split("\n")))
        return f"<w:tr><w:tc><w:tcPr><w:tcW w:w='9000' w:type='dxa'/><w:gridSpan w:val='3'/></w:tcPr>{body}</w:tc></w:tr>"
    cells = ""
    for index, cell in enumerate(row):
        merge = "<w:vMerge w:val='restart'/>" if cell or begins else "<w:vMerge/>"
        merge = merge if merges and index < 2 else ""
        body = "".join(map(_paragraph, cell.split("\n")))
        cells += f"<w:tc><w:tcPr><w:tcW w:w='3000' w:type='dxa'/>{merge}</w:tcPr>{body}</w:tc>"
    return f"<w:tr><w:trPr/>{cells}</w:tr>"


def _paragraph(line: str) -> str:
    half = len(line) // 2
    first, second = (f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in (line[:half], line[half:]))
    return f"<w:p><w:pPr><w:jc w:val='both'/></w:pPr><w:r>{first}</w:r><w:ins><w:r><w:rPr><w:b/></w:rPr>{second}</w:r></w:ins></w:p>"


def as_html(text: str, *, breaks: bool = False, spans: bool = True) -> str:
    """Return an HTML page: paragraphs or line breaks in the cells, rowspans (`spans`), wide rows, nested inline markup."""
    first, *rows, last = split(text)
    cells = "\n".join(_html_row(rows, index, breaks=breaks, spans=spans) for index in range(len(rows)))
    tail = "".join(f"<p>{escape(line)}</p>" for cell in last for line in cell.split("\n"))
    head = "<!DOCTYPE html><html><head><title>1 балл</title><style>p {margin: 0}</style></head>"
    return f"{head}<body><h2>{escape(first[0])}</h2>\n<table border=1>\n{cells}\n</table>{tail}</body></html>"


def _html_row(rows: list[Row], index: int, *, breaks: bool, spans: bool) -> str:
    row = rows[index]
    if len(row) == 1:
        return f'<tr><td colspan="3">{_html_lines(row[0], breaks=breaks)}</td></tr>'
    cells = ""
    for column, cell in enumerate(row):
        over = spans and column < 2
        if over and not cell and index and len(rows[index - 1]) == 3:
            continue
        down = _height(rows, index, column) if over else 1
        cells += f'<td rowspan="{down}">{_html_lines(cell, breaks=breaks)}</td>' if down > 1 else f"<td>{_html_lines(cell, breaks=breaks)}"
    return f"<tr>{cells}</tr>"


def _height(rows: list[Row], index: int, column: int) -> int:
    below = index + 1
    while below < len(rows) and len(rows[below]) == 3 and not rows[below][column]:
        below += 1
    return below - index


def _html_lines(cell: str, *, breaks: bool) -> str:
    marked = [_inline(line) for line in cell.split("\n")]
    return "<br/>\n".join(marked) if breaks else "".join(f'<p class="a">{line}</p>\n' for line in marked)


def _inline(line: str) -> str:
    words = [escape(word) for word in line.split(" ")]
    if len(words) > 2:
        words[1] = f'<span style="x"><b><i>{words[1]}</i></b></span>'
        words[0] += "\n  "
    return " ".join(words).replace("– ", "&ndash;&nbsp;")


def convert(source: Path, kind: str) -> Path:
    """Convert a file with LibreOffice to another kind (`rtf`, `odt`, `doc`) beside it."""
    assert OFFICE is not None
    profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(source.parent), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return source.with_suffix(f".{kind}")


_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
