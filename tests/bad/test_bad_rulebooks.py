"""Every broken rulebook of `cases.yaml` against its exact message in both languages."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from lokal.errors import RulebookError
from lokal.rulebook import check, read
from lokal.rulebook.read import load_rulebook

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "cases.yaml").read_text("utf-8"))


def broken(folder: Path, edits: dict[str, dict[str, str] | str | None]) -> Path:
    """Copy the valid rulebook and break it; what is replaced must stand there exactly once."""
    shutil.copytree(HERE / "base", folder)
    for name, edit in edits.items():
        path = folder / name
        if edit is None:
            path.unlink()
            continue
        text = edit if isinstance(edit, str) else path.read_text("utf-8")
        for old, new in edit.items() if isinstance(edit, dict) else ():
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    return folder


def test_base_loads() -> None:
    """The rulebook that every case breaks is itself valid."""
    rulebook = load_rulebook(HERE / "base", cache=False)
    assert [block.id for block in rulebook.blocks] == ["axle", "rims", "sensor"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]).replace(" ", "-"))
def test_message(case: dict[str, Any], tmp_path: Path) -> None:
    """A broken rulebook is refused with the place, the check's name and one line, in Russian and English."""
    folder = broken(tmp_path / "tiny", case["edits"])
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder, cache=False)
    assert caught.value.text("ru") == case["ru"].replace("{folder}", str(folder))
    assert caught.value.text("en") == case["en"].replace("{folder}", str(folder))


def test_every_check_has_a_case() -> None:
    """No named check is without a broken rulebook, and no case names a check that is gone."""
    checks, reader = (Path(module.__file__).read_text("utf-8") for module in (check, read))
    named = {*re.findall(r'\.fail\(\s*"([a-z-]+)"', checks), *re.findall(r'code="([a-z-]+)"', reader)}
    shown = {found for case in CASES for found in re.findall(r"\[([a-z]+(?:-[a-z]+)*)\] ", case["en"])}
    assert shown == named


def test_file_that_is_not_utf8(tmp_path: Path) -> None:
    """A file saved in the old Windows encoding is refused with the first line that is not UTF-8."""
    folder = broken(tmp_path / "tiny", {})
    path = folder / "gates.yaml"
    path.write_bytes(path.read_text("utf-8").encode("cp1251"))
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder, cache=False)
    assert caught.value.text("ru") == "gates.yaml:2: файл не в кодировке UTF-8"
    assert caught.value.text("en") == "gates.yaml:2: the file is not in UTF-8"


def test_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    """Files saved with a byte order mark load, and only the hash tells them apart."""
    folder = broken(tmp_path / "tiny", {})
    for path in folder.rglob("*.yaml"):
        path.write_text(path.read_text("utf-8"), "utf-8-sig")
    marked, plain = load_rulebook(folder, cache=False), load_rulebook(HERE / "base", cache=False)
    assert (marked.files, marked.hash == plain.hash) == (plain.files, False)


def test_folder_named_like_a_file(tmp_path: Path) -> None:
    """A folder where a file is meant is refused in one line."""
    folder = broken(tmp_path / "tiny", {"gates.yaml": None})
    (folder / "gates.yaml").mkdir()
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder, cache=False)
    assert caught.value.text("en") == f"{folder / 'gates.yaml'}: cannot read the file: Is a directory"


def test_names_are_unique() -> None:
    """A case's name says which one failed."""
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))
