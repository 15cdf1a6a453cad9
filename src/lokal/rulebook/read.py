"""Read a rulebook from its folder of YAML files, with a cache of the parsed form that can never be stale.

The cache is keyed by the hash of every file's name and bytes together with this format's number, so a changed rulebook is another
key; a damaged cache file is thrown away and built again.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from lokal.errors import Place, RulebookError
from lokal.rulebook.model import Act, BlockFile, Coefficient, Fact, Gate, Manifest, Misprint, Programme, Reading, Rulebook

if TYPE_CHECKING:
    from lokal.rulebook.tree import Tree

FORMAT = 1
BUNDLED = Path(__file__).parent.parent / "rulebooks" / "ru719"
_PARTS = ("manifest", "acts", "facts", "readings", "gates", "coefficients", "programmes", "misprints")
T = TypeVar("T")


def load_rulebook(folder: Path | None = None, *, cache: bool = True) -> Rulebook:
    """Return the rulebook in a folder (the bundled ru719 without one), validated by every named check.

    Raises RulebookError with file and line for the first broken place.
    """
    folder = folder or BUNDLED
    contents = _contents(folder)
    key = _key(contents)
    stored = _cache_file(key) if cache else None
    if stored is not None and (found := _from_cache(stored)) is not None:
        return found
    rulebook = _build(contents, key)
    if stored is not None:
        _to_cache(stored, rulebook)
    return rulebook


def parse_rulebook(contents: dict[str, bytes]) -> tuple[Rulebook, dict[str, Any]]:
    """Return the unvalidated rulebook of named file contents, and the trees that know its lines."""
    from lokal.rulebook.tree import convert, parse_tree  # noqa: PLC0415  YAML is not needed when the cache answers

    trees: dict[str, Tree] = {}

    def take(name: str, model: type[T], empty: T | None = None) -> T:
        raw = contents.get(f"{name}.yaml")
        if raw is None or not raw.strip():
            if empty is not None:
                return empty
            raise RulebookError(f"нет файла {name}.yaml", f"the file {name}.yaml is missing")
        trees[name] = parse_tree(_text(raw, f"{name}.yaml"), f"{name}.yaml", RulebookError)
        return convert(trees[name], model, RulebookError)

    manifest = take("manifest", Manifest)
    names = [f"blocks/{group}" for group in manifest.groups]
    for index, name in enumerate(names):
        if f"{name}.yaml" not in contents:
            place = trees["manifest"].place("groups", index)
            raise RulebookError(f"нет файла {name}.yaml", f"the file {name}.yaml is missing", place, code="group-name")
    _no_strays(contents, names)
    return Rulebook(
        manifest=manifest,
        acts=take("acts", tuple[Act, ...]),
        facts=take("facts", dict[str, Fact], {}),
        readings=take("readings", tuple[Reading, ...], ()),
        gates=take("gates", tuple[Gate, ...], ()),
        coefficients=take("coefficients", tuple[Coefficient, ...], ()),
        programmes=take("programmes", tuple[Programme, ...], ()),
        misprints=take("misprints", tuple[Misprint, ...], ()),
        files=tuple(_named(take(name, BlockFile), group, trees[name]) for group, name in zip(manifest.groups, names, strict=True)),
    ), trees


def _no_strays(contents: Iterable[str], names: list[str]) -> None:
    """Refuse a file that would silently not count: blocks that the manifest does not list, an unknown one beside the manifest."""
    from lokal.rulebook.words import nearest  # noqa: PLC0415  only a broken rulebook needs it

    known = {f"{name}.yaml" for name in (*_PARTS, *names)}
    for name in contents:
        if name.startswith("blocks/") and name not in known:
            ru, en = "файла нет в списке groups свода", "the manifest's groups do not list this file"
            raise RulebookError(ru, en, Place(name), code="stray-file")
        if "/" not in name and name not in known:
            hint = nearest(name, known)
            ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
            raise RulebookError(f"неизвестный файл свода{ru}", f"unknown file of a rulebook{en}", Place(name), code="stray-file")


def _named(file: BlockFile, group: str, tree: "Tree") -> BlockFile:
    """Return a file of blocks whose `group` is its own name."""
    if file.group != group:
        ru, en = f"group — «{file.group}», а файл назван «{group}»", f"group is '{file.group}' but the file is named '{group}'"
        raise RulebookError(ru, en, tree.place("group"), code="group-name")
    return file


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise RulebookError("файл не в кодировке UTF-8", "the file is not in UTF-8", Place(name, line)) from problem


def _build(contents: dict[str, bytes], key: str) -> Rulebook:
    from lokal.rulebook.check import check  # noqa: PLC0415  the checks run only when a rulebook is built anew

    rulebook, trees = parse_rulebook(contents)
    check(rulebook, trees)
    return msgspec.structs.replace(rulebook, hash=key)


def _contents(folder: Path) -> dict[str, bytes]:
    contents = {path.relative_to(folder).as_posix(): _bytes(path) for path in sorted(folder.rglob("*.yaml"))}
    if "manifest.yaml" not in contents:
        raise RulebookError(f"в папке {folder} нет свода правил", f"no rulebook in the folder {folder}")
    return contents


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        said = problem.strerror or str(problem)
        raise RulebookError(f"файл не читается: {said}", f"cannot read the file: {said}", Place(str(path))) from problem


def _key(contents: dict[str, bytes]) -> str:
    digest = hashlib.sha256(str(FORMAT).encode())
    for name, raw in contents.items():
        digest.update(f"\0{name}\0{len(raw)}\0".encode())
        digest.update(raw)
    return digest.hexdigest()


def _cache_file(key: str) -> Path | None:
    home = os.environ.get("XDG_CACHE_HOME")
    with suppress(RuntimeError):
        base = Path(home) if home else Path.home() / ".cache"
        try:
            code = version("lokal")
        except PackageNotFoundError:
            code = "source"
        return base / "lokal" / f"{key}-{FORMAT}-{code}-msgspec{msgspec.__version__}.msgpack"
    return None


def _from_cache(path: Path) -> Rulebook | None:
    with suppress(OSError, msgspec.MsgspecError):
        raw = path.read_bytes()
        seal, body = raw[:32], raw[32:]
        if hashlib.sha256(body).digest() == seal:
            return msgspec.msgpack.decode(body, type=Rulebook)
    return None


def _to_cache(path: Path, rulebook: Rulebook) -> None:
    body = msgspec.msgpack.encode(rulebook)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(body).digest() + body)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
