"""What a check of the text finds."""

from dataclasses import dataclass
from typing import Literal

from lokal.errors import Words

Kind = Literal["missing", "extra", "different", "frame"]


@dataclass(frozen=True)
class Finding:
    """One disagreement: what kind, at which place, of which operation, in words."""

    kind: Kind
    place: str
    operation: str
    words: Words


@dataclass(frozen=True)
class Match:
    """The outcome of a check: counts of clauses and numbers that agree, and every disagreement."""

    clauses: int
    numbers: int
    findings: tuple[Finding, ...]
