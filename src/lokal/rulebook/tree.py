"""Strict YAML: scalars stay strings, lines are remembered, duplicate keys, aliases and tags are refused.

Nothing is typed by the loader: `yes`, `2024-01-01` and `0.3` arrive as written, and the schema decides. The tree is built from parser
events on an explicit stack, so depth and size are bounded and no object is ever constructed from a tag.
"""

import errno
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from lokal.errors import LokalError, Place, Words

MAX_BYTES = 8_000_000
MAX_DEPTH = 40
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_UNREADABLE = {
    errno.ENOENT: Words("нет такого файла", "no such file"),
    errno.EISDIR: Words("это папка, а не файл", "this is a folder, not a file"),
    errno.EACCES: Words("нет права на чтение", "no permission to read it"),
}
_BEGUN = ("could not find expected ':'", "found unexpected end of stream")
_YAML_RU = {
    "control characters are not allowed": "в тексте управляющие знаки",
    "could not find expected ':'": "после ключа нет двоеточия",
    "did not find expected ',' or ']'": "список в скобках не закрыт или в нём нет запятой",
    "did not find expected ',' or '}'": "пары в скобках не закрыты или между ними нет запятой",
    "did not find expected '-' indicator": "строка списка начинается не с дефиса",
    "did not find expected key": "на этом месте ожидался ключ: проверьте отступ и кавычки",
    "found character that cannot start any token": "недопустимый знак в начале значения, например табуляция",
    "found unexpected end of stream": "файл кончился внутри кавычек или скобок",
    "mapping values are not allowed in this context": "лишнее двоеточие или неверный отступ",
}
T = TypeVar("T")
Step = str | int


@dataclass
class Tree:
    """Plain data (dicts, lists, strings, None) with the line of every node, and the file it came from."""

    file: str
    data: Any
    lines: dict[tuple[Step, ...], int] = field(default_factory=dict)

    def place(self, *path: Step) -> Place:
        """Return the place of a node, or of its nearest ancestor that has a line."""
        steps = tuple(path)
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return Place(self.file, self.lines.get(steps, 1))


@dataclass
class _Open:
    """A mapping or sequence being filled."""

    node: dict[str, Any] | list[Any]
    path: tuple[Step, ...]
    key: str | None = None


def read_file(path: Path, error: type[LokalError], limit: int = MAX_BYTES) -> str:
    """Return a file's text (UTF-8, with or without BOM); a missing, huge, empty or binary file is an error of the given kind."""
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except OSError as problem:
        said = problem.strerror or str(problem)
        why = _UNREADABLE.get(problem.errno or 0, Words(said, said))
        raise error(f"файл не читается: {why.ru}", f"cannot read the file: {why.en}", place) from problem
    if len(raw) > limit:
        top = limit // 1_000_000
        raise error(f"файл слишком велик: допустимо не больше {top} МБ", f"the file is too large: the limit is {top} MB", place)
    if not raw.strip():
        raise error("файл пуст", "the file is empty", place)
    if b"\x00" in raw:
        raise error("это двоичный файл, ожидался текст YAML в UTF-8", "this is a binary file, expected YAML text in UTF-8", place)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise error("файл не в кодировке UTF-8", "the file is not in UTF-8", Place(str(path), line)) from problem


def printable(text: str) -> str:
    r"""Return a user's text fit for a one-line message: line breaks and control characters become spaces.

    >>> printable("a\nb\x1b[31m")
    'a b [31m'
    """
    return "".join(each if each.isprintable() else " " for each in text)


def parse_tree(text: str, file: str, error: type[LokalError]) -> Tree:
    """Parse YAML text into a tree; every refusal names file and line."""
    tree = Tree(file, None)
    stack: list[_Open] = []
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            _take(tree, stack, event, error)
    except yaml.YAMLError as problem:
        detail = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "?"
        place = Place(file, _line_of(problem, detail, text))
        raise error(f"это не YAML: {_YAML_RU.get(detail, detail)}", f"not YAML: {detail}", place) from problem
    return tree


def _line_of(problem: yaml.YAMLError, detail: str, text: str) -> int:
    """Return the line of a syntax error: what was never closed is named where it begins."""
    mark = getattr(problem, "context_mark" if detail in _BEGUN else "problem_mark", None)
    offset = getattr(problem, "position", None)
    if mark is None and isinstance(offset, int):
        return text.encode()[:offset].count(b"\n") + 1
    return mark.line + 1 if mark else 0


def convert(tree: Tree, model: type[T], error: type[LokalError], at: tuple[Step, ...] = ()) -> T:
    """Turn a tree, or the part of it at a path, into a frozen record, or say in one line what is wrong where."""
    data = tree.data
    for step in at:
        data = data[step]
    try:
        return msgspec.convert(data, model, strict=False)
    except msgspec.ValidationError as problem:
        from lokal.rulebook.misfit import misfit  # noqa: PLC0415  only an error needs it

        way, words = misfit(data, model, str(problem))
        raise error(words.ru, words.en, tree.place(*at, *way)) from problem


def _take(tree: Tree, stack: list[_Open], event: Any, error: type[LokalError]) -> None:  # noqa: ANN401  yaml events are untyped
    line = event.start_mark.line + 1 if event.start_mark else 0
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or (getattr(event, "tag", None) not in {None, "!"}):
        raise error("якоря, ссылки и теги YAML не допускаются", "YAML anchors, aliases and tags are not allowed", Place(tree.file, line))
    if isinstance(event, yaml.ScalarEvent):
        blank = event.style in {None, ""} and event.value in {"", "~", "null"}
        _put(tree, stack, None if blank else event.value, line, error)
    elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
        if len(stack) >= MAX_DEPTH:
            raise error("слишком глубокая вложенность", "nested too deeply", Place(tree.file, line))
        node: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = _put(tree, stack, node, line, error)
        stack.append(_Open(node, path))
    elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
        stack.pop()
    elif isinstance(event, yaml.DocumentStartEvent) and tree.data is not None:
        raise error("в файле больше одного документа YAML", "more than one YAML document in the file", Place(tree.file, line))


def _put(tree: Tree, stack: list[_Open], node: Any, line: int, error: type[LokalError]) -> tuple[Step, ...]:  # noqa: ANN401
    if not stack:
        tree.data = node
        tree.lines[()] = line
        return ()
    parent = stack[-1]
    if isinstance(parent.node, list):
        path: tuple[Step, ...] = (*parent.path, len(parent.node))
        parent.node.append(node)
    elif parent.key is None:
        if not isinstance(node, str) or not node.isprintable():
            raise error("ключ должен быть словом", "a key must be a word", Place(tree.file, line))
        if node in parent.node:
            first = tree.lines.get((*parent.path, node), line)
            raise error(
                f"ключ «{node}» повторён (первый раз в строке {first})",
                f"duplicate key '{node}' (first in line {first})",
                Place(tree.file, line),
            )
        parent.key = node
        tree.lines[*parent.path, node] = line
        return (*parent.path, node)
    else:
        path = (*parent.path, parent.key)
        parent.node[parent.key] = node
        parent.key = None
    tree.lines.setdefault(path, line)
    return path
