"""Strict YAML: scalars stay strings, lines are remembered, duplicate keys, aliases and tags are refused.

Nothing is typed by the loader: `yes`, `2024-01-01` and `0.3` arrive as written, and the schema decides. The tree is built from parser
events on an explicit stack, so depth and size are bounded and no object is ever constructed from a tag.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from lokal.errors import LokalError, Place
from lokal.rulebook.words import nearest

MAX_BYTES = 8_000_000
MAX_DEPTH = 40
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_PATH_STEP = re.compile(r"\.([\w-]+)|\[(\d+|\.\.\.)\]")
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
        size = path.stat().st_size
        if size > limit:
            raise error(
                f"файл слишком велик: {size // 1_000_000} МБ, допустимо {limit // 1_000_000} МБ",
                f"the file is too large: {size // 1_000_000} MB, the limit is {limit // 1_000_000} MB",
                place,
            )
        raw = path.read_bytes()
    except OSError as problem:
        raise error(f"файл не читается: {problem.strerror}", f"cannot read the file: {problem.strerror}", place) from problem
    if not raw.strip():
        raise error("файл пуст", "the file is empty", place)
    if b"\x00" in raw:
        raise error("это двоичный файл, ожидался текст YAML в UTF-8", "this is a binary file, expected YAML text in UTF-8", place)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise error("файл не в кодировке UTF-8", "the file is not in UTF-8", Place(str(path), line)) from problem


def parse_tree(text: str, file: str, error: type[LokalError]) -> Tree:
    """Parse YAML text into a tree; every refusal names file and line."""
    tree = Tree(file, None)
    stack: list[_Open] = []
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            _take(tree, stack, event, error)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        detail = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "?"
        raise error(f"это не YAML: {detail}", f"not YAML: {detail}", Place(file, mark.line + 1 if mark else 0)) from problem
    return tree


def convert(tree: Tree, model: type[T], error: type[LokalError], at: tuple[Step, ...] = ()) -> T:
    """Turn a tree, or the part of it at a path, into a frozen record, or say in one line what is wrong where."""
    data = tree.data
    for step in at:
        data = data[step]
    try:
        return msgspec.convert(data, model, strict=False)
    except msgspec.ValidationError as problem:
        raise _explain(tree, model, str(problem), error, at) from problem


def _take(tree: Tree, stack: list[_Open], event: Any, error: type[LokalError]) -> None:  # noqa: ANN401  yaml events are untyped
    line = event.start_mark.line + 1 if event.start_mark else 0
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or (getattr(event, "tag", None) not in {None, "!"}):
        raise error("якоря, ссылки и теги YAML не допускаются", "YAML anchors, aliases and tags are not allowed", Place(tree.file, line))
    if isinstance(event, yaml.ScalarEvent):
        blank = event.style is None and event.value in {"", "~", "null"}
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
        if not isinstance(node, str):
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


def _explain(tree: Tree, model: object, message: str, error: type[LokalError], at: tuple[Step, ...]) -> LokalError:
    what, _, where = message.partition(" - at `")
    steps = at + tuple(int(index) if index.isdigit() else name or index for name, index in _PATH_STEP.findall(where.rstrip("`")))
    place = tree.place(*steps)
    unknown = re.search(r"unknown field `(.+?)`", what)
    if unknown:
        place = tree.place(*steps, unknown.group(1))
        hint = nearest(unknown.group(1), _fields(model))
        ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
        return error(f"неизвестный ключ «{unknown.group(1)}»{ru}", f"unknown key '{unknown.group(1)}'{en}", place)
    missing = re.search(r"missing required field `(.+?)`", what)
    if missing:
        return error(f"нет обязательного ключа «{missing.group(1)}»", f"missing key '{missing.group(1)}'", place)
    value = _value(tree.data, steps)
    return error(f"значение {value!r} не подходит: {_russian(what)}", f"value {value!r} does not fit: {what}", place)


def _russian(what: str) -> str:
    expected = re.search(r"Expected `(.+?)`(?:, got `(.+?)`)?", what)
    if expected:
        return f"ожидалось {expected.group(1)}" + (f", а это {expected.group(2)}" if expected.group(2) else "")
    return re.sub(r"^Invalid enum value.*", "такого варианта нет", what)


def _value(data: Any, steps: tuple[Step, ...]) -> Any:  # noqa: ANN401
    for step in steps:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return "?"
    return data if isinstance(data, str | None) else "…"


def _fields(model: object, seen: set[object] | None = None) -> set[str]:
    """Return every key that the model and the records inside it know."""
    seen = set() if seen is None else seen
    names: set[str] = set()
    info = msgspec.inspect.type_info(model)
    stack: list[Any] = [info]
    while stack:
        node = stack.pop()
        if isinstance(node, msgspec.inspect.StructType):
            if node.cls in seen:
                continue
            seen.add(node.cls)
            names.update(each.encode_name for each in node.fields)
            stack.extend(each.type for each in node.fields)
        for name in ("types", "item_types"):
            stack.extend(getattr(node, name, ()))
        stack.extend(inner for name in ("item_type", "value_type") if (inner := getattr(node, name, None)) is not None)
    return names
