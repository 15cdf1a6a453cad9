"""Refuse a workbook that could exhaust memory, hide entities or lie about its size, before a spreadsheet library opens it."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.parsers import expat

from lokal.errors import DossierError, Place
from lokal.intake.biff import check_old_workbook
from lokal.intake.span import MAX_TEXT, OpenDocumentCells, QuickLook, SharedTexts, SheetCells, read_markup

MAX_FILE = 64_000_000
MAX_TOTAL = 256_000_000
MAX_RATIO = 250
MAX_PARTS = 2_000
_SMALL_PART = 4_000_000
_CHUNK = 1 << 20
_CARRY = 64
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_SHARED_TEXTS = "xl/sharedstrings.xml"
_DOCUMENT = "content.xml"
_BINARY_BOOK = "xl/workbook.bin"
_BITS_ENCRYPTED = 0x1
_DECLARES = re.compile(rb"<!(?:DOCTYPE|doctype|ENTITY|entity)")


def check_workbook(path: Path) -> None:
    """Raise DossierError in one line if a workbook is too large, is a zip bomb, declares entities or has absurd dimensions."""
    place = Place(str(path))
    size = path.stat().st_size
    if size > MAX_FILE:
        raise _too_large(place, "файл", "the file", size, MAX_FILE)
    with path.open("rb") as file:
        head = file.read(4)
    try:
        if head == b"PK\x03\x04":
            with zipfile.ZipFile(path) as archive:
                _check_parts(archive, place)
        elif head == b"\xd0\xcf\x11\xe0":
            check_old_workbook(path, place)
    except (zipfile.BadZipFile, struct.error, zlib.error, EOFError, NotImplementedError, ValueError, IndexError, OSError) as problem:
        raise DossierError(
            "книга повреждена или скачана не до конца: её части не читаются",
            "the workbook is damaged or cut short: its parts cannot be read",
            place,
        ) from problem


def _check_parts(archive: zipfile.ZipFile, place: Place) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise _bomb(place, f"частей {len(parts)}", f"{len(parts)} parts")
    total = sum(part.file_size for part in parts)
    if total > MAX_TOTAL:
        raise _bomb(place, f"в распакованном виде {total // 1_000_000} МБ", f"{total // 1_000_000} MB when unpacked")
    for part in parts:
        if part.flag_bits & _BITS_ENCRYPTED:
            raise DossierError("книга защищена паролем", "the workbook is protected by a password", place)
        if part.file_size > _SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            ratio = part.file_size // max(part.compress_size, 1)
            raise _bomb(place, f"часть {part.filename} сжата в {ratio} раз", f"part {part.filename} is packed {ratio} times")
    names = {_name(part): part for part in parts}
    if len(names) < len(parts):
        raise zipfile.BadZipFile("two parts of one name")
    if _BINARY_BOOK in names:
        raise DossierError("книги XLSB не читаются: сохраните как XLSX", "XLSB books are not read: save it as XLSX", place)
    looks = {name: _look(archive, part, place) for name, part in names.items()}
    _check_tables(archive, names, looks, place)


def _name(part: zipfile.ZipInfo) -> str:
    """Return a part's name as readers look for it."""
    return part.filename.lower().replace("\\", "/").lstrip("/")


def _look(archive: zipfile.ZipFile, part: zipfile.ZipInfo, place: Place) -> QuickLook:
    """Read a part once: its size, what it declares, and how large a table it may be. A sheet can have any name."""
    markup = _name(part).endswith((".xml", ".rels", ".vml"))
    look = QuickLook(place)
    seen, carry = 0, b""
    for chunk in _inflated(archive, part):
        if markup:
            _check_markup(carry + chunk, part.filename, place, first=not seen)
            carry = chunk[-_CARRY:]
        seen += len(chunk)
        if seen > part.file_size:
            raise _bomb(place, f"часть {part.filename} больше заявленного", f"part {part.filename} is larger than it says")
        look.take(chunk)
    look.end()
    if seen != part.file_size:
        raise zipfile.BadZipFile(part.filename)
    return look


def _check_tables(archive: zipfile.ZipFile, names: Mapping[str, zipfile.ZipInfo], looks: Mapping[str, QuickLook], place: Place) -> None:
    """Measure exactly every table that a quick look cannot vouch for."""
    if _DOCUMENT in names:
        _read(archive, names[_DOCUMENT], OpenDocumentCells(place))
    longest = looks[_SHARED_TEXTS].longest if _SHARED_TEXTS in names else 0
    shared: list[int] | None = None
    for name, look in looks.items():
        wordy = look.span.cells * longest > MAX_TEXT
        if look.is_sheet and (look.unusual or wordy):
            if shared is None:
                texts = SharedTexts()
                if _SHARED_TEXTS in names:
                    _read(archive, names[_SHARED_TEXTS], texts)
                shared = texts.lengths
            _read(archive, names[name], SheetCells(place, shared))


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo, reader: SharedTexts | SheetCells | OpenDocumentCells) -> None:
    try:
        read_markup(_inflated(archive, part), reader)
    except expat.ExpatError as problem:
        raise zipfile.BadZipFile(part.filename) from problem


def _inflated(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part's real content in bounded pieces: the sizes that the archive states are not trusted."""
    if part.compress_type == zipfile.ZIP_STORED:
        yield from _packed(archive, part)
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile(part.filename)
    engine = zlib.decompressobj(-15)
    for packed in _packed(archive, part):
        rest = packed
        while rest and not engine.eof:
            yield engine.decompress(rest, _CHUNK)
            rest = engine.unconsumed_tail
    while not engine.eof and (tail := engine.decompress(b"", _CHUNK)):
        yield tail
    if not engine.eof:
        raise zipfile.BadZipFile(part.filename)


def _packed(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part's bytes as they stand in the archive."""
    file = archive.fp
    if file is None:
        raise zipfile.BadZipFile(part.filename)
    file.seek(part.header_offset)
    header = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    file.seek(header[9] + header[10], 1)
    left = part.compress_size
    while left > 0:
        packed = file.read(min(_CHUNK, left))
        if not packed:
            raise zipfile.BadZipFile(part.filename)
        left -= len(packed)
        yield packed


def _check_markup(data: bytes, name: str, place: Place, *, first: bool) -> None:
    """Refuse document types and entities anywhere, and encodings that would hide them."""
    if first and (data[:2] in {b"\xfe\xff", b"\xff\xfe"} or b"\x00" in data[:200]):
        raise DossierError(f"часть {name} не в кодировке UTF-8", f"part {name} is not in UTF-8", place)
    if _DECLARES.search(data):
        raise DossierError(
            f"часть {name} объявляет DTD или внешние сущности, это не допускается",
            f"part {name} declares a DTD or entities, which is not allowed",
            place,
        )


def _too_large(place: Place, ru: str, en: str, size: int, limit: int) -> DossierError:
    return DossierError(
        f"{ru} слишком велик: {size // 1_000_000} МБ, допустимо {limit // 1_000_000} МБ",
        f"{en} is too large: {size // 1_000_000} MB, the limit is {limit // 1_000_000} MB",
        place,
    )


def _bomb(place: Place, ru: str, en: str) -> DossierError:
    return DossierError(f"похоже на архивную бомбу: {ru}", f"this looks like a zip bomb: {en}", place)
