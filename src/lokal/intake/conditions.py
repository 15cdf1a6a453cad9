"""To which variants a line of a 150 % bill of materials belongs: lists of codes and small expressions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_ALWAYS = frozenset({"", "все", "all", "*", "любая", "любой", "any", "—", "-"})
_TOKEN = re.compile(r"""\s*(?:(?P<sign>[()])|(?P<list>[,;/|+&]+)|"(?P<quoted>[^"]*)"|(?P<word>[^\s()",;/|+&]+))""")
_OR = frozenset({"or", "или", "|", "||", ",", ";", "/", "+"})
_AND = frozenset({"and", "и", "&", "&&"})
_NOT = frozenset({"not", "не", "!"})
_STOPS = _OR | _AND | {"", ")"}
_PREFIX = re.compile(r"^\[[^\]]{0,60}\]")
MAX_LENGTH = 2_000
MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression over option codes; `parts` are conditions, an atom has none."""

    kind: str
    parts: tuple["Condition", ...] = ()
    option: str = ""

    def holds(self, options: frozenset[str]) -> bool:
        """Tell whether the condition holds for a set of option codes."""
        if self.kind == "option":
            return self.option in options
        if self.kind == "not":
            return not self.parts[0].holds(options)
        test = all if self.kind == "and" else any
        return test(part.holds(options) for part in self.parts)

    def options(self) -> Iterable[str]:
        """Yield every option code named."""
        if self.kind == "option":
            yield self.option
        for part in self.parts:
            yield from part.options()

    @property
    def plain(self) -> bool:
        """Tell whether it is a mere list of codes, each of which can be a variant of its own."""
        return (self.kind == "option" and "=" not in self.option) or (self.kind == "or" and all(part.plain for part in self.parts))


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> Condition | None:
    """Return the condition of a cell, None where the line belongs to every variant; raises ValueError for what cannot be read.

    >>> parse_condition("Комфорт; Люкс").holds(frozenset({"люкс"}))
    True
    >>> parse_condition("ENGINE=1.6 AND NOT (TRIM = Base)").holds(frozenset({"engine=1.6", "trim=lux"}))
    True
    """
    plain = _PREFIX.sub("", text.strip()).strip().casefold()
    if plain in _ALWAYS:
        return None
    if len(plain) > MAX_LENGTH:
        raise ValueError("too long")
    reader = _Reader(_tokens(re.sub(r"\s*==?\s*", "=", plain)))
    found = reader.either(0)
    if reader.at < len(reader.tokens):
        raise ValueError(reader.tokens[reader.at])
    return found


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            if not text[at:].strip():
                break
            raise ValueError(text[at : at + 20])
        tokens.append(match["sign"] or match["list"] or (match["quoted"] if match["quoted"] is not None else match["word"]))
        at = match.end()
    return tokens


@dataclass
class _Reader:
    """Reads tokens: `or` binds least, then `and`, then `not`; depth is bounded."""

    tokens: list[str]
    at: int = 0

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def either(self, depth: int) -> Condition:
        """Return the next condition up to a closing bracket or the end."""
        parts = [self._both(depth)]
        while self._next() in _OR:
            self.at += 1
            if self._next() not in {"", ")"}:
                parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Condition("or", tuple(parts))

    def _both(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._next() in _AND:
            self.at += 1
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Condition("and", tuple(parts))

    def _one(self, depth: int) -> Condition:
        first = self._next()
        self.at += 1
        if depth > MAX_DEPTH or first in _STOPS:
            raise ValueError(first or "?")
        if first in _NOT:
            return Condition("not", (self._one(depth + 1),))
        if first == "(":
            inside = self.either(depth + 1)
            if self._next() != ")":
                raise ValueError("(")
            self.at += 1
            return inside
        words = [first]
        while (more := self._next()) and more not in _OR | _AND | _NOT | {"(", ")"}:
            words.append(more)
            self.at += 1
        return Condition("option", option=" ".join(words))
