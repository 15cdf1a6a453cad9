"""Find the literals that depend on a reading."""

from collections.abc import Iterator
from typing import Any

from lokal.rulebook.model import ByReading


def choices_in(record: object) -> Iterator[ByReading[Any]]:
    """Yield every choice inside a record of the rulebook, at any depth."""
    stack: list[Any] = [record]
    while stack:
        node = stack.pop()
        if isinstance(node, ByReading):
            yield node
        elif isinstance(node, tuple | list):
            stack.extend(node)
        elif isinstance(node, dict):
            stack.extend(node.values())
        elif hasattr(node, "__struct_fields__"):
            stack.extend(getattr(node, name) for name in node.__struct_fields__)
