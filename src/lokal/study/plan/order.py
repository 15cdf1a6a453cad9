"""In which order measures can be taken: what each requires, directly or not, and whether that runs in a circle."""

from collections.abc import Mapping


def find_cycle(links: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the names of a cycle, the first one repeated at the end, or nothing.

    >>> find_cycle({"a": ("b",), "b": ("c",), "c": ("b",)})
    ['b', 'c', 'b']
    """
    done: set[str] = set()
    for start in links:
        path: list[str] = []
        stack = [(start, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                done.add(path.pop())
            elif name in path:
                return [*path[path.index(name) :], name]
            elif name not in done:
                path.append(name)
                stack.append((name, True))
                stack.extend((each, False) for each in links.get(name, ()))
    return []


def ancestors(links: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """Return, for each measure, all measures it requires, directly or not.

    >>> sorted(ancestors({"a": ("b",), "b": ("c",), "c": ()})["a"])
    ['b', 'c']
    """
    found: dict[str, set[str]] = {}
    for name, required in links.items():
        reached: set[str] = set()
        stack = list(required)
        while stack:
            each = stack.pop()
            if each not in reached:
                reached.add(each)
                stack.extend(links.get(each, ()))
        found[name] = reached
    return found
