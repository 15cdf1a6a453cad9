"""Tables whose lines do not stand under their assembly: level by level with the assembly named, or sorted beyond repair."""

from collections.abc import Sequence

from lokal.errors import Words
from lokal.intake.bom_row import RawLine, RowCode

_ENOUGH = 30
"""Fewer lines than this may well stand in order of level by chance."""
_LEVELS = 3


def in_order(raw: Sequence[RawLine]) -> bool:
    """Tell whether each line that names its assembly stands below it, as in an exploded bill.

    A column that names no lines of the table, or one and the same everywhere, is no assembly's: the order of lines counts.
    """
    top = min((line.level or 0 for line in raw), default=0)
    parents = {line.parent for line in raw if line.parent and (line.level or 0) > top}
    if len(parents) == 1 or not parents <= {name for line in raw for name in (line.number, line.name)}:
        return True
    above: dict[int, RawLine] = {}
    for line in raw:
        level = line.level or 0
        upper = max((each for each in above if each < level), default=None)
        if line.parent and upper is not None and line.parent not in {above[upper].number, above[upper].name}:
            return False
        above = {each: kept for each, kept in above.items() if each < level} | {level: line}
    return True


def first_runs(raw: Sequence[RawLine]) -> list[RawLine]:
    """Return the lines of each assembly as they are first listed: a list level by level repeats an assembly that is used again."""
    done: set[str] = set()
    current = None
    kept = []
    for line in raw:
        if line.parent != current:
            if current is not None:
                done.add(current)
            current = line.parent
        if line.parent not in done:
            kept.append(line)
    return kept


def sorted_by_level(raw: Sequence[RawLine]) -> list[RowCode]:
    """Return the code of a table whose lines stand in order of level: what belongs to what can no longer be told."""
    levels = [line.level for line in raw if line.level is not None]
    if len(levels) < _ENOUGH or len(set(levels)) < _LEVELS or levels != sorted(levels):
        return []
    words = Words(
        "строки отсортированы по уровню: что во что входит, не видно; выгрузите в порядке состава или с графой «сборка»",
        "the lines are sorted by level: what belongs to what is lost; export in order of structure or with a column 'assembly'",
    )
    return [RowCode("sorted_by_level", raw[0].place, words)]
