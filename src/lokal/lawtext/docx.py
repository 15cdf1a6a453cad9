"""The reader of Word documents (only the main part is unpacked), and of formats that LibreOffice turns into one."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from lokal.errors import TextError
from lokal.lawtext.html import Page

_LARGEST_UNPACKED = 100 * 1024 * 1024
_RATIO_FROM = 1024 * 1024
_LARGEST_RATIO = 200
_MAIN_PART = re.compile(r"word/document\d*\.xml")
_WORD = re.compile(r"http://(?:schemas\.openxmlformats\.org/wordprocessingml/2006|purl\.oclc\.org/ooxml/wordprocessingml)/main ")
_UNSEEN = frozenset(("del", "moveFrom", "Fallback"))
_SIGNS = {"tab": " ", "noBreakHyphen": "-"}
_OPENING = {"tbl": Page.open_table, "tr": Page.open_row, "tc": Page.open_cell}
_ENDING = dict.fromkeys(("p", "br", "cr"), Page.end_line)
_CLOSING = {"tbl": Page.close_table, "tr": Page.close_row, "tc": Page.close_cell, **_ENDING}

_OFFICE_SECONDS = 180.0
_OFFICE_STARTS = {".rtf": (b"{\\rtf",), ".odt": (b"PK",), ".doc": (b"\xd0\xcf\x11\xe0", b"{\\rtf")}


def read_docx(data: bytes) -> str:
    """Return the plain text of a Word document."""
    with _open_zip(data) as package:
        xml = _main_part(package)
    return _Reader().read(xml)


def read_through_office(data: bytes, kind: str) -> str:
    """Return the plain text of an .rtf, .odt or .doc file, converted by the LibreOffice that is on PATH."""
    if not data.startswith(_OFFICE_STARTS[kind]):
        raise _damaged()
    if kind == ".odt":
        _open_zip(data).close()
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        raise TextError(
            f"для чтения {kind} нужен LibreOffice (пакет libreoffice-writer): установите его или сохраните текст в .docx либо .html",
            f"reading {kind} needs LibreOffice (package libreoffice-writer): install it or save the text as .docx or .html",
            code="no-office",
        )
    try:
        with tempfile.TemporaryDirectory(prefix="lokal-", ignore_cleanup_errors=True) as folder:
            document = _convert(office, Path(folder), data, kind)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TextError(
            f"LibreOffice не смог прочитать {kind}: сохраните текст в .docx или .html",
            f"LibreOffice could not read the {kind} file: save the text as .docx or .html",
            code="office-failed",
        ) from error
    return read_docx(document)


def _convert(office: str, folder: Path, data: bytes, kind: str) -> bytes:
    """Convert in a folder of its own with a profile of its own, so that an open LibreOffice neither helps nor hinders."""
    source = folder / f"text{kind}"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    options = ["--headless", "--norestore", "--convert-to", "docx", "--outdir", str(folder)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603  the program is the one on PATH, the arguments are ours
        [office, profile, *options, str(source)], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    ) as process:
        try:
            process.wait(_OFFICE_SECONDS)
        finally:
            _stop(process)
    return source.with_suffix(".docx").read_bytes()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the started program with its children: `soffice` is a script that leaves the work to another process."""
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _open_zip(data: bytes) -> zipfile.ZipFile:
    """Return an opened zip package once its stated sizes are known to be bearable; nothing is unpacked before."""
    try:
        package = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged() from error
    members = package.infolist()
    total = sum(member.file_size for member in members)
    dense = any(member.file_size > _RATIO_FROM and member.file_size > _LARGEST_RATIO * max(1, member.compress_size) for member in members)
    if total > _LARGEST_UNPACKED or dense:
        package.close()
        raise TextError(
            "архив внутри файла распаковывается в подозрительно большой объём",
            "the archive inside the file unpacks to a suspicious size",
            code="too-large",
        )
    return package


def _damaged() -> TextError:
    """Return the error of a file that is not what its name says."""
    return TextError(
        "файл повреждён или его содержимое не соответствует расширению",
        "the file is damaged or is not what its extension says",
        code="damaged-file",
    )


def _main_part(package: zipfile.ZipFile) -> bytes:
    found = [member for member in package.infolist() if _MAIN_PART.fullmatch(member.filename)]
    plain = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if not found or found[0].flag_bits & 1 or found[0].compress_type not in plain:
        raise _damaged()
    try:
        with package.open(found[0]) as part:
            return part.read(_LARGEST_UNPACKED)
    except Exception as error:  # zipfile raises a dozen unrelated types on damage
        raise _damaged() from error


class _Reader:
    """Fills a page from the events of WordprocessingML."""

    def __init__(self) -> None:
        self._page = Page()
        self._unseen = 0
        self._in_text = False

    def read(self, xml: bytes) -> str:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(xml, True)  # noqa: FBT003  expat takes it by position only
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise _damaged() from error
        return self._page.flat()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if self._unseen or tag in _UNSEEN or tag.endswith("Change"):
            self._unseen += 1
        elif _WORD.match(name):
            self._open(tag, {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        page = self._page
        if tag in _OPENING:
            _OPENING[tag](page)
        elif tag == "gridBefore":
            page.open_cell(_number(attributes))
            page.close_cell()
        elif tag == "t":
            self._in_text = True
        elif tag in _SIGNS:
            page.text(_SIGNS[tag])
        elif page.cell and tag == "gridSpan":
            page.cell.across = _number(attributes)
        elif page.cell and tag == "vMerge":
            page.cell.continued = attributes.get("val") != "restart"

    def _end(self, name: str) -> None:
        if self._unseen:
            self._unseen -= 1
            return
        tag = name.rpartition(" ")[2] if _WORD.match(name) else ""
        if tag in _CLOSING:
            _CLOSING[tag](self._page)
        elif tag == "t":
            self._in_text = False

    def _text(self, data: str) -> None:
        if self._in_text and not self._unseen:
            self._page.text(data)


def _number(attributes: dict[str, str]) -> int:
    value = attributes.get("val", "")
    return int(value) if re.fullmatch("[1-9][0-9]?", value) else 1


def _refuse(*_: object) -> NoReturn:
    raise TextError(
        "в XML файла есть DTD: такие файлы не читаются",
        "the file's XML carries a DTD: such files are not read",
        code="xml-dtd",
    )
