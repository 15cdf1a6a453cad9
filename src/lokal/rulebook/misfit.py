"""What does not fit a record, and where: msgspec's refusals turned into a path and a sentence in both languages."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

from lokal.errors import Words
from lokal.rulebook.tree import Step, printable
from lokal.rulebook.words import nearest

_PATH_STEP = re.compile(r"\.([\w-]+)|\[(\d+|\.\.\.)\]")
_PLACED = re.compile(r"(?s)(?P<what>.*) - at `(?P<where>(?:key` in `)?\$[^`]*)`")
_ANY_KEY = "..."
"""How msgspec writes a step into a mapping: it does not say which key."""
_KINDS: dict[type, Words] = {
    inspect.BoolType: Words("true или false", "true or false"),
    inspect.DateType: Words("день вида 2024-03-21", "a day like 2024-03-21"),
    inspect.DecimalType: Words("число", "a number"),
    inspect.IntType: Words("целое число", "a whole number"),
    inspect.StrType: Words("текст", "text"),
    inspect.DictType: Words("пары «ключ: значение»", "pairs `key: value`"),
    inspect.StructType: Words("пары «ключ: значение»", "pairs `key: value`"),
    inspect.ListType: Words("список", "a list"),
    inspect.VarTupleType: Words("список", "a list"),
}


def misfit(data: Any, model: Any, message: str) -> tuple[tuple[Step, ...], Words]:  # noqa: ANN401  plain data, any model
    """Return the path of what msgspec refused in the data, and the sentence that says what is wrong and what was expected."""
    what, where = _parts(message)
    steps = _settled(data, model, message, where)
    if where.startswith("key`"):
        key = steps[-1]
        wanted = _wanted([node.key_type for node in _nodes(model, steps[:-1]) if isinstance(node, inspect.DictType)])
        return steps, Words(f"ключ «{key}» не подходит: ожидалось: {wanted.ru}", f"key '{key}' does not fit: expected {wanted.en}")
    nodes = _nodes(model, steps)
    unknown = re.search(r"(?s)unknown field `(.*)`$", what)
    if unknown:
        return (*steps, unknown.group(1)), _unknown(unknown.group(1), nodes)
    missing = re.search(r"missing required field `(.+?)`", what)
    if missing:
        return steps, Words(f"нет обязательного ключа «{missing.group(1)}»", f"missing key '{missing.group(1)}'")
    shown, wanted = _shown(_value(data, steps)), _wanted(nodes)
    return steps, Words(f"{shown.ru} не подходит: ожидалось: {wanted.ru}", f"{shown.en} does not fit: expected {wanted.en}")


def _parts(message: str) -> tuple[str, str]:
    """Return what is refused and where; the user's own text inside the message may hold anything, the path stands last."""
    found = _PLACED.fullmatch(message)
    return (found["what"], found["where"]) if found else (message, "")


def _unknown(key: str, nodes: list[inspect.Type]) -> Words:
    hint = nearest(key, (each.encode_name for node in nodes if isinstance(node, inspect.StructType) for each in node.fields))
    ru, en = (f", возможно «{hint}»", f", did you mean '{hint}'") if hint else ("", "")
    return Words(f"неизвестный ключ «{key}»{ru}", f"unknown key '{key}'{en}")


def _settled(data: Any, model: Any, message: str, where: str) -> tuple[Step, ...]:  # noqa: ANN401
    """Return the path with every key named, a failing key last.

    msgspec does not name the keys of mappings, so each is tried alone: the one refused in the same words is it.
    """
    steps: list[Step] = [int(index) if index.isdigit() else name or index for name, index in _PATH_STEP.findall(where)]
    if where.startswith("key`"):
        steps.append(_ANY_KEY)
    for position, step in enumerate(steps):
        if step == _ANY_KEY:
            way = tuple(steps[:position])
            steps[position] = next((key for key in _value(data, way) if _refusal(_only(data, way, key), model) == message), _ANY_KEY)
    return tuple(steps)


def _refusal(data: Any, model: Any) -> str:  # noqa: ANN401
    try:
        msgspec.convert(data, model, strict=False)
    except msgspec.ValidationError as problem:
        return str(problem)
    return ""


def _only(data: Any, steps: tuple[Step, ...], key: str) -> Any:  # noqa: ANN401
    """Return a copy whose mapping at a path has one key left."""
    if not steps:
        return {key: data[key]}
    copy = data.copy()
    copy[steps[0]] = _only(data[steps[0]], steps[1:], key)
    return copy


def _nodes(model: object, steps: tuple[Step, ...]) -> list[inspect.Type]:
    """Return the types that may stand at a path of a model; a union gives several."""
    nodes = [*_flat(inspect.type_info(model))]
    for step in steps:
        nodes = [each for node in nodes for inner in _inside(node, step) for each in _flat(inner)]
    return nodes


def _flat(node: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(node, inspect.UnionType):
        for each in node.types:
            yield from _flat(each)
    else:
        yield node


def _inside(node: inspect.Type, step: Step) -> list[inspect.Type]:
    if isinstance(node, inspect.StructType):
        tag = [inspect.LiteralType((node.tag,))] if node.tag is not None and node.tag_field == step else []
        return [*tag, *(each.type for each in node.fields if each.encode_name == step)]
    if isinstance(node, inspect.DictType):
        return [node.value_type]
    if isinstance(node, inspect.VarTupleType | inspect.ListType):
        return [node.item_type]
    return [node.item_types[step]] if isinstance(node, inspect.TupleType) and isinstance(step, int) else []


def _wanted(nodes: list[inspect.Type]) -> Words:
    """Return what would fit, in words: the list of literals, a length, or the kind of value."""
    words = [_KINDS[type(node)] for node in nodes if type(node) in _KINDS]
    words += [
        Words(f"список из {n}", f"a list of {n}") for node in nodes if isinstance(node, inspect.TupleType) for n in [len(node.item_types)]
    ]
    literals = [str(value) for node in nodes if isinstance(node, inspect.LiteralType) for value in node.values]
    if literals:
        listed = ", ".join(dict.fromkeys(literals))
        words.insert(0, Words(f"одно из {listed}", f"one of {listed}"))
    unique = list(dict.fromkeys(words))
    return Words(" или ".join(each.ru for each in unique) or "иное", " or ".join(each.en for each in unique) or "something else")


def _shown(value: Any) -> Words:  # noqa: ANN401
    if value is None:
        return Words("пустое значение", "an empty value")
    if isinstance(value, dict | list):
        return Words("список", "a list") if isinstance(value, list) else Words("набор пар «ключ: значение»", "a set of pairs `key: value`")
    return Words(f"значение «{printable(value)}»", f"value '{printable(value)}'")


def _value(data: Any, steps: tuple[Step, ...]) -> Any:  # noqa: ANN401
    for step in steps:
        data = data[step]
    return data
