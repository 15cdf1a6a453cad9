"""Every broken dossier of `dossiers.yaml` through the command line: one exact line in both languages, exit code 2, no traceback."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from lokal.cli import main

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "dossiers.yaml").read_text("utf-8"))
HEAD = "vehicle: {id: x, ru: Икс, en: X, category: M1, powertrain: ice}\nfacts:\n"
GOOD = HEAD + "  body_shell.welding: yes\n"


def run(path: Path, *ask: str) -> Result:
    """Score a dossier file by the command line."""
    return CliRunner().invoke(main, ["score", str(path), "--on", "2026-12-01", *ask])


def refused(path: Path, message: str, *ask: str) -> None:
    """Check that a file is refused with exactly one line on the error stream, nothing on the other, and exit code 2."""
    result = run(path, *ask)
    assert (result.stderr, result.stdout, result.exit_code) == (message.replace("{file}", str(path)) + "\n", "", 2)
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]).replace(" ", "-"))
def test_message(case: dict[str, Any], lang: str, tmp_path: Path) -> None:
    """A bad dossier or question is refused in one line that names the place, the value and what was expected."""
    path = tmp_path / "dossier.yaml"
    path.write_text(case.get("text") or HEAD + "".join(f"  {line}\n" for line in case["facts"]), "utf-8")
    refused(path, case[lang], "--lang", lang, *case.get("ask", ()))


def test_names_are_unique() -> None:
    """A case's name says which one failed."""
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))


def empty(path: Path) -> None:
    """Make a file of spaces and line breaks."""
    path.write_bytes(b" \n\r\n\t\n")


def binary(path: Path) -> None:
    """Make a file that begins like a spreadsheet."""
    path.write_bytes(b"PK\x03\x04\x14\x00\x06\x00")


def windows(path: Path) -> None:
    """Make a file in the old Windows encoding; the first Russian letter stands in its first line."""
    path.write_bytes(GOOD.encode("cp1251"))


def utf16(path: Path) -> None:
    """Make a file in the encoding that some editors call Unicode."""
    path.write_bytes(GOOD.encode("utf-16"))


def huge(path: Path) -> None:
    """Make a sparse file of 100 MB."""
    path.touch()
    os.truncate(path, 100_000_000)


def endless(path: Path) -> None:
    """Make a name of a device that never ends."""
    path.symlink_to("/dev/zero")


def deep(path: Path) -> None:
    """Make a file of lists a hundred thousand deep."""
    path.write_text("vehicle: " + "[" * 100_000 + "]" * 100_000)


def bell(path: Path) -> None:
    """Make a file with a control character in line 3."""
    path.write_text(HEAD + "  body_shell.welding: y\aes\n", "utf-8")


def missing(path: Path) -> None:
    """Make nothing."""


FILES: list[tuple[Callable[[Path], None], str, str]] = [
    (empty, "{file}: файл пуст", "{file}: the file is empty"),
    (
        binary,
        "{file}: это двоичный файл, ожидался текст YAML в UTF-8",
        "{file}: this is a binary file, expected YAML text in UTF-8",
    ),
    (
        utf16,
        "{file}: это двоичный файл, ожидался текст YAML в UTF-8",
        "{file}: this is a binary file, expected YAML text in UTF-8",
    ),
    (windows, "{file}:1: файл не в кодировке UTF-8", "{file}:1: the file is not in UTF-8"),
    (huge, "{file}: файл слишком велик: допустимо не больше 8 МБ", "{file}: the file is too large: the limit is 8 MB"),
    (endless, "{file}: файл слишком велик: допустимо не больше 8 МБ", "{file}: the file is too large: the limit is 8 MB"),
    (deep, "{file}:1: слишком глубокая вложенность", "{file}:1: nested too deeply"),
    (bell, "{file}:3: это не YAML: в тексте управляющие знаки", "{file}:3: not YAML: control characters are not allowed"),
    (missing, "{file}: файл не читается: нет такого файла", "{file}: cannot read the file: no such file"),
    (Path.mkdir, "{file}: файл не читается: это папка, а не файл", "{file}: cannot read the file: this is a folder, not a file"),
]


@pytest.mark.parametrize(("make", "ru", "en"), FILES, ids=lambda each: getattr(each, "__name__", ""))
def test_file_that_is_no_text(make: Callable[[Path], None], ru: str, en: str, tmp_path: Path) -> None:
    """What is no readable YAML text is refused in one line, however large it is."""
    path = tmp_path / "dossier.yaml"
    make(path)
    refused(path, ru, "--lang", "ru")
    refused(path, en, "--lang", "en")


@pytest.mark.parametrize(
    ("written", "category"),
    [("M1", "M1"), ("m1", "M1"), ("М1", "M1"), ("м1", "M1"), ("M1G", "M1"), ("М1g", "M1"), ("Н3", "N3"), ("N2G", "N2")],
)
def test_category_as_people_write_it(written: str, category: str, tmp_path: Path) -> None:
    """Cyrillic letters that look alike, small letters and the off-road suffix G are understood."""
    path = tmp_path / "dossier.yaml"
    path.write_text(GOOD.replace("M1", written), "utf-8")
    result = run(path, "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["vehicle"]["category"] == category


def test_blank_sections_are_no_error(tmp_path: Path) -> None:
    """A template whose optional sections are left blank is a dossier of which nothing is known."""
    path = tmp_path / "dossier.yaml"
    path.write_text(HEAD + "evidence:\npublished:\nnote:\n", "utf-8")
    assert run(path).exit_code == 0


def test_blank_keys_of_a_statement_are_no_error(tmp_path: Path) -> None:
    """A statement whose optional keys are left blank is the statement without them."""
    path, plain = tmp_path / "dossier.yaml", tmp_path / "plain.yaml"
    keys = ("from", "to", "known", "by", "evidence", "committed", "note")
    path.write_text(HEAD + "  body_shell.welding:\n    value: yes\n" + "".join(f"    {key}:\n" for key in keys), "utf-8")
    plain.write_text(GOOD, "utf-8")
    assert run(path, "--format", "json").stdout == run(plain, "--format", "json").stdout


def test_long_list_of_statements_is_read_in_one_pass(tmp_path: Path) -> None:
    """Twenty thousand statements of one fact take a moment, not the square of it."""
    path = tmp_path / "dossier.yaml"
    path.write_text(HEAD + "  body_shell.welding:\n" + "  - {value: yes, known: 2026-01-01}\n" * 20_000 + "  - maybe\n", "utf-8")
    refused(path, "{file}:20004: 'body_shell.welding': expected yes or no, got 'maybe'", "--lang", "en")
