"""The cache of parsed rulebooks: never stale, never trusted when damaged, never in the way."""

import errno
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from lokal.errors import RulebookError
from lokal.rulebook import read
from lokal.rulebook.model import Rulebook
from lokal.rulebook.read import load_rulebook


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the cache into the test's own folder."""
    path = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(path))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the tiny rulebook that a test may change."""
    return Path(shutil.copytree(Path(__file__).parent / "base", tmp_path / "tiny"))


def stored(home: Path) -> list[Path]:
    """Return the cache's files."""
    return sorted(path for path in home.rglob("*") if path.is_file())


def first_points(rulebook: Rulebook) -> object:
    """Return the points of the forging, 10 in the tiny rulebook."""
    return rulebook.blocks[0].operations[0].values[0].points


def never(*_: object) -> NoReturn:
    """Stand for a step that must not happen."""
    pytest.fail("the rulebook was built again")


def test_cache_answers_with_the_same_rulebook(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second load takes the whole rulebook from one cache file and builds nothing."""
    built = load_rulebook(folder)
    assert len(stored(home)) == 1
    monkeypatch.setattr(read, "_build", never)
    assert load_rulebook(folder) == built == load_rulebook(folder)


def test_no_cache_leaves_no_file(home: Path, folder: Path) -> None:
    """With `cache=False` nothing is written, and the rulebook is the same."""
    plain = load_rulebook(folder, cache=False)
    assert not home.exists()
    assert load_rulebook(folder) == plain


def test_changed_file_is_seen_at_once(home: Path, folder: Path) -> None:
    """A change of one digit counts although name, size and time of the file stay as they were; changed back, the old one counts."""
    path = folder / "blocks" / "chassis.yaml"
    text, times = path.read_text("utf-8"), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    before = load_rulebook(folder)
    path.write_text(text.replace("points: 10", "points: 70"), "utf-8")
    os.utime(path, ns=times)
    after = load_rulebook(folder)
    assert (first_points(before), first_points(after)) == (10, 70)
    assert before.hash != after.hash
    path.write_text(text, "utf-8")
    assert load_rulebook(folder) == before
    assert len(stored(home)) == 2


def test_removed_file_is_seen_at_once(home: Path, folder: Path) -> None:
    """A file that is gone makes another rulebook although no other file has changed."""
    before = load_rulebook(folder)
    (folder / "coefficients.yaml").unlink()
    after = load_rulebook(folder)
    assert (len(before.coefficients), len(after.coefficients)) == (1, 0)
    assert len(stored(home)) == 2


def test_broken_change_is_refused_despite_the_cache(home: Path, folder: Path) -> None:
    """A rulebook broken after it was cached is refused, and the refusal is not cached."""
    load_rulebook(folder)
    path = folder / "acts.yaml"
    path.write_text(path.read_text("utf-8").replace("id: second", "id: first"), "utf-8")
    for _ in range(2):
        with pytest.raises(RulebookError, match="id-reused"):
            load_rulebook(folder)
    assert len(stored(home)) == 1


@pytest.mark.parametrize("damage", ["empty", "half", "seal-only", "one-bit", "garbage", "sealed-garbage"])
def test_damaged_cache_is_rebuilt(home: Path, folder: Path, damage: str) -> None:
    """A cache file that is cut short, altered or foreign is silently built again, byte for byte."""
    built = load_rulebook(folder)
    (file,) = stored(home)
    good = file.read_bytes()
    foreign = b"\x93\x01\x02\x03"  # MessagePack of [1, 2, 3]
    file.write_bytes(
        {
            "empty": b"",
            "half": good[: len(good) // 2],
            "seal-only": good[:32],
            "one-bit": good[:-1] + bytes([good[-1] ^ 1]),
            "garbage": b"not a cache" * 100,
            "sealed-garbage": hashlib.sha256(foreign).digest() + foreign,
        }[damage]
    )
    assert load_rulebook(folder) == built
    assert [path.read_bytes() for path in stored(home)] == [good]


def test_cache_on_a_read_only_disk_does_no_harm(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written (simulated, so that it holds for root too) the rulebook loads and nothing is left behind."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    plain = load_rulebook(folder, cache=False)
    for owner, step in ((tempfile, "mkstemp"), (Path, "mkdir"), (os, "fdopen"), (Path, "replace")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, step, refuse)
            assert load_rulebook(folder) == plain
        assert stored(home) == [], step


def test_read_only_cache_folder_does_no_harm(home: Path, folder: Path) -> None:
    """A cache folder without the right to write is left as it is."""
    home.mkdir(mode=0o500)
    if os.access(home, os.W_OK):
        pytest.skip("root may write anywhere")
    assert first_points(load_rulebook(folder)) == 10
    assert stored(home) == []


def test_file_in_place_of_the_cache_does_no_harm(home: Path, folder: Path) -> None:
    """A file where the cache folder should be is left as it is, and the rulebook loads."""
    home.write_text("mine")
    assert first_points(load_rulebook(folder)) == 10
    assert home.read_text() == "mine"
