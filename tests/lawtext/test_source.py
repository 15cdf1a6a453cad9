"""Every export of a text gives the same clauses as the text itself; whatever is wrong with a file is a TextError with a code."""

import codecs
import functools
import zlib
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lawtext.exports import MADE_UP, OFFICE, OFFICIAL, as_docx, as_html, convert, facts, main_part, pack, pack_xml
from lokal.errors import TextError
from lokal.lawtext import docx
from lokal.lawtext.source import read_text

EXPORTS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "utf-8": (".txt", str.encode),
    "utf-8 with mark": (".txt", lambda text: text.encode("utf-8-sig")),
    "utf-8 of Windows": (".TXT", lambda text: text.replace("\n", "\r\n").encode()),
    "cp1251": (".txt", lambda text: text.encode("cp1251")),
    "utf-16 le": (".txt", lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le")),
    "utf-16 be": (".txt", lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be")),
    "docx": (".docx", as_docx),
    "docx without merges": (".docx", functools.partial(as_docx, merges=False)),
    "html": (".html", lambda text: as_html(text).encode()),
    "html without spans": (".html", lambda text: as_html(text, spans=False).encode()),
    "html with breaks": (".htm", lambda text: as_html(text, breaks=True).encode("utf-16")),
    "html in cp1251": (".htm", lambda text: as_html(text).encode("cp1251")),
}
MARK = "(в ред. Постановления Правительства РФ от 01.02.2003 N 4)"

official = pytest.mark.skipif(not OFFICIAL.exists(), reason="the official text ../shared/law/text/section-II.txt is absent")
office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not on PATH")


def _read(folder: Path, suffix: str, data: bytes, *, whole: bool = False) -> str:
    path = folder / f"text{suffix}"
    path.write_bytes(data)
    return read_text(path, whole=whole)


def _refusal(folder: Path, suffix: str, data: bytes, *, whole: bool = False) -> TextError:
    with pytest.raises(TextError) as caught:
        _read(folder, suffix, data, whole=whole)
    error = caught.value
    assert error.place is not None
    assert error.place.file == str(folder / f"text{suffix}")
    assert error.words.ru != error.words.en
    assert "\n" not in error.text("ru") + error.text("en")
    return error


def _page(table: str) -> bytes:
    return f"<html><body>{table}</body></html>".encode()


def _clauses(folder: Path, table: str) -> list[tuple[object, object]]:
    """Return heading and text of each clause of an HTML table."""
    return [(fact[1], fact[3]) for fact in facts(_read(folder, ".html", _page(table)))]


@pytest.mark.parametrize("name", EXPORTS)
def test_made_up_section_reads_alike_from_every_export(tmp_path: Path, name: str) -> None:
    """An export of a small section gives the clauses of the plain text."""
    suffix, export = EXPORTS[name]
    assert len(facts(MADE_UP)) == 8
    assert facts(_read(tmp_path, suffix, export(MADE_UP))) == facts(MADE_UP)


@pytest.mark.text
@official
@pytest.mark.parametrize("name", EXPORTS)
def test_official_section_reads_alike_from_every_export(tmp_path: Path, name: str) -> None:
    """An export of the official text is whole and gives its 783 clauses."""
    text = OFFICIAL.read_text("utf-8")
    suffix, export = EXPORTS[name]
    found = facts(_read(tmp_path, suffix, export(text), whole=True))
    assert len(found) == 783
    assert found == facts(text)


@office
@pytest.mark.parametrize("kind", ["rtf", "odt", "doc"])
def test_made_up_section_reads_alike_through_libreoffice(tmp_path: Path, kind: str) -> None:
    """LibreOffice's own .rtf, .odt and .doc of a small section give the clauses of the plain text."""
    source = tmp_path / "made-up.docx"
    source.write_bytes(as_docx(MADE_UP))
    assert facts(read_text(convert(source, kind), whole=False)) == facts(MADE_UP)


@pytest.mark.text
@official
@office
@pytest.mark.parametrize("kind", ["rtf", "odt"])
def test_official_section_reads_alike_through_libreoffice(tmp_path: Path, kind: str) -> None:
    """LibreOffice's own .rtf and .odt of the official text are whole and give its clauses."""
    text = OFFICIAL.read_text("utf-8")
    source = tmp_path / "official.docx"
    source.write_bytes(as_docx(text))
    assert facts(read_text(convert(source, kind))) == facts(text)


def test_plain_text_comes_back_unchanged(tmp_path: Path) -> None:
    """A plain text in UTF-8 is returned as it stands, offsets included."""
    assert _read(tmp_path, ".txt", MADE_UP.encode()) == MADE_UP


@pytest.mark.parametrize("suffix", [".txt", ".docx", ".html"])
def test_section_is_cut_out_of_a_whole_decree(tmp_path: Path, suffix: str) -> None:
    """Of a text with other sections before and after, only section II is read."""
    before = "# I. Продукция гончарная|\nиз 10.10|Горшки|лепка горшка (91 балл)|\n"
    decree = f"{before}{MADE_UP}\n# III. Продукция бондарная|\nиз 12.12|Бочки|стяжка бочки (92 балла)|\nКонец."
    export = {".txt": str.encode, ".docx": as_docx, ".html": lambda text: as_html(text).encode()}[suffix]
    assert facts(_read(tmp_path, suffix, export(decree))) == facts(MADE_UP)


# What legal databases and word processors do to tables.


def test_layout_table_around_the_law_is_no_column(tmp_path: Path) -> None:
    """A table inside a narrow layout table is read as the law's table."""
    law = "<table><tr><td>к<td>н<td>ручка:<br>резка (3 балла)</table>"
    assert _clauses(tmp_path, f"<table><tr><td>меню<td>{law}</table>") == [("ручка:", "резка (3 балла)")]


def test_unclosed_tag_at_the_end_is_no_text(tmp_path: Path) -> None:
    """Markup cut off within a tag, however often, is read up to there without delay."""
    page = _page("<table><tr><td>к<td>н<td>резка (3 балла)</table>") + b" <a " * 200_000
    begun = monotonic()
    assert [fact[3] for fact in facts(_read(tmp_path, ".html", page))] == ["резка (3 балла)"]
    assert monotonic() - begun < 10


def test_table_inside_a_cell_is_lines_of_the_cell(tmp_path: Path) -> None:
    """A small table within the right column gives lines of that cell."""
    inner = "<table><tr><td>резка (3 балла);<td>гибка (4 балла)</table>"
    found = _clauses(tmp_path, f"<table><tr><td>к<td>н<td>ручка:{inner}</table>")
    assert found == [("ручка:", "резка (3 балла);"), ("ручка:", "гибка (4 балла)")]


def test_amendment_mark_in_a_cell_of_its_own_row_is_no_line(tmp_path: Path) -> None:
    """A mark that stands in one cell of an otherwise empty row marks the row above."""
    rows = f"<tr><td rowspan=2>к<td rowspan=2>н<td>ручка:<br>резка (3 балла)<tr><td>{MARK}<tr><td><td><td>гибка (4 балла)"
    text = _read(tmp_path, ".html", _page(f"<table>{rows}</table>"))
    assert [(fact[3], fact[-1]) for fact in facts(text)] == [("резка (3 балла)", MARK), ("гибка (4 балла)", "")]


def test_wide_left_cell_keeps_the_right_column_right(tmp_path: Path) -> None:
    """A cell across the two left columns does not move the right one; a bar in the text is no border."""
    assert _clauses(tmp_path, "<table><tr><td colspan=2>к<td>резка|гибка (3 балла)</table>") == [("", "резка¦гибка (3 балла)")]


def test_word_leaves_out_what_is_not_printed(tmp_path: Path) -> None:
    """Deleted runs, a fallback beside its choice, soft hyphens and continued cells are not read; skipped columns count."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    deleted = f"<w:del>{run.format('ковка ')}</w:del><w:r><x:Fallback xmlns:x='urn:x'><w:t>ковка </w:t></x:Fallback></w:r>"
    line = f"<w:p>{deleted}{run.format('рез&#173;ка')}<w:r><w:tab/><w:t>(3</w:t><w:noBreakHyphen/><w:t>й, 4 балла)</w:t></w:r></w:p>"
    skipped = f"<w:tr><w:trPr><w:gridBefore w:val='2'/></w:trPr><w:tc>{line}</w:tc></w:tr>"
    merged = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p>{run.format('гибка (9 баллов)')}</w:p></w:tc>"
    text = _read(tmp_path, ".docx", pack(f"<w:tbl>{skipped}<w:tr><w:tc/><w:tc/>{merged}</w:tr></w:tbl>"))
    assert [fact[3] for fact in facts(text)] == ["резка (3-й, 4 балла)"]


# Texts that are another text, or not whole.


@pytest.mark.parametrize("text", ["", "Сказка о рыбаке и рыбке.", "# II. Продукция автомобилестроения|\n||ручка тачки|"])
@pytest.mark.parametrize("suffix", [".txt", ".html"])
def test_another_text_is_named_so(tmp_path: Path, text: str, suffix: str) -> None:
    """A text without a scored line is not section II."""
    assert _refusal(tmp_path, suffix, text.encode()).code == "not-section-ii"


def test_another_scored_section_is_named_so(tmp_path: Path) -> None:
    """Points alone do not make section II when the whole is asked for."""
    pots = "# I. Продукция гончарная|\nиз 10.10|Горшки|лепка горшка (91 балл)|\n"
    assert _refusal(tmp_path, ".txt", pots.encode(), whole=True).code == "not-section-ii"


@pytest.mark.parametrize("text", ["а" * 1_000_001, f"||лепка ({'9' * 5000} баллов)|"])
def test_absurd_text_is_another_text(tmp_path: Path, text: str) -> None:
    """A text beyond any size of the section, or with a number beyond any score, is not read clause by clause."""
    assert _refusal(tmp_path, ".txt", text.encode()).code == "not-section-ii"


def test_small_section_is_not_whole(tmp_path: Path) -> None:
    """The made-up section is refused as cut short unless the check is off."""
    assert _refusal(tmp_path, ".txt", MADE_UP.encode(), whole=True).code == "truncated-text"


@pytest.mark.text
@official
@pytest.mark.parametrize("kept", [0.002, 0.02, 0.3, 0.5, 0.9, 0.99])
def test_official_section_without_its_end_is_cut_short(tmp_path: Path, kept: float) -> None:
    """The official text cut anywhere before its last clause is refused, from plain text and from HTML."""
    text = OFFICIAL.read_text("utf-8")
    cut = text[: int(len(text) * kept)]
    assert _refusal(tmp_path, ".txt", cut.encode(), whole=True).code == "truncated-text"
    assert _refusal(tmp_path, ".html", as_html(f"{cut}|\n").encode(), whole=True).code == "truncated-text"


@pytest.mark.text
@official
@pytest.mark.parametrize(("start", "stop"), [(0.0, 0.05), (0.4, 0.55)])
def test_official_section_with_a_hole_is_cut_short(tmp_path: Path, start: float, stop: float) -> None:
    """The official text without its beginning or without pages in the middle is refused."""
    rows = OFFICIAL.read_text("utf-8").split("|\n")
    holed = rows[: int(len(rows) * start)] + rows[int(len(rows) * stop) :]
    assert _refusal(tmp_path, ".txt", "|\n".join(holed).encode(), whole=True).code == "truncated-text"


@pytest.mark.text
@official
def test_official_table_alone_is_whole(tmp_path: Path) -> None:
    """Neither the heading nor the remarks after the table are needed to know the section whole."""
    text = OFFICIAL.read_text("utf-8")
    table = text[text.index("из 29") : text.rindex("|") + 1]
    assert facts(_read(tmp_path, ".txt", table.encode(), whole=True)) == facts(text)


# Files that are no readable text.


@pytest.mark.parametrize(
    "data",
    [
        MADE_UP.encode("koi8-r", "replace"),
        MADE_UP.encode("cp866", "replace"),
        MADE_UP.encode("utf-16-le"),
        codecs.BOM_UTF8 + MADE_UP.encode("cp1251"),
        codecs.BOM_UTF16_LE + b"\x00\xd8\x00",
        "Größe über fünf Bälle".encode("latin-1"),
        b"\xe1\x98\xe2",
    ],
)
def test_unknown_encoding_is_named_so(tmp_path: Path, data: bytes) -> None:
    """Bytes that are neither marked, nor UTF-8, nor Russian in CP1251 are not guessed at."""
    assert _refusal(tmp_path, ".txt", data).code == "unknown-encoding"


def test_pdf_is_refused_by_what_it_holds(tmp_path: Path) -> None:
    """A PDF without fonts is a scan, one with fonts (openly, packed or hidden by encryption) is not, whatever the file's name."""
    packed = b"<</Type/ObjStm/N 1>>\nstream\n" + zlib.compress(b"1 0 <</Font<</F1 2 0 R>>>>") + b"\nendstream"
    pictures = b"<</Type/ObjStm/N 1>>stream\r\nbroken endstream <</Subtype/Image>>"
    assert _refusal(tmp_path, ".pdf", b"%PDF-1.5\n" + pictures).code == "scanned-pdf"
    assert _refusal(tmp_path, ".txt", b"\n%PDF-1.4\n<</Type/Page>>").code == "scanned-pdf"
    assert _refusal(tmp_path, ".pdf", b"%PDF-1.4\n<</Type /Font>>").code == "text-pdf"
    assert _refusal(tmp_path, ".docx", b"%PDF-1.5\n" + packed).code == "text-pdf"
    assert _refusal(tmp_path, ".pdf", b"%PDF-1.5\n<</Encrypt 3 0 R>>").code == "text-pdf"


@pytest.mark.parametrize("suffix", [".pdf", ".xlsx", ""])
def test_unknown_format_is_named_so(tmp_path: Path, suffix: str) -> None:
    """An extension that is not read is refused with the list of those that are."""
    error = _refusal(tmp_path, suffix, MADE_UP.encode())
    assert error.code == "unknown-format"
    assert ".docx" in error.text("ru")


def test_what_is_no_file_is_named_so(tmp_path: Path) -> None:
    """A folder, a missing file and an impossible name are not files."""
    for path in (tmp_path, tmp_path / "absent.txt", tmp_path / "zero\0.txt", tmp_path / f"{'long' * 99}.txt"):
        with pytest.raises(TextError) as caught:
            read_text(path)
        assert caught.value.code == "not-a-file"


def test_too_large_a_file_is_named_so(tmp_path: Path) -> None:
    """A file over the limit is refused before it is read as text."""
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(30 * 1024 * 1024 + 1)
    with pytest.raises(TextError) as caught:
        read_text(path)
    assert caught.value.code == "too-large"


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package is refused for its density, and for its whole size however dense, in .docx and .odt."""
    bomb = pack(" " * 8_000_000)
    assert _refusal(tmp_path, ".docx", bomb).code == "too-large"
    assert _refusal(tmp_path, ".odt", bomb).code == "too-large"
    monkeypatch.setattr(docx, "_LARGEST_UNPACKED", 1000)
    assert _refusal(tmp_path, ".docx", as_docx(MADE_UP)).code == "too-large"


@pytest.mark.parametrize("dtd", ["<!DOCTYPE d [<!ENTITY e 'ee'>]>", "<!DOCTYPE d SYSTEM 'file:///etc/hostname'>", "<!DOCTYPE d>"])
def test_xml_with_a_dtd_is_refused(tmp_path: Path, dtd: str) -> None:
    """A document type declaration of any kind ends the reading."""
    assert _refusal(tmp_path, ".docx", pack("<w:p/>", head=dtd)).code == "xml-dtd"


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".docx", b""),
        (".docx", MADE_UP.encode()),
        (".docx", as_docx(MADE_UP)[:-30]),
        (".docx", as_docx(MADE_UP).replace(b"word/document", b"word/documant")),
        (".docx", pack_xml("<w:document")),
        (".docx", pack_xml("<?xml version='1.0' encoding='none-such'?><d/>")),
        (".docx", pack("<w:tbl><w:tr><w:tc>" * 30 + "</w:tc></w:tr></w:tbl>" * 30)),
        (".html", b"<table><tr><td>" * 3000),
        (".html", b"<![none-such[ ]]>"),
        (".rtf", MADE_UP.encode()),
        (".odt", b"PK"),
        (".doc", b""),
    ],
)
def test_damaged_file_is_named_so(tmp_path: Path, suffix: str, data: bytes) -> None:
    """A file that is not what its extension says is damaged."""
    assert _refusal(tmp_path, suffix, data).code == "damaged-file"


# LibreOffice that is absent, fails or hangs.


def test_absent_libreoffice_is_told_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LibreOffice an .rtf is refused with the package's name and the way around."""
    monkeypatch.setenv("PATH", str(tmp_path))
    error = _refusal(tmp_path, ".rtf", b"{\\rtf1 }")
    assert error.code == "no-office"
    assert "libreoffice-writer" in error.text("ru")
    assert ".docx" in error.text("en")


def _fake_office(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_failing_libreoffice_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice that ends without a document is reported."""
    _fake_office(tmp_path, monkeypatch, "exit 0")
    assert _refusal(tmp_path, ".rtf", b"{\\rtf1 }").code == "office-failed"


def test_hanging_libreoffice_is_stopped_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice that does not end in time is stopped, and so is the process it left the work to."""
    monkeypatch.setattr(docx, "_OFFICE_SECONDS", 0.5)
    _fake_office(tmp_path, monkeypatch, f"(sleep 2; touch {tmp_path}/survived) & wait")
    begun = monotonic()
    assert _refusal(tmp_path, ".rtf", b"{\\rtf1 }").code == "office-failed"
    assert monotonic() - begun < 2
    while monotonic() - begun < 2.5:
        pass
    assert not (tmp_path / "survived").exists()


# Any bytes at all.

SUFFIXES = [".txt", ".docx", ".html", ".rtf", ".odt", ".doc", ".pdf", ".xml"]
DAMAGE = st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=6)), min_size=1, max_size=8)
MAIN_PART = main_part(MADE_UP).encode()
TAGS = ["<table>", "</table>", "<tr>", "<td>", "<td/>", "</td>", "<td colspan=999 rowspan=0>", "<br>", "<p>", "</p>", "<![if x]>", "<!--"]
TAGS += ["<script>", "&#0;", "&lt", "<!", "<?", "|", "\0", "5 баллов", "II. Продукция автомобилестроения", "III. ", ":", ";"]
WORD_TAGS = ["w:tbl", "w:tr", "w:tc", "w:p", "w:r", "w:t", "w:br", "w:vMerge", "w:gridSpan", "w:del", "w:pPrChange"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one folder for all examples of a property."""
    return tmp_path_factory.mktemp("fuzz")


def _survives(folder: Path, suffix: str, data: bytes, *, whole: bool = False) -> None:
    try:
        text = _read(folder, suffix, data, whole=whole)
    except TextError:
        return
    assert facts(text)


def _damaged(data: bytes, damage: list[tuple[int, bytes]]) -> bytes:
    for at, junk in damage:
        place = at % (len(data) + 1)
        data = data[:place] + junk + data[place + max(1, len(junk)) :]
    return data


@given(suffix=st.sampled_from(SUFFIXES), data=st.binary(max_size=300), whole=st.booleans())
@example(suffix=".docx", data=b"PK\x05\x06" + bytes(18), whole=False)
@settings(deadline=None, max_examples=300)
def test_random_bytes_raise_nothing_else(folder: Path, suffix: str, data: bytes, *, whole: bool) -> None:
    """Random bytes under any extension are refused with a TextError."""
    _survives(folder, suffix, data, whole=whole)


@given(damage=DAMAGE, length=st.integers(0, 5000))
@settings(deadline=None, max_examples=200)
def test_damaged_package_raises_nothing_else(folder: Path, damage: list[tuple[int, bytes]], length: int) -> None:
    """A docx with bytes changed or lost anywhere is read or refused."""
    _survives(folder, ".docx", _damaged(as_docx(MADE_UP), damage))
    _survives(folder, ".docx", as_docx(MADE_UP)[:length])


@given(damage=DAMAGE)
@settings(deadline=None, max_examples=200)
def test_damaged_main_part_raises_nothing_else(folder: Path, damage: list[tuple[int, bytes]]) -> None:
    """A sound package around a damaged main part is read or refused."""
    _survives(folder, ".docx", pack_xml(_damaged(MAIN_PART, damage)))


@given(tags=st.lists(st.tuples(st.sampled_from(WORD_TAGS), st.integers(0, 4)), max_size=40))
@settings(deadline=None, max_examples=200)
def test_misplaced_word_elements_raise_nothing_else(folder: Path, tags: list[tuple[str, int]]) -> None:
    """Elements of a document nested in any order are read or refused."""
    body, opened = "", []
    for tag, closings in tags:
        body += f"<{tag} w:val='{closings}'>5 баллов"
        opened.append(tag)
        for _ in range(min(closings, len(opened))):
            body += f"</{opened.pop()}>"
    _survives(folder, ".docx", pack(body + "".join(f"</{tag}>" for tag in reversed(opened))))


@given(damage=DAMAGE, breaks=st.booleans())
@settings(deadline=None, max_examples=200)
def test_damaged_html_raises_nothing_else(folder: Path, damage: list[tuple[int, bytes]], *, breaks: bool) -> None:
    """HTML with bytes changed anywhere is read or refused, in UTF-8 and in CP1251."""
    page = as_html(MADE_UP, breaks=breaks)
    for encoding in ("utf-8", "cp1251"):
        _survives(folder, ".html", _damaged(page.encode(encoding), damage))


@given(parts=st.lists(st.sampled_from(TAGS), max_size=40))
@settings(deadline=None, max_examples=300)
def test_tag_soup_raises_nothing_else(folder: Path, parts: list[str]) -> None:
    """Tags in any order, unclosed and misplaced, are read or refused."""
    _survives(folder, ".html", "".join(parts).encode())


NAMES = st.text("абвгдежз <&>\"'", min_size=1, max_size=8).map(lambda words: f"узел {words}".strip())
POINTS = st.integers(1, 999)
LINES = st.one_of(st.builds("{} ({} баллов);".format, NAMES, POINTS), st.builds("{}:".format, NAMES))
CELLS = st.lists(LINES, min_size=1, max_size=5).map("\n".join)
ROWS = st.one_of(st.tuples(st.sampled_from(["", "из 11"]), st.sampled_from(["", "Тачки"]), CELLS), st.tuples(st.just(MARK)))


@given(rows=st.lists(ROWS, max_size=8), flag=st.booleans())
@settings(deadline=None, max_examples=200)
def test_any_section_reads_alike_from_docx_and_html(folder: Path, rows: list[tuple[str, ...]], *, flag: bool) -> None:
    """Whatever the rows, a docx and an HTML page give the clauses of the plain text."""
    table = [("из 11", "Тележки", "дуга (5 баллов)"), *rows, ("", "", "обод (6 баллов)")]
    text = "".join("|".join(row) + "|\n" for row in [("# II. Продукция автомобилестроения",), *table]) + "Конец"
    assert facts(_read(folder, ".docx", as_docx(text, merges=flag))) == facts(text)
    assert facts(_read(folder, ".html", as_html(text, spans=flag, breaks=not flag).encode())) == facts(text)
