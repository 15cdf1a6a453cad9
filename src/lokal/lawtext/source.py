"""An official text of section II as a person has it on disk, read into the plain form that `clauses.read_clauses` understands."""

import codecs
import re
import zlib
from itertools import islice
from pathlib import Path

from lokal.errors import Place, TextError
from lokal.lawtext.clauses import Clause, read_clauses
from lokal.lawtext.docx import read_docx, read_through_office
from lokal.lawtext.html import read_html

_LARGEST = 30 * 1024 * 1024
_OFFICE = (".rtf", ".odt", ".doc")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CYRILLIC_SHARE = 0.8
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_TAG = re.compile(r"<[^<>]*>")

_HEAD = re.compile(r"^[# \t|]*(?:раздел[ \t]+)?II\.[ \t]+\S+[ \t]+автомобилестроени", re.MULTILINE | re.IGNORECASE)
_NEXT_HEAD = re.compile(r"^[# \t|]*(?:раздел[ \t]+)?III\.[ \t]", re.MULTILINE | re.IGNORECASE)
_REMARK = re.compile(r"^[ \t|]*Заключени[яе]\s", re.MULTILINE)
_MOST_CHARACTERS = 1_000_000
_ABSURD_NUMBER = re.compile(r"\d{100}")
_TRADES = [
    "кузов",
    "двигатель",
    "сцепление",
    "рама",
    "подвеска",
    "колеса",
    "шины",
    "турбокомпрессор",
    "сиденья",
    "стекла",
    "стартер",
    "генератор",
]
_FEWEST_TRADES = 3
_FIRST_TRADE, _LAST_TRADES = "кузов", {"стартер", "генератор"}
_FEWEST_CLAUSES = 700
_FEWEST_BLOCKS = 195
_LAST_CLAUSE = "42f25700cab4"

_PDF_STREAM = re.compile(rb"/ObjStm\b(?=(.{0,500}?\bstream\r?\n)?)", re.DOTALL)
_PDF_STREAM_LIMIT = 1024 * 1024
_PDF_STREAMS = 200


def read_text(path: Path, *, whole: bool = True) -> str:
    """Return the plain text of section II, three columns flattened with bars; `whole` also refuses a text that is cut short.

    Whatever is wrong with the file is a `TextError` with a code of its own. Of a whole decree only section II is returned.
    """
    try:
        text, closed = _section(_plain(path, _read_bytes(path)))
        clauses = _clauses(text)
        if whole:
            _check_whole(text, clauses, closed=closed)
        if not clauses:
            raise _another_text()
    except TextError as error:
        error.place = Place(str(path))
        raise
    return text


def read_plain(path: Path) -> str:
    """Return a plain text file, decoded as `read_text` decodes: UTF-8, UTF-16 or CP1251; nothing is cut out or checked."""
    try:
        return _decode(_read_bytes(path))
    except TextError as error:
        error.place = Place(str(path))
        raise


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise TextError("такого файла нет", "there is no such file", code="not-a-file")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise TextError("файл не открывается на чтение", "the file cannot be opened for reading", code="not-a-file") from error
    if len(data) > _LARGEST:
        raise TextError("файл больше 30 МБ", "the file is larger than 30 MB", code="too-large")
    return data


def _plain(path: Path, data: bytes) -> str:
    """Return the plain text by the file's extension; a PDF is known by its first bytes whatever its name."""
    kind = path.suffix.lower()
    if data[:1024].lstrip().startswith(b"%PDF-"):
        raise _pdf_error(data)
    if kind == ".txt":
        return _decode(data)
    if kind in {".html", ".htm"}:
        return read_html(_decode(data, markup=True))
    if kind == ".docx":
        return read_docx(data)
    if kind in _OFFICE:
        return read_through_office(data, kind)
    raise TextError(
        "читаются .txt, .docx, .html, .htm, .rtf, .odt и .doc: сохраните текст в одном из этих форматов",
        "only .txt, .docx, .html, .htm, .rtf, .odt and .doc are read: save the text in one of these formats",
        code="unknown-format",
    )


def _decode(data: bytes, *, markup: bool = False) -> str:
    """Decode by the byte order mark, else as strict UTF-8, else as CP1251 that makes Russian sense; the last row ends like the others."""
    named = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        text = data.decode(named)
    except UnicodeDecodeError as error:
        if named != "utf-8":
            raise _unknown_encoding() from error
        text = _cp1251(data, markup=markup)
    if _CONTROL.search(text):
        raise _unknown_encoding()
    text = text.replace("\u00ad", "").replace("\r\n", "\n").replace("\r", "\n")
    return text + "\n" if text.rstrip(" \t").endswith("|") else text


def _cp1251(data: bytes, *, markup: bool) -> str:
    try:
        text = data.decode("cp1251")
    except UnicodeDecodeError as error:
        raise _unknown_encoding() from error
    words = _TAG.sub(" ", text) if markup else text
    letters = sum(map(str.isalpha, words))
    small, great = len(re.findall("[а-яё]", words)), len(re.findall("[А-ЯЁ]", words))
    if small <= great or small + great < _CYRILLIC_SHARE * letters:
        raise _unknown_encoding()
    return text


def _section(text: str) -> tuple[str, bool]:
    """Cut section II out of a longer text; the flag tells whether the next section follows. A bare table comes back as it is."""
    head = _HEAD.search(text)
    if not head:
        return text, False
    end = _NEXT_HEAD.search(text, head.end())
    return text[head.start() : end.start() if end else len(text)], end is not None


def _clauses(text: str) -> tuple[Clause, ...]:
    if len(text) > _MOST_CHARACTERS or _ABSURD_NUMBER.search(text):
        raise _another_text()
    return read_clauses(text)


def _check_whole(text: str, clauses: tuple[Clause, ...], *, closed: bool) -> None:
    """Refuse another text, then a text without its beginning, its middle or its end."""
    headings = [clause.heading.lower() for clause in clauses]
    trades = {trade for trade in _TRADES if any(heading.startswith(trade) for heading in headings)}
    if len(trades) < _FEWEST_TRADES and not _HEAD.search(text):
        raise _another_text()
    last = clauses[-1] if clauses else None
    if not last or not headings[0].startswith(_FIRST_TRADE):
        raise _cut("начала", "its beginning")
    if len(clauses) < _FEWEST_CLAUSES or int(last.place.split("/")[0]) < _FEWEST_BLOCKS:
        raise _cut(f"части строк (найдено {len(clauses)})", f"part of its lines (found: {len(clauses)})")
    ended = closed or _REMARK.search(text, last.offset) or last.hash == _LAST_CLAUSE
    if not ended or not trades >= _LAST_TRADES:
        raise _cut("конца", "its end")


def _cut(ru: str, en: str) -> TextError:
    return TextError(
        f"текст раздела II обрезан: нет {ru}; экспортируйте раздел целиком",
        f"the text of section II is cut short: {en} is missing; export the whole section",
        code="truncated-text",
    )


def _another_text() -> TextError:
    return TextError(
        "это не текст раздела II (автомобилестроение) приложения к постановлению N 719",
        "this is not the text of section II (automotive) of the annex to Decree 719",
        code="not-section-ii",
    )


def _unknown_encoding() -> TextError:
    return TextError(
        "кодировка не распознана: сохраните текст в UTF-8",
        "the encoding is not recognised: save the text as UTF-8",
        code="unknown-encoding",
    )


def _pdf_error(data: bytes) -> TextError:
    if _has_fonts(data):
        return TextError(
            "PDF не читается: экспортируйте текст в .docx или .html",
            "a PDF is not read: export the text as .docx or .html",
            code="text-pdf",
        )
    return TextError(
        "это скан: PDF без текстового слоя; PDF не читается, экспортируйте текст из правовой базы в .docx или .html",
        "this is a scan, a PDF without a text layer; a PDF is not read, export the text from a legal database as .docx or .html",
        code="scanned-pdf",
    )


def _has_fonts(data: bytes) -> bool:
    """Tell whether a PDF names fonts, openly or in its packed object streams; what encryption hides counts as text."""
    if b"/Font" in data or b"/Encrypt" in data:
        return True
    for found in islice(_PDF_STREAM.finditer(data), _PDF_STREAMS):
        try:
            packed = data[found.end(1) : found.end(1) + _PDF_STREAM_LIMIT] if found.group(1) else b""
            if b"/Font" in zlib.decompressobj().decompress(packed, _PDF_STREAM_LIMIT):
                return True
        except zlib.error:
            continue
    return False
